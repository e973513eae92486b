"""Plans: weeks come round, hours add up, gaps are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.staffing import Plan, PlannedUnit, Shift, coverage
from commonweal.engines.staffing.plans import WEEK

HOME = (-77.05, 38.80)
shifts = st.builds(
    Shift, st.integers(0, 6), st.integers(0, 47).map(lambda n: n / 2), st.sampled_from([4, 8.5, 12, 36])
)
units = st.builds(
    PlannedUnit,
    st.uuids().map(str),
    st.sampled_from(["patrol", "co_response"]),
    st.just(HOME),
    st.lists(shifts, max_size=5).map(tuple),
    st.floats(0, 200),
)


def test_an_evening_team_and_its_cost() -> None:
    evenings = tuple(Shift(day, 15, 8) for day in range(5))
    found = coverage(Plan("now", (PlannedUnit("CO-1", "co_response", HOME, evenings, 120.0),)))
    hours = found.on_duty["co_response"]
    assert (hours[14], hours[15], hours[22], hours[23]) == (0, 1, 1, 0)
    assert (found.unit_hours["co_response"], found.weekly_cost) == (40, 4800)
    assert {15 + 24 * 5, 15 + 24 * 6} <= set(found.uncovered["co_response"])


def test_a_sunday_night_shift_ends_on_monday_morning() -> None:
    night = PlannedUnit("N-1", "patrol", HOME, (Shift(6, 22, 10),))
    assert night.weekly_spans() == [(0.0, 480.0), (WEEK - 120, WEEK)]
    assert night.weekly_hours == 10
    assert night.spans(2 * WEEK) == [(0.0, 480.0), (WEEK - 120, WEEK + 480.0), (2 * WEEK - 120, 2 * WEEK)]


@given(st.lists(units, max_size=6))
def test_hours_add_up(many: list[PlannedUnit]) -> None:
    plan = Plan("p", tuple(many))
    found = coverage(plan)
    for kind, counts in found.on_duty.items():
        assert len(counts) == 168
        assert sum(counts) == pytest.approx(found.unit_hours[kind])
        assert all(counts[hour] == 0 for hour in found.uncovered[kind])
    assert plan.weekly_cost == pytest.approx(sum(u.weekly_hours * u.hourly_cost for u in many))


@given(units, st.integers(1, 5))
def test_every_week_is_like_the_first(unit: PlannedUnit, weeks: int) -> None:
    spans = unit.spans(weeks * WEEK)
    assert sum(b - a for a, b in spans) == pytest.approx(weeks * unit.weekly_hours * 60)
    assert all(a < b for a, b in spans)
    assert all(end < start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))


def test_bad_plans_name_the_field() -> None:
    with pytest.raises(ValueError, match="day 7"):
        Shift(7, 0, 8)
    with pytest.raises(ValueError, match="hours: 200"):
        Shift(0, 0, 200)
    with pytest.raises(ValueError, match="hourly_cost"):
        PlannedUnit("U", "patrol", HOME, (), -1.0)
    with pytest.raises(ValueError, match="home"):
        PlannedUnit("U", "patrol", (0.0, 210.0), ())
    unit = PlannedUnit("U", "patrol", HOME, ())
    with pytest.raises(ValueError, match="'U' comes twice"):
        Plan("p", (unit, unit))
