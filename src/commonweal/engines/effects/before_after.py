"""Before and after a change: the ratio of rates, and all that may make it say too much."""

from collections.abc import Iterator, Sequence
from datetime import date
from math import nan

from commonweal.engines.effects.breaks import level_break, trend
from commonweal.engines.effects.ratios import (
    Phase,
    dispersion,
    exact_interval,
    exact_p,
    log_error,
    rate_ratio,
    scattered_interval,
)
from commonweal.engines.effects.values import Caution, Effect, Period

SHORT_DAYS = 180
YEAR_DAYS = 365
FEW_EVENTS = 20
FEW_UNITS = 5
FEW_PERIODS = 6
Sides = tuple[list[Period], list[Period]]


def before_after(
    series: Sequence[Period],
    change_on: date,
    *,
    comparison: Sequence[Period] | None = None,
    definition_changes: Sequence[date] = (),
    units: int | None = None,
    level: float = 0.95,
) -> Effect:
    """Rate after `change_on` over the rate before; with a `comparison` series, the ratio of both ratios.

    Periods that contain the day of the change are left out. Where counts scatter no more than chance, the
    interval is exact; else it is quasi-Poisson (McCullagh & Nelder 1989). `units` is how many teams or
    areas changed. The estimate is not causal by itself: read `cautions`.
    """
    sides = split(series, change_on)
    other = split(comparison, change_on) if comparison is not None else None
    effect = compared(sides, other, level) if other else alone(sides, level)
    cautions = tuple(
        doubts(
            sides,
            change_on,
            definition_changes,
            units,
            comparison is not None,
            effect.diagnostics["dispersion"],
        )
    )
    return Effect(
        effect.estimate,
        effect.std_error,
        effect.interval,
        effect.p_value,
        "ratio",
        effect.method,
        cautions,
        effect.aggregates,
        effect.diagnostics,
    )


def split(series: Sequence[Period], change_on: date) -> Sides:
    """Periods wholly before and wholly after the change, in order; ValueError when a side is empty."""
    ordered = sorted(series, key=lambda period: period.start)
    for one, other in zip(ordered, ordered[1:], strict=False):
        if other.start < one.end:
            raise ValueError(
                f"series: periods from {one.start} and {other.start} overlap; count each day once"
            )
    before = [p for p in ordered if p.end <= change_on]
    after = [p for p in ordered if p.start >= change_on]
    if not before or not after:
        side = "after" if before else "before"
        raise ValueError(f"series: no whole period {side} {change_on}; hand in periods on both sides")
    return before, after


def alone(sides: Sides, level: float) -> Effect:
    """One series: exact, or quasi-Poisson where it scatters."""
    before, after = Phase.of(sides[0]), Phase.of(sides[1])
    scatter, freedom = dispersion(sides)
    ratio, scattered = rate_ratio(after, before), scatter > 1 and freedom > 0
    error = log_error([before, after], max(scatter, 1.0))
    interval, p_value = exact_interval(after, before, level), exact_p(after, before)
    if scattered:
        wide, wide_p = scattered_interval(ratio, error, freedom, level)
        interval = interval._replace(low=min(interval.low, wide.low), high=max(interval.high, wide.high))
        p_value = max(p_value, wide_p)
    return Effect(
        ratio,
        error,
        interval,
        p_value,
        "ratio",
        "quasi_poisson" if scattered else "poisson_exact",
        (),
        {"rate_before": before.rate, "rate_after": after.rate},
        {"dispersion": scatter, "events_before": before.events, "events_after": after.events},
    )


def compared(sides: Sides, other: Sides, level: float) -> Effect:
    """Two series: the ratio of their rate ratios, on the log scale."""
    before, after, base, later = (Phase.of(p) for p in (*sides, *other))
    scatter, freedom = dispersion([*sides, *other])
    own, theirs = rate_ratio(after, before), rate_ratio(later, base)
    ratio = own / theirs if theirs else nan
    error = log_error([before, after, base, later], max(scatter, 1.0))
    interval, p_value = scattered_interval(ratio, error, freedom, level)
    return Effect(
        ratio,
        error,
        interval,
        p_value,
        "ratio",
        "ratio_of_rate_ratios",
        (),
        {"rate_before": before.rate, "rate_after": after.rate, "ratio": own, "comparison_ratio": theirs},
        {"dispersion": scatter, "events_before": before.events, "events_after": after.events},
    )


def doubts(
    sides: Sides,
    change_on: date,
    definition_changes: Sequence[date],
    units: int | None,
    has_comparison: bool,
    scatter: float,
) -> Iterator[Caution]:
    """Every reason to doubt the comparison, gravest first."""
    before, after = sides
    if not has_comparison:
        yield Caution.of("no_comparison_group")
    yield from definition_doubts(before, after, definition_changes)
    yield from window_doubts(before, after)
    fewest = min(Phase.of(before).events, Phase.of(after).events)
    if fewest < FEW_EVENTS:
        yield Caution.of("few_events", events=fewest)
    if units is not None and units < FEW_UNITS:
        yield Caution.of("few_units", units=units)
    if scatter > 1.5:
        yield Caution.of("overdispersed", factor=round(scatter, 2))


def definition_doubts(
    before: Sequence[Period], after: Sequence[Period], definition_changes: Sequence[date]
) -> Iterator[Caution]:
    """Definitions known to have changed, and levels or trends that look like it."""
    for day in definition_changes:
        if before[0].start < day < after[-1].end:
            yield Caution.of("definition_changed", on=day.isoformat())
    if found := level_break(before):
        yield Caution.of("level_break", on=found[0].isoformat(), ratio=round(found[1], 2))
    elif slope := trend(before):
        yield Caution.of("trend_before", percent=round(100 * slope, 1))


def window_doubts(before: Sequence[Period], after: Sequence[Period]) -> Iterator[Caution]:
    """Too short a look, too few periods to see scatter, months of the year that only one side has."""
    for name, side in (("before", before), ("after", after)):
        days = sum(period.days for period in side)
        if days < SHORT_DAYS:
            yield Caution.of(f"short_{name}", days=days, wanted=SHORT_DAYS)
    if len(before) + len(after) < FEW_PERIODS:
        yield Caution.of("few_periods", periods=len(before) + len(after))
    if months(before) != months(after) or sum(p.days for p in before) < YEAR_DAYS:
        yield Caution.of("season_not_covered")


def months(periods: Sequence[Period]) -> set[int]:
    """Months of the year in which the periods' middles lie."""
    return {date.fromordinal(p.start.toordinal() + p.days // 2).month for p in periods}
