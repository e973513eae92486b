"""Time until something happens, when some have not been watched long enough to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from commonweal.engines.numerics.intervals import Interval, normal_quantile


@dataclass(frozen=True)
class SurvivalCurve:
    """Kaplan-Meier steps: at `times[i]` the share still without an event drops to `surviving[i]`.

    `hazard_sum[i]` is Greenwood's sum of d / (n (n - d)); infinite once nobody is left.
    """

    times: tuple[float, ...]
    surviving: tuple[float, ...]
    hazard_sum: tuple[float, ...]
    subjects: int

    def at(self, time: float, level: float = 0.95) -> tuple[float, Interval]:
        """Share without an event by `time`, with its log-log interval (Kalbfleisch & Prentice 1980)."""
        z = normal_quantile(level)
        steps = sum(t <= time for t in self.times)
        if steps == 0:
            return 1.0, Interval(1.0 - rule_of_three(self.subjects, level), 1.0, level)
        share, hazard = self.surviving[steps - 1], self.hazard_sum[steps - 1]
        if share <= 0.0:
            return 0.0, Interval(0.0, rule_of_three(self.subjects, level), level)
        half = z * sqrt(hazard) / abs(log(share))
        return share, Interval(share ** exp(half), share ** exp(-half), level)


def rule_of_three(subjects: int, level: float) -> float:
    """Upper limit of a share never seen among `subjects` (exact; about 3 / n at 95 %, one-sided)."""
    return 1.0 if subjects == 0 else 1.0 - (1.0 - level) ** (1 / subjects)


def kaplan_meier(times: Sequence[float], happened: Sequence[bool]) -> SurvivalCurve:
    """The product-limit estimate (Kaplan & Meier 1958). `times` >= 0; False in `happened` is censored.

    Someone censored at the moment of another's event still counted as at risk then.
    """
    if len(times) != len(happened):
        raise ValueError(f"happened: {len(happened)} entries for {len(times)} times; give one for each")
    if any(not t >= 0 for t in times):
        raise ValueError("times: negative or not a number; measure from the index contact onwards")
    at, is_event = np.asarray(times, dtype=float), np.asarray(happened, dtype=bool)
    share, hazard = 1.0, 0.0
    moments, shares, hazards = [], [], []
    for moment in np.unique(at[is_event]):
        at_risk = int((at >= moment).sum())
        events = int((at[is_event] == moment).sum())
        share *= 1 - events / at_risk
        hazard += events / (at_risk * (at_risk - events)) if at_risk > events else float("inf")
        moments.append(float(moment))
        shares.append(share)
        hazards.append(hazard)
    return SurvivalCurve(tuple(moments), tuple(shares), tuple(hazards), len(times))
