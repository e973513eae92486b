"""Signs in the series before the change that something else was going on."""

from collections.abc import Sequence
from datetime import date
from math import log

import numpy as np

from commonweal.engines.effects.ratios import Phase, dispersion
from commonweal.engines.effects.values import Period
from commonweal.engines.numerics import normal_quantile

SHORTEST_SIDE = 4  # periods on either side of a break worth naming
BREAK_STATISTIC = 11.8  # 1 % point of the supremum of a one-parameter Chow test, 15 % trimmed (Andrews 2003)


def gain(phase: Phase) -> float:
    """Poisson log likelihood of a phase at its own rate, up to a constant."""
    return phase.events * log(phase.rate) if phase.events else 0.0


def level_break(periods: Sequence[Period]) -> tuple[date, float] | None:
    """The first day of a new level in `periods` and the ratio of the rates, if a break is plain.

    The likelihood ratio of every possible break, scatter allowed for, is held against the 1 % point of
    its supremum; a definition changed unannounced looks like this.
    """
    whole = gain(Phase.of(periods)) if periods else 0.0
    best: tuple[float, int] = (0.0, 0)
    for split in range(SHORTEST_SIDE, len(periods) - SHORTEST_SIDE + 1):
        earlier, later = periods[:split], periods[split:]
        scatter = max(1.0, dispersion([earlier, later])[0])
        statistic = 2 * (gain(Phase.of(earlier)) + gain(Phase.of(later)) - whole) / scatter
        best = max(best, (statistic, split))
    if best[0] <= BREAK_STATISTIC:
        return None
    split = best[1]
    old, new = Phase.of(periods[:split]), Phase.of(periods[split:])
    return periods[split].start, (new.rate / old.rate if old.events else float("inf"))


def trend(periods: Sequence[Period], level: float = 0.95) -> float | None:
    """Change of the rate per year (0.1: ten per cent more each year) where a trend is plain, else None.

    Weighted least squares of the rate on time, weights and scatter as quasi-Poisson.
    """
    total = Phase.of(periods) if periods else Phase(0, 1.0)
    if len(periods) < 2 * SHORTEST_SIDE or total.events == 0:
        return None
    years = np.array([(p.start - periods[0].start).days + p.days / 2 for p in periods]) / 365.25
    exposure = np.array([p.exposure for p in periods])
    events = np.array([p.events for p in periods])
    centred = years - float((years * exposure).sum() / exposure.sum())
    slope = float((centred * events).sum() / (centred**2 * exposure).sum()) / total.rate
    scatter = max(1.0, dispersion([periods])[0])
    error = float(np.sqrt(scatter / (total.rate * (centred**2 * exposure).sum())))
    return slope if abs(slope) > normal_quantile(level) * error else None
