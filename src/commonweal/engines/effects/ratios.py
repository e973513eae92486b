"""Poisson rates and their ratios: exact where counts behave, widened where they scatter more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt

from scipy.special import bdtr, stdtr, stdtrit

from commonweal.engines.effects.values import Period, Rate
from commonweal.engines.numerics import Interval, clopper_pearson, garwood


@dataclass(frozen=True)
class Phase:
    """The sum of a run of periods."""

    events: int
    exposure: float

    @classmethod
    def of(cls, periods: Sequence[Period]) -> "Phase":
        """Add up periods."""
        return cls(sum(p.events for p in periods), sum(p.exposure for p in periods))

    @property
    def rate(self) -> float:
        """Events per unit of exposure."""
        return self.events / self.exposure


def rate_ratio(after: Phase, before: Phase) -> float:
    """After over before; infinite when only before is zero, NaN when both are."""
    if before.events == 0:
        return nan if after.events == 0 else inf
    return after.rate / before.rate


def exact_interval(after: Phase, before: Phase, level: float) -> Interval:
    """Exact conditional interval of a ratio of Poisson rates (Przyborowski & Wilenski 1940)."""
    share = clopper_pearson(after.events, after.events + before.events, level)
    scale = before.exposure / after.exposure

    def odds(p: float) -> float:
        return inf if p >= 1 else scale * p / (1 - p)

    return Interval(odds(share.low), odds(share.high), level)


def exact_p(after: Phase, before: Phase) -> float:
    """Two-sided p of no difference: twice the smaller binomial tail, given the events in total."""
    total, share = after.events + before.events, after.exposure / (after.exposure + before.exposure)
    if total == 0:
        return 1.0
    below = float(bdtr(after.events, total, share))
    above = 1.0 if after.events == 0 else 1.0 - float(bdtr(after.events - 1, total, share))
    return min(1.0, 2 * min(below, above))


def dispersion(phases: Sequence[Sequence[Period]]) -> tuple[float, int]:
    """Pearson's scatter per degree of freedom, each phase with its own rate, and those degrees.

    1 is what chance alone gives; (1, 0) when there is too little to tell.
    """
    squares, freedom = 0.0, 0
    for periods in phases:
        rate = Phase.of(periods).rate if periods else 0.0
        if rate == 0.0:
            continue
        squares += sum((p.events - rate * p.exposure) ** 2 / (rate * p.exposure) for p in periods)
        freedom += len(periods) - 1
    return (squares / freedom if freedom else 1.0), freedom


def log_error(phases: Sequence[Phase], scatter: float) -> float:
    """Standard error of a sum and difference of log rates, with variance `scatter` times Poisson's."""
    if any(phase.events == 0 for phase in phases):
        return inf
    return sqrt(scatter * sum(1 / phase.events for phase in phases))


def scattered_interval(ratio: float, error: float, freedom: int, level: float) -> tuple[Interval, float]:
    """Interval and two-sided p of a ratio from its log standard error, by Student's t."""
    if not (0 < ratio < inf and error < inf):
        return Interval(0.0, inf, level), 1.0
    t = float(stdtrit(max(freedom, 1), 0.5 + level / 2))
    interval = Interval(ratio * exp(-t * error), ratio * exp(t * error), level)
    return interval, 2 * float(stdtr(max(freedom, 1), -abs(log(ratio)) / error))


def rates(
    groups: Mapping[str, tuple[int, float]], reference: str | None = None, level: float = 0.95
) -> list[Rate]:
    """The rate of each group (events, exposure) with Garwood's interval, and its exact ratio to `reference`.

    Without a reference no ratios are given.
    """
    if reference is not None and reference not in groups:
        raise ValueError(f"reference: {reference!r} is not a group; use one of {', '.join(sorted(groups))}")
    base = Phase(*groups[reference]) if reference is not None else None
    answers = []
    for name, (events, exposure) in groups.items():
        interval = garwood(events, exposure, level)
        phase = Phase(events, exposure)
        compared = base if name != reference else None
        ratio = rate_ratio(phase, compared) if compared else None
        bounds = exact_interval(phase, compared, level) if compared else None
        answers.append(Rate(name, events, exposure, phase.rate, interval, ratio, bounds))
    return answers
