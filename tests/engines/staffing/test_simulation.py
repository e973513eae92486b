"""Playing calls under a plan: small stories, laws of conservation, and Erlang as a witness."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.numerics import Place
from commonweal.engines.staffing import (
    FreeUnit,
    Plan,
    PlannedUnit,
    Scenario,
    Shift,
    SimCall,
    compare,
    erlang_c,
    nearest,
    replicate,
    simulate,
)
from commonweal.engines.staffing.plans import WEEK

HOME = (0.0, 0.0)
ALWAYS = (Shift(0, 0, 168),)
JOINT = frozenset({"co_response"})
POLICY = nearest(
    {
        "co_response": [(JOINT,), (frozenset({"patrol"}), frozenset({"clinician"}))],
        "patrol": [(frozenset({"patrol", "co_response"}),)],
    }
)


def drive(a: Place, b: Place) -> float:
    """A minute for each hundredth of a degree."""
    return 100 * (abs(a[0] - b[0]) + abs(a[1] - b[1]))


def unit(
    id: str, kind: str = "patrol", shifts: tuple[Shift, ...] = ALWAYS, cost: float = 100.0
) -> PlannedUnit:
    return PlannedUnit(id, kind, HOME, shifts, cost)


def call(
    id: str, at: float, needs: str = "patrol", minutes: float = 30, lon: float = 0.1, priority: int = 3
) -> SimCall:
    return SimCall(id, at, (lon, 0.0), needs, minutes, priority)


def play(calls: Sequence[SimCall], *units: PlannedUnit, days: int = 7):  # type: ignore[no-untyped-def]
    return simulate(calls, Plan("p", units), drive, POLICY, days=days)


def test_the_second_caller_waits_until_the_unit_is_done() -> None:
    run = play([call("first", 100), call("second", 110)], unit("P-1"))
    assert [(s.call.id, s.complete) for s in run.served] == [
        ("first", 10),
        ("second", 30),
    ]  # 100 + 10 + 30 - 110


def test_an_officer_and_a_clinician_are_committed_together_and_stay_together() -> None:
    run = play([call("joint", 0, "co_response"), call("other", 5)], unit("P-1"), unit("C-1", "clinician"))
    joint, other = run.served
    assert joint.units == ("P-1", "C-1") and other.complete == pytest.approx(35)


def test_a_call_beyond_the_shift_waits_for_the_next_one_or_gives_up() -> None:
    morning = unit("P-1", shifts=tuple(Shift(day, 8, 8) for day in range(7)))
    run = play([call("early", 7 * 60), call("evening", 17 * 60)], morning)
    assert [(s.call.id, s.complete) for s in run.served] == [("early", 70)]
    assert [c.id for c in run.unserved] == ["evening"]


def test_a_unit_stays_past_its_shift_but_takes_nothing_new() -> None:
    short = unit("P-1", shifts=(Shift(0, 0, 1),))
    run = play([call("late", 50, minutes=100), call("after", 65)], short)
    assert [s.call.id for s in run.served] == ["late"]
    assert run.busy_share["P-1"] == pytest.approx(110 / 60)


def test_the_urgent_go_first() -> None:
    calls = [call("busy", 0), call("calm", 5, priority=4), call("urgent", 9, priority=1)]
    assert [s.call.id for s in play(calls, unit("P-1")).served] == ["busy", "urgent", "calm"]


def test_time_with_somebody_free_is_booked_by_hour() -> None:
    run = play([call("c", 60, minutes=50)], unit("P-1"), days=1)
    assert run.free_share[0] == 1.0 and run.free_share[1] == 0.0 and run.free_share[2] == 1.0


def test_a_policy_may_send_only_whom_it_was_handed() -> None:
    with pytest.raises(ValueError, match="it may send only units handed in"):
        simulate([call("c", 0)], Plan("p", (unit("P-1"),)), drive, lambda *_: ["GHOST"], days=1)
    with pytest.raises(ValueError, match="needs: 'helicopter'"):
        play([call("c", 0, "helicopter")], unit("P-1"))


calls_lists = st.lists(
    st.builds(
        SimCall,
        id=st.uuids().map(str),
        at=st.floats(0, 3 * 1440 - 1),
        place=st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
        needs=st.sampled_from(["patrol", "co_response"]),
        service_minutes=st.floats(0, 90),
        priority=st.integers(1, 4),
    ),
    max_size=25,
)
shift_lists = st.lists(
    st.builds(Shift, st.integers(0, 2), st.integers(0, 23), st.sampled_from([4, 8, 12])), max_size=3
)
fleets = st.lists(
    st.tuples(st.sampled_from(["patrol", "clinician", "co_response"]), shift_lists), min_size=1, max_size=4
).map(lambda kinds: tuple(unit(f"U{i}", kind, tuple(shifts)) for i, (kind, shifts) in enumerate(kinds)))


@settings(max_examples=80, deadline=None)
@given(calls_lists, fleets)
def test_every_call_is_answered_or_counted_and_nobody_is_in_two_places(
    calls: list[SimCall], fleet: tuple[PlannedUnit, ...]
) -> None:
    sent: list[tuple[str, str]] = []

    def watching(one: SimCall, free: Sequence[FreeUnit], travel: object) -> Sequence[str]:
        chosen = POLICY(one, free, drive)
        sent.extend((one.id, id) for id in chosen)
        assert all(unit.minutes_on_duty >= 0 for unit in free)
        return chosen

    run = simulate(calls, Plan("p", fleet), drive, watching, days=3)
    assert sorted([s.call.id for s in run.served] + [c.id for c in run.unserved]) == sorted(
        c.id for c in calls
    )
    assert sorted(sent) == sorted((s.call.id, id) for s in run.served for id in s.units)
    spans: dict[str, list[tuple[float, float]]] = {}
    for served in run.served:
        assert 0 <= served.first <= served.complete
        arrived = served.call.at + served.complete
        for id in served.units:
            spans.setdefault(id, []).append((arrived, arrived + served.call.service_minutes))
    for busy in spans.values():
        busy.sort()
        assert all(end <= start + 1e-9 for (_, end), (start, _) in zip(busy, busy[1:], strict=False))
    assert all(0 <= share <= 1 + 1e-12 for share in run.free_share)


def test_waiting_is_what_erlang_says() -> None:
    rng = np.random.default_rng(11)
    weeks, handle, load = 26, 30.0, 2.1
    times = np.cumsum(rng.exponential(handle / load, int(weeks * WEEK * load / handle * 1.1)))
    calls = [
        SimCall(str(i), float(t), HOME, "patrol", float(rng.exponential(handle)))
        for i, t in enumerate(times)
        if t < weeks * WEEK
    ]
    plan = Plan("p", tuple(unit(f"P{i}") for i in range(3)))
    run = simulate(calls, plan, drive, POLICY, days=weeks * 7, give_up=1e9)
    waited = np.array([s.complete > 1e-9 for s in run.served])
    assert waited.mean() == pytest.approx(erlang_c(3, load), abs=0.03)
    assert np.mean(list(run.busy_share.values())) == pytest.approx(load / 3, abs=0.02)


def scenario(days: int = 28, seed: int = 5) -> Scenario:
    rng = np.random.default_rng(seed)
    calls = [
        SimCall(f"c{i}", float(t), (float(rng.uniform(-0.2, 0.2)), 0.0), "patrol", float(rng.uniform(20, 80)))
        for i, t in enumerate(sorted(rng.uniform(0, days * 1440, days * 20)))
    ]
    return Scenario(tuple(calls), days, drive, POLICY)


ONE, TWO = Plan("one", (unit("P-1"),)), Plan("two", (unit("P-1"), unit("P-2")))


def test_a_second_unit_shortens_waits_by_more_than_chance_and_costs_a_week() -> None:
    found = compare(scenario(), ONE, TWO, seed=3, replications=12)
    assert found.difference["p90"].interval.high < 0
    assert found.difference["mean"].value == pytest.approx(
        found.other.measures["mean"].value - found.base.measures["mean"].value
    )
    assert found.weekly_cost_difference == pytest.approx(168 * 100)
    assert all(hour.interval.low >= 0 for hour in found.coverage_difference)


def test_a_plan_against_itself_differs_by_nothing() -> None:
    found = compare(scenario(), TWO, TWO, seed=3, replications=4)
    assert all(e.value == 0 and e.interval[:2] == (0, 0) for e in found.difference.values())


def test_the_same_seed_gives_the_same_outlook_and_another_does_not() -> None:
    one, again, other = (replicate(scenario(), ONE, seed=s, replications=4) for s in (1, 1, 2))
    assert one == again and one != other
    for measure in one.measures.values():
        assert measure.interval.low <= measure.value <= measure.interval.high
    assert len(one.coverage_by_hour) == 24


def test_nobody_on_duty_answers_nobody() -> None:
    idle = Plan("idle", (unit("P-1", shifts=()),))
    found = replicate(scenario(7), idle, seed=1, replications=2)
    assert found.measures["unserved_share"].value == 1.0
    assert np.isnan(found.measures["mean"].value)


def test_bad_scenarios_name_the_field() -> None:
    with pytest.raises(ValueError, match="calls: c comes after the 1 days"):
        Scenario((call("c", 2000),), 1, drive, POLICY)
    with pytest.raises(ValueError, match="days: 0"):
        Scenario((), 0, drive, POLICY)
    with pytest.raises(ValueError, match="replications: 1"):
        replicate(scenario(7), ONE, seed=1, replications=1)
    with pytest.raises(ValueError, match="give zero or more"):
        call("c", -1)
