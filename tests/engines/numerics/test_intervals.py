"""Intervals: published values, and what must hold for every count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.numerics import Interval, clopper_pearson, garwood, normal_quantile, wilson

shares = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.999)


def test_normal_quantile_is_the_textbook_one() -> None:
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054)


def test_wilson_matches_a_hand_calculation() -> None:
    # 8 of 10: (0.8 + z2/20 +- z sqrt(0.016 + z2/400)) / (1 + z2/10), z = 1.95996
    assert wilson(8, 10)[:2] == pytest.approx((0.4901625, 0.9433178), abs=1e-6)


def test_clopper_pearson_matches_published_table() -> None:
    # rule of three's exact form: 0 of n gives 1 - (alpha/2)**(1/n)
    assert clopper_pearson(0, 20).high == pytest.approx(1 - 0.025 ** (1 / 20))
    assert clopper_pearson(4, 20)[:2] == pytest.approx((0.0573, 0.4366), abs=5e-5)


def test_garwood_matches_published_table() -> None:
    # Garwood (1936): count 10 has limits 4.795 and 18.391; count 0 has upper limit 3.689
    assert garwood(10)[:2] == pytest.approx((4.7954, 18.3904), abs=1e-3)
    assert garwood(0)[:2] == pytest.approx((0.0, 3.6889), abs=1e-4)


@given(shares, levels)
def test_share_intervals_hold_the_share_and_stay_in_range(share: tuple[int, int], level: float) -> None:
    hits, trials = share
    for interval in (wilson(hits, trials, level), clopper_pearson(hits, trials, level)):
        assert 0 <= interval.low <= interval.high <= 1
        if trials:
            assert interval.low <= hits / trials <= interval.high


@given(shares)
def test_wilson_is_the_same_seen_from_the_other_side(share: tuple[int, int]) -> None:
    hits, trials = share
    one, other = wilson(hits, trials), wilson(trials - hits, trials)
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)


@given(st.integers(0, 5000), st.floats(0.01, 1e6), levels)
def test_garwood_holds_the_rate_and_scales_with_exposure(count: int, exposure: float, level: float) -> None:
    interval = garwood(count, exposure, level)
    assert 0 <= interval.low <= count / exposure <= interval.high
    assert interval.high * exposure == pytest.approx(garwood(count, 1.0, level).high)


@given(st.integers(0, 300))
def test_a_higher_level_is_never_narrower(count: int) -> None:
    wide, narrow = garwood(count, level=0.99), garwood(count, level=0.8)
    assert wide.low <= narrow.low and narrow.high <= wide.high


def test_no_trials_say_nothing() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)
    assert clopper_pearson(0, 0) == Interval(0.0, 1.0)


@pytest.mark.parametrize("hits, trials", [(-1, 5), (6, 5)])
def test_impossible_shares_are_refused(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson(hits, trials)
    with pytest.raises(ValueError, match="successes"):
        clopper_pearson(hits, trials)


@pytest.mark.parametrize("count, exposure", [(-1, 1.0), (3, 0.0), (3, float("inf"))])
def test_impossible_rates_are_refused(count: int, exposure: float) -> None:
    with pytest.raises(ValueError, match="exposure"):
        garwood(count, exposure)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_in_percent_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        normal_quantile(level)
