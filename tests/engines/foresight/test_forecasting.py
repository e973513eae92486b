"""Forecasts: nothing learned from what is to come, intervals that hold what they promise, breaks found."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.foresight.forecasters import Model, forecast, models, seasonal_naive, weighed
from commonweal.engines.foresight.forecasting import (
    Band,
    Series,
    backtest,
    lattice,
    outlook,
    outlooks,
)
from commonweal.engines.foresight.levels import calmed, last_break, levelled
from commonweal.engines.numerics import Floats

few = settings(max_examples=8)
WEEK = np.array([0.8, 0.9, 1.0, 1.0, 1.1, 1.3, 0.9])


def mean_of_all(values: Floats, _: int, horizon: int) -> Floats:
    """The plainest forecast there is."""
    return np.full(horizon, values.mean())


PLAIN: dict[str, Model] = {
    "slow": lambda v, s, h: weighed(v, s, h, 2.0),
    "quick": lambda v, s, h: weighed(v, s, h, 0.7),
    "mean": mean_of_all,
}


def counts(n: int, level: float, seed: int) -> Floats:
    """Days of Poisson counts with a week in them."""
    rng = np.random.default_rng(seed)
    return rng.poisson(level * WEEK[np.arange(n) % 7]).astype(np.float64)


@few
@given(st.integers(0, 999), st.integers(1, 14), st.integers(1, 8), st.floats(1, 300))
def test_intervals_hold_the_point_and_each_other(seed: int, horizon: int, season: int, level: float) -> None:
    """95 % contains 80 % contains the point; counts stay at zero or more; weights sum to one."""
    found = outlook(Series(counts(120, level, seed), season, horizon), PLAIN)
    (low80, high80), (low95, high95) = found.bounds[0.80], found.bounds[0.95]
    assert found.point.shape == (horizon,) and found.origin == 120
    assert (low95 <= low80).all() and (low80 <= found.point + 1e-9).all()
    assert (found.point <= high80 + 1e-9).all() and (high80 <= high95).all()
    assert (low95 >= 0).all() and sum(found.weights.values()) == pytest.approx(1)


@few
@given(st.integers(0, 999), st.integers(60, 140))
def test_nothing_is_learned_from_what_is_to_come(seed: int, origin: int) -> None:
    """Whatever comes after an origin, the forecast made there is the same."""
    values = counts(160, 20, seed)
    other = values.copy()
    other[origin:] = 999
    points = [p for p in lattice(Series(values, 7, 7), 153, 5) if p < origin] + [origin]
    one, two = (outlooks(Series(v, 7, 7), PLAIN, points)[-1][0] for v in (values, other))
    assert np.array_equal(one.point, two.point) and one.weights == two.weights
    assert all(np.array_equal(one.bounds[k][1], two.bounds[k][1]) for k in one.bounds)


@few
@given(st.integers(40, 500), st.integers(1, 30), st.integers(1, 12), st.integers(1, 20))
def test_the_lattice(size: int, horizon: int, season: int, origins: int) -> None:
    """Equal steps up to the last, never more than a horizon apart, none before three seasons."""
    last = size - horizon
    if last < max(3 * season, 8):
        return
    points = lattice(Series(np.zeros(size), season, horizon), last, origins)
    gaps = set(np.diff(points).tolist())
    assert points[-1] == last and points[0] >= 3 * season
    assert len(gaps) <= 1 and all(1 <= gap <= horizon for gap in gaps)


def test_steady_weeks_are_better_forecast_than_repeated() -> None:
    """Independent noise: below 0.80 of the seasonal-naive error, and coverage near nominal."""
    score = backtest(Series(counts(900, 30, 1), 7, 14), PLAIN, 30)
    assert score.ratio is not None and score.ratio < 0.80 and score.origins == 30
    assert 0.76 <= score.coverage[0.80] <= 0.84 and 0.92 <= score.coverage[0.95] <= 0.98


def test_a_series_that_never_changes() -> None:
    """The naive forecast never errs, so there is no ratio; ours is right too."""
    score = backtest(Series(np.full(80, 12.0), 7, 7), PLAIN, 5)
    assert score.ratio is None and score.mae == pytest.approx(0)


@few
@given(st.integers(0, 999), st.integers(30, 90), st.sampled_from([0.5, 0.6, 1.7, 2.5]))
def test_a_break_is_found_and_read_over(seed: int, at: int, factor: float) -> None:
    """A change of measure is dated to within four days, and what lies before it is scaled to what follows."""
    values = counts(100, 120, seed)
    values[at:] *= factor
    found = last_break(values, 7)
    assert found is not None and abs(found.index - at) <= 4
    assert found.factor == pytest.approx(factor, rel=0.25)
    even, _ = levelled(values, 7)
    assert even[:at].mean() == pytest.approx(even[at:].mean(), rel=0.2)


@few
@given(st.integers(0, 999), st.floats(5, 300))
def test_no_break_in_steady_counts(seed: int, level: float) -> None:
    """Poisson noise with a week in it is no change of measure."""
    assert last_break(counts(150, level, seed), 7) is None


def test_after_a_break_forecasts_follow_the_new_level() -> None:
    """Five days after counts nearly double, the forecast is near the new level, not between the two."""
    values = counts(75, 150, 3)
    values[70:] *= 1.7
    found = outlook(Series(values, 7, 7), PLAIN)
    assert found.broken is not None and abs(found.broken.index - 70) <= 1
    assert found.point.mean() == pytest.approx(255, rel=0.15)


def test_half_a_day_of_data_does_not_pull_the_forecast_down() -> None:
    """The last day is cut off at noon, as exports are: it counts for no more than a bad day."""
    values = counts(200, 300, 5)
    values[-1] = 20
    assert calmed(values, 7)[-1] > 100
    assert outlook(Series(values, 7, 7), PLAIN).point.mean() == pytest.approx(300, rel=0.12)


@few
@given(st.integers(1, 9), st.integers(1, 30), st.lists(st.floats(0, 99), min_size=9, max_size=40))
def test_the_yardstick_repeats_the_last_season(season: int, horizon: int, values: list[float]) -> None:
    """Value for value; and a model that finds nothing falls back to it."""
    known = np.array(values)
    naive = seasonal_naive(known, season, horizon)
    assert all(naive[n] == known[len(values) - season + n % season] for n in range(horizon))
    nothing = partial(forecast, lambda v, s, h: np.full(h, np.nan))
    assert np.array_equal(nothing(known, season, horizon), naive)


def test_an_interval_that_misses_too_often_widens() -> None:
    """Forecasts keep missing by more than before: the level moves up, never beyond its limits."""
    band = Band(True, np.array([-1.0, 0.0, 1.0]))
    before = band.bounds(np.array([100.0]))[0.80]
    for _ in range(40):
        band.seen(np.full(7, 100.0), np.full(7, 160.0))
    after = band.bounds(np.array([100.0]))[0.80]
    assert after[1][0] > before[1][0] and band.alpha[0.80] >= 0.2 / 3


@pytest.mark.parametrize(("values", "season", "horizon", "said"), [
    (np.zeros(20), 7, 14, "35 are needed"), (np.zeros(3), 1, 1, "8 are needed"),
    (np.zeros(90), 0, 7, "season"), (np.zeros(90), 7, 0, "horizon"),
    (np.array([1.0] * 50 + [np.nan]), 7, 7, "number 51"),
])  # fmt: skip
def test_series_that_cannot_be_forecast(values: Floats, season: int, horizon: int, said: str) -> None:
    """Refused, with what is needed."""
    with pytest.raises(ValueError, match=said):
        Series(values, season, horizon)
    with pytest.raises(ValueError, match="origins"):
        backtest(Series(np.zeros(60), 7, 7), PLAIN, 0)


def test_the_kept_models_answer_for_every_season() -> None:
    """Each model of the library gives finite values, with a season, without, and with a long one."""
    for season, size in ((1, 60), (7, 90), (48, 300)):
        values = counts(size, 40, season)
        for name, model in models(season).items():
            found = model(values, season, 5)
            assert found.shape == (5,) and np.isfinite(found).all(), name
