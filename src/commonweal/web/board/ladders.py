"""What was told to whom and when, until somebody said "I have it": for those who were told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonweal.agencies import queries as agencies
from commonweal.messages import queries
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

OCCASIONS: Mapping[str, Promise] = {
    "duress": _("A worker asks for help silently"),
    "check_in_missed": _("A safety check was missed"),
    "call_unassigned": _("A call of the first urgency has nobody on the way"),
    "follow_up_unassigned": _("A follow-up is due and nobody has it"),
}
WAYS: Mapping[str, Promise] = {"mail": _("mail"), "text": _("text message")}
OUTCOMES: Mapping[str, Promise] = {
    "": _("on its way"), "left": _("left"), "read": _("read before it left"), "nowhere": _("no address"),
    "closed": _("account closed"), "given_up": _("given up"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One who was told at a step: when, and by which ways outside the product."""

    step: int
    at: datetime
    name: str
    ways: Sequence[tuple[Promise | str, Promise | str]]


@dataclass(frozen=True, slots=True)
class Climbed:
    """One climb as those who were told see it."""

    row: queries.Climb
    people: Sequence[Person]
    names: Mapping[str, str]

    @property
    def title(self) -> Promise:
        """What it was about."""
        return OCCASIONS[self.row.occasion]

    @property
    def answered_by(self) -> str:
        """Who said "I have it"."""
        return self.names.get(self.row.acknowledged_by, "")


@desk("supervise")
def index(request: Request) -> HttpResponse:
    """Climbs of which this supervisor was told, the newest first."""
    rows = paged(request, queries.climbs_told_to(request.actor), 10).map(_climbed)
    return page(request, "board/ladders.html", {"rows": rows, "open": queries.unanswered(request.actor)})


def _climbed(rows: Sequence[queries.Climb]) -> Sequence[Climbed]:
    told = {str(one.account) for row in rows for one in row.told.all()}
    names = agencies.names([*told, *(row.acknowledged_by for row in rows if row.acknowledged_by)])
    return [Climbed(row, _people(row, names), names) for row in rows]


def _people(row: queries.Climb, names: Mapping[str, str]) -> list[Person]:
    ways = queries.ways_taken(row)
    told = sorted(row.told.all(), key=lambda one: (one.step, one.created_at))
    return [
        Person(one.step, one.created_at, names[str(one.account)], _ways(one.account, ways)) for one in told
    ]


def _ways(
    account: UUID, ways: Mapping[UUID, Sequence[tuple[str, str]]]
) -> list[tuple[Promise | str, Promise | str]]:
    return [(WAYS.get(way, way), OUTCOMES.get(how, how)) for way, how in ways.get(account, ())]
