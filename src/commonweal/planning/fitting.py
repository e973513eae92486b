"""What the records teach a simulation before they judge it: how long a drive takes, what else passes.

Days alternate: even ones teach, odd ones are held against it, so that no call judges what it has taught.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from commonweal.engines.staffing import Plan
from commonweal.places import queries as places
from commonweal.planning.demand import Asked, Demand

DAY, WEEK = 1440.0, 7 * 1440.0
FEWEST = 15  # calls that teach, below which the usual figures stand
LEAST, MOST = 0.4, 3.0  # of what the map says


@dataclass(frozen=True)
class Lessons:
    """How many times the map's minutes a drive takes; minutes besides it; how many calls taught it."""

    factor: float
    besides: tuple[float, ...]
    calls: int = 0


def teaches(call: Asked) -> bool:
    """Whether a call is of the days that teach."""
    return int(call.at // DAY) % 2 == 0


def lessons(demand: Demand, plan: Plan) -> Lessons:
    """From calls of the teaching days that came while a unit was free: others waited longer."""
    drives = _nearest(demand, plan)
    taught = [c for c in _met_free(demand, plan) if teaches(c) and c.arrived is not None]
    if len(taught) < FEWEST:
        return Lessons(1.0, (demand.delay,))
    driven = [(c.drove, drives[c.cell]) for c in taught if c.drove is not None and drives[c.cell] > 0]
    factor = _ratio(driven)
    besides = tuple(max(0.0, (c.arrived or 0.0) - factor * drives[c.cell]) for c in taught)
    return Lessons(factor, besides, len(taught))


def _ratio(driven: Sequence[tuple[float, float]]) -> float:
    if len(driven) < FEWEST:
        return 1.0
    found = median(a for a, _ in driven) / median(b for _, b in driven)
    return min(max(found, LEAST), MOST)


def _nearest(demand: Demand, plan: Plan) -> list[float]:
    """Minutes from the nearest base to each cell, by the map."""
    homes = sorted({unit.home for unit in plan.units})
    return [min(places.travel_minutes(h, cell, demand.noon) for h in homes) for cell in demand.cells]


def _met_free(demand: Demand, plan: Plan) -> list[Asked]:
    """Calls that came while fewer calls were under way than units on duty, by the present roster."""
    spans = [unit.weekly_spans() for unit in plan.units]
    busy: list[float] = []
    found = []
    for call in demand.calls:
        busy = [end for end in busy if end > call.at]
        minute = call.at % WEEK
        on_duty = sum(any(a <= minute < b for a, b in own) for own in spans)
        if len(busy) < on_duty:
            found.append(call)
        if call.arrived is not None:
            busy.append(call.at + call.arrived + (call.scene or 0.0))
    return found
