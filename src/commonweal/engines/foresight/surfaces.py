"""Where need will be reported next: each model is a function from what is past to a score for each cell.

All see the same `Past` and answer with an array (cells,): higher means more expected. None sees a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from commonweal.engines.foresight.grid import Grid, Whole
from commonweal.engines.numerics import Floats

NAIVE = "naive count"
YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Past:
    """Events before an origin: `cells` (n,) on the grid, `ages` (n,) in days before it, zero or more."""

    grid: Grid
    cells: Whole
    ages: Floats

    def tally(self, weights: Floats | None = None) -> Floats:
        """Events by cell, each with its weight (1 where none is given); shape (cells,)."""
        return np.bincount(self.cells, weights=weights, minlength=self.grid.areas.size).astype(np.float64)

    def smoothed(self, tally: Floats, cells: float) -> Floats:
        """A tally spread by a Gaussian of so many cells; what falls beyond the boundary is given back."""
        land = self.grid.areas / (self.grid.side * self.grid.side)
        spread, ground = (
            gaussian_filter(surface.reshape(self.grid.shape), cells, mode="constant").ravel()
            for surface in (tally, land)
        )
        return np.where(land > 0, spread / np.maximum(ground, 1e-9), 0.0)


Surface = Callable[[Past], Floats]


def naive(past: Past) -> Floats:
    """All events that ever were, each alike."""
    return past.tally()


def recent(past: Past, days: float) -> Floats:
    """Events of the last `days` only."""
    return past.tally((past.ages <= days).astype(np.float64))


def faded(past: Past, half_life: float) -> Floats:
    """Events by age: one of `half_life` days counts half."""
    return past.tally(np.exp2(-past.ages / half_life))


def kernel(past: Past, cells: float) -> Floats:
    """Kernel density: all events, spread by a Gaussian of so many cells."""
    return past.smoothed(past.tally(), cells)


def getis_ord(past: Past) -> Floats:
    """Gi* of a cell and its eight neighbours, as a z-score (Ord & Getis 1995, equation 5)."""
    grid, tally = past.grid, past.tally()
    land = (grid.areas > 0).astype(np.float64)
    near, ones = (
        9 * uniform_filter(surface.reshape(grid.shape), 3, mode="constant").ravel()
        for surface in (tally, land)
    )
    n = max(float(land.sum()), 2.0)
    mean = tally.sum() / n
    spread = np.sqrt(max((tally**2).sum() / n - mean**2, 1e-12))
    slack = np.sqrt(np.maximum((n * ones - ones**2) / (n - 1), 1e-12))
    return np.where(land > 0, (near - mean * ones) / (spread * slack), -np.inf)


def shrunk(past: Past, base: Surface, cells: float, strength: float) -> Floats:
    """Gamma-Poisson shrinkage: `strength` events' worth of the neighbourhood's mean added to each cell.

    The posterior mean of a cell's rate under a gamma prior whose mean is the smoothed count around it
    (Clayton & Kaldor 1987, local form), times a constant; ties of a sparse count are broken by what is near.
    """
    tally = base(past)
    return tally + strength * past.smoothed(tally, cells)


def seasonal(past: Past, width: float) -> Floats:
    """Events of any year, those near the coming season counting more (a Gaussian of `width` days)."""
    apart = np.abs((past.ages + YEAR / 2) % YEAR - YEAR / 2)
    return past.tally(0.5 + 0.5 * np.exp(-0.5 * (apart / width) ** 2))


def self_exciting(past: Past, trigger: float, memory: float) -> Floats:
    """A steady background and the echo of recent events nearby (Mohler et al. 2011, kernels held fixed).

    `trigger` is how many past events one of today weighs, fading with `memory` days: near repeats.
    """
    tally = past.tally()
    echo = past.tally(np.exp(-past.ages / memory))
    return tally + past.smoothed(tally, 1.0) + trigger * past.smoothed(echo, 0.7)


def together(past: Past, members: tuple[Surface, ...]) -> Floats:
    """The mean of several surfaces, each as a share of its own total."""
    found = [member(past) for member in members]
    return np.asarray(sum(one / max(float(one.sum()), 1e-12) for one in found), dtype=np.float64)


_faded = partial(faded, half_life=2 * YEAR)
_gamma = partial(shrunk, base=naive, cells=1.0, strength=1.0)
_gamma_faded = partial(shrunk, base=_faded, cells=1.0, strength=1.0)
_echo = partial(self_exciting, trigger=2.0, memory=30.0)

SURFACES: Mapping[str, Surface] = {
    NAIVE: naive,
    "count of one year": partial(recent, days=YEAR),
    "count of two years": partial(recent, days=2 * YEAR),
    "fading count": _faded,
    "kernel density, half a cell": partial(kernel, cells=0.5),
    "kernel density, one cell": partial(kernel, cells=1.0),
    "Getis-Ord Gi*": getis_ord,
    "self-exciting": _echo,
    "shrinkage": _gamma,
    "shrinkage, slight": partial(shrunk, base=naive, cells=1.5, strength=0.1),
    "shrinkage, wide": partial(shrunk, base=naive, cells=2.0, strength=2.0),
    "shrinkage, fading": _gamma_faded,
    "shrinkage, seasonal": partial(shrunk, base=partial(seasonal, width=45.0), cells=1.0, strength=1.0),
    "ensemble": partial(together, members=(naive, _gamma, _gamma_faded, _echo)),
}
