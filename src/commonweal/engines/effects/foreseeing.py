"""Before a study: the smallest effect that its design would let be seen, from how much the past scatters.

Closed form: each design's estimate is a weighted sum of cells, and the past says how cells vary: between
units, within them, and from one period to the next (variances as Hussey & Hughes 2007; correlation as Kasza
et al. 2019).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

from commonweal.engines.effects.clustering import Alike, cells
from commonweal.engines.effects.findings import detectable
from commonweal.engines.numerics import Floats

LEAST_PERIODS = 6
ADJUSTED = 6  # units from which their own past is adjusted for
SIZES = (0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Scatter:
    """How the past varied: mean, variances between units and within, correlation of neighbouring periods."""

    mean: float
    between: float
    within: float
    lasting: float
    alike: Alike | None

    def covariance(self, periods: int) -> Floats:
        """Of one unit's cells over so many periods."""
        apart = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
        return np.asarray(self.between + self.within * self.lasting**apart, dtype=np.float64)


@dataclass(frozen=True)
class Foreseen:
    """What a design would show. `least` is in the outcome's units, `share` of its mean.

    Both are infinite where no effect however large could be told from chance. `chances` are those of seeing
    effects of `SIZES`.
    """

    least: float
    share: float
    error: float
    scatter: Scatter
    chances: Mapping[float, float]


def scattered(table: Floats) -> Scatter:
    """From past values, shape (units, periods); ValueError where they are too few or nothing."""
    units, periods = table.shape
    if periods < LEAST_PERIODS:
        raise ValueError(f"first: {periods} periods on file before the start; {LEAST_PERIODS} are the least")
    mean = float(table.mean())
    if mean <= 0:
        raise ValueError("series: nothing was counted before the start")
    if units == 1:
        left = detrended(table[0])
        return Scatter(mean, 0.0, float(left @ left) / (periods - 2), lag_one(left[None, :]), None)
    found = cells(table)
    left = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + mean
    return Scatter(mean, found.between, found.within, lag_one(left), found)


def detrended(values: Floats) -> Floats:
    """A series less its straight line."""
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    centred = values - values.mean()
    return np.asarray(centred - steps * float(steps @ centred) / float(steps @ steps), dtype=np.float64)


def lag_one(left: Floats) -> float:
    """Correlation of one period with the next, mended for the means taken out (Nickell 1981), 0 to 0.9."""
    below = float((left**2).sum())
    if below <= 0:
        return 0.0
    periods = int(left.shape[1])
    raw = float((left[:, 1:] * left[:, :-1]).sum()) / below * periods / (periods - 1)
    return min(max((raw * periods + 1) / (periods - 1), 0.0), 0.9)


def foreseen(  # a design, its schedule and the past
    design: str, starts: Sequence[int | None], periods: int, past: Floats, smallest_p: float | None,
    power: float = 0.8, level: float = 0.95,
) -> Foreseen:  # fmt: skip
    """The smallest effect seen with `power`; `starts` are the units' first periods, None for never."""
    whole = design == "its"
    scatter = scattered(past.sum(axis=0, keepdims=True) if whole else past)
    begun = np.array([inf if start is None else float(start) for start in starts])
    treated = np.arange(periods) >= (begun[:1, None] if whole else begun[:, None])
    error = sqrt(VARIANCES[design](treated.astype(np.float64), scatter))
    freedom = degrees(design, len(starts), periods)
    seen = smallest_p is None or smallest_p <= 1 - level
    least = detectable(error, freedom, power, level) if seen else inf
    ratios = {size: size * scatter.mean / error if error else inf for size in SIZES}
    chances = {size: chance(ratio, freedom, level) if seen else 0.0 for size, ratio in ratios.items()}
    return Foreseen(least, least / scatter.mean, error, scatter, chances)


def degrees(design: str, units: int, periods: int) -> float:
    """Of freedom, as the analysis will count them."""
    if design == "its":
        return periods - 3.0
    return units - (2.0 + (units >= ADJUSTED)) if design == "cluster_randomised" else units - 1.0


def chance(ratio: float, freedom: float, level: float) -> float:
    """To see an effect of so many standard errors."""
    if freedom < 1:
        return 0.0
    critical = float(stdtrit(freedom, 0.5 + level / 2))
    return float(stdtr(freedom, ratio - critical) + stdtr(freedom, -ratio - critical))


def of_differences(treated: Floats, scatter: Scatter) -> float:
    """Two-way effects: what is left of the treatment, over its size."""
    left = treated - treated.mean(axis=0) - treated.mean(axis=1, keepdims=True) + treated.mean()
    return weighed(left / (left**2).sum(), scatter)


def of_wedge(treated: Floats, scatter: Scatter) -> float:
    """Random levels of units: a share of each unit's mean comes off."""
    periods = treated.shape[1]
    share = 1 - sqrt(scatter.within / (scatter.within + periods * scatter.between)) if scatter.within else 1.0
    ready = np.eye(periods) - share / periods
    left = treated @ ready
    left = left - left.mean(axis=0)
    return weighed(left @ ready / (left**2).sum(), scatter)


def of_draw(treated: Floats, scatter: Scatter) -> float:
    """Means since the start, each unit's past beside them where there are units enough."""
    on = treated.any(axis=1)
    since = treated[on][0] > 0
    covariance = scatter.covariance(treated.shape[1])
    after = float(covariance[np.ix_(since, since)].mean())
    if len(treated) >= ADJUSTED:
        shared = float(covariance[np.ix_(since, ~since)].mean())
        after -= shared**2 / float(covariance[np.ix_(~since, ~since)].mean())
    return after * (1 / int(on.sum()) + 1 / int((~on).sum()))


def of_series(treated: Floats, scatter: Scatter) -> float:
    """One series with a straight line and a change of level."""
    periods = treated.shape[1]
    columns = np.column_stack([treated[0], np.ones(periods), np.arange(periods)])
    weights = (np.linalg.pinv(columns.T @ columns) @ columns.T)[:1]
    return weighed(weights, scatter)


def weighed(weights: Floats, scatter: Scatter) -> float:
    """The variance of a weighted sum of cells, units apart from one another."""
    covariance = scatter.covariance(weights.shape[1])
    return float(np.einsum("ip,pq,iq->", weights, covariance, weights))


VARIANCES: Mapping[str, Callable[[Floats, Scatter], float]] = {
    "did": of_differences, "staggered": of_differences, "stepped_wedge": of_wedge,
    "cluster_randomised": of_draw, "its": of_series,
}  # fmt: skip
