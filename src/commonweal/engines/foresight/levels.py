"""Level breaks: where a series starts to count something else, and its past read by today's measure."""

from dataclasses import dataclass

import numpy as np

from commonweal.engines.foresight.grid import Whole
from commonweal.engines.numerics import Floats

LEAST_CHANGE = 0.2  # a change of less than a fifth is left to the models
Z = 5.5
TAIL = 4  # values after a break before it is believed


@dataclass(frozen=True)
class Break:
    """The level changed at `index` from `before` to `after` (means of the stretches on both sides)."""

    index: int
    before: float
    after: float

    @property
    def factor(self) -> float:
        """What a value before it is multiplied by to be read by the measure after it."""
        return self.after / self.before


def settled(values: Floats, season: int) -> Floats:
    """Values less their seasonal pattern: each divided by its season's share of the median level.

    The pattern is of ratios to a running median, so that a break does not become a season.
    """
    if season < 2 or values.size < 3 * season:
        return values.copy()
    place = np.arange(values.size) % season
    levels = _running_median(values, season)
    ratio = values / np.maximum(levels, 1e-9)
    pattern = np.array([np.median(ratio[place == one]) for one in range(season)])
    pattern = np.where(pattern > 0.05, pattern / max(float(pattern.mean()), 1e-9), 1.0)
    return np.asarray(values / pattern[place], dtype=np.float64)


def _running_median(values: Floats, season: int) -> Floats:
    """The median of the season around each value (at the ends, of what there is)."""
    half = season // 2
    padded = np.pad(values, (half, season - 1 - half), mode="reflect")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, season), axis=1))


def last_break(values: Floats, season: int) -> Break | None:
    """The latest abrupt change of level in a series of counts, or None.

    Each place is a candidate where at least a season lies before it and four values after it; the two
    stretches beside it (up to three seasons each) are compared by Welch's statistic on settled values. Only
    a change of a fifth or more, that stands out by 5.5 and beats what lies around it, is a break.
    """
    if values.size < 2 * season + TAIL or np.any(values < 0):
        return None
    level, reach = settled(values, season), max(3 * season, 2 * TAIL)
    first = max(season, TAIL, values.size - 6 * reach)
    index = np.arange(first, values.size - TAIL + 1)
    if not index.size:
        return None
    before, wide_before, _ = _stretches(level, np.maximum(0, index - reach), index)
    after, wide_after, after_size = _stretches(level, index, np.minimum(values.size, index + reach))
    noise = wide_before + wide_after + 0.1 * np.maximum(np.maximum(before, after), 1.0) / after_size
    score = np.abs(after - before) / np.sqrt(noise)
    low, high = np.minimum(before, after), np.maximum(before, after)
    score = np.where((low > 1) & (high > (1 + LEAST_CHANGE) * low), score, 0.0)
    best = int(np.argmax(score))
    if score[best] <= Z:
        return None
    return Break(int(index[best]), float(before[best]), float(after[best]))


def _stretches(level: Floats, start: Whole, end: Whole) -> tuple[Floats, Floats, Floats]:
    """Mean, variance of the mean, and length of each stretch from `start` up to `end`."""
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (level, level**2))
    size = (end - start).astype(np.float64)
    mean = (sums[end] - sums[start]) / size
    spread = np.maximum((squares[end] - squares[start]) / size - mean**2, 0.0)
    return mean, spread / size, size


def levelled(values: Floats, season: int) -> tuple[Floats, Break | None]:
    """The series read by its latest measure: values before the last break are scaled to what follows."""
    found = last_break(values, season)
    if found is None:
        return values, None
    scaled = values.copy()
    scaled[: found.index] *= found.factor
    return scaled, found


def calmed(values: Floats, season: int) -> Floats:
    """Values far from their surroundings (half a day of data, a mass event), drawn in to 5 deviations."""
    near = _running_median(values, 2 * max(season, 3) + 1) if values.size > 4 * max(season, 3) else values
    apart = values - near
    spread = 1.4826 * float(np.median(np.abs(apart))) + 1e-9
    return np.clip(values, near - 5 * spread, near + 5 * spread)
