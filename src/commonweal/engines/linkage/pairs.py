"""A pair of records with its evidence, how to link, and how many pairs there are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.model import Evidence, Model, probability
from commonweal.engines.linkage.records import Normal, Record

Pair = frozenset[str]
LINK_TYPES = ("link", "dedupe", "both")


@dataclass(frozen=True)
class Settings:
    """How to link. Pairs from `propose` on are returned for review; from `join` on two records form a group.

    Two groups become one where all pairs between them together, by their mean in bits, reach `propose`.

    `link_type`: "link" across sources, "dedupe" within each, "both". Below `train_from` records there is
    too little to learn from: fixed, documented weights are used and the result says so. `must_not_link`
    holds pairs of ids that a person has said are two people.
    """

    link_type: str = "both"
    propose: float = 0.5
    join: float = 0.98
    train_from: int = 2_000
    must_not_link: frozenset[Pair] = frozenset()
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse settings that contradict themselves."""
        if self.link_type not in LINK_TYPES:
            raise ValueError(f"link_type: {self.link_type!r}; use one of {', '.join(LINK_TYPES)}")
        if not 0 < self.propose <= self.join < 1:
            raise ValueError(f"propose {self.propose}, join {self.join}: give 0 < propose <= join < 1")
        if any(len(pair) != 2 for pair in self.must_not_link):
            raise ValueError("must_not_link: every entry holds two different ids")


@dataclass(frozen=True)
class Link:
    """Two records that may be of one person: `weight` in bits, and what each field said."""

    left: str
    right: str
    probability: float
    weight: float
    evidence: tuple[Evidence, ...]


def possible(records: Sequence[Normal | Record], link_type: str) -> float:
    """How many pairs there are in all, of the kind that is wanted."""
    return possible_among(Counter(record.source for record in records).values(), link_type)


def possible_among(counts: Iterable[float], link_type: str) -> float:
    """The same from how many records each source has."""
    counts = list(counts)
    within = sum(count * (count - 1) / 2 for count in counts)
    every = sum(counts) * (sum(counts) - 1) / 2
    return max(1.0, {"link": every - within, "dedupe": within, "both": every}[link_type])


def bits(chance: float) -> float:
    """A probability as bits."""
    return log2(chance / (1 - chance))


def chances_of(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits as probabilities, for many at once."""
    return np.asarray(np.exp2(-np.logaddexp2(0.0, -weights)))


def explained(model: Model, a: Normal, b: Normal) -> Link:
    """A pair with its evidence."""
    return said(model, model.evidence(a, b), a, b)


def said(model: Model, evidence: tuple[Evidence, ...], a: Normal, b: Normal) -> Link:
    """A pair with this evidence."""
    weight = model.total(evidence)
    return Link(a.id, b.id, probability(weight), weight, evidence)
