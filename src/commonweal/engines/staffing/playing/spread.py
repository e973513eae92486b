"""How long things take: a distribution, drawn by turning a chance between 0 and 1 into minutes.

Drawing by inversion keeps two scenarios in step: the same chance gives the longer job in both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite, log, sqrt

import numpy as np

from commonweal.engines.numerics import Floats

SHAPES = ("fixed", "exponential", "gamma", "lognormal", "uniform", "empirical")


@dataclass(frozen=True)
class Spread:
    """Minutes: `fixed` (mean), `exponential` (mean), `gamma` and `lognormal` (mean, sd), `uniform` (low,
    high), `empirical` (values seen, each as likely)."""

    shape: str = "fixed"
    mean: float = 0.0
    sd: float = 0.0
    low: float = 0.0
    high: float = 0.0
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse shapes that are not known and numbers that make no minutes."""
        if self.shape not in SHAPES:
            raise ValueError(f"distribution: {self.shape!r} is not known; use one of: {', '.join(SHAPES)}")
        given = (self.mean, self.sd, self.low, self.high, *self.values)
        if not all(isfinite(x) and x >= 0 for x in given):
            raise ValueError(f"{self.shape}: {given}; give minutes, zero or more")
        if self.shape in ("exponential", "gamma", "lognormal") and self.mean <= 0:
            raise ValueError(f"mean: {self.mean}; {self.shape} takes a mean above zero")
        if self.shape in ("gamma", "lognormal") and self.sd <= 0:
            raise ValueError(f"sd: {self.sd}; {self.shape} takes a standard deviation above zero")
        if self.shape == "uniform" and self.high < self.low:
            raise ValueError(f"high: {self.high} lies below low, {self.low}; exchange them")
        if self.shape == "empirical" and not self.values:
            raise ValueError("values: empty; give the minutes that were seen")

    @property
    def is_fixed(self) -> bool:
        """Whether chance has no part in it."""
        return self.shape == "fixed"

    def at(self, chance: Floats) -> Floats:
        """Minutes at each chance between 0 and 1 (shape kept)."""
        return np.maximum(0.0, _INVERSES[self.shape](self, chance))


def _gamma(spread: Spread, chance: Floats) -> Floats:
    from scipy.special import gammaincinv

    form = (spread.mean / spread.sd) ** 2
    return np.asarray(gammaincinv(form, chance) * spread.mean / form)


def _lognormal(spread: Spread, chance: Floats) -> Floats:
    from scipy.special import ndtri

    log_variance = log(1 + (spread.sd / spread.mean) ** 2)
    centre = log(spread.mean) - log_variance / 2
    return np.asarray(np.exp(centre + sqrt(log_variance) * ndtri(np.clip(chance, 1e-12, 1 - 1e-12))))


def _empirical(spread: Spread, chance: Floats) -> Floats:
    seen = np.sort(np.array(spread.values))
    return seen[np.minimum((chance * len(seen)).astype(np.intp), len(seen) - 1)]


_INVERSES: Mapping[str, Callable[[Spread, Floats], Floats]] = {
    "fixed": lambda spread, chance: np.full(chance.shape, spread.mean),
    "exponential": lambda spread, chance: -spread.mean * np.log1p(-chance),
    "gamma": _gamma,
    "lognormal": _lognormal,
    "uniform": lambda spread, chance: spread.low + (spread.high - spread.low) * chance,
    "empirical": _empirical,
}
