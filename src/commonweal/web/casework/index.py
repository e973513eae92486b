"""Today's list: who needs this worker, most urgent first, and why."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.web.casework.words import CLOSE, KINDS, WHY, in_words
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

PURPOSE = "care_coordination"
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


def _chosen(by: Actor, which: str) -> list[cases.Outline]:
    if which == "agency" and by.agency:
        return cases.caseload(by.agency)
    if which == "closed" and by.agency:
        return sorted(
            cases.caseload(by.agency, state="closed"), key=lambda o: o.closed_at or o.opened_at, reverse=True
        )
    return cases.mine(by)


@desk("work_cases")
def today(request: Request) -> HttpResponse:
    """The list with its reason for the order; the agency's cases and the closed ones a tap away."""
    by = request.actor
    which = request.GET.get("list", "mine")
    found = _chosen(by, which)

    def rows(outlines: Sequence[cases.Outline]) -> list[dict[str, object]]:
        names = names_of(by, [o.person for o in outlines])
        return [
            {
                "case": o,
                "name": names.get(o.person, ""),
                "why": in_words(WHY, o.urgency[0]),
                "kind": in_words(KINDS, o.kind),
                "closed_because": in_words(CLOSE, o.close_reason),
            }
            for o in outlines
        ]

    context = {
        "rows": paged(request, found, size=20).map(rows),
        "which": which,
        "lists": LISTS,
        "total": len(found),
        "urgent": sum(o.urgency[1] < 3 for o in found) if which != "closed" else 0,
        "tasks_due": cases.tasks_due(by),
    }
    return page(request, "casework/index.html", context)
