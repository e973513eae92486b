"""A plan carried out on the site's own counts: calls by area and period in, an answer with its doubts out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, inf, isfinite
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from commonweal.calls import queries as calls
from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.values import PanelRow
from commonweal.evaluation.plans import Plan
from commonweal.evaluation.series import SHARE, belongs
from commonweal.kernel.errors import Invalid

ENOUGH = 6  # areas from which their own past may be adjusted for


@dataclass(frozen=True, slots=True)
class Table:
    """Events (and all calls) by area and period, and the periods that the records cover from end to end."""

    events: Counter[tuple[str, int]]
    calls: Counter[tuple[str, int]]
    covered: range


def tabled(plan: Plan, found: Iterable[calls.Counted]) -> Table:
    """Count calls by area and period, the site's local days; cancelled and second calls stay out."""
    zone = ZoneInfo(plan.zone)
    events: Counter[tuple[str, int]] = Counter()
    total: Counter[tuple[str, int]] = Counter()
    seen: set[date] = set()
    for call in found:
        day = call.received.astimezone(zone).date()
        period = (day - plan.first).days // plan.step
        if call.is_cancelled or call.is_duplicate or not 0 <= period < plan.periods:
            continue
        seen.add(day)
        if call.area in plan.starts:
            total[call.area, period] += 1
            events[call.area, period] += belongs(plan.series, call)
    if not seen:
        raise Invalid("first", plan.first, "There are no calls on file in this window; choose other days.")
    low = -((plan.first - min(seen)).days // plan.step)
    return Table(events, total, range(low, ((max(seen) - plan.first).days + 1) // plan.step))


def kept_areas(plan: Plan, table: Table, smallest: int) -> dict[str, int | None]:
    """The areas with no event or enough of them to be counted, with their first treated period."""
    sizes = Counter[str]()
    for (area, period), number in table.events.items():
        if period in table.covered:
            sizes[area] += number
    starts = plan.answers().starts
    return {area: start for area, start in starts.items() if not 0 < sizes[area] < smallest}


def estimated(plan: Plan, table: Table, smallest: int) -> dict[str, object]:
    """The answer as it is kept. Invalid, in words, where these records do not carry the design."""
    areas = kept_areas(plan, table, smallest)
    treated = [area for area, start in areas.items() if start is not None]
    facts: dict[str, object] = {
        "areas": len(areas), "treated": len(treated), "left_out": len(plan.starts) - len(areas),
        "periods": len(table.covered), "planned_periods": plan.periods,
    }  # fmt: skip
    if not treated:
        raise Invalid("starts", "", "No area that began has enough events to be counted; widen the window.")
    try:
        finding = by_series(plan, table, areas) if plan.design == "its" else by_panel(plan, table, areas)
    except ValueError as fault:
        says = "These records do not carry this design: %(fault)s."
        raise Invalid("design", plan.design, says, fault=str(fault).rstrip(".")) from fault
    return {**told(finding), **facts}


def value(plan: Plan, table: Table, area: str, period: int) -> float:
    """Events, or events in a hundred calls."""
    number = float(table.events[area, period])
    if plan.series != SHARE:
        return number
    return 100 * number / table.calls[area, period] if table.calls[area, period] else 0.0


def by_panel(plan: Plan, table: Table, areas: Mapping[str, int | None]) -> Finding:
    """Areas over periods, with those that began at each time."""
    from commonweal.engines.effects.differences import did
    from commonweal.engines.effects.panel import Panel
    from commonweal.engines.effects.staggered import Choices, staggered
    from commonweal.engines.effects.stepped_wedge import stepped_wedge

    rows = [
        PanelRow(area, float(period), value(plan, table, area, period), start is not None and period >= start)
        for area, start in areas.items()
        for period in table.covered
    ]
    if plan.design == "did":
        return did(rows)
    if plan.design == "cluster_randomised":
        return by_lot(rows)
    if plan.design == "stepped_wedge":
        return stepped_wedge(Panel.of(rows))
    controls = "never_treated" if None in areas.values() else "not_yet_treated"
    return staggered(Panel.of(rows), Choices(controls=controls))


def by_lot(rows: Sequence[PanelRow]) -> Finding:
    """One value an area, its mean since the start; where areas allow, beside its own past as covariate."""
    from commonweal.engines.effects.panel import Labels
    from commonweal.engines.effects.randomised import Trial, randomised

    start = min((row.time for row in rows if row.treated), default=inf)
    past, since = averaged(rows, lambda row: row.time < start), averaged(rows, lambda row: row.time >= start)
    if set(past) != set(since) or not since:
        raise ValueError("first: the records do not reach both sides of the start")
    names = sorted(since)
    on = {row.unit for row in rows if row.treated}
    before = np.array([past[name] for name in names])
    covariates = {"before": before} if len(names) >= ENOUGH and before.std() > 0 else {}
    trial = Trial(
        np.array([since[name] for name in names]), np.array([float(name in on) for name in names]),
        Labels.of(names), Labels(("all",), np.zeros(len(names), dtype=np.intp)), covariates,
    )  # fmt: skip
    return randomised(trial)


def averaged(rows: Sequence[PanelRow], belongs_to: Callable[[PanelRow], bool]) -> dict[str, float]:
    """The mean outcome of each unit over the rows that belong."""
    sums: dict[str, list[float]] = {}
    for row in filter(belongs_to, rows):
        sums.setdefault(row.unit, []).append(row.outcome)
    return {unit: sum(values) / len(values) for unit, values in sums.items()}


def by_series(plan: Plan, table: Table, areas: Mapping[str, int | None]) -> Finding:
    """All areas together, before and after the one start."""
    from commonweal.engines.effects.interrupted import Segments, Series, interrupted

    start = min(start for start in areas.values() if start is not None)
    times = np.array(table.covered, dtype=np.float64)
    events = [float(sum(table.events[area, n] for area in areas)) for n in table.covered]
    total = [float(sum(table.calls[area, n] for area in areas)) for n in table.covered]
    exposure = np.array(total if plan.series == SHARE else [1.0] * len(events))
    year = round(364 / plan.step)
    season = "harmonics" if len(events) >= 2 * year else "none"
    segments = Segments(float(start), "poisson", season=season, period=year, harmonics=1, has_slope=False)
    return interrupted(Series(times, np.array(events), exposure, {}), segments)


def told(finding: Finding) -> dict[str, object]:
    """A finding as it is kept: ratios as ratios, tests in one shape, nothing that is not a number."""
    is_ratio = finding.scale == "log_ratio"
    turn = exp if is_ratio else float
    seen = finding.diagnostics
    return {
        "scale": "ratio" if is_ratio else "difference",
        "estimate": number(turn(finding.estimate)),
        "low": number(turn(finding.interval.low)) if isfinite(finding.interval.low) else None,
        "high": number(turn(finding.interval.high)) if isfinite(finding.interval.high) else None,
        "p_value": number(finding.p_value),
        "method": finding.method,
        "cautions": [[caution.code, dict(caution.params)] for caution in finding.cautions],
        "pre_trend": test(seen.get("pre_trend"), is_ratio),
        "placebo": test(seen.get("placebo"), is_ratio),
        "leave_one_out": left_out(seen.get("leave_one_out"), is_ratio),
        "smallest_p": number(attainable(seen.get("randomisation"))),
    }


def test(found: Any, is_ratio: bool) -> dict[str, float | None] | None:
    """Estimate and p of a test; None where it could not be made."""
    if not isinstance(found, Mapping) or "estimate" not in found:
        return None
    estimate = found["estimate"]
    return {
        "estimate": number(exp(estimate) if is_ratio and estimate is not None else estimate),
        "p_value": number(found.get("p_value")),
    }


def left_out(found: Any, is_ratio: bool) -> dict[str, object] | None:
    """The lowest and highest estimate without one area or period; which one is not said."""
    if not isinstance(found, Mapping) or found.get("lowest") is None:
        return None
    ends = {name: number(exp(found[name]) if is_ratio else found[name]) for name in ("lowest", "highest")}
    return {**ends, "changes_sign": bool(found.get("changes_sign"))}


def attainable(found: Any) -> Any:
    """The smallest p of a permutation, if there was one."""
    return found.get("smallest_attainable_p") if isinstance(found, Mapping) else None


def number(found: Any) -> float | None:
    """Four figures that count; None for what is no number."""
    return None if found is None or not isfinite(found) else float(f"{found:.4g}")
