"""How alike rows of one cluster are: the intraclass correlation with its interval, and what it costs.

By analysis of variance with F-intervals (Searle 1971; Shrout & Fleiss 1979, Psych. Bull. 86); where clusters
differ in size the mean size of Donner & Koval (1980) stands for it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from commonweal.engines.effects.fixed_effects import Codes
from commonweal.engines.numerics import Floats, Interval


@dataclass(frozen=True)
class Alike:
    """Intraclass correlation, its interval, the size of a cluster, and variances between and within."""

    icc: float
    interval: Interval
    size: float
    between: float
    within: float

    @property
    def inflation(self) -> float:
        """How many times the variance of a mean grows over rows drawn one by one (Kish 1965)."""
        return max(1 + (self.size - 1) * self.icc, 0.0)


def alike(values: Floats, cluster: Codes, spent: int = 0, level: float = 0.95) -> Alike:
    """Of values in clusters; `spent` are degrees of freedom already used up within them.

    Means of groups or periods are to be taken out before. ValueError where no cluster has two rows.
    """
    sizes = np.bincount(cluster)
    rows, clusters = len(values), len(sizes)
    if clusters < 2 or rows - clusters - spent < 1:
        raise ValueError(
            "cluster: two clusters with two rows each are the least that tell how alike rows are"
        )
    means = np.bincount(cluster, values) / sizes
    between = float(sizes @ (means - values.mean()) ** 2) / (clusters - 1)
    within = float(((values - means[cluster]) ** 2).sum()) / (rows - clusters - spent)
    size = float(rows - (sizes**2).sum() / rows) / (clusters - 1)
    if within <= 0:
        return Alike(float(between > 0), Interval(0.0, 1.0, level), size, between / size, 0.0)
    ratio, tail = between / within, (1 - level) / 2
    freedom = (clusters - 1, rows - clusters - spent)
    low = ratio / float(fdtri(*freedom, 1 - tail))
    high = ratio / float(fdtri(*freedom, tail))
    icc, bottom, top = ((x - 1) / (x + size - 1) for x in (ratio, low, high))
    return Alike(icc, Interval(bottom, top, level), size, max((between - within) / size, 0.0), within)


def cells(table: Floats, level: float = 0.95) -> Alike:
    """Of a table of clusters by periods, one value each: what clusters share beyond the periods' levels."""
    clusters, periods = table.shape
    left = table - table.mean(axis=0) + table.mean()
    code = np.repeat(np.arange(clusters), periods).astype(np.intp)
    return alike(left.ravel(), code, periods - 1, level)
