"""Two or more sets of fixed effects taken out exactly, and least squares on what is left.

With two groupings the larger is swept out by its means and the smaller solved as a dense system, which is
exact; where both are large, or there are more, means are taken out in turn (Guimaraes & Portugal 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from commonweal.engines.numerics import Floats

Codes = NDArray[np.intp]
ROUNDS = 10_000
DENSE = 1_500  # levels of the smaller grouping up to which its system is solved at once
CELLS = 20_000_000
SEVERAL = 8  # columns from which they are swept together


def codes(labels: Sequence[object]) -> Codes:
    """Each label as its place among the different ones, in order of first appearance."""
    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return np.array([places[label] for label in labels], dtype=np.intp)


class Within:
    """Takes the weighted means of groupings out of columns. Codes start at 0, and every code occurs."""

    def __init__(self, weights: Floats, groupings: Sequence[Codes]) -> None:
        self.weights = weights
        self.groupings = sorted(groupings, key=lambda group: -int(group.max(initial=0)))
        self.sums = [np.bincount(group, weights) for group in self.groupings]
        self.solved: Floats | None = None
        if len(groupings) == 2 and len(self.sums[1]) <= DENSE:
            self.cross = cross_table(self.groupings[0], self.groupings[1], weights, self.shape)
            shares = (self.cross.T / self.sums[0]).T
            system = np.diag(self.sums[1]) - np.asarray(self.cross.T @ shares)
            self.solved = np.linalg.pinv(system, rcond=1e-11, hermitian=True)

    @property
    def shape(self) -> tuple[int, int]:
        """Levels of the first and second grouping."""
        return len(self.sums[0]), len(self.sums[1])

    def out(self, values: Floats) -> Floats:
        """What is left of one column (n,), or of each column of (n, k)."""
        if values.ndim == 2 and self.solved is not None and values.shape[1] > SEVERAL:
            return self._solved_together(values, self.solved)
        if values.ndim == 2:
            return np.column_stack([self.out(column) for column in values.T]) if values.shape[1] else values
        if self.solved is not None:
            return self._solved_out(values, self.solved)
        return self._settled(values)

    def _solved_out(self, values: Floats, inverse: Floats) -> Floats:
        large, small = self.groupings
        weighted = self.weights * values
        totals = np.bincount(large, weighted, len(self.sums[0]))
        right = np.bincount(small, weighted, len(self.sums[1])) - self.cross.T @ (totals / self.sums[0])
        effect = inverse @ right
        level = (totals - self.cross @ effect) / self.sums[0]
        left: Floats = values - level[large] - effect[small]
        return left

    @cached_property
    def _sums_of(self) -> tuple[csr_array, csr_array]:
        """Matrices that add up rows by level, weighted."""
        places = np.arange(len(self.weights))
        large, small = (
            csr_array((self.weights, (group, places)), shape=(len(total), len(places)))
            for group, total in zip(self.groupings, self.sums, strict=True)
        )
        return large, small

    def _solved_together(self, values: Floats, inverse: Floats) -> Floats:
        """Many columns at once."""
        by_large, by_small = self._sums_of
        totals = by_large @ values
        effect = inverse @ (by_small @ values - self.cross.T @ (totals / self.sums[0][:, None]))
        level = (totals - self.cross @ effect) / self.sums[0][:, None]
        left: Floats = values - level[self.groupings[0]] - effect[self.groupings[1]]
        return left

    def _settled(self, values: Floats) -> Floats:
        """Group after group until nothing is left to take away; ValueError when they do not settle."""
        left = values.astype(np.float64)
        scale = max(float(np.abs(left).max(initial=0.0)), 1e-300)
        for _ in range(ROUNDS):
            moved = 0.0
            for group, total in zip(self.groupings, self.sums, strict=True):
                mean = np.bincount(group, self.weights * left) / total
                left = left - mean[group]
                moved = max(moved, float(np.abs(mean).max()))
            if moved <= 1e-12 * scale or len(self.groupings) == 1:
                return left
        raise ValueError("rows: unit and time effects cannot be told apart; check that units share periods")


def cross_table(large: Codes, small: Codes, weights: Floats, shape: tuple[int, int]) -> Floats:
    """The weight in each pair of levels; sparse where a dense table would be too large."""
    if shape[0] * shape[1] <= CELLS:
        found = np.bincount(large * shape[1] + small, weights, shape[0] * shape[1])
        return found.reshape(shape).astype(np.float64)
    sparse: Floats = csr_array((weights, (large, small)), shape=shape)
    return sparse


@dataclass(frozen=True)
class Fit:
    """Least squares of a column on others, fixed effects out of all of them.

    `bread` is the inverse of X'WX; `columns` the X that was kept (others have a coefficient of NaN).
    """

    coefficients: Floats
    kept: NDArray[np.bool_]
    columns: Floats
    bread: Floats
    residuals: Floats

    def scores(self, weights: Floats, cluster: Codes) -> Floats:
        """Sums over each cluster of w x e, shape (clusters, kept)."""
        told = self.columns * (weights * self.residuals)[:, None]
        return np.column_stack([np.bincount(cluster, column) for column in told.T])

    def sandwich(self, weights: Floats, cluster: Codes, correction: float) -> Floats:
        """Clustered covariance of the kept coefficients (Liang & Zeger 1986), times `correction`."""
        scores = self.scores(weights, cluster)
        found: Floats = correction * self.bread @ (scores.T @ scores) @ self.bread
        return found


def least_squares(outcome: Floats, columns: Floats, weights: Floats, raw: Floats | None = None) -> Fit:
    """Weighted least squares; columns that the ones before them explain are left out.

    `raw` are the columns before fixed effects were taken out: what is nothing beside them is left out too.
    """
    scale = weights @ (columns if raw is None else raw) ** 2
    kept = independent(columns, weights, scale)
    used = columns[:, kept]
    bread = np.linalg.inv(used.T @ (used * weights[:, None])) if kept.any() else np.zeros((0, 0))
    found = bread @ (used.T @ (weights * outcome))
    coefficients = np.full(columns.shape[1], np.nan)
    coefficients[kept] = found
    return Fit(coefficients, kept, used, bread.astype(np.float64), outcome - used @ found)


def independent(columns: Floats, weights: Floats, scale: Floats) -> NDArray[np.bool_]:
    """Which columns are not explained by those before them, to one part in a hundred million."""
    kept = np.zeros(columns.shape[1], dtype=np.bool_)
    gram = columns.T @ (columns * weights[:, None])
    for place in range(len(gram)):
        own = float(gram[place, place])
        if own <= 1e-12 * scale[place]:
            continue
        before = np.flatnonzero(kept)
        shared = gram[before, place]
        explained = float(shared @ np.linalg.solve(gram[np.ix_(before, before)], shared))
        kept[place] = own - explained > 1e-8 * own
    return kept
