"""What records teach a simulation before other records judge it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.engines.staffing import Plan, PlannedUnit, Shift
from commonweal.engines.staffing.playing import RUNS, calibrated
from commonweal.places import queries as places
from commonweal.planning.demand import Asked, Demand
from commonweal.planning.fitting import FEWEST, LEAST, MOST, lessons, teaches
from commonweal.planning.replaying import worlds
from rooms.planning.test_scenarios import CELLS, NOON

HOME = (-122.26, 37.86)


def plan(units: int = 3) -> Plan:
    """Units on duty around the clock."""
    days = tuple(Shift(day, 0.0, 24.0) for day in range(7))
    return Plan("now", tuple(PlannedUnit(f"U{n}", "team", HOME, days, 100.0) for n in range(units)))


def records(
    factor: float, besides: float, calls: int = 200, gap: float = 200.0, scene: float = 30.0
) -> Demand:
    """Calls whose drives took `factor` times the map, and so many minutes besides."""
    map_ = [places.travel_minutes(HOME, cell, NOON) for cell in CELLS]
    asked = [
        Asked(f"c{n}", n * gap, n % 3, "East", scene, besides + factor * map_[n % 3], 3, factor * map_[n % 3])
        for n in range(calls)
    ]
    weeks = max(1, round(calls * gap / (7 * 1440)))
    return Demand(tuple(a for a in asked if a.at < weeks * 7 * 1440), CELLS, weeks, 4.0, 0, NOON)


@settings(max_examples=25)
@given(some.floats(0.5, 2.5), some.floats(0, 40))
def test_what_was_put_in_is_found(factor: float, besides: float) -> None:
    taught = lessons(records(factor, besides), plan())
    assert taught.factor == pytest.approx(factor)
    assert taught.besides == pytest.approx([besides] * taught.calls, abs=1e-6)


@pytest.mark.parametrize(("factor", "found"), [(0.01, LEAST), (50.0, MOST)])
def test_no_drive_is_believed_beyond_bounds(factor: float, found: float) -> None:
    assert lessons(records(factor, 5.0), plan()).factor == found


def test_too_few_calls_teach_nothing() -> None:
    few = records(2.0, 5.0, calls=FEWEST)
    assert lessons(few, plan()).calls == 0 and lessons(few, plan()).besides == (4.0,)


def test_a_call_that_waited_for_a_unit_teaches_nothing() -> None:
    """Ten minutes between calls that take three hours: one unit is hardly ever free."""
    rushed = records(1.0, 5.0, calls=1000, gap=10.0, scene=180.0)
    assert lessons(rushed, plan(1)).calls < lessons(rushed, plan(400)).calls


def test_days_that_taught_do_not_judge() -> None:
    demand = records(1.3, 6.0)
    taught = lessons(demand, plan())
    base, _ = worlds([plan(), plan()], demand, "team", taught)
    judged = [c.observed is not None for c in base.calls]
    assert judged == [not teaches(c) for c in demand.calls] and 0 < sum(judged) < len(judged)


def test_a_roster_that_made_the_records_fits_them_and_another_does_not() -> None:
    demand, heard = records(1.3, 6.0, calls=400), []
    base, _ = worlds([plan(), plan()], demand, "team", lessons(demand, plan()))
    fit = calibrated(base, told=lambda n, of: heard.append((n, of)))
    assert fit and fit.holds and heard == [(n, RUNS) for n in range(1, RUNS + 1)]
    night = Plan("now", (PlannedUnit("U0", "team", HOME, (Shift(0, 1.0, 4.0),), 100.0),))
    base, _ = worlds([night, night], demand, "team", lessons(demand, plan()))
    wrong = calibrated(base)
    assert wrong and not wrong.holds
