"""Least squares with errors that few clusters do not shrink: CR2 and its own degrees of freedom.

Bell & McCaffrey (2002), as Pustejovsky & Tipton (2018, J. Bus. Econ. Stat. 36) state it; with clusters of one
row it is HC2. A cluster is decomposed by the few columns of the model, so that a large one costs no square
matrix.
"""

from dataclasses import dataclass
from functools import cached_property
from math import nan, sqrt

import numpy as np

from commonweal.engines.effects.fixed_effects import Codes, independent
from commonweal.engines.numerics import Floats

WHOLE = 1e-9  # a leverage this near to one: the cluster alone decides a coefficient


@dataclass(frozen=True)
class Clustered:
    """Outcome on columns (those that say nothing new are left out); `cluster` codes start at 0."""

    outcome: Floats
    given: Floats
    cluster: Codes

    @cached_property
    def kept(self) -> Codes:
        """Places of the columns that were used."""
        ones = np.ones(len(self.outcome))
        return np.flatnonzero(independent(self.given, ones, ones @ self.given**2))

    @cached_property
    def columns(self) -> Floats:
        """The columns that were used."""
        return self.given[:, self.kept]

    @cached_property
    def bread(self) -> Floats:
        """The inverse of X'X."""
        return np.linalg.inv(self.columns.T @ self.columns).astype(np.float64)

    @cached_property
    def coefficients(self) -> Floats:
        """One for each column used."""
        found: Floats = self.bread @ (self.columns.T @ self.outcome)
        return found

    @cached_property
    def residuals(self) -> Floats:
        """What is left."""
        return self.outcome - self.columns @ self.coefficients

    @cached_property
    def order(self) -> list[Codes]:
        """The rows of each cluster."""
        rows = np.argsort(self.cluster, kind="stable")
        return np.split(rows, np.cumsum(np.bincount(self.cluster))[:-1])

    def turned(self, values: Floats, power: float) -> Floats:
        """(I - H)^power within each cluster, applied to values; a leverage of one counts as none."""
        root = self.columns @ np.linalg.cholesky(self.bread)
        if len(self.order) == len(values):
            left = 1 - (root**2).sum(axis=1)
            return np.where(left > WHOLE, np.maximum(left, WHOLE) ** power, 0.0) * values
        found = values.astype(np.float64).copy()
        for rows in self.order:
            basis, sizes, _ = np.linalg.svd(root[rows], full_matrices=False)
            left = 1 - sizes**2
            factor = np.where(left > WHOLE, np.maximum(left, WHOLE) ** power, 0.0) - 1
            found[rows] += basis @ (factor * (basis.T @ values[rows]))
        return found

    def summed(self, values: Floats) -> Floats:
        """X'v by cluster, shape (clusters, columns)."""
        return np.column_stack([np.bincount(self.cluster, column * values) for column in self.columns.T])

    @cached_property
    def covariance(self) -> Floats:
        """CR2 of the coefficients used."""
        scores = self.summed(self.turned(self.residuals, -0.5))
        found: Floats = self.bread @ (scores.T @ scores) @ self.bread
        return found

    def told(self, place: int = 0) -> tuple[float, float, float]:
        """Estimate, error and degrees of freedom of one given column; NaN where it was left out."""
        at = np.flatnonzero(self.kept == place)
        if not len(at):
            return nan, nan, 0.0
        n = int(at[0])
        return float(self.coefficients[n]), sqrt(float(self.covariance[n, n])), self.freedom(n)

    def freedom(self, place: int) -> float:
        """Satterthwaite's degrees of freedom of a coefficient used, for errors that are all alike."""
        towards = self.turned(self.columns @ self.bread[:, place], -0.5)
        own = np.bincount(self.cluster, towards**2)
        part = self.summed(towards)
        shared = np.einsum("gi,ij,gj->g", part, self.bread, part)
        gram = part.T @ part @ self.bread
        total = float((own - shared).sum())
        squares = float((own**2 - 2 * own * shared).sum()) + float(np.trace(gram @ gram))
        return total**2 / squares if squares > 0 else 0.0

    def without_each(self, place: int = 0) -> Floats:
        """The coefficient of a given column without each cluster, exactly; NaN where it cannot be told."""
        n = int(np.flatnonzero(self.kept == place)[0])
        moved = self.summed(self.turned(self.residuals, -1.0)) @ self.bread[:, n]
        return np.asarray(self.coefficients[n] - moved, dtype=np.float64)
