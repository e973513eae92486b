"""Reads of this room. Plans, rosters and money name nobody helped, so no permit is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Shift
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound
from commonweal.planning.models import SOURCE_KINDS, STATES, BudgetLine, FundingSource, Plan
from commonweal.planning.money import Burn, burns
from commonweal.planning.moves import WEEK, Move, monday

__all__ = ["SOURCE_KINDS", "STATES", "BudgetLine", "Burn", "FundingSource", "Move", "Plan", "Week"]


def plans(state: str = "") -> QuerySet[Plan]:
    """Plans, newest first, of one state where given."""
    found = Plan.objects.select_related("unit", "agency", "line__source").order_by("-created_at")
    return found.filter(state=state) if state else found


def plan(plan_id: UUID) -> Plan:
    """One plan; NotFound otherwise."""
    found = plans().filter(id=plan_id).first()
    if found is None:
        raise NotFound("plan")
    return found


def sources() -> QuerySet[FundingSource]:
    """Funding sources by name."""
    return FundingSource.objects.prefetch_related("lines").order_by("name")


def lines(agency: UUID | None = None) -> QuerySet[BudgetLine]:
    """Budget lines by agency and name."""
    found = BudgetLine.objects.select_related("source", "agency").order_by("agency__name", "name")
    return found.filter(agency=agency) if agency else found


def money(agency: UUID | None = None) -> list[Burn]:
    """Every line with what is spent, promised and left."""
    return burns(list(lines(agency)))


def movable(days: int = 14) -> QuerySet[Shift]:
    """Shifts of the coming days that have not begun."""
    now = clock.now()
    coming = agencies.shifts_between(now, now + timedelta(days=days))
    return coming.filter(starts__gt=now).prefetch_related(None).select_related("unit__agency")


@dataclass(frozen=True, slots=True)
class Week:
    """Units on duty by hour of one week, for each kind; hours count from Monday midnight, local."""

    start: datetime
    kinds: dict[str, Sequence[int]]

    def gaps(self, kind: str) -> list[int]:
        """Hours of the week in which nobody of the kind is on duty."""
        return [hour for hour, number in enumerate(self.kinds[kind]) if number == 0]


def week(moment: datetime, zone: ZoneInfo) -> Week:
    """Who is on duty in the moment's week: a unit counts in an hour if it is on duty at its half."""
    start = monday(moment, zone)
    halves = [(start + timedelta(hours=n, minutes=30)) for n in range(168)]
    kinds: dict[str, list[int]] = {}
    for shift in agencies.shifts_between(start, start + WEEK).prefetch_related(None):
        counts = kinds.setdefault(shift.unit.kind, [0] * 168)
        for hour, half in enumerate(halves):
            counts[hour] += shift.starts <= half < shift.ends
    return Week(start, dict(sorted(kinds.items())))
