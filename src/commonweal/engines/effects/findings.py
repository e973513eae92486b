"""What a design answers: an estimate, its interval, its parts, and what must be read beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, nan

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Interval

Told = Mapping[str, object]


@dataclass(frozen=True)
class Finding:
    """An estimate with its interval. `aggregates` are estimates of parts, `weights` who counted how much.

    `diagnostics` always holds what may overturn the estimate: pre-trend, placebo, leave-one-out, by name.
    NaN or None where a thing cannot be known; a caution then says why.
    """

    estimate: float
    std_error: float
    interval: Interval
    p_value: float
    method: str
    scale: str = "difference"
    cautions: tuple[Caution, ...] = ()
    aggregates: Told = field(default_factory=dict)
    weights: Told = field(default_factory=dict)
    diagnostics: Told = field(default_factory=dict)

    def beside(self, diagnostics: Told, cautions: Sequence[Caution] = ()) -> "Finding":
        """The same with more diagnostics and cautions."""
        more = tuple(caution for caution in cautions if caution not in self.cautions)
        return replace(
            self, diagnostics={**self.diagnostics, **diagnostics}, cautions=(*self.cautions, *more)
        )


def student(estimate: float, error: float, freedom: float, level: float = 0.95) -> tuple[Interval, float]:
    """Interval and two-sided p by Student's t, or the normal where `freedom` is infinite.

    Everything where there is no freedom or no error to be had.
    """
    if freedom < 1 or not error >= 0 or error == inf:
        return Interval(-inf, inf, level), 1.0
    normal = freedom == inf
    half = float(ndtri(0.5 + level / 2) if normal else stdtrit(freedom, 0.5 + level / 2)) * error
    if error == 0:
        return Interval(estimate, estimate, level), float(estimate == 0)
    ratio = -abs(estimate) / error
    p_value = 2 * float(ndtr(ratio) if normal else stdtr(freedom, ratio))
    return Interval(estimate - half, estimate + half, level), p_value


def part(estimate: float, error: float, freedom: float = inf, level: float = 0.95) -> dict[str, object]:
    """One entry of `aggregates`: an estimate with its error, interval and p."""
    interval, p_value = student(estimate, error, freedom, level) if estimate == estimate else (None, nan)
    return {
        "estimate": estimate, "std_error": error, "p_value": p_value,
        "interval": [interval.low, interval.high] if interval else None,
    }  # fmt: skip


def detectable(error: float, freedom: float, power: float = 0.8, level: float = 0.95) -> float:
    """The smallest effect that would be seen with `power`, given the standard error (Bloom 1995)."""
    if freedom < 1 or not error < inf:
        return inf
    if freedom == inf:
        return float(ndtri(0.5 + level / 2) + ndtri(power)) * error
    return float(stdtrit(freedom, 0.5 + level / 2) + stdtrit(freedom, power)) * error
