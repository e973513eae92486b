"""Playing a deployment: two players that agree call by call, small stories, and formulas as witnesses."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from commonweal.engines.staffing import Desk, Shift, erlang_c, exact, service
from commonweal.engines.staffing.playing import (
    Arrivals,
    Asking,
    CallType,
    Chance,
    Free,
    Listed,
    Rules,
    Slot,
    Spread,
    Trial,
    Unit,
    World,
    calibrated,
    drawn,
    measured,
    paired,
    play,
    play_plainly,
    simulated,
)
from commonweal.engines.staffing.playing.record import ABANDONED, LOST, SERVED, Record
from engines.staffing.cities import city
from engines.staffing.worlds import worlds

NEAR_FAR = np.array([[[2.0, 20.0], [20.0, 2.0]]])


def slot(*kinds: str, minutes: float = 30, hand_off: float | None = None) -> Slot:
    return Slot(frozenset(kinds), Spread(mean=minutes), None if hand_off is None else Spread(mean=hand_off))


PATROL = CallType(3, ((slot("officer"),),))
JOINT = CallType(2, ((slot("officer", hand_off=5), slot("clinician", minutes=50)),))

BOTH = {"patrol": PATROL, "joint": JOINT}


def at(minute: float, type: str = "patrol", atom: int = 0, **known: object) -> Listed:
    return Listed(f"{type}@{minute:g}", minute, type, atom, **known)  # type: ignore[arg-type]


def world_of(*calls: Listed, units: Sequence[Unit] | None = None, **other: object) -> World:
    """A day with two atoms, one officer and one clinician in the first."""
    fleet = tuple(units or (Unit("P1", "officer", 0), Unit("C1", "clinician", 0)))
    types = other.pop("types", {"patrol": PATROL} if units else BOTH)
    return World("w", fleet, types, NEAR_FAR, 1, calls, resample=False, **other)  # type: ignore[arg-type]


def played(world: World) -> Record:
    """One run by the compiled player, which the plain one must repeat."""
    stream = drawn(world, 1, 0)
    record, plain = play(world, stream), play_plainly(world, stream)
    assert record.calls_as() == plain.calls_as()
    return record


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_compiled_player_gives_each_call_what_the_plain_one_gives_it(world: World) -> None:
    stream = drawn(world, 1, 0)
    fast, plain = play(world, stream), play_plainly(world, stream)
    assert fast.calls_as() == plain.calls_as()
    for by_unit in ("busy", "duty", "overrun", "missed_breaks"):
        assert np.array_equal(getattr(fast, by_unit), getattr(plain, by_unit))
    taken: dict[int, list[tuple[float, float]]] = {}
    for call in np.flatnonzero(fast.status == SERVED).tolist():
        assert fast.at[call] <= fast.sent[call] <= fast.first[call] <= fast.complete[call] <= fast.done[call]
        for unit in fast.units[call][fast.units[call] >= 0].tolist():
            taken.setdefault(unit, []).append((fast.sent[call], fast.complete[call]))
    for spans in taken.values():
        spans.sort()
        assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))


def test_a_joint_call_begins_when_the_last_comes_and_each_is_released_on_its_own() -> None:
    units = (Unit("P1", "officer", 0), Unit("C1", "clinician", 1))
    record = played(world_of(at(0, "joint"), at(10), units=units, types=BOTH))
    assert (record.first[0], record.complete[0], record.done[0]) == (2, 20, 70)
    assert record.sent[1] == 25, "the officer hands over five minutes after the clinician came"


def test_a_clinician_or_an_officer_trained_for_it_goes_whoever_is_nearer() -> None:
    either = CallType(2, ((slot("clinician", "cit"),),))
    units = (Unit("C1", "clinician", 1), Unit("T1", "cit", 0))
    record = played(world_of(at(0, "either"), at(1, "either", 1), types={"either": either}, units=units))
    assert record.units[:, 0].tolist() == [1, 0]


def test_the_first_slot_leaves_the_only_one_who_can_fill_the_second() -> None:
    both = CallType(2, ((slot("officer", "cit"), slot("cit")),))
    units = (Unit("T1", "cit", 0), Unit("P1", "officer", 1))
    record = played(world_of(at(0, "both"), types={"both": both}, units=units))
    assert record.units[0].tolist() == [1, 0]


def test_a_unit_on_its_way_is_diverted_to_the_urgent_and_the_other_call_waits_again() -> None:
    urgent = replace(PATROL, priority=1, pre_empts=True)
    types = {"patrol": PATROL, "urgent": urgent}
    record = played(world_of(at(0, "patrol", 1), at(5, "urgent"), types=types))
    assert record.pre_empted.tolist() == [1, 0]
    assert record.complete[1] == pytest.approx(5 + 0.75 * 2 + 0.25 * 20), "a quarter of the way was behind it"
    assert record.sent[0] == record.done[1]
    arrived = played(world_of(at(0, "patrol", 1), at(21, "urgent"), types=types))
    assert arrived.pre_empted.sum() == 0, "whoever has arrived stays"


def test_patience_ends_retriage_turns_and_a_full_line_loses() -> None:
    hasty = replace(PATROL, patience=Spread(mean=15))
    turning = replace(PATROL, retriage=Chance(1.0, Spread(mean=8), "joint"), priority=9)
    types = {"patrol": hasty, "joint": JOINT, "turning": turning}
    record = played(world_of(at(0), at(1), at(2, "turning"), types=types))
    assert record.status.tolist() == [SERVED, ABANDONED, SERVED] and record.stage[2] == 1
    assert record.units[2].tolist() == [0, 1], "it turned out to need both"
    full = played(world_of(at(0), at(1), at(2), rules=Rules(queue=1)))
    assert full.status.tolist() == [SERVED, SERVED, LOST]


def test_follow_ups_come_after_their_call_and_after_the_urgent() -> None:
    first = replace(PATROL, follow_up=Chance(1.0, Spread(mean=10), "later"))
    types = {"patrol": first, "later": replace(PATROL, priority=8)}
    record = played(world_of(at(0), at(31), at(33), types=types))
    assert record.at[3] == record.done[0] + 10
    assert record.sent[3] > record.sent[1] and record.sent[3] > record.sent[2]


def test_overrun_breaks_and_the_last_call_of_a_shift() -> None:
    short = Unit("P1", "officer", 0, (Shift(0, 0, 1),), ((20.0, 15.0),))
    record = played(world_of(at(10, atom=1), at(61), units=(short,)))
    assert record.overrun[0] == 0 and record.missed_breaks[0] == 1, "free again at the very end of the hour"
    assert record.status.tolist()[1] != SERVED
    late = played(world_of(at(30), at(50, atom=1), units=(replace(short, breaks=()),)))
    assert late.status[1] != SERVED
    rested = played(world_of(at(10), at(41), units=(Unit("P1", "officer", 0, (), ((20.0, 15.0),)),)))
    assert rested.sent[1] == 57, "its break began at 42, when it was free, and lasted 15 minutes"
    over = played(world_of(at(50, atom=1), units=(replace(short, breaks=()),)))
    assert over.overrun[0] == 40
    kept = played(world_of(at(50), units=(replace(short, breaks=()),), rules=Rules(last_call=20)))
    assert kept.status[0] != SERVED


def test_more_types_of_call_than_are_remembered_as_hopeless_are_answered_alike() -> None:
    """Seventy types ask for officer and clinician, or for the one officer alone, at the same hour."""
    alone, pair = slot("officer", minutes=2), (slot("officer", minutes=2), slot("clinician", minutes=2))
    kinds = {f"t{n}": CallType(1 + n % 3, ((alone,) if n % 2 else pair,)) for n in range(70)}
    calls = [Listed(f"c{n}", 60.0 + n // 7, f"t{n}", n % 2) for n in range(70)]
    record = played(world_of(*calls, types=kinds))
    assert (record.status == SERVED).all() and len(set(record.sent.tolist())) > 30


def test_a_policy_handed_in_decides_and_may_send_only_what_meets_the_call() -> None:
    units = (Unit("P1", "officer", 0), Unit("P2", "officer", 1))
    world = world_of(at(0), units=units, types={"patrol": PATROL}, rules=Rules("live"))
    stream = drawn(world, 1, 0)

    def farthest(call: Asking, free: Sequence[Free]) -> Sequence[str]:
        assert call.type == "patrol" and call.waited == 0
        return [max(free, key=lambda unit: unit.minutes).id]

    assert play_plainly(world, stream, farthest).units[0, 0] == 1
    with pytest.raises(ValueError, match="only units handed in"):
        play_plainly(world, stream, lambda call, free: ["GHOST"])
    with pytest.raises(ValueError, match="meet no way"):
        play_plainly(world, stream, lambda call, free: ["P1", "P2"])
    with pytest.raises(ValueError, match="hand it to play_plainly"):
        play(world, stream)


def line(servers: int, rate: float, patience: float | None = None) -> World:
    """Servers alike, nobody travels, half an hour each on average."""
    kind = CallType(1, ((Slot(frozenset({"car"}), Spread("exponential", mean=30)),),))
    kind = kind if patience is None else replace(kind, patience=Spread("exponential", mean=patience))
    cars = tuple(Unit(f"U{n}", "car", 0) for n in range(servers))
    rates = (Arrivals("call", 0, (rate,)),)
    return World("line", cars, {"call": kind}, np.zeros((1, 1, 1)), 41, arrivals=rates, warm_up=1)


def test_ten_servers_at_eight_tenths_wait_as_erlang_c_says() -> None:
    assert erlang_c(10, 8.0) == pytest.approx(0.40918015, abs=5e-9)
    waits = []
    for replication in range(12):
        stream = drawn(line(10, 16.0), 5, replication)
        record = play(line(10, 16.0), stream)
        waits.append(float((record.sent > record.at)[record.at > 1440].mean()))
    spread = 3 * np.std(waits, ddof=1) / np.sqrt(len(waits))
    assert abs(np.mean(waits) - erlang_c(10, 8.0)) < spread < 0.05


def test_the_impatient_leave_as_erlang_a_says() -> None:
    found = simulated(line(3, 8.0, patience=20), Trial(seed=2, replications=10)).overall["abandoned_share"]
    assert found.interval.low <= service(Desk(8.0, 30, 0, 20), 3).abandoned <= found.interval.high


def test_hypercube_and_simulation_agree_over_random_cities() -> None:
    outside = seen = 0
    for number in range(20):
        problem, world = city(number)
        answer, found = exact(problem), simulated(world, Trial(seed=number, replications=6, level=0.99))
        pairs = list(zip(answer.workload, found.workload.values(), strict=True))
        pairs.append((answer.blocked, found.overall["lost_share"]))
        seen += len(pairs)
        outside += sum(
            not m.interval.low - 1e-9 <= expected <= m.interval.high + 1e-9 for expected, m in pairs
        )
        assert all(abs(m.value - expected) < 0.06 for expected, m in pairs)
    assert outside / seen < 0.05, "intervals of 99 % miss one in a hundred"


def test_what_shares_its_demand_meets_the_same_calls_and_a_second_car_never_harms() -> None:
    one, two = line(2, 2.0), line(3, 2.0)
    for replication in range(3):
        assert np.array_equal(drawn(one, 4, replication).stay, drawn(two, 4, replication).stay)
    found = paired(one, two, Trial(seed=4, replications=6))
    change = found.overall["mean_response"]
    assert change.interval.high < 0
    assert change.value == pytest.approx(
        found.other.overall["mean_response"].value - found.base.overall["mean_response"].value
    )
    same = paired(one, one, Trial(seed=4, replications=2)).overall
    assert all(mean.value == 0 for mean in same.values() if np.isfinite(mean.value))
    with pytest.raises(ValueError, match="differ in atoms"):
        paired(one, world_of(at(0)), Trial())


def test_rates_by_hour_of_the_week_are_met_and_whole_days_are_drawn_again() -> None:
    rates = tuple(4.0 if hour % 24 == 9 else 0.0 for hour in range(168))
    world = replace(line(2, 1.0), arrivals=(Arrivals("call", 0, rates),), days=70)
    times = drawn(world, 1, 0).at
    assert set((times // 60 % 24).tolist()) == {9.0}
    assert len(times) == pytest.approx(280, abs=5 * np.sqrt(280))
    log = tuple(Listed(f"c{d}", d * 1440.0 + 60, "call", 0) for d in range(0, 28, 2))
    again = drawn(replace(world, arrivals=(), calls=log, days=28), 1, 0)
    assert {int(t // 1440) % 7 for t in again.at} <= set(range(7)) and set(again.at % 1440) == {60.0}


def logged(slower: float) -> World:
    """A log of 200 calls, observed as the simulation would have it, times `slower`."""
    rng = np.random.default_rng(3)
    times = sorted(rng.uniform(0, 20000, 200).tolist())
    calls = tuple(Listed(f"c{n}", t, "patrol", n % 2, {"*": 20.0}) for n, t in enumerate(times))
    fleet = (Unit("P1", "officer", 0), Unit("P2", "officer", 1))
    world = World("log", fleet, {"patrol": PATROL}, NEAR_FAR, 14, calls)
    record = play(world, drawn(world, 1, 0, as_logged=True))
    took = (record.complete - record.at) * slower
    seen = tuple(replace(call, observed=float(t)) for call, t in zip(calls, took, strict=True))
    return replace(world, calls=seen)


def test_a_log_that_fits_is_believed_and_one_that_does_not_is_said_by_how_much() -> None:
    fits, off = calibrated(logged(1.0)), calibrated(logged(2.0))
    assert fits is not None and fits.holds and "it fits" in fits.in_words
    assert off is not None and not off.holds and off.fits[0].off == pytest.approx(-0.5)
    assert "off by -50%" in off.in_words
    few = calibrated(replace(logged(1.0), calls=logged(1.0).calls[:5]))
    assert few is not None and not few.holds and "5 calls carry an observed" in few.in_words
    assert calibrated(world_of(at(0))) is None


def test_measures_count_those_who_were_left_alone() -> None:
    world = world_of(at(0), at(1), types={"patrol": replace(PATROL, patience=Spread(mean=5))}, target=3.0)
    stream = drawn(world, 1, 0)
    row = measured(world, stream, play(world, stream)).overall
    assert row[:4].tolist() == [2, 0.5, 0.5, 0] and row[9] == 0.5


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"units": ()}, "units: empty"),
        ({"units": (Unit("a", "x", 0), Unit("a", "x", 0))}, "comes twice"),
        ({"units": (Unit("a", "officer", 9),)}, "home 9 of a is no atom"),
        ({"types": {}}, "call_types: empty"),
        ({"calls": (at(0, "fire"),)}, "type 'fire' is not among call_types"),
        ({"calls": (at(9999),)}, "give 0 to 1440"),
        ({"calls": ()}, "no arrivals"),
        ({"travel": np.array([[[-1.0]]])}, "negative"),
        ({"warm_up": 3}, "to warm up"),
        ({"rules": Rules("preference", (("P1",),))}, "preference: 1 rows"),
    ],
)
def test_worlds_that_cannot_be_played_name_the_field(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(world_of(at(0)), **changes)  # type: ignore[arg-type]


def test_chances_that_cannot_be_name_the_field() -> None:
    for make, words in (
        (lambda: Spread("normal", mean=3), "distribution: 'normal'"),
        (lambda: Spread("gamma", mean=3), "sd: 0"),
        (lambda: Spread("uniform", low=3, high=1), "high: 1"),
        (lambda: Chance(1.5, Spread(), "x"), "share: 1.5"),
        (lambda: Rules("nearest"), "policy: 'nearest'"),
        (lambda: Arrivals("x", 0, (1.0, 2.0)), "per_hour: 2 numbers"),
        (lambda: Trial(replications=1), "replications: 1"),
    ):
        with pytest.raises(ValueError, match=words):
            make()
