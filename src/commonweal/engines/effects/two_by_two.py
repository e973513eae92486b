"""Two groups, two periods: the treated one's mean change beyond the other's, and each unit's influence on it.

Doubly robust, by weighting or by regression (Sant'Anna & Zhao 2020, J. Econometrics 219), as in R's DRDID.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats

OVERLAP = 0.995  # comparison units more likely treated than this are left out of the weighting


class NoOverlap(ValueError):
    """The covariates tell treated from untreated units without fail, or are too many for the cell."""


@dataclass(frozen=True)
class Cell:
    """One comparison: change in outcome, who was treated (0/1), weights (mean one), covariates with a one."""

    change: Floats
    treated: Floats
    weights: Floats
    covariates: Floats


Answer = tuple[float, Floats]


def influence_of(values: Floats, weights: Floats) -> tuple[float, Floats]:
    """A weighted mean, and each unit's influence on it."""
    scale = float(weights.mean())
    mean = float((weights * values).mean()) / scale
    return mean, weights * (values - mean) / scale


def regression(cell: Cell) -> tuple[Floats, Floats]:
    """What the untreated ones' regression expects of everybody, and its coefficients' influence."""
    x, weights = cell.covariates, cell.weights * (1 - cell.treated)
    gram = x.T @ (x * weights[:, None]) / len(x)
    if np.linalg.matrix_rank(gram) < len(gram):
        raise NoOverlap("covariates: the comparison units do not vary enough in them")
    inverse = np.linalg.inv(gram)
    expected = x @ (inverse @ (x.T @ (weights * cell.change)) / len(x))
    return expected, (x * (weights * (cell.change - expected))[:, None]) @ inverse


def propensity(cell: Cell) -> tuple[Floats, Floats]:
    """The chance of being treated by a logit, and its coefficients' influence; NoOverlap where none is."""
    x, beta = cell.covariates, np.zeros(cell.covariates.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(x @ beta, -35, 35)))
        gram = x.T @ (x * (cell.weights * chance * (1 - chance))[:, None])
        if np.linalg.cond(gram) > 1e14:
            raise NoOverlap("covariates: they tell who was treated without fail")
        step = np.linalg.solve(gram, x.T @ (cell.weights * (cell.treated - chance)))
        beta = beta + step
        if float(np.abs(step).max()) < 1e-11 * (1 + float(np.abs(beta).max())):
            break
    chance = np.minimum(1 / (1 + np.exp(-np.clip(x @ beta, -35, 35))), 1 - 1e-6)
    score = x * (cell.weights * (cell.treated - chance))[:, None]
    return chance, len(x) * score @ np.linalg.inv(gram)


def odds(cell: Cell, chance: Floats) -> tuple[Floats, Floats]:
    """Weights of the treated, and of the others so that their covariates look alike."""
    kept = (cell.treated > 0) | (chance < OVERLAP)
    own = kept * cell.weights * cell.treated
    return own, kept * cell.weights * chance * (1 - cell.treated) / (1 - chance)


def doubly_robust(cell: Cell) -> Answer:
    """Right if either the regression or the propensity is."""
    chance, of_chance = propensity(cell)
    expected, of_regression = regression(cell)
    own, other = odds(cell, chance)
    left, x = cell.change - expected, cell.covariates
    treated, by_treated = influence_of(left, own)
    compared, by_compared = influence_of(left, other)
    by_treated = by_treated - of_regression @ (x * own[:, None]).mean(axis=0) / own.mean()
    weighed = (x * (other * (left - compared))[:, None]).mean(axis=0)
    shift = of_chance @ weighed - of_regression @ (x * other[:, None]).mean(axis=0)
    return treated - compared, by_treated - (by_compared + shift / other.mean())


def by_regression(cell: Cell) -> Answer:
    """The treated ones' change less what the regression of the others expects of them."""
    expected, of_regression = regression(cell)
    own = cell.weights * cell.treated
    treated, by_treated = influence_of(cell.change, own)
    compared, by_compared = influence_of(expected, own)
    shift = of_regression @ (cell.covariates * own[:, None]).mean(axis=0) / own.mean()
    return treated - compared, by_treated - (by_compared + shift)


def by_weighting(cell: Cell) -> Answer:
    """The treated ones' change less that of the others, weighed to look like them (Abadie 2005)."""
    chance, of_chance = propensity(cell)
    own, other = odds(cell, chance)
    treated, by_treated = influence_of(cell.change, own)
    compared, by_compared = influence_of(cell.change, other)
    weighed = (cell.covariates * (other * (cell.change - compared))[:, None]).mean(axis=0)
    return treated - compared, by_treated - (by_compared + of_chance @ weighed / other.mean())


def plain(cell: Cell) -> Answer:
    """The difference of the two mean changes, where there are no covariates."""
    treated, by_treated = influence_of(cell.change, cell.weights * cell.treated)
    compared, by_compared = influence_of(cell.change, cell.weights * (1 - cell.treated))
    return treated - compared, by_treated - by_compared


METHODS: Mapping[str, Callable[[Cell], Answer]] = {
    "dr": doubly_robust, "ipw": by_weighting, "reg": by_regression,
}  # fmt: skip
