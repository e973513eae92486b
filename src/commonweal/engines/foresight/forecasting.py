"""Forecasts of counts with intervals whose coverage is measured.

Several kept models forecast; how much each counts is learned at earlier origins whose horizons have ended
(nested back-test), and so are the intervals (split conformal, Vovk et al. 2005, with the adaptive level of
Gibbs & Candes 2021). The yardstick is the seasonal-naive forecast: the same season, one season ago.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from commonweal.engines.foresight.forecasters import Model, forecast, seasonal_naive
from commonweal.engines.foresight.levels import Break, calmed, levelled
from commonweal.engines.numerics import Floats

LEVELS = (0.80, 0.95)
FEW = 4
SINGLE = 0.8  # a change is the difference of two noises; a smoothed forecast leaves little more than one
EARLIER = 24  # origins behind the first one, for weights and intervals
MEMORY = 520  # values that a model is fitted on, where a season is short
RESIDUALS = 400
STEADY = 0.05  # how fast the level of an interval follows what it missed


@dataclass(frozen=True, eq=False)
class Series:
    """Values at equal steps, oldest first; `season` steps make a season (7 days, 24 or 168 hours)."""

    values: Floats
    season: int
    horizon: int

    def __post_init__(self) -> None:
        """Refuse what no forecast can be made from, and say how much is needed."""
        if self.season < 1 or self.horizon < 1:
            raise ValueError(f"season: {self.season}, horizon: {self.horizon}; both are one step or more")
        if not np.isfinite(self.values).all():
            first = int(np.argmin(np.isfinite(self.values))) + 1
            raise ValueError(f"values: number {first} is not finite; give a number")
        if self.values.size < self.shortest:
            raise ValueError(
                f"values: {self.values.size} are too few; {self.shortest} are needed for seasons of "
                f"{self.season} and {self.horizon} steps ahead"
            )

    @property
    def shortest(self) -> int:
        """Three seasons and a horizon, and never fewer than 8 values."""
        return max(3 * self.season + self.horizon, 8)

    @property
    def is_count(self) -> bool:
        """Never below zero: then no forecast is either."""
        return bool((self.values >= 0).all())


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast made at `origin` (the number of values known): `point` and bounds, each (horizon,).

    `broken` is the last change of level that was seen, its index counted from the start of the series.
    """

    origin: int
    point: Floats
    bounds: Mapping[float, tuple[Floats, Floats]]
    weights: Mapping[str, float]
    broken: Break | None


@dataclass(frozen=True)
class Score:
    """How forecasts at several origins did: mean absolute error, and the share of values inside intervals."""

    origins: int
    mae: float
    naive_mae: float
    coverage: Mapping[float, float]
    naive_coverage: Mapping[float, float]

    @property
    def ratio(self) -> float | None:
        """Our error over the seasonal-naive forecast's; None where that one never errs."""
        return self.mae / self.naive_mae if self.naive_mae > 0 else None


class Workshop:
    """A series with its models; each origin's forecasts are made once and kept."""

    def __init__(self, series: Series, models: Mapping[str, Model]) -> None:
        self.series, self.models = series, models
        self._made: dict[int, tuple[dict[str, Floats], Break | None]] = {}

    def made(self, origin: int) -> tuple[dict[str, Floats], Break | None]:
        """Every model's forecast from the first `origin` values, and the break that was seen in them."""
        if origin not in self._made:
            self._made[origin] = self._make(origin)
        return self._made[origin]

    def _make(self, origin: int) -> tuple[dict[str, Floats], Break | None]:
        season, horizon = self.series.season, self.series.horizon
        start = max(0, origin - max(MEMORY, 8 * season))
        known, broken = levelled(self.series.values[start:origin], season)
        broken = broken and replace(broken, index=start + broken.index)
        calm = calmed(known, season)
        found = {name: forecast(model, calm, season, horizon) for name, model in self.models.items()}
        if self.series.is_count:
            found = {name: np.maximum(points, 0.0) for name, points in found.items()}
        return found, broken

    def actual(self, origin: int) -> Floats:
        """What came; shape (horizon,)."""
        return self.series.values[origin : origin + self.series.horizon]


def weights(shop: Workshop, past: Sequence[int]) -> dict[str, float]:
    """How much each model counts: by the inverse fourth power of earlier errors; alike without any."""
    names = list(shop.models)
    if not past:
        return {name: 1 / len(names) for name in names}
    errors = np.array(
        [np.mean([np.abs(shop.made(o)[0][name] - shop.actual(o)).mean() for o in past]) for name in names]
    )
    inverse = 1 / np.maximum(errors, 1e-9) ** 4
    return dict(zip(names, (inverse / inverse.sum()).tolist(), strict=True))


def blended(shop: Workshop, origin: int, past: Sequence[int]) -> tuple[Floats, dict[str, float]]:
    """The weighted mean of the models at an origin, and their weights."""
    found, _ = shop.made(origin)
    shares = weights(shop, past)
    return np.asarray(sum(share * found[name] for name, share in shares.items()), dtype=np.float64), shares


class Band:
    """Intervals learned from what earlier forecasts missed, in units of the root of the forecast.

    `seen` takes each finished origin in turn; where too few values fell inside, the level moves up, and the
    other way (Gibbs & Candes 2021), so that coverage stays near nominal when a series changes. Until four
    origins have finished, what changes from season to season (`spare`) is counted beside them.
    """

    def __init__(self, is_count: bool, spare: Floats) -> None:
        self.is_count, self.spare = is_count, spare
        self.missed: list[Floats] = []
        self.alpha = {level: 1 - level for level in LEVELS}

    def seen(self, point: Floats, actual: Floats) -> None:
        """Learn from one finished origin."""
        for level, (low, high) in self.bounds(point).items() if len(self.missed) > 2 else ():
            out = float(np.mean((actual < low) | (actual > high)))
            moved = self.alpha[level] + STEADY * (1 - level - out)
            self.alpha[level] = float(np.clip(moved, (1 - level) / 3, 2 * (1 - level)))
        self.missed.append((actual - point) / unit(point))

    def bounds(self, point: Floats) -> dict[float, tuple[Floats, Floats]]:
        """Low and high for each level, around a point forecast."""
        recent = np.concatenate([self.spare, *self.missed] if len(self.missed) < FEW else self.missed)[
            -RESIDUALS:
        ]
        found = {}
        for level in LEVELS:
            reach = min(1.0, (1 - self.alpha[level]) * (1 + 1 / recent.size))
            low, high = np.quantile(recent, [(1 - reach) / 2, (1 + reach) / 2])
            low, high = min(low, 0.0), max(high, 0.0)
            ends = point + low * unit(point), point + high * unit(point)
            found[level] = (np.maximum(ends[0], 0.0) if self.is_count else ends[0], ends[1])
        return found


def seasonal_changes(values: Floats, season: int) -> Floats:
    """What the seasonal-naive forecast missed in a stretch, one season ahead, in the same unit."""
    return np.asarray((values[season:] - values[:-season]) / unit(values[:-season]), dtype=np.float64)


def unit(point: Floats) -> Floats:
    """What an error is measured in: the root of the forecast, at least 1."""
    return np.sqrt(np.maximum(np.abs(point), 1.0))


def lattice(series: Series, last: int, origins: int) -> list[int]:
    """Origins to judge and those before them to learn from, oldest first, at equal steps up to `last`.

    A step is a horizon where the series is long enough, else shorter, at least 1.
    """
    first = max(3 * series.season, 8)
    wanted = max(1, origins) + EARLIER
    step = max(1, min(series.horizon, (last - first) // wanted))
    return [o for o in range(last, first - 1, -step)][:wanted][::-1]


def outlooks(
    series: Series, models: Mapping[str, Model], points: Sequence[int]
) -> list[tuple[Outlook, Outlook]]:
    """Ours and the seasonal-naive forecast at each origin; each knows only horizons that had ended."""
    shop, found = Workshop(series, models), []
    spare = seasonal_changes(series.values[: points[0]], series.season)
    ours, plain = Band(series.is_count, SINGLE * spare), Band(series.is_count, spare)
    made: dict[int, tuple[Floats, Floats]] = {}
    learned: list[int] = []
    for origin in points:
        for past in [o for o in points if o + series.horizon <= origin and o not in learned]:
            ours.seen(made[past][0], shop.actual(past))
            plain.seen(made[past][1], shop.actual(past))
            learned.append(past)
        point, shares = blended(shop, origin, learned[-EARLIER:])
        naive = seasonal_naive(series.values[:origin], series.season, series.horizon)
        made[origin] = point, naive
        broken = shop.made(origin)[1]
        found.append((
            Outlook(origin, point, ours.bounds(point), shares, broken),
            Outlook(origin, naive, plain.bounds(naive), {}, None),
        ))  # fmt: skip
    return found


def outlook(series: Series, models: Mapping[str, Model]) -> Outlook:
    """The forecast from the end of the series on."""
    size = series.values.size
    behind = lattice(series, size - series.horizon, 1)
    return outlooks(series, models, [*behind, size])[-1][0]


def backtest(series: Series, models: Mapping[str, Model], origins: int) -> Score:
    """How well `origins` forecasts would have done, each made from what came before it."""
    if origins < 1:
        raise ValueError(f"origins: {origins}; give at least one")
    points = lattice(series, series.values.size - series.horizon, origins)
    pairs = outlooks(series, models, points)[-origins:]
    actual = np.array([series.values[a.origin : a.origin + series.horizon] for a, _ in pairs])

    def error(side: int) -> float:
        return float(np.abs(np.array([pair[side].point for pair in pairs]) - actual).mean())

    def inside(side: int) -> dict[float, float]:
        ends = {level: [pair[side].bounds[level] for pair in pairs] for level in LEVELS}
        return {
            level: float(np.mean([(a >= lo) & (a <= hi) for a, (lo, hi) in zip(actual, found, strict=True)]))
            for level, found in ends.items()
        }

    return Score(len(pairs), error(0), error(1), inside(0), inside(1))
