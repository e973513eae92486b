"""Answers weighted to a population known by its margins, and means under such weights.

Raking (Deming & Stephan 1940, Ann. Math. Stat. 11): each margin in turn is brought to its known shares until
all stand. Weights are held within a multiple of their mean (Battaglia, Hoaglin & Frankel 2009), and what they
cost is said as the effective number of answers (Kish 1965). Who did not answer at all stays unknown: weights
make answers fit the margins, never the people who kept silent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from commonweal.engines.numerics import Interval

MOST = 5.0  # times the mean weight that one answer may count
ROUNDS = 500
CLOSE = 1e-9
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Raked:
    """A weight for each answer, about 1 on average; `effective` answers; whether every margin stands.

    `silent` names values of the population from which nobody answered, by margin: the others stand for them.
    """

    weights: Doubles
    effective: float
    stands: bool
    silent: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Mean:
    """A mean with its interval, which is None for fewer than two answers."""

    value: float
    interval: Interval | None
    answers: int


def raked(
    answers: Sequence[Mapping[str, str]], population: Mapping[str, Mapping[str, float]], most: float = MOST
) -> Raked:
    """Weights that bring the answers to the population's shares, margin by margin.

    `answers` give a value by margin; "" or none is unknown, and is left as it is on that margin. `population`
    gives people (or shares) by margin and value. ValueError names a value that the population does not know.
    """
    margins = {name: _margin(name, answers, shares) for name, shares in population.items()}
    used = {name: found for name, found in margins.items() if len(found[1])}
    weights = np.ones(len(answers))
    for _ in range(ROUNDS):
        before = weights
        for codes, shares in used.values():
            weights = _brought(weights, codes, shares)
        weights = np.minimum(weights * len(weights) / max(weights.sum(), CLOSE), most)
        if np.abs(weights - before).max(initial=0) < CLOSE:
            break
    silent = {
        name: tuple(value for value in shares if value not in {a.get(name, "") for a in answers})
        for name, shares in population.items()
    }
    return Raked(weights, effective(weights), _stands(weights, used.values()), silent)


def _margin(
    name: str, answers: Sequence[Mapping[str, str]], people: Mapping[str, float]
) -> tuple[NDArray[np.intp], Doubles]:
    """Each answer's place among the values that somebody gave, -1 for unknown; those values' shares."""
    given = [answer.get(name, "") for answer in answers]
    if odd := sorted({value for value in given if value} - people.keys()):
        raise ValueError(f"{name}: {odd[0]!r}; the population knows {', '.join(people)}")
    places = {value: place for place, value in enumerate(v for v in people if v in given and people[v] > 0)}
    shares = np.array([people[value] for value in places], np.float64)
    return np.array([places.get(value, -1) for value in given], np.intp), shares / max(shares.sum(), CLOSE)


def _brought(weights: Doubles, codes: NDArray[np.intp], shares: Doubles) -> Doubles:
    """Weights with one margin brought to its shares; unknown answers keep theirs."""
    known = codes >= 0
    sums = np.bincount(codes[known], weights[known], len(shares))
    factors = shares * sums.sum() / np.maximum(sums, CLOSE)
    return np.where(known, weights * factors[codes], weights)


def _stands(weights: Doubles, margins: Iterable[tuple[NDArray[np.intp], Doubles]]) -> bool:
    """Whether every margin has its shares, to a thousandth."""
    for codes, shares in margins:
        sums = np.bincount(codes[codes >= 0], weights[codes >= 0], len(shares))
        if np.abs(sums / max(sums.sum(), CLOSE) - shares).max() >= 1e-3:
            return False
    return True


def effective(weights: Doubles) -> float:
    """How many equally weighted answers would say as much (Kish)."""
    return float(weights.sum() ** 2 / max((weights**2).sum(), CLOSE))


def mean(values: Sequence[float], weights: Doubles, level: float = 0.95) -> Mean:
    """The weighted mean, its interval by linearisation with Student's t; ValueError for no answer."""
    said = np.array(values, np.float64)
    if not len(said):
        raise ValueError("values: none; a mean needs an answer")
    value = float((weights * said).sum() / weights.sum())
    if len(said) < 2:
        return Mean(value, None, len(said))
    spread = ((weights * (said - value)) ** 2).sum() * len(said) / (len(said) - 1)
    reach = float(stdtrit(len(said) - 1, (1 + level) / 2) * np.sqrt(spread) / weights.sum())
    return Mean(value, Interval(value - reach, value + reach, level), len(said))
