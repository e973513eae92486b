"""Fellegi and Sunter's model (1969): what each degree of agreement is worth, and a pair's probability."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp2, log2

from commonweal.engines.linkage.levels import BY_NAME, FIELDS
from commonweal.engines.linkage.records import Normal

MOST_RARITY = 6.0  # bits that one rare name may add: a single spelling seen once proves little
Chances = Mapping[str, tuple[tuple[float, float], ...]]

# For each level of levels.FIELDS, in order: how often it holds among records of one person (m) and among
# records of two people (u). From general experience with administrative records of a county of some
# 250,000 people, not from this site's: used where records are too few to learn from, and said so.
FIXED: Chances = {
    "given": (
        (0.80, 0.010), (0.01, 0.00002), (0.07, 0.008), (0.02, 0.004), (0.05, 0.007), (0.01, 0.03),
        (0.04, 0.94098)
    ),
    "family": ((0.80, 0.004), (0.06, 0.003), (0.06, 0.004), (0.01, 0.02), (0.07, 0.969)),
    "born": (
        (0.85, 0.00004), (0.01, 0.00004), (0.05, 0.0008), (0.05, 0.0015), (0.015, 0.012), (0.005, 0.0027),
        (0.01, 0.05), (0.01, 0.93292)
    ),
    "phone": ((0.45, 0.00002), (0.03, 0.0002), (0.52, 0.99978)),
    "ssn_last4": ((0.93, 0.0001), (0.04, 0.004), (0.03, 0.9959)),
    "address": ((0.45, 0.0004), (0.15, 0.004), (0.40, 0.9956)),
    "sex": ((0.97, 0.5), (0.03, 0.5)),
    "identifier": ((0.92, 0.000002), (0.05, 0.00005), (0.03, 0.999948)),
    "postcode": ((0.70, 0.03), (0.05, 0.05), (0.15, 0.2), (0.10, 0.72)),
    "middle": ((0.55, 0.02), (0.30, 0.06), (0.05, 0.01), (0.10, 0.91)),
    "email": ((0.60, 0.000005), (0.05, 0.00005), (0.35, 0.999945)),
    "birth_place": ((0.75, 0.02), (0.06, 0.01), (0.07, 0.02), (0.12, 0.95)),
    "occupation": ((0.45, 0.04), (0.10, 0.02), (0.05, 0.02), (0.40, 0.92)),
}  # fmt: skip
FIXED_PRIOR = 1e-4


@dataclass(frozen=True)
class Evidence:
    """What one field says: its level of agreement (None: unknown in one record) and its weight in bits.

    Above zero speaks for one person, below for two; `rarity` is the part owed to a rare or common name.
    """

    field: str
    level: str | None
    weight: float
    rarity: float = 0.0


@dataclass(frozen=True)
class Model:
    """m and u by field and level, the prior that any two records are of one person, and name frequencies.

    `household` is the share of pairs that are of two people of one household, `shared` how often each level
    holds among those; fields that are not in `shared` differ there as they do among strangers.

    `version` names the numbers, so that a decision can say which model proposed it; it reveals no name.
    """

    chances: Chances
    prior: float
    trained: bool
    frequency: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    household: float = 0.0
    shared: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    _kept_parts: dict[object, Evidence] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse numbers that are no chances."""
        if not 0 < self.prior < 1:
            raise ValueError(f"prior: {self.prior}; give a probability between 0 and 1")
        for name, levels in self.chances.items():
            if len(levels) != len(BY_NAME[name].levels) or any(not (m > 0 and u > 0) for m, u in levels):
                raise ValueError(f"chances: field {name} needs m and u above zero for each of its levels")

    @property
    def version(self) -> str:
        """A short name of the numbers: "fixed-..." or "splink-..."."""
        rounded = {k: [[round(x, 6) for x in pair] for pair in v] for k, v in sorted(self.chances.items())}
        shared = {k: [round(x, 6) for x in v] for k, v in sorted(self.shared.items())}
        text = json.dumps([rounded, shared, round(self.prior, 9), round(self.household, 9)])
        return ("splink-" if self.trained else "fixed-") + hashlib.sha256(text.encode()).hexdigest()[:10]

    @property
    def prior_weight(self) -> float:
        """Bits before anything is compared: far below zero."""
        return log2(self.prior / (1 - self.prior))

    def weight(self, name: str, level: int) -> float:
        """Bits that a level of a field is worth."""
        m, u = self.chances[name][level]
        return log2(m / u)

    def rarity(self, name: str, value: str) -> float:
        """Further bits for two records with the same value: more for a rare name, fewer for a common one."""
        share = self.frequency.get(name, {}).get(value)
        if share is None:
            return 0.0
        return min(log2(self.chances[name][0][1] / share), MOST_RARITY)

    def evidence(self, a: Normal, b: Normal) -> tuple[Evidence, ...]:
        """What each field says about two records; empty fields say nothing."""
        return self.said([compared.level(a, b) for compared in FIELDS], a)

    def said(self, levels: Sequence[int | None], a: Normal) -> tuple[Evidence, ...]:
        """What the level of each of FIELDS says of a pair, `a` one of its records."""
        found = []
        excess = log2(self.household / (1 - self.prior - self.household)) if self.household else 0.0
        for compared, level in zip(FIELDS, levels, strict=True):
            if level is None or compared.name not in self.chances:
                found.append(self._nothing(compared.name))
                continue
            value = getattr(a, compared.name) if level == 0 else ""
            found.append(self._part(compared.name, level, value))
            if compared.name in self.shared:
                ratio = self.shared[compared.name][level] / self.chances[compared.name][level][1]
                excess += log2(ratio) + found[-1].rarity
        if self.household:
            lost = -float(log2(1 + exp2(min(excess, 1000.0))))
            found.append(Evidence("household", None, lost))
        return tuple(found)

    def _nothing(self, name: str) -> Evidence:
        """A field of which nothing is known."""
        if name not in self._kept_parts:
            self._kept_parts[name] = Evidence(name, None, 0.0)
        return self._kept_parts[name]

    def _part(self, name: str, level: int, value: str) -> Evidence:
        """What one level of one field says, and the rarity of the value that both records have."""
        rarity = self.rarity(name, value) if level == 0 else 0.0
        key = (name, level, rarity)
        if key not in self._kept_parts:
            said = BY_NAME[name].levels[level].name
            self._kept_parts[key] = Evidence(name, said, self.weight(name, level) + rarity, rarity)
        return self._kept_parts[key]

    def total(self, evidence: tuple[Evidence, ...]) -> float:
        """Bits in all, prior included."""
        return self.prior_weight + sum(part.weight for part in evidence)


def probability(weight: float) -> float:
    """Bits as a probability, without overflow."""
    if weight > 0:
        return 1 / (1 + exp2(-min(weight, 1000.0)))
    odds = exp2(max(weight, -1000.0))
    return odds / (1 + odds)


def fixed_model(prior: float = FIXED_PRIOR) -> Model:
    """The documented weights, for inputs too small to learn from."""
    return Model(FIXED, prior, trained=False)
