"""Computing a metric, and hiding small cells before anybody sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from commonweal.engines.measures.diversion import DEFINITIONS, officer_hours, tallies
from commonweal.engines.measures.metric import Metric, MetricError
from commonweal.engines.measures.rows import Row
from commonweal.engines.measures.rules import RULES as PLAIN
from commonweal.engines.measures.rules import Frame, Rule, Tally
from commonweal.engines.numerics import Interval

RULES: Mapping[str, Rule] = {**PLAIN, "officer_hours_returned": officer_hours}
SMALL_CELL = 11  # counts of 1..10 are hidden, as in the CMS cell size suppression policy


@dataclass(frozen=True)
class Result:
    """A metric's value with its interval. What suppression hides is None; `excluded` and `notes` explain.

    `value` None without suppression means that there was nothing to count.
    """

    metric: str
    version: int
    numerator: int | None
    denominator: int | None
    value: float | None
    interval: Interval | None
    suppressed: bool
    excluded: Mapping[str, int | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def compute(
    metric: Metric,
    rows: Sequence[Row],
    *,
    as_of: datetime | None = None,
    level: float = 0.95,
    threshold: int = SMALL_CELL,
) -> Result:
    """Compute `metric` over `rows` of its grain.

    `as_of` is when the cohort was frozen; metrics with a window refuse to do without it. Counts from 1 to
    `threshold` - 1 are hidden, and so is any number from which one could be had by subtraction; a caller
    that may see small counts hands in 1.
    """
    if metric.rule in DEFINITIONS:
        return side_by_side([metric], rows, level=level, threshold=threshold)[metric.id]
    rule = RULES.get(metric.rule)
    if rule is None:
        known = ", ".join(sorted({*RULES, *DEFINITIONS}))
        raise MetricError(f"metric {metric.id}: rule {metric.rule!r}; use one of {known}")
    return guarded(metric, rule(rows, Frame(as_of, metric.window_days, level)), False, threshold)


def side_by_side(
    metrics: Sequence[Metric], rows: Sequence[Row], *, level: float = 0.95, threshold: int = SMALL_CELL
) -> dict[str, Result]:
    """Rates that are called diversion, by metric id: hidden together, as one is another's remainder."""
    found = tallies(rows, Frame(None, 0, level), threshold)
    return {metric.id: guarded(metric, *_of(found, metric), threshold) for metric in metrics}


def _of(found: Mapping[str, tuple[Tally, bool]], metric: Metric) -> tuple[Tally, bool]:
    if metric.rule not in found:
        raise MetricError(f"metric {metric.id}: rule {metric.rule!r}; use one of {', '.join(found)}")
    return found[metric.rule]


def guarded(metric: Metric, tally: Tally, is_hidden: bool, threshold: int) -> Result:
    """The tally as a result, small cells hidden, and all of it where `is_hidden`."""

    def is_small(count: int | None) -> bool:
        return count is not None and 0 < count < threshold

    hits = tally.numerator
    misses = None if hits is None else tally.denominator - hits
    hidden = is_hidden or is_small(tally.denominator) or is_small(hits) or is_small(misses)
    return Result(
        metric=metric.id,
        version=metric.version,
        numerator=None if hidden else hits,
        denominator=None if is_hidden or is_small(tally.denominator) else tally.denominator,
        value=None if hidden else tally.value,
        interval=None if hidden else tally.interval,
        suppressed=hidden,
        excluded={why: None if is_small(n) else n for why, n in tally.excluded.items()},
        notes=() if is_hidden else tally.notes,
    )


def compute_by(
    metric: Metric,
    groups: Mapping[str, Sequence[Row]],
    *,
    as_of: datetime | None = None,
    level: float = 0.95,
    threshold: int = SMALL_CELL,
) -> dict[str, Result]:
    """The metric for each group, safe to show beside the total.

    Where exactly one group is hidden, subtraction from the total would reveal it: the smallest of the
    others is hidden as well (secondary suppression).
    """
    results = {
        name: compute(metric, rows, as_of=as_of, level=level, threshold=threshold)
        for name, rows in groups.items()
    }
    hidden = [name for name, result in results.items() if result.suppressed]
    shown = [name for name, result in results.items() if not result.suppressed and result.denominator]
    if len(hidden) == 1 and shown:
        partner = min(shown, key=lambda name: (results[name].denominator or 0, name))
        results[partner] = replace(
            results[partner], numerator=None, denominator=None, value=None, interval=None, suppressed=True
        )
        results[hidden[0]] = replace(results[hidden[0]], denominator=None)
    return results
