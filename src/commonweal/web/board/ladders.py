"""What was told to whom and when, until somebody said "I have it": for those who were told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonweal.agencies import queries as agencies
from commonweal.messages import queries
from commonweal.web.pages import desk, page, paged
from commonweal.web.rungs import OCCASIONS, Places, places
from commonweal.web.session import Request

WAYS: Mapping[str, Promise] = {"mail": _("mail"), "text": _("text message")}
OUTCOMES: Mapping[str, Promise] = {
    "": _("on its way"), "left": _("left"), "read": _("read before it left"), "nowhere": _("no address"),
    "closed": _("account closed"), "given_up": _("given up"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One who was told at a step: where they work, when, and by which ways outside the product."""

    step: int
    at: datetime
    name: str
    home: str
    ways: Sequence[tuple[Promise | str, Promise | str]]


@dataclass(frozen=True, slots=True)
class Climbed:
    """One climb as those who were told see it."""

    row: queries.Climb
    people: Sequence[Person]
    names: Mapping[str, str]
    known: Places

    @property
    def following(self) -> str:
        """Whom the next step tells, by the ladder that is in force now; the last one is said again."""
        steps = queries.ladder(self.row.occasion)
        step = steps[min(self.row.step, len(steps) - 1)]
        return f"{self.known.who(step)}, {self.known.where(step)}"

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
    homes, known = _homes(told), places()
    return [Climbed(row, _people(row, names, homes), names, known) for row in rows]


def _homes(accounts: Iterable[str]) -> Mapping[UUID, str]:
    """Team, where there is one, and agency of each worker."""
    found = agencies.accounts().filter(id__in=list(accounts))
    return {
        one.id: ", ".join(part.name for part in (one.team, one.agency) if part is not None) for one in found
    }


def _people(row: queries.Climb, names: Mapping[str, str], homes: Mapping[UUID, str]) -> list[Person]:
    ways = queries.ways_taken(row)
    told = sorted(row.told.all(), key=lambda one: (one.step, one.created_at))
    return [
        Person(
            one.step, one.created_at, names[str(one.account)], homes.get(one.account, ""),
            _ways(one.account, ways),
        )
        for one in told
    ]  # fmt: skip


def _ways(
    account: UUID, ways: Mapping[UUID, Sequence[tuple[str, str]]]
) -> list[tuple[Promise | str, Promise | str]]:
    return [(WAYS.get(way, way), OUTCOMES.get(how, how)) for way, how in ways.get(account, ())]
