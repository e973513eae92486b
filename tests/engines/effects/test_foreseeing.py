"""What a study could show: foreseen from the past, and true when the study is then made."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects.foreseeing import (
    VARIANCES,
    Scatter,
    chance,
    foreseen,
    lag_one,
    of_differences,
    of_wedge,
    scattered,
)
from commonweal.engines.numerics import Floats


def towns(
    rng: np.random.Generator, units: int, periods: int, lasting: float = 0.0, mean: float = 40.0
) -> Floats:
    """Towns of their own levels, all touched by the same months, with troubles that last."""
    left = rng.normal(size=(units, periods + 20))
    for n in range(1, periods + 20):
        left[:, n] = lasting * left[:, n - 1] + sqrt(1 - lasting**2) * left[:, n]
    return np.asarray(
        mean + 4 * rng.normal(size=(units, 1)) + 2 * rng.normal(size=periods) + 3 * left[:, 20:],
        dtype=np.float64,
    )


def test_the_past_is_read_as_it_was_made() -> None:
    found = scattered(towns(np.random.default_rng(1), 150, 40, 0.5))
    assert found.mean == pytest.approx(40, abs=1.5) and found.within == pytest.approx(9, rel=0.1)
    assert found.lasting == pytest.approx(0.5, abs=0.05) and found.between == pytest.approx(16, rel=0.3)
    assert found.alike and found.alike.interval.low < 16 / 25 < found.alike.interval.high


def estimated(design: str, table: Floats, treated: Floats) -> float:
    """The plainest estimate of each design, made anew."""
    if design == "cluster_randomised":
        on, since = treated.any(axis=1), treated.any(axis=0)
        after, before = table[:, since].mean(axis=1), table[:, ~since].mean(axis=1)
        columns = np.column_stack([on, np.ones(len(on)), before - before.mean()])
        return float(np.linalg.lstsq(columns, after, rcond=None)[0][0])
    if design == "its":
        steps = np.arange(table.shape[1])
        columns = np.column_stack([treated[0], np.ones(len(steps)), steps])
        return float(np.linalg.lstsq(columns, table.sum(axis=0), rcond=None)[0][0])
    left = treated - treated.mean(axis=0) - treated.mean(axis=1, keepdims=True) + treated.mean()
    return float((left * table).sum() / (left**2).sum())


@pytest.mark.parametrize(
    ("design", "starts"),
    [
        ("did", [12.0] * 5 + [inf] * 9),
        ("staggered", [8.0] * 4 + [14.0] * 4 + [inf] * 6),
        ("cluster_randomised", [12.0] * 7 + [inf] * 7),
    ],
)
@pytest.mark.parametrize("lasting", [0.0, 0.6])
def test_the_error_foreseen_is_the_spread_of_estimates(
    design: str, starts: list[float], lasting: float
) -> None:
    rng = np.random.default_rng(7)
    treated = (np.arange(24) >= np.array(starts)[:, None]).astype(float)
    spread = np.std([estimated(design, towns(rng, 14, 24, lasting), treated) for _ in range(600)])
    error = sqrt(VARIANCES[design](treated, Scatter(40.0, 16.0, 9.0, lasting, None)))
    assert error == pytest.approx(spread, rel=0.12)


def test_eight_times_in_ten_the_smallest_effect_is_seen() -> None:
    """The promise itself: past, study and test made anew each time; the share that sees it is the power."""
    rng, seen = np.random.default_rng(5), 0
    starts = [12] * 12 + [None] * 12
    treated = (np.arange(24) >= np.array([s if s is not None else inf for s in starts])[:, None]).astype(
        float
    )
    for _ in range(250):
        found = foreseen("did", starts, 24, towns(rng, 24, 30), 0.001)
        table = towns(rng, 24, 24) - found.least * treated
        post, pre = table[:, 12:].mean(axis=1), table[:, :12].mean(axis=1)
        change = post - pre
        on = treated.any(axis=1)
        error = sqrt(change[on].var(ddof=1) / 12 + change[~on].var(ddof=1) / 12)
        seen += abs(change[on].mean() - change[~on].mean()) / error > 2.074
    assert 0.72 <= seen / 250 <= 0.88


def test_one_series_without_a_comparison_needs_a_larger_effect() -> None:
    past = towns(np.random.default_rng(2), 6, 30)
    alone = foreseen("its", [12] * 6, 24, past, None)
    compared = foreseen("did", [12] * 3 + [None] * 3, 24, past, 0.05)
    assert 0 < compared.share < alone.share < inf
    assert alone.scatter.alike is None and compared.scatter.alike is not None


def test_where_no_p_can_be_small_enough_no_effect_is_large_enough() -> None:
    past = towns(np.random.default_rng(3), 4, 20)
    found = foreseen("cluster_randomised", [6, 6, None, None], 20, past, 1 / 3)
    assert found.least == inf and set(found.chances.values()) == {0.0}


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 30), st.floats(0.5, 30), st.floats(0, 0.9), st.integers(2, 6), st.integers(3, 12))
def test_random_levels_never_do_worse_and_no_sharing_of_them_is_the_same(
    between: float, within: float, lasting: float, units: int, periods: int
) -> None:
    starts = 1 + np.arange(2 * units) % (periods - 1)
    treated = (np.arange(periods) >= starts[:, None]).astype(float)
    if np.linalg.matrix_rank(np.vstack([treated, np.ones(periods)])) < 2:
        return
    scatter = Scatter(1.0, between, within, 0.0, None)
    assert of_wedge(treated, scatter) <= of_differences(treated, scatter) * (1 + 1e-9)
    fixed = Scatter(1.0, 1e9, within, 0.0, None)
    assert of_wedge(treated, fixed) == pytest.approx(of_differences(treated, fixed), rel=1e-3)


@given(st.floats(0, 6), st.integers(1, 200))
def test_a_chance_is_one_and_grows_with_the_effect(ratio: float, freedom: int) -> None:
    assert 0.0499 <= chance(ratio, freedom, 0.95) <= 1
    assert chance(ratio + 0.5, freedom, 0.95) >= chance(ratio, freedom, 0.95) - 1e-12


@pytest.mark.parametrize(
    ("past", "says"), [(np.ones((4, 3)), "3 periods on file"), (np.zeros((4, 9)), "nothing was counted")]
)
def test_too_little_past_is_said(past: Floats, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        foreseen("did", [3, 3, None, None], 9, past, 0.01)


def test_what_never_varies_lasts_no_longer() -> None:
    assert lag_one(np.zeros((3, 8))) == 0.0
    assert foreseen("did", [3, 3, None, None], 9, np.full((4, 9), 7.0), 0.01).least == 0
