"""Ladders: who is told of what nobody may miss, after how long; changed by the site as data."""

from collections.abc import Mapping, Sequence

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions, queries
from commonweal.web.pages import desk, page, whole
from commonweal.web.session import Request

NAMES: Mapping[str, Promise] = {
    "duress": gettext_lazy("A worker asks for help silently"),
    "check_in_missed": gettext_lazy("A safety check was missed"),
    "call_unassigned": gettext_lazy("A call of the first urgency has nobody on the way"),
    "follow_up_unassigned": gettext_lazy("A follow-up is due and nobody has it"),
}
REACHES: Mapping[str, Promise] = {
    "near": gettext_lazy("at the agencies concerned"), "everywhere": gettext_lazy("everywhere"),
}  # fmt: skip
SPARE = 2  # empty rows at the foot of the form
Row = Mapping[str, object]


def _roles() -> dict[str, str]:
    return {role.code: _(role.name) for role in agencies.ROLES.values() if role.code != "person"}


@desk("administer")
def every(request: Request) -> HttpResponse:
    """Every occasion with its steps in words."""
    roles = _roles()
    ladders = [(code, name, _said(queries.ladder(code), roles)) for code, name in NAMES.items()]
    return page(request, "setup/ladders.html", {"ladders": ladders})


def _said(steps: Sequence[queries.Step], roles: Mapping[str, str]) -> list[Row]:
    return [
        {"after": one.after, "who": roles.get(one.who, one.who), "reach": REACHES[one.reach],
         "pressing": one.pressing}
        for one in steps
    ]  # fmt: skip


@desk("administer")
def one(request: Request, occasion: str) -> HttpResponse:
    """The steps of one occasion, to be changed; emptied, the ladder that ships stands again."""
    if occasion not in NAMES:
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
    empty = {"after": "", "who": "", "reach": "near", "pressing": True}
    context = {
        "occasion": occasion, "name": NAMES[occasion], "rows": [*rows, *[empty] * SPARE], "error": fault,
        "roles": _roles(), "reaches": REACHES,
    }  # fmt: skip
    return page(request, "setup/ladder.html", context, status=400 if fault else 200)


def _row(step: queries.Step) -> Row:
    return {"after": str(step.after), "who": step.who, "reach": step.reach, "pressing": step.pressing}


def _typed(request: Request) -> Sequence[Row]:
    lists = [request.POST.getlist(name) for name in ("after", "who", "reach", "pressing")]
    rows = zip(*lists, strict=False)
    return [{"after": a, "who": w, "reach": r, "pressing": p == "yes"} for a, w, r, p in rows][:20]


def _step(row: Row) -> queries.Step:
    after = whole(str(row["after"]))
    if after is None:
        raise Invalid("after", row["after"], gettext_noop("Give minutes, from 0 to a week."))
    return queries.Step(after, str(row["who"]), str(row["reach"]), bool(row["pressing"]))
