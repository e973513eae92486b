"""Learning without labels what agreement is worth, from all pairs worth comparing.

Expectation maximisation (Dempster, Laird & Rubin 1977; Winkler 2000) over three kinds of pairs: records of
one person; of two people of one household or family, who share a surname, an address, a telephone, even a
number written down for the wrong one, but neither a given name nor a birth date; and of strangers, whose
agreement is known from random pairs. Without the second kind, relatives at one address pass for one person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.model import FIXED

SHARED = frozenset("family address phone postcode email identifier ssn_last4 birth_place".split())
ROUNDS, STEADY = 200, 1e-5
DOUBT = 30.0  # pairs' worth of the fixed chances that learning starts from
RAREST = 1e-6  # for a level never seen among random pairs
Doubles = NDArray[np.float64]
ByField = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Learned:
    """Chances of each level among records of one person (m), of one household (h), of strangers (u).

    `same` and `household` are the shares of all pairs that are of the first two kinds.
    """

    m: ByField
    h: ByField
    u: ByField
    same: float
    household: float
    converged: bool


def patterns(levels: NDArray[np.int8]) -> tuple[NDArray[np.int8], Doubles]:
    """Distinct rows of levels and how many pairs have each."""
    bases = levels.max(axis=0, initial=0).astype(np.int64) + 2
    steps = np.concatenate([[1], np.cumprod(bases)[:-1]])
    codes = np.zeros(len(levels), np.int64)
    for place, step in enumerate(steps):
        codes += (levels[:, place] + np.int64(1)) * step
    codes.sort()
    starts = np.flatnonzero(np.concatenate([[len(codes) > 0], codes[1:] != codes[:-1]]))
    rows = codes[starts][:, None] // steps % bases - 1
    return rows.astype(np.int8), np.diff(starts, append=len(codes)).astype(np.float64)


def strangers_chances(name: str, seen: Sequence[float]) -> Doubles:
    """u of one field, with levels never seen held rare, summing to one."""
    fixed = np.array([u for _, u in FIXED[name]])
    found = np.where(np.array(seen) > 0, seen, np.minimum(fixed, RAREST))
    return np.asarray(found / found.sum())


def learned(
    levels: NDArray[np.int8],
    fields: Sequence[str],
    seen: Mapping[str, Sequence[float]],
    records: int,
    pairs: float,
) -> Learned:
    """Learn from the compared pairs of `records` records, among `pairs` pairs in all."""
    rows, counts = patterns(levels)
    u = {name: strangers_chances(name, seen[name]) for name in fields}
    start = {name: np.array([m for m, _ in FIXED[name]]) for name in fields}
    m, h = dict(start), {name: start[name] if name in SHARED else u[name] for name in fields}
    same = household = 0.5 * records / pairs
    converged = False
    for _ in range(ROUNDS):
        post = posteriors(rows, fields, (m, h, u), (same, household))
        weights = [counts * column for column in post]
        before, same, household = same, weights[0].sum() / pairs, weights[1].sum() / pairs
        same, household = max(same, 1e-12), max(household, 1e-12)
        m = {name: refitted(rows[:, n], weights[0], start[name]) for n, name in enumerate(fields)}
        h = {
            name: refitted(rows[:, n], weights[1], start[name]) if name in SHARED else u[name]
            for n, name in enumerate(fields)
        }
        if converged := abs(same - before) < STEADY * before:
            break
    told = [{name: tuple(map(float, by_level)) for name, by_level in kind.items()} for kind in (m, h, u)]
    return Learned(told[0], told[1], told[2], float(same), float(household), converged)


def posteriors(
    rows: NDArray[np.int8],
    fields: Sequence[str],
    kinds: Sequence[Mapping[str, Doubles]],
    shares: tuple[float, float],
) -> tuple[Doubles, Doubles]:
    """For each pattern the chances that a pair is of one person, and of one household."""
    logs = [np.full(len(rows), np.log(share)) for share in (*shares, 1 - sum(shares))]
    for n, name in enumerate(fields):
        known = rows[:, n] >= 0
        for total, kind in zip(logs, kinds, strict=True):
            total += np.where(known, np.log(kind[name])[rows[:, n]], 0.0)
    most = np.max(logs, axis=0)
    parts = [np.exp(total - most) for total in logs]
    return parts[0] / sum(parts), parts[1] / sum(parts)


def refitted(levels: NDArray[np.int8], weights: Doubles, start: Doubles) -> Doubles:
    """Chances of the levels under these weights, drawn a little towards where they started."""
    seen = np.bincount(levels[levels >= 0], weights[levels >= 0], minlength=len(start))
    found = seen + DOUBT * start
    return np.asarray(found / found.sum())
