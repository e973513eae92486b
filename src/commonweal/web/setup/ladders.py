"""Ladders: who is told of what nobody may miss, after how long; changed by the site as data."""

from collections.abc import Mapping, Sequence

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions, queries
from commonweal.web.pages import desk, id_of, page, whole
from commonweal.web.rungs import OCCASIONS, REACHES, Places, places
from commonweal.web.session import Request

SPARE = 2  # empty rows at the foot of the form
Row = Mapping[str, object]


@desk("administer")
def every(request: Request) -> HttpResponse:
    """Every occasion with its steps in words."""
    known = places()
    ladders = [(code, name, _said(queries.ladder(code), known)) for code, name in OCCASIONS.items()]
    return page(request, "setup/ladders.html", {"ladders": ladders})


def _said(steps: Sequence[queries.Step], known: Places) -> list[Row]:
    return [
        {"after": one.after, "who": known.who(one), "reach": known.where(one), "pressing": one.pressing}
        for one in steps
    ]


@desk("administer")
def one(request: Request, occasion: str) -> HttpResponse:
    """The steps of one occasion, to be changed; emptied, the ladder that ships stands again."""
    if occasion not in OCCASIONS:
        raise NotFound("ladder")
    if request.method != "POST":
        return _form(request, occasion, [_row(step) for step in queries.ladder(occasion)], None)
    rows = _typed(request)
    try:
        steps = [_step(row) for row in rows if row["after"] or row["who"]]
        actions.set_ladder(by=request.actor, occasion=occasion, steps=steps)
    except Invalid as fault:
        return _form(request, occasion, rows, fault)
    flash.success(request, _("The ladder is kept."))
    return redirect("setup:ladders")


def _form(request: Request, occasion: str, rows: Sequence[Row], fault: Invalid | None) -> HttpResponse:
    known, empty = places(), {"after": "", "who": "", "reach": "near", "pressing": True}
    context = {
        "occasion": occasion, "name": OCCASIONS[occasion], "rows": [*rows, *[empty] * SPARE], "error": fault,
        "roles": known.roles, "reaches": REACHES,
        "agencies": [(f"agency:{one}", name) for one, name in known.agencies.items()],
        "teams": [(f"team:{one}", name) for one, name in known.teams.items()],
    }  # fmt: skip
    return page(request, "setup/ladder.html", context, status=400 if fault else 200)


def _row(step: queries.Step) -> Row:
    at = f"team:{step.team}" if step.team else f"agency:{step.agency}" if step.agency else step.reach
    return {"after": str(step.after), "who": step.who, "reach": at, "pressing": step.pressing}


def _typed(request: Request) -> Sequence[Row]:
    lists = [request.POST.getlist(name) for name in ("after", "who", "reach", "pressing")]
    rows = zip(*lists, strict=False)
    return [{"after": a, "who": w, "reach": r, "pressing": p == "yes"} for a, w, r, p in rows][:20]


def _step(row: Row) -> queries.Step:
    after = whole(str(row["after"]))
    if after is None:
        raise Invalid("after", row["after"], gettext_noop("Give minutes, from 0 to a week."))
    kind, _colon, which = str(row["reach"]).partition(":")
    at = {kind: id_of(kind, which)} if kind in ("agency", "team") else {}
    reach = "near" if at else str(row["reach"])
    return queries.Step(
        after, str(row["who"]), reach, bool(row["pressing"]), at.get("agency"), at.get("team")
    )
