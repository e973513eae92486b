"""What a run reached: by its own word, by a judged sample, by group, and against the run before."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import Link, Links, Record, fixed_model, link
from commonweal.engines.linkage.judging import (
    by_band,
    by_group,
    changes,
    estimated,
    joined_pairs,
    sampled_precision,
    share,
    to_judge,
)

MAY = date(1984, 5, 7)
ROSA = Record("r1", "police", "police", "Rosa", "Kimura", MAY, "F", phone="7035550101")
AGAIN = replace(ROSA, id="r2", source="shelter")
OTHER = Record("r3", "health", "health", "Carlos", "Ruiz", date(1950, 2, 3), "M")


def pair(number: int, chance: float) -> Link:
    return Link(f"a{number:03}", f"b{number:03}", chance, 1.0, ())


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_lies_within_its_interval(right: int, wrong: int) -> None:
    found = share(right, right + wrong)
    assert 0 <= found.low <= found.high <= 1 and found.judged == right + wrong
    if found.judged:
        assert found.low <= found.value + 1e-12 and found.value <= found.high + 1e-12


def test_more_judged_is_surer_and_nonsense_is_refused() -> None:
    assert share(90, 100).high - share(90, 100).low < share(9, 10).high - share(9, 10).low
    # Wilson's interval of 9 in 10, from the formula by hand
    assert share(9, 10).low == pytest.approx(0.5958, abs=1e-4)
    with pytest.raises(ValueError, match="right: 3 of 2 judged"):
        share(3, 2)


def test_a_run_judges_itself() -> None:
    found = estimated(link([ROSA, AGAIN, OTHER]), possible=3)
    assert found.joined == 1 and found.precision > 0.99 and found.recall > 0.9
    nobody = estimated(link([ROSA, OTHER]), possible=1)
    assert nobody.joined == 0 and nobody.precision == 1.0


@settings(max_examples=20)
@given(st.lists(st.floats(0.5, 1.0), min_size=1, max_size=40), st.integers(1, 20))
def test_a_sample_comes_from_every_band(chances: list[float], size: int) -> None:
    pairs = [pair(number, chance) for number, chance in enumerate(chances)]
    found = to_judge(pairs, size, seed=3)
    assert len({(one.left, one.right) for one in found}) == len(found) and {*found} <= {*pairs}
    assert by_band((one, True) for one in found).keys() == by_band((one, True) for one in pairs).keys()
    assert found == to_judge(pairs[::-1], size, seed=3)


def test_a_judged_sample_is_weighed_by_what_each_band_holds() -> None:
    pairs = [pair(n, 0.6) for n in range(10)] + [pair(n, 0.999) for n in range(10, 100)]
    judged = [(one, False) for one in pairs[:5]] + [(one, True) for one in pairs[10:15]]
    found = sampled_precision(pairs, judged)
    assert found.value == pytest.approx(0.9) and found.low < 0.9 < found.high and found.judged == 10
    assert sampled_precision(pairs, []).judged == 0


def test_an_error_that_falls_on_one_group_shows() -> None:
    group_of = {f"x{n}": "one" for n in range(60)} | {f"y{n}": "other" for n in range(60)}
    judged = [((f"x{n}", f"x{n + 1}"), True) for n in range(0, 60, 2)]
    judged += [((f"y{n}", f"y{n + 1}"), True) for n in range(0, 60, 2)]
    joined = {ends for ends, _ in judged if ends[0].startswith("x")}
    found = by_group(judged, joined, group_of)
    assert found["one"][1].low > found["other"][1].high
    assert found["other"][0].judged == 0


def test_what_changed_between_two_runs_and_why() -> None:
    first = link([ROSA, OTHER])
    second = link([ROSA, AGAIN, OTHER])
    (added,) = changes(first, second)
    assert added.joined and added.why == "record_added" and added.before is None
    (gone,) = changes(second, first)
    assert not gone.joined and gone.why == "record_gone"
    sceptic = link([ROSA, AGAIN, OTHER], model=fixed_model(1e-14))
    (model,) = changes(second, sceptic)
    assert not model.joined and model.why == "model"
    assert list(changes(second, second)) == []


def test_the_others_of_a_group_can_part_a_pair() -> None:
    whole = Links((pair(1, 0.9),), (("a001", "b001"),), fixed_model(), ())
    parted = replace(whole, clusters=(("a001",), ("b001",)))
    (change,) = changes(whole, parted)
    assert change.why == "others" and (change.before, change.after) == (1.0, 1.0)
    assert joined_pairs(whole.clusters) == {("a001", "b001")}
