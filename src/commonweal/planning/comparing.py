"""Rosters side by side by the hypercube, at once: each set of units on duty in its hours of the week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

import numpy as np

from commonweal.agencies.queries import Unit
from commonweal.engines.disclosure import Permit
from commonweal.engines.numerics import Floats
from commonweal.engines.staffing import (
    Plan,
    PlannedUnit,
    Problem,
    Shift,
    Solution,
    approximate,
    coverage,
    exact,
    nearest_first,
)
from commonweal.places import queries as places
from commonweal.planning.changes import Change, Spot
from commonweal.planning.demand import Demand, demanded
from commonweal.planning.present import Present, Span

MOST_EXACT = 15
MOST_STATES = 1 << 16  # of all sets on duty together: within two seconds
TARGET = 15.0
HOURS = 168


def planned(roster: Present, changes: Mapping[str, Change], zone: ZoneInfo, name: str, middle: Spot) -> Plan:
    """The roster with changes as a weekly plan; a unit without a base waits in the middle of the calls."""
    units = []
    for unit, spans in roster.units.items():
        change = changes.get(unit.call_sign, Change())
        known = unit.base_lon is not None and unit.base_lat is not None
        home = change.base or ((unit.base_lon or 0.0, unit.base_lat or 0.0) if known else middle)
        shifts = tuple(made for span in spans if (made := _shift(span, change, zone)))
        for number in range(change.teams if shifts else 0):
            sign = unit.call_sign if number == 0 else f"{unit.call_sign}+{number}"
            units.append(PlannedUnit(sign, unit.kind, home, shifts, float(unit.hourly_cost)))
    return Plan(name, tuple(units))


def _shift(span: Span, change: Change, zone: ZoneInfo) -> Shift | None:
    """A shift as it would be; None where nothing is left of it."""
    starts = (span[0].astimezone(zone)).replace(tzinfo=None) + timedelta(hours=change.later)
    hours = min((span[1] - span[0]) / timedelta(hours=1) + change.longer, 24.0)
    return Shift(starts.weekday(), starts.hour + starts.minute / 60, hours) if hours > 0 else None


def middle_of(demand: Demand) -> Spot:
    """The mean of the calls' places."""
    if not demand.calls:
        return 0.0, 0.0
    spots = [demand.cells[c.cell] for c in demand.calls]
    return fmean(s[0] for s in spots), fmean(s[1] for s in spots)


@dataclass
class Tally:
    """Sums of a week: calls served by unit and cell, hours busy by unit, calls that met nobody, by cell."""

    served: Floats
    busy: Floats
    lost: Floats
    off_duty: float = 0.0
    is_exact: bool = True
    sets: dict[tuple[int, ...], list[int]] = field(default_factory=dict)


def answered(
    permits: Mapping[str, Permit], roster: Present, sides: Sequence[Mapping[str, Change]], zone: ZoneInfo
) -> dict[str, object]:
    """Every side's numbers, by area beside the average, and the reasons to doubt them."""
    demand = demanded(permits, roster.kind, zone)
    plans = [planned(roster, c, zone, str(n), middle_of(demand)) for n, c in enumerate(sides)]
    doubts = [
        code for code, holds in (
            ("no_calls", not demand.calls), ("few_calls", 0 < len(demand.calls) < 30),
            ("assumed", demand.is_assumed), ("without_place", demand.without_place > 0),
            ("others", roster.others > 0),
            ("no_base", any(_baseless(u) for u in roster.units)), ("no_roster", not roster.units),
        ) if holds
    ]  # fmt: skip
    return {
        "calls": len(demand.calls), "weeks": demand.weeks, "delay": demand.delay, "doubts": doubts,
        "permits": len(permits), "sides": [side(plan, demand) for plan in plans],
    }  # fmt: skip


def _baseless(unit: Unit) -> bool:
    return unit.base_lon is None or unit.base_lat is None


def side(plan: Plan, demand: Demand, most_states: int = MOST_STATES) -> dict[str, object]:
    """One roster: cost and hours always; times and shares where there are calls.

    Where its sets have more than `most_states` in all, each is solved by approximation.
    """
    cover = coverage(plan)
    on_duty = [sum(counts[h] for counts in cover.on_duty.values()) for h in range(HOURS)]
    told: dict[str, object] = {
        "units": len(plan.units), "cost": round(plan.weekly_cost, 2), "on_duty": on_duty, "measures": {},
        "areas": {}, "is_exact": True, "bases": [(u.id, *u.home) for u in plan.units if u.shifts],
    }  # fmt: skip
    if not demand.calls:
        return told
    drive = np.array(
        [[places.travel_minutes(u.home, cell, demand.noon) for cell in demand.cells] for u in plan.units]
    ).reshape(len(plan.units), len(demand.cells))
    tally = tallied(plan, demand, drive, most_states)
    measures, areas = summed(tally, demand, drive, sum(u.weekly_hours for u in plan.units))
    return {**told, "measures": measures, "areas": areas, "is_exact": tally.is_exact}


def tallied(plan: Plan, demand: Demand, drive: Floats, most_states: int = MOST_STATES) -> Tally:
    """Solve each set of units that is on duty together, with the calls of its hours."""
    units, cells = drive.shape
    counts = np.zeros((HOURS, cells))
    for call in demand.calls:
        counts[int(call.at // 60) % HOURS, call.cell] += 1 / demand.weeks
    tally = Tally(np.zeros((units, cells)), np.zeros(units), np.zeros(cells))
    spans = [u.weekly_spans() for u in plan.units]
    for hour in range(HOURS):
        half = hour * 60 + 30
        on = tuple(n for n, own in enumerate(spans) if any(a <= half < b for a, b in own))
        tally.sets.setdefault(on, []).append(hour)
    small = sum(1 << len(on) for on in tally.sets if len(on) <= MOST_EXACT) <= most_states
    for on, hours in tally.sets.items():
        calls = counts[hours].sum(axis=0)
        if not on:
            tally.off_duty += float(calls.sum())
            tally.lost += calls
        elif calls.sum() > 0:
            _solve(tally, on, len(hours), calls, (drive, demand), may_exact=small and len(on) <= MOST_EXACT)
    return tally


def _solve(
    tally: Tally,
    on: tuple[int, ...],
    hours: int,
    calls: Floats,
    world: tuple[Floats, Demand],
    *,
    may_exact: bool,
) -> None:
    drive, demand = world
    rows = np.array(on, dtype=np.int64)
    asked = np.flatnonzero(calls)
    table = drive[np.ix_(rows, asked)]
    job = fmean(demand.scenes) + float(np.average(table.min(axis=0), weights=calls[asked]))
    travel = table.tolist()
    problem = Problem(
        tuple((calls[asked] / hours).tolist()), (60 / job,) * len(on), nearest_first(travel), travel, queue=0
    )
    found: Solution = exact(problem) if may_exact else approximate(problem)
    tally.is_exact &= may_exact
    served = np.array(found.dispatch_fraction) * float(calls.sum()) * (1 - found.blocked)
    tally.served[np.ix_(rows, asked)] += served
    tally.busy[rows] += np.array(found.workload) * hours
    tally.lost[asked] += np.maximum(calls[asked] - served.sum(axis=0), 0.0)


Measures = dict[str, float | None]


def summed(
    tally: Tally, demand: Demand, drive: Floats, on_duty: float
) -> tuple[Measures, dict[str, Measures]]:
    """Measures of the whole and by area: minutes to arrive (usual delay and drive), shares from 0 to 1."""
    minutes = drive + demand.delay
    whole = _measured(minutes, tally.served, float(tally.lost.sum()))
    total = float(tally.served.sum() + tally.lost.sum())
    whole["busy"] = float(tally.busy.sum()) / on_duty if on_duty else None
    whole["off_duty"] = tally.off_duty / total if total else None
    areas = {}
    for area in sorted(set(demand.areas)):
        inside = [n for n, name in enumerate(demand.areas) if name == area]
        areas[area] = _measured(minutes[:, inside], tally.served[:, inside], float(tally.lost[inside].sum()))
    return whole, areas


def _measured(minutes: Floats, weights: Floats, lost: float) -> Measures:
    served = float(weights.sum())
    calls = served + lost
    if not served:
        return {"calls": calls, "p50": None, "p90": None, "within": 0.0, "lost": 1.0}
    order = np.argsort(minutes, axis=None)
    values, shares = minutes.ravel()[order], np.cumsum(weights.ravel()[order]) / served
    at = [float(values[min(int(np.searchsorted(shares, q)), len(values) - 1)]) for q in (0.5, 0.9)]
    within = float(weights[minutes <= TARGET].sum()) / calls
    return {"calls": calls, "p50": at[0], "p90": at[1], "within": within, "lost": lost / calls}
