"""Today's list: who needs this worker, most urgent first, and why."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions
from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.messages import queries as threads
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web.casework.signs import signs_of
from commonweal.web.casework.words import CLOSE, KINDS, WAYS, WHY, in_words
from commonweal.web.pages import desk, id_of, page, paged, whole
from commonweal.web.session import Request

PURPOSE = "care_coordination"
SHOWN = 20
SORTS = (
    ("urgency", _("Most urgent first")), ("contact", _("Longest without contact first")),
    ("due", _("Next promise first")), ("opened", _("Newest case first")),
)  # fmt: skip
LISTS = (("mine", _("Mine")), ("agency", _("My agency")), ("closed", _("Closed")))


def identities_of(by: Actor, persons: Sequence[UUID]) -> dict[UUID, Shown]:
    """One identity of each person that the gate opens to this worker: the own agency's record first.

    Another agency's record is asked for only where no earlier one showed a name: what no page shows is
    neither read nor entered as a disclosure. One question for all persons a round.
    """
    waiting = people.records_of_many(persons)
    origins = people.origins([s for found in waiting.values() for s in found])
    for found in waiting.values():
        found.sort(key=lambda s: s not in origins or origins[s].agency != by.agency)
    shown: dict[UUID, Shown] = {}
    while about := {found[0]: person for person, found in waiting.items() if found}:
        answers = sharing.ask_many(by=by, category="identity", purpose=PURPOSE, about=list(about))
        for one in people.identities(sharing.permitted(answers)):
            if one.get("name"):
                shown[about[one.subject]] = one
        waiting = {p: found[1:] for p, found in waiting.items() if p not in shown}
    return shown


def names_of(by: Actor, persons: Sequence[UUID]) -> dict[UUID, str]:
    """Names that the gate lets this worker see; absent where it says no."""
    return {person: str(one["name"]) for person, one in identities_of(by, persons).items()}


def _listed(by: Actor, choice: cases.Wanted) -> list[cases.Outline] | cases.ClosedCases:
    if choice.which == "closed" and by.agency:
        return cases.ClosedCases(by.agency, choice)
    every = choice.which == "agency" and by.agency
    return cases.narrowed(cases.caseload(every) if every else cases.mine(by), choice)


def _wanted(given: QueryDict) -> cases.Wanted:
    """What the address or a form chooses; what it does not know is not chosen."""
    quiet = whole(given.get("quiet", ""))
    return cases.wanted({**given.dict(), "which": given.get("list", "mine"), "quiet": quiet})


def _view(request: Request) -> cases.SavedView | None:
    """The kept view that the address names, if any; NotFound for one that is not theirs to see."""
    asked = request.GET.get("view")
    return cases.saved_view(request.actor, id_of("view", asked)) if asked else None


def _calls(by: Actor) -> list[tuple[str, str, object]]:
    """Calls before appointments that are this worker's now: page, code, and the time if the gate opens it."""
    waiting = referrals.calls_to_make(by)
    answers = sharing.ask_many(
        by=by, category="referral_status", purpose=PURPOSE, about=[one.subject for one in waiting]
    )
    told = {s.subject: s.get("status") for s in referrals.statuses(sharing.permitted(answers))}
    pages = {"sender": "provider:sent_card", "receiver": "provider:card"}
    return [
        (f"{page_of}#reminder", one.code, _time(told.get(one.subject)))
        for one in waiting
        for page_of in [reverse(pages[one.side], args=[one.subject.id])]
    ]


def colleagues(by: Actor) -> list[tuple[str, str]]:
    """Who of the own agency can be given cases."""
    able = agencies.able_to("work_cases", by.agency) if by.agency else frozenset()
    return [(str(a.id), a.display_name) for a in agencies.active(able).order_by("display_name")]


def _checkups(by: Actor) -> list[tuple[cases.Asked, str, str]]:
    """Check-ins after support that are this worker's now, with the names that the gate opens."""
    due = cases.checkups_due(by)[:SHOWN]
    names = names_of(by, [one.person for one in due])
    return [(one, names.get(one.person, ""), in_words(WAYS, one.way)) for one in due]


def _meetings(by: Actor) -> list[tuple[cases.Meeting, str]]:
    """The worker's own case conferences of this week, with the names that the gate opens."""
    coming = cases.soon(by)[:SHOWN]
    names = names_of(by, [one.person for one in coming])
    return [(one, names.get(one.person, "")) for one in coming]


def _time(status: object) -> object:
    return status.get("scheduled_for") if isinstance(status, dict) else None


@desk("work_cases")
def today(request: Request) -> HttpResponse:
    """The list with its reason for the order; the agency's cases and the closed ones a tap away."""
    by, view = request.actor, _view(request)
    choice = cases.wanted(view.wanted) if view else _wanted(request.GET)
    which, found = choice.which, _listed(by, choice)

    def rows(outlines: Sequence[cases.Outline]) -> list[dict[str, object]]:
        names = names_of(by, [o.person for o in outlines])
        signs = signs_of(by, [o.id for o in outlines if o.has_sign])
        new = threads.new_in(by, [Subject("case", o.id) for o in outlines])
        return [
            {
                "case": o,
                "name": names.get(o.person, ""),
                "why": in_words(WHY, o.urgency[0]),
                "kind": in_words(KINDS, o.kind),
                "signs": signs.get(o.id, []),
                "new": new.get(o.id),
                "closed_because": in_words(CLOSE, o.close_reason),
            }
            for o in outlines
        ]

    context = {
        "rows": paged(request, found, size=20).map(rows),
        "which": "" if view else which,
        "is_closed": which == "closed",
        "lists": LISTS,
        "views": cases.saved_views(by),
        "view": view,
        "is_own": view is not None and str(view.account) == by.id,
        "choice": choice,
        "kinds": KINDS,
        "reasons": [(code, WHY[code]) for code in cases.REASONS],
        "sorts": SORTS,
        "total": len(found),
        "urgent": sum(o.urgency[1] < 3 for o in found) if isinstance(found, list) else 0,
        "colleagues": colleagues(by) if which != "closed" else [],
        "tasks_due": cases.tasks_due(by),
        "meetings": _meetings(by) if which == "mine" else [],
        "checkups": _checkups(by) if which == "mine" else [],
        "calls": _calls(by) if which == "mine" else [],
    }
    return page(request, "casework/index.html", context)


@desk("work_cases")
@require_POST
def keep(request: Request) -> HttpResponse:
    """Keep what the list is narrowed to under a name, for oneself or for the team."""
    posted, choice = request.POST, _wanted(request.POST)
    shared = posted.get("shared") == "yes"
    made = actions.save_view(
        by=request.actor, name=posted.get("name", ""), chosen=choice.plain(), shared=shared
    )
    flash.success(request, gettext("The view is kept."))
    return redirect(f"{reverse('casework:index')}?view={made.id}")


@desk("work_cases")
@require_POST
def drop(request: Request, view_id: UUID) -> HttpResponse:
    """Take an own view away."""
    actions.drop_view(by=request.actor, view=view_id)
    flash.success(request, gettext("The view is taken away."))
    return redirect("casework:index")
