"""Bootstrap: the same seed, the same answer; a fair coin's interval holds a half."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.numerics import Floats, bootstrap, generator, percentile_interval, resampled_blocks

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def mean(sample: Floats) -> float:
    return float(sample.mean())


@given(values, st.integers(0, 2**32))
def test_same_seed_same_interval_within_the_data(sample: list[float], seed: int) -> None:
    one, again = (bootstrap(sample, mean, seed, replications=50) for _ in range(2))
    assert one == again
    assert min(sample) - 1e-6 <= one.low <= one.high <= max(sample) + 1e-6


def test_interval_of_a_mean_is_near_the_normal_one() -> None:
    sample = np.random.default_rng(7).normal(10, 2, 400)
    interval = bootstrap(sample, mean, seed=1, replications=2000)
    half = 1.96 * sample.std() / 20
    assert interval.low == pytest.approx(sample.mean() - half, abs=0.03)
    assert interval.high == pytest.approx(sample.mean() + half, abs=0.03)


def test_a_generator_handed_in_moves_on() -> None:
    rng = generator(3)
    assert generator(rng) is rng
    sample = list(range(30))
    assert bootstrap(sample, mean, rng, 20) != bootstrap(sample, mean, rng, 20)


@given(st.lists(st.integers(), min_size=1, max_size=20), st.integers(1, 9))
def test_blocks_are_drawn_whole(blocks: list[int], replications: int) -> None:
    drawn = resampled_blocks(blocks, 5, replications)
    assert len(drawn) == replications
    assert all(len(sample) == len(blocks) and set(sample) <= set(blocks) for sample in drawn)


def test_draws_that_are_no_numbers_are_left_out() -> None:
    draws = np.array([np.nan, 1.0, 2.0, 3.0, np.inf])
    assert percentile_interval(draws)[:2] == pytest.approx((1.05, 2.95))
    assert np.isnan(percentile_interval(np.array([np.nan])).low)


def test_nothing_to_draw_from_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        bootstrap([], mean, 1)
    with pytest.raises(ValueError, match="empty"):
        resampled_blocks([], 1, 3)
