"""Bootstrap intervals. The seed is always handed in: engines never touch global randomness."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.numerics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]
Item = TypeVar("Item")


def generator(seed: int | np.random.Generator) -> np.random.Generator:
    """A generator from a seed; one handed in is used (and advanced) as it is."""
    return seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)


def percentile_interval(draws: Floats, level: float = 0.95) -> Interval:
    """Central `level` of the draws (shape (n,)), leaving out NaN and infinity; none left: (nan, nan)."""
    normal_quantile(level)
    finite = draws[np.isfinite(draws)]
    if finite.size == 0:
        return Interval(float("nan"), float("nan"), level)
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level)


def bootstrap(
    values: Sequence[float] | Floats,
    statistic: Callable[[Floats], float],
    seed: int | np.random.Generator,
    replications: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Percentile bootstrap of `statistic` over `values`, drawn one by one (Efron & Tibshirani 1993, 13.3)."""
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        raise ValueError("values: empty; a bootstrap needs at least one observation")
    rng = generator(seed)
    draws = [statistic(sample[rng.integers(0, sample.size, sample.size)]) for _ in range(replications)]
    return percentile_interval(np.asarray(draws, dtype=np.float64), level)


def resampled_blocks(
    blocks: Sequence[Item], seed: int | np.random.Generator, replications: int
) -> list[list[Item]]:
    """`replications` lists, each of as many whole blocks drawn with replacement: days, units, people."""
    if not blocks:
        raise ValueError("blocks: empty; nothing to draw from")
    rng = generator(seed)
    return [[blocks[i] for i in rng.integers(0, len(blocks), len(blocks))] for _ in range(replications)]
