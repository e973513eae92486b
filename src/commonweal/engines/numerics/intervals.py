"""Intervals for counts and shares: what a number could have been by chance alone.

scipy is loaded by the first interval that needs it: most programs that import this engine never ask for one.
"""

from collections.abc import Sequence
from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np


class Interval(NamedTuple):
    """A closed interval, low <= high; `level` is its nominal coverage between 0 and 1."""

    low: float
    high: float
    level: float = 0.95


def normal_quantile(level: float) -> float:
    """The z with a central normal mass of `level`: 1.96 for 0.95."""
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise ValueError(f"level: {level!r} must lie strictly between 0 and 1, such as 0.95")
    return float(ndtri(0.5 + level / 2))


def wilson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """Score interval of a share (Wilson 1927). No trials: all of [0, 1]."""
    if not 0 <= successes <= trials:
        raise ValueError(f"successes: {successes} must lie between 0 and the {trials} trials")
    z = normal_quantile(level)
    if trials == 0:
        return Interval(0.0, 1.0, level)
    share, weight = successes / trials, z * z / trials
    centre = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / trials + weight / trials / 4) / (1 + weight)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low, high, level)


def garwood(count: int, exposure: float = 1.0, level: float = 0.95) -> Interval:
    """Exact interval of a Poisson rate, per unit of `exposure` (Garwood 1936)."""
    from scipy.special import gammaincinv

    if count < 0 or not (exposure > 0 and isfinite(exposure)):
        raise ValueError(f"count {count} must be >= 0 and exposure {exposure} a positive number")
    normal_quantile(level)
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(gammaincinv(count, tail))
    high = float(gammaincinv(count + 1, 1 - tail))
    return Interval(low / exposure, high / exposure, level)


def clopper_pearson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """Exact interval of a share (Clopper & Pearson 1934). No trials: all of [0, 1]."""
    from scipy.special import betaincinv

    if not 0 <= successes <= trials:
        raise ValueError(f"successes: {successes} must lie between 0 and the {trials} trials")
    normal_quantile(level)
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, tail))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 1 - tail))
    return Interval(low, high, level)


def quantile_interval(values: Sequence[float], share: float, level: float = 0.95) -> tuple[Interval, bool]:
    """Distribution-free interval of a quantile, from order statistics (Conover 1999, 3.2).

    The second part is True when both limits are covered by the data; with too few values a limit is the
    smallest or greatest value seen and the true coverage is below `level`. Empty `values` are refused.
    """
    from scipy.special import bdtr

    normal_quantile(level)
    if not values or not 0 < share < 1:
        raise ValueError(
            f"values: {len(values)} of them, share {share}; give at least one, and 0 < share < 1"
        )
    ordered, n = sorted(values), len(values)
    below = np.asarray(bdtr(np.arange(n), n, share))
    low = int((below <= (1 - level) / 2).sum())
    high = int((below < (1 + level) / 2).sum()) + 1
    interval = Interval(float(ordered[max(low, 1) - 1]), float(ordered[min(high, n) - 1]), level)
    return interval, low >= 1 and high <= n
