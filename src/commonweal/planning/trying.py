"""Trying a roster before anybody works it: past calls, whole days drawn again, the same for both rosters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Unit
from commonweal.calls import queries as calls
from commonweal.engines.disclosure import Permit
from commonweal.engines.foresight import centre
from commonweal.engines.staffing import (
    Comparison,
    Plan,
    PlannedUnit,
    Scenario,
    Shift,
    SimCall,
    compare,
    coverage,
    nearest,
)
from commonweal.kernel import clock
from commonweal.places import queries as places
from commonweal.planning.moves import WEEK, Move, monday

LOOK_BACK_WEEKS = 8
MOST_EVENTS = 60_000  # calls played in all; keeps a trial within a few seconds
REPLICATIONS = (8, 40)  # at least, at most
SEED = 20_251_006
SERVICE_MINUTES = 45.0  # where no past call of the kind was both reached and cleared
FEW_CALLS = 30
Spot = tuple[float, float]


def roster(move: Move, zone: ZoneInfo) -> tuple[Plan, Plan]:
    """The week of the move as it stands and as it would be: units of the same kind and agency."""
    start = monday(move.old[0], zone)
    spans: dict[Unit, list[tuple[datetime, datetime]]] = {move.unit: []}
    for shift in agencies.shifts_between(start, start + WEEK):
        same = shift.unit.kind == move.unit.kind and shift.unit.agency_id == move.unit.agency_id
        if same and start <= shift.starts < start + WEEK:
            spans.setdefault(shift.unit, []).append((shift.starts, shift.ends))
    now = Plan("now", tuple(_planned(u, found, zone) for u, found in spans.items()))
    moved = [s for s in spans[move.unit] if s != move.old] + [move.new]
    instead = _planned(move.unit, moved, zone)
    return now, Plan("moved", tuple(instead if u.id == instead.id else u for u in now.units))


def _planned(unit: Unit, spans: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> PlannedUnit:
    shifts = []
    for starts, ends in spans:
        local = starts.astimezone(zone)
        hours = (ends - starts) / timedelta(hours=1)
        shifts.append(Shift(local.weekday(), local.hour + local.minute / 60, hours))
    home = (unit.base_lon or 0.0, unit.base_lat or 0.0)
    return PlannedUnit(unit.call_sign, unit.kind, home, tuple(shifts), float(unit.hourly_cost))


@dataclass(frozen=True, slots=True)
class Past:
    """The calls that units of the kind answered, for the simulator, and what the records say of them."""

    calls: tuple[SimCall, ...]
    days: int
    observed: tuple[float, ...]
    without_place: int


def window(zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Whole weeks of calls on file, eight at most, up to the last; None where there are none."""
    on_file = calls.span_of_history()
    if on_file is None:
        return None
    end = monday(min(on_file[1], clock.now()), zone)
    start = max(monday(on_file[0], zone) + WEEK, end - LOOK_BACK_WEEKS * WEEK)
    if start >= end:
        start, end = monday(on_file[0], zone), monday(on_file[1], zone) + WEEK
    return start, end


def past(permits: Mapping[str, Permit], kind: str, zone: ZoneInfo) -> Past:
    """Eight whole weeks of calls up to the last on file to which the kind was sent; no person in them."""
    span = window(zone)
    if span is None:
        return Past((), 7, (), 0)
    start, end = span
    found = [c for c in calls.extract(permits, start, end) if kind in c.sent and not c.is_cancelled]
    served = [(c.cleared - c.on_scene) / timedelta(minutes=1) for c in found if c.cleared and c.on_scene]
    usual = median([m for m in served if m > 0] or [SERVICE_MINUTES])
    made = tuple(_sim(c, start, zone, usual) for c in found if c.cell)
    waited = [(c.on_scene - c.received) / timedelta(minutes=1) for c in found if c.on_scene]
    weeks = max(1, round((end - start) / WEEK))
    observed = tuple(m for m in waited if 0 <= m < 240)
    return Past(made, 7 * weeks, observed, sum(not c.cell for c in found))


def _sim(call: calls.Counted, start: datetime, zone: ZoneInfo, usual: float) -> SimCall:
    local = call.received.astimezone(zone)
    at = (local.replace(tzinfo=None) - start.replace(tzinfo=None)) / timedelta(minutes=1)
    scene = usual
    if call.cleared and call.on_scene and call.cleared > call.on_scene:
        scene = min((call.cleared - call.on_scene) / timedelta(minutes=1), 480.0)
    return SimCall(str(call.key), max(at, 0.0), centre(call.cell), "kind", scene, call.priority or 3)


def tried(permits: Mapping[str, Permit], move: Move, zone: ZoneInfo) -> dict[str, object]:
    """What the move would change, as a plan keeps it: measures, coverage, units on duty, doubts."""
    now, moved = roster(move, zone)
    before = past(permits, move.unit.kind, zone)
    on_duty = {
        name: coverage(plan).on_duty.get(move.unit.kind, (0.0,) * 168)
        for name, plan in (("now", now), ("moved", moved))
    }
    found: dict[str, object] = {
        "kind": move.unit.kind, "units": len(now.units), "calls": len(before.calls), "days": before.days,
        "on_duty_now": list(on_duty["now"]), "on_duty_moved": list(on_duty["moved"]),
        "without_place": before.without_place, "doubts": [], "measures": {},
    }  # fmt: skip
    if not before.calls:
        return {**found, "doubts": ["no_calls"]}
    scenario = _scenario(before, move.unit.kind, zone)
    most = MOST_EVENTS // max(2 * len(scenario.calls), 1)
    times = max(REPLICATIONS[0], min(REPLICATIONS[1], most))
    answer = compare(scenario, now, moved, seed=SEED, replications=times)
    return {**found, **_told(answer), "replications": times, **_fit(before, answer)}


def _scenario(before: Past, kind: str, zone: ZoneInfo) -> Scenario:
    noon = clock.now().astimezone(zone).replace(hour=12, minute=0)

    @lru_cache(maxsize=200_000)
    def travel(a: Spot, b: Spot) -> float:
        return places.travel_minutes(a, b, noon)

    days = before.days
    kept = tuple(c for c in before.calls if c.at < days * 1440.0)
    limit = MOST_EVENTS // (2 * REPLICATIONS[0])
    while len(kept) > limit and days > 7:
        days -= 7
        kept = tuple(replace(c) for c in kept if c.at < days * 1440.0)
    return Scenario(kept, days, travel, nearest({"kind": [(frozenset({kind}),)]}))


def _told(answer: Comparison) -> dict[str, object]:
    return {
        "measures": {
            name: {
                "now": _three(answer.base.measures[name]),
                "moved": _three(answer.other.measures[name]),
                "difference": _three(answer.difference[name]),
            }
            for name in ("p50", "p90", "within_target", "unserved_share", "busy_share")
        },
        "free_now": [_three(e) for e in answer.base.coverage_by_hour],
        "free_moved": [_three(e) for e in answer.other.coverage_by_hour],
        "free_difference": [_three(e) for e in answer.coverage_difference],
    }


def _three(estimate: object) -> list[float | None]:
    """Value, low, high; None for what is no number."""
    value, bounds = getattr(estimate, "value", None), getattr(estimate, "interval", None)
    numbers = (value, getattr(bounds, "low", None), getattr(bounds, "high", None))
    return [None if n is None or n != n else round(float(n), 4) for n in numbers]


def _fit(before: Past, answer: Comparison) -> dict[str, object]:
    """Whether the simulation of today's roster comes near what the records say; doubts where it does not."""
    simulated = answer.base.measures["p50"].value
    observed = median(before.observed) if before.observed else None
    doubts = []
    if len(before.calls) < FEW_CALLS:
        doubts.append("few_calls")
    if before.without_place:
        doubts.append("without_place")
    if observed is None or simulated != simulated:
        doubts.append("not_compared")
    elif abs(simulated - observed) > max(2.0, 0.25 * observed):
        doubts.append("does_not_fit")
    clean = None if simulated != simulated else round(simulated, 2)
    return {"observed_p50": observed and round(observed, 2), "simulated_p50": clean, "doubts": doubts}
