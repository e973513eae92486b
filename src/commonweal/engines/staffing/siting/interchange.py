"""Teitz and Bart's vertex substitution, every pair of sites weighed at once.

M. B. Teitz, P. Bart, Operations Research 16 (1968) 955-961; R. Whitaker, INFOR 21 (1983) 95-108.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from commonweal.engines.staffing.siting.nearest import Ranks, ranked, swaps, two_nearest
from commonweal.engines.staffing.siting.problem import Costs, Sites

ENOUGH = 1e-9  # relative; a smaller saving is none
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ground:
    """Places x sites: demand times cost. `locked` stand in every choice, only `allowed` ones may enter."""

    weighed: Costs
    locked: frozenset[int]
    allowed: Mask

    @cached_property
    def nearest_first(self) -> tuple[Ranks, Costs]:
        """Sites and costs of each place, nearest first."""
        return ranked(self.weighed)

    def total(self, chosen: Sites) -> float:
        """The cost of serving every place from its nearest chosen site."""
        return float(self.weighed[:, chosen].min(axis=1).sum())

    def mask(self, chosen: Sites) -> Mask:
        """Sites as a row of marks."""
        marks = np.zeros(self.weighed.shape[1], dtype=np.bool_)
        marks[chosen] = True
        return marks


def improved(ground: Ground, chosen: Sites, most: int = 10_000) -> Sites:
    """Swap the best pair of sites until no swap helps."""
    if len(chosen) == 1:
        return _only(ground, chosen)
    marks = ground.mask(chosen)
    for _ in range(most):
        swap = _best_swap(ground, marks)
        if swap is None:
            break
        marks[swap[0]], marks[swap[1]] = False, True
    return np.flatnonzero(marks)


def _only(ground: Ground, chosen: Sites) -> Sites:
    """The best single site."""
    if ground.locked:
        return chosen
    totals = np.where(ground.allowed, ground.weighed.sum(axis=0), np.inf)
    return np.array([int(np.argmin(totals))], dtype=np.intp)


def _best_swap(ground: Ground, marks: Mask) -> tuple[int, int] | None:
    """(leaving, entering) of the largest saving; None where no pair saves anything."""
    order, costs = ground.nearest_first
    nearest, first, second = two_nearest(order, costs, marks)
    saved, lost, kept = swaps(order, costs, nearest, first, second, len(marks))
    gains = saved[None, :] - lost[:, None] + kept
    gains[:, ~ground.allowed | marks] = -np.inf
    gains[~marks, :] = -np.inf
    gains[list(ground.locked), :] = -np.inf
    leaving, entering = np.unravel_index(int(np.argmax(gains)), gains.shape)
    enough = gains[leaving, entering] > ENOUGH * max(1.0, float(first.sum()))
    return (int(leaving), int(entering)) if enough else None


def greedy(ground: Ground, p: int) -> Sites:
    """The locked sites, then again and again the one that saves most."""
    chosen = sorted(ground.locked)
    nearest = ground.weighed[:, chosen].min(axis=1) if chosen else np.full(len(ground.weighed), np.inf)
    while len(chosen) < p:
        totals = np.minimum(ground.weighed, nearest[:, None]).sum(axis=0)
        totals[~ground.allowed] = np.inf
        totals[chosen] = np.inf
        chosen.append(int(np.argmin(totals)))
        nearest = np.minimum(nearest, ground.weighed[:, chosen[-1]])
    return np.array(sorted(chosen), dtype=np.intp)
