"""Weights: the population's shares reached, nobody counted too much, what it costs said; peers agree."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from commonweal.engines.measures.raking import MOST, effective, mean, raked

AGES, AREAS = {"young": 0.30, "mid": 0.45, "old": 0.25}, {"north": 0.6, "south": 0.4}
# (age, area), answers, and the weight that ipfn 1.4.4 gives each on these margins (scaled to a mean of 1)
IPFN = [
    ("young", "north", 12, 2.115235), ("young", "south", 5, 0.923436), ("old", "north", 20, 0.832197),
    ("old", "south", 23, 0.363307), ("mid", "north", 9, 1.997027), ("mid", "south", 31, 0.871831),
]  # fmt: skip


def answers() -> list[dict[str, str]]:
    """The answers of the table."""
    return [{"age": age, "area": area} for age, area, count, _ in IPFN for _ in range(count)]


def test_it_weighs_as_ipfn_does() -> None:
    """Cell by cell, to the sixth digit."""
    found = raked(answers(), {"age": AGES, "area": AREAS})
    wanted = np.repeat([weight for *_, weight in IPFN], [count for _, _, count, _ in IPFN])
    assert found.stands and np.abs(found.weights - wanted).max() < 1e-6
    assert found.effective == pytest.approx(wanted.sum() ** 2 / (wanted**2).sum(), abs=1e-4)


people = some.lists(
    some.fixed_dictionaries({
        "age": some.sampled_from(["young", "mid", "old", ""]),
        "area": some.sampled_from(["north", "south", ""]),
    }),
    min_size=1, max_size=120,
)  # fmt: skip


class TestWhateverTheAnswers:
    """What holds for any answers and any population."""

    @given(people)
    def test_no_weight_is_negative_or_beyond_the_most(self, said: list[dict[str, str]]) -> None:
        found = raked(said, {"age": AGES, "area": AREAS})
        assert (found.weights >= 0).all() and found.weights.max() <= MOST + 1e-6
        assert 1 - 1e-6 <= found.effective <= len(said) + 1e-6

    @given(people)
    def test_where_it_says_that_shares_stand_they_do(self, said: list[dict[str, str]]) -> None:
        found = raked(said, {"age": AGES})
        ages = [one["age"] for one in said]
        assume(found.stands and any(ages))
        known = sum(w for w, age in zip(found.weights, ages, strict=True) if age)
        present = {age: share for age, share in AGES.items() if age in ages}
        for age, share in present.items():
            own = sum(w for w, one in zip(found.weights, ages, strict=True) if one == age)
            assert own / known == pytest.approx(share / sum(present.values()), abs=2e-3)

    @given(people)
    def test_people_and_shares_of_people_say_the_same(self, said: list[dict[str, str]]) -> None:
        heads = {age: 1000 * share for age, share in AGES.items()}
        one, other = raked(said, {"age": AGES}), raked(said, {"age": heads})
        assert np.allclose(one.weights, other.weights)

    @given(people)
    def test_who_is_missing_is_named(self, said: list[dict[str, str]]) -> None:
        found = raked(said, {"age": AGES})
        assert {*found.silent["age"]} == AGES.keys() - {one["age"] for one in said}


def test_answers_that_fit_already_keep_their_weight() -> None:
    """Nothing to mend costs nothing."""
    said = [{"age": "young"}] * 30 + [{"age": "mid"}] * 45 + [{"age": "old"}] * 25
    found = raked(said, {"age": AGES})
    assert np.allclose(found.weights, 1) and found.effective == pytest.approx(100)


def test_who_does_not_say_is_left_as_they_are() -> None:
    """An unknown age weighs what it did; the known ones come to their shares."""
    said = [{"age": ""}] * 10 + [{"age": "young"}] * 10 + [{"age": "old"}] * 10
    found = raked(said, {"age": {"young": 3, "old": 1}})
    assert np.allclose(found.weights[:10], 1)
    assert found.weights[10] / found.weights[-1] == pytest.approx(3)


def test_one_lonely_answer_is_not_made_a_crowd() -> None:
    """Half of the people and one answer: it counts five times at most, and the shares do not stand."""
    found = raked([{"age": "young"}] + [{"age": "old"}] * 99, {"age": {"young": 1, "old": 1}})
    assert found.weights[0] == pytest.approx(MOST) and not found.stands


def test_a_value_that_nobody_counted_is_named() -> None:
    with pytest.raises(ValueError, match=r"age: 'ancient'.*young, mid, old"):
        raked([{"age": "ancient"}], {"age": AGES})


class TestMeans:
    """Means with their intervals."""

    def test_equal_weights_give_the_plain_mean_and_its_t_interval(self) -> None:
        """The textbook's: mean of 1 to 5 is 3, standard error sqrt(2.5 / 5), t with 4 degrees 2.776445."""
        found = mean([1, 2, 3, 4, 5], np.ones(5))
        assert found.value == 3 and found.interval is not None
        assert found.interval.high == pytest.approx(3 + 2.776445 * np.sqrt(0.5), abs=1e-6)

    def test_weights_pull_it(self) -> None:
        assert mean([0, 100], np.array([1.0, 3.0])).value == 75

    def test_one_answer_has_no_interval_and_none_no_mean(self) -> None:
        assert mean([50], np.ones(1)).interval is None
        with pytest.raises(ValueError, match="none"):
            mean([], np.ones(0))

    @given(some.lists(some.floats(0, 100), min_size=2, max_size=60), some.integers(1, 1000))
    def test_it_lies_within_and_does_not_mind_the_scale_of_weights(
        self, said: list[float], times: int
    ) -> None:
        weights = np.linspace(1, 2, len(said))
        one, other = mean(said, weights), mean(said, weights * times)
        assert min(said) - 1e-9 <= one.value <= max(said) + 1e-9
        assert one.value == pytest.approx(other.value) and one.interval is not None
        assert other.interval is not None and one.interval.low == pytest.approx(other.interval.low, abs=1e-6)

    def test_nineteen_of_twenty_intervals_hold_the_truth(self) -> None:
        """Half of the people answer four times as often; weighted, 95 % intervals hold the mean of all."""
        rng, held, runs = np.random.default_rng(7), 0, 400
        for _ in range(runs):
            kinds = rng.choice(["loud", "quiet"], 200, p=[0.8, 0.2])
            values = rng.normal(np.where(kinds == "loud", 40, 80), 15)
            weights = raked([{"kind": k} for k in kinds], {"kind": {"loud": 1, "quiet": 1}}).weights
            interval = mean(values.tolist(), weights).interval
            assert interval is not None
            held += interval.low <= 60 <= interval.high
        assert 0.93 <= held / runs <= 1


def test_effective_is_kishs() -> None:
    """Three weights of 1 and one of 3: 36 / 12."""
    assert effective(np.array([1.0, 1, 1, 3])) == pytest.approx(3)
