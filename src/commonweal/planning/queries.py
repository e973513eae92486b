"""Reads of this room. Plans, rosters and money name nobody helped, so no permit is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Shift
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.planning.changes import Change, file_of, read
from commonweal.planning.choices import Choice, Use
from commonweal.planning.costs import Each, Programme
from commonweal.planning.funders import FunderForm, funder_forms, open_questions
from commonweal.planning.models import (
    GOING,
    GRANT_STATES,
    ITEM_KINDS,
    SOURCE_KINDS,
    STATES,
    BudgetLine,
    FundingSource,
    Grant,
    GrantItem,
    Plan,
    Scenario,
    SimulationRun,
)
from commonweal.planning.money import Burn, Forecast, burns, pays_for
from commonweal.planning.money import forecasts as forecasts
from commonweal.planning.moves import WEEK, Move, monday
from commonweal.planning.present import Present, mark, present

__all__ = [
    "GRANT_STATES", "ITEM_KINDS", "SOURCE_KINDS", "STATES", "BudgetLine", "Burn", "Change", "Choice", "Each",
    "Forecast", "FunderForm", "FundingSource", "Grant", "GrantItem", "Move", "Plan", "Present",
    "Programme", "Scenario",
    "SimulationRun", "Use", "Week", "forecasts", "funder_forms", "open_questions", "pays_for", "present",
]  # fmt: skip

BUYABLE = ("crisis_team", "co_response", "outreach")


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


def programmes() -> list[tuple[str, str, str]]:
    """Programmes that money may be kept for: code ("agency.kind"), name of the agency, kind of unit."""
    found = {(u.agency.name, u.kind, u.agency_id) for u in agencies.units() if u.kind in BUYABLE}
    return [(f"{agency}.{kind}", name, kind) for name, kind, agency in sorted(found)]


def grants() -> QuerySet[Grant]:
    """Grants by their last day, those still open first."""
    is_over = Q(state__in=("declined", "closed"))
    found = Grant.objects.select_related("source").annotate(is_over=is_over)
    return found.order_by("is_over", "ends", "name")


def grant(grant_id: UUID) -> Grant:
    """One grant; NotFound otherwise."""
    found = Grant.objects.select_related("source").filter(id=grant_id).first()
    if found is None:
        raise NotFound("grant")
    return found


def grant_parts(of: Grant) -> dict[str, list[GrantItem]]:
    """What its funder asks for, by kind, soonest first."""
    found: dict[str, list[GrantItem]] = {kind: [] for kind in ITEM_KINDS}
    for item in of.items.order_by(F("due").asc(nulls_last=True), "created_at"):
        found[item.kind].append(item)
    return found


def grant_item(of: Grant, item: str) -> GrantItem:
    """One thing that a funder asks for; NotFound otherwise."""
    try:
        found = of.items.select_related("grant").filter(id=UUID(item)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("grant item")
    return found


def owed_to_funders(limit: int = 30) -> QuerySet[GrantItem]:
    """What is due to funders and not done, soonest first; what belongs to grants that are over is not."""
    rows = GrantItem.objects.select_related("grant").filter(done_at__isnull=True, due__isnull=False)
    return rows.exclude(grant__state__in=("declined", "closed")).order_by("due", "created_at")[:limit]


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


def scenarios(by: Actor, agency: UUID, kind: str) -> QuerySet[Scenario]:
    """One's own scenarios of the agency and kind, and those that others share, by name."""
    seen = Q(by=by.id) | Q(is_shared=True)
    found = Scenario.objects.filter(seen, agency=agency, kind=kind)
    return found.select_related("agency").order_by("name", "created_at")


def scenario(by: Actor, scenario_id: UUID) -> Scenario:
    """One scenario; NotFound where there is none, or where it is another planner's and not shared."""
    seen = Q(by=by.id) | Q(is_shared=True)
    found = Scenario.objects.filter(seen, id=scenario_id).select_related("agency").first()
    if found is None:
        raise NotFound("scenario")
    return found


def run_of(by: Actor, run_id: UUID) -> SimulationRun:
    """One simulation; NotFound where its scenario is not to be seen."""
    found = SimulationRun.objects.select_related("scenario__agency").filter(id=run_id).first()
    if found is None:
        raise NotFound("simulation")
    scenario(by, found.scenario_id)
    return found


def latest_run(of: Scenario) -> SimulationRun | None:
    """The simulation of a scenario that was asked for last."""
    return of.runs.order_by("-created_at").first()


def runs_waiting(before: SimulationRun) -> int:
    """How many simulations were asked for earlier and are not over."""
    earlier = SimulationRun.objects.filter(state__in=GOING, created_at__lt=before.created_at)
    return earlier.count()


def scenario_file(of: Scenario) -> str:
    """The scenario as a JSON file."""
    return file_of(of.name, of.kind, of.changes)


def roster_mark(now: Present) -> str:
    """What a roster is, to see whether it has changed since a simulation."""
    return mark(now)


@dataclass(frozen=True, slots=True)
class Step:
    """A shift still to come that a scenario would have at other hours: a move to be tried and proposed."""

    shift: Shift
    starts: datetime
    ends: datetime


def steps(of: Scenario, limit: int = 14) -> tuple[list[Step], list[str]]:
    """Moves that bring a scenario about in the coming week; units whose change is more than hours."""
    changes = read(of.changes, of.changes.keys())
    found = []
    for shift in movable(7).filter(unit__agency=of.agency_id, unit__kind=of.kind):
        change = changes.get(shift.unit.call_sign)
        if change and change.is_hours_only:
            starts = shift.starts + timedelta(hours=change.later)
            ends = shift.ends + timedelta(hours=change.later + change.longer)
            found.append(Step(shift, starts, ends))
    return found[:limit], [sign for sign, change in changes.items() if not change.is_hours_only]
