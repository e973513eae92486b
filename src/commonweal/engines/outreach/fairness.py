"""Whom errors fall on: false positives, false negatives, predictive value and calibration by group.

Definitions as in Chouldechova (2017) and Angwin et al. (2016), whose published rates the tests reproduce.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.numerics import Floats, Interval, wilson

BINS = 10
FEWEST = 100  # people in a group before its calibration is judged; below, its rates stand with their interval
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its Wilson interval; nan where there is nobody to count."""

    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Group:
    """One group: how many, how many listed, the rates, the calibration error."""

    trait: str
    value: str
    people: int
    listed: int
    fpr: Rate
    fnr: Rate
    ppv: Rate
    calibration: float


@dataclass(frozen=True, slots=True)
class Audit:
    """All groups, and the worst of each measure among groups of `FEWEST` people or more."""

    groups: tuple[Group, ...]
    worst: Mapping[str, float]


def rates(listed: Truths, happened: Truths) -> tuple[Rate, Rate, Rate]:
    """False-positive rate, false-negative rate, positive predictive value."""
    return (
        _rate(listed & ~happened, ~happened),
        _rate(~listed & happened, happened),
        _rate(listed & happened, listed),
    )


def _rate(hits: Truths, of: Truths) -> Rate:
    n, k = int(of.sum()), int(hits.sum())
    return Rate(k / n if n else float("nan"), wilson(k, n))


def calibration_error(chances: Floats, happened: Floats, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal numbers (Naeini et al. 2015); nan for nobody.

    Where there are few people the bins are fewer: fifty in each at least.
    """
    if not chances.size:
        return float("nan")
    number = max(1, min(bins, chances.size // 50))
    parts = np.array_split(np.argsort(chances, kind="stable"), number)
    return float(
        sum(abs(chances[p].mean() - happened[p].mean()) * p.size for p in parts if p.size) / chances.size
    )


def audit(chances: Floats, listed: Truths, happened: Floats, groups: Mapping[str, Sequence[str]]) -> Audit:
    """Every group of every trait. `listed` and `happened` (people,)."""
    found = []
    for trait, values in groups.items():
        labels = np.array(values)
        for value in np.unique(labels):
            inside = labels == value
            fpr, fnr, ppv = rates(listed[inside], happened[inside].astype(bool))
            error = calibration_error(chances[inside], happened[inside])
            found.append(
                Group(trait, str(value), int(inside.sum()), int(listed[inside].sum()), fpr, fnr, ppv, error)
            )
    return Audit(tuple(found), _worst(found))


def _worst(found: Sequence[Group]) -> dict[str, float]:
    told = [one for one in found if one.people >= FEWEST]
    worst = {"calibration": max((one.calibration for one in told), default=0.0)}
    for name in ("fpr", "fnr", "ppv"):
        gaps = [0.0]
        for trait in {one.trait for one in told}:
            shares = [getattr(one, name).share for one in told if one.trait == trait]
            shares = [share for share in shares if not np.isnan(share)]
            gaps.append(max(shares) - min(shares) if shares else 0.0)
        worst[f"{name}_gap"] = float(max(gaps))
    return worst
