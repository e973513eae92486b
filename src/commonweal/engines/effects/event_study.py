"""Event studies: the effect by time since the start, with the time before as a test of the design.

Two-way fixed effects with leads and lags; where units started at different times these mix effects of several
cohorts, and the interaction-weighted estimate stands beside them (Sun & Abraham 2021, J. Econometrics 225).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import fdtrc

from commonweal.engines.effects.differences import Regression, doubted, tested
from commonweal.engines.effects.findings import Finding, Told, detectable, part, student
from commonweal.engines.effects.panel import Panel, panel_doubts
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats


@dataclass(frozen=True)
class Window:
    """Which event times are told apart: from `first` to `last` (beyond, binned), against `base`."""

    base: int = -1
    first: int | None = None
    last: int | None = None


def event_study(
    panel: Panel, window: Window | None = None, method: str = "twfe", level: float = 0.95, seed: int = 0
) -> Finding:
    """The mean effect after the start, and in `aggregates` the effect at each event time.

    `method` "twfe" or "sun_abraham". Event time counts the panel's times, zero is the first treated one. A
    Wald test that nothing moved before is in the diagnostics. ValueError without a unit that was treated,
    or without the base period.
    """
    panel.need()
    window = window or Window()
    since = event_times(panel, window)
    if not np.isfinite(since).any():
        raise ValueError("treated: nobody was; name the column that says who was treated and when")
    if not (since == window.base).any():
        raise ValueError(f"options.base: {window.base}; no treated unit was seen at that event time")
    by_method = {"twfe": leads_and_lags, "sun_abraham": sun_abraham}
    if method not in by_method:
        raise ValueError(f"options.method: {method!r}; use one of {', '.join(by_method)}")
    found = by_method[method](panel, since, window, level)
    cohorts = len(np.unique(panel.starts()[np.isfinite(panel.starts())]))
    beside: dict[str, object] = {}
    if cohorts > 1 and method == "twfe":
        beside["sun_abraham"] = sun_abraham(panel, since, window, level).aggregates["event_time"]
    finding = Finding(
        found.estimate, found.std_error, found.interval, found.p_value, found.method,
        cautions=tuple(panel_doubts(panel)),
        aggregates={**found.aggregates, **beside},
        diagnostics={
            **found.diagnostics, "rows": len(panel.outcome), "units": len(panel.unit.names),
            "times": len(panel.times), "clusters": len(panel.cluster.names),
            "treated_clusters": panel.treated_clusters, "base": window.base,
            "minimum_detectable_effect": detectable(found.std_error, len(panel.cluster.names) - 1),
        },
    )  # fmt: skip
    joint = found.diagnostics.get("leads_are_zero")
    if isinstance(joint, dict) and joint["p_value"] < 0.05:
        finding = finding.beside({}, [Caution.of("trends_differ", p=round(joint["p_value"], 4))])
    finding = doubted(finding, panel, level)
    if method == "twfe" and cohorts == 1:
        return tested(finding, Regression(panel, panel.treated[:, None]), seed)
    return tested_apart(finding, panel, seed)


def tested_apart(finding: Finding, panel: Panel, seed: int) -> Finding:
    """With few treated clusters, the permutation of the mean effect by two-way fixed effects takes over."""
    regression = Regression(panel, panel.treated[:, None])
    pooled = tested(
        Finding(finding.estimate, finding.std_error, finding.interval, finding.p_value, finding.method),
        regression, seed,
    )  # fmt: skip
    if not pooled.interval.low <= finding.estimate <= pooled.interval.high:
        told = float(f"{regression.first[0]:.3g}")
        pooled = pooled.beside({}, [Caution.of("interval_is_pooled", estimate=told)])
    return Finding(
        finding.estimate, finding.std_error, pooled.interval, pooled.p_value, pooled.method,
        finding.scale, (*finding.cautions, *pooled.cautions), finding.aggregates, finding.weights,
        {**finding.diagnostics, **pooled.diagnostics},
    )  # fmt: skip


def event_times(panel: Panel, window: Window) -> Floats:
    """Times since the start, for each row, in steps of the panel; NaN for the never treated; ends binned."""
    starts = panel.starts()[panel.unit.codes]
    places = np.searchsorted(panel.times, starts)
    since = np.where(np.isfinite(starts), panel.time_codes - places, np.nan).astype(np.float64)
    if window.first is not None:
        since = np.where(since < window.first, window.first, since)
    if window.last is not None:
        since = np.where(since > window.last, window.last, since)
    return since


def leads_and_lags(panel: Panel, since: Floats, window: Window, level: float) -> Finding:
    """One coefficient an event time, less the base; without never-treated units the earliest one as well."""
    times = [int(t) for t in np.unique(since[np.isfinite(since)]) if t != window.base]
    if np.isfinite(since).all() and len(times) > 1:
        times = times[1:]
    regression = Regression(panel, np.column_stack([since == t for t in times]).astype(np.float64))
    names = [str(t) for t in times]
    combine = np.eye(len(times), len(regression.fit.coefficients))
    return collected(regression, names, combine, window, "event_study_twfe", level)


def sun_abraham(panel: Panel, since: Floats, window: Window, level: float) -> Finding:
    """Cohort by event time, averaged with the cohorts' shares at each event time (interaction-weighted).

    The never treated are the comparison; where there are none, the last cohort is, before its start.
    """
    starts = panel.starts()[panel.unit.codes]
    if np.isfinite(starts).all():
        last = float(starts.max())
        rows = panel.time < last
        keep = panel.only(rows)
        return sun_abraham_of(
            keep, since[rows], np.where(starts[rows] < last, starts[rows], np.inf), window, level
        )
    return sun_abraham_of(panel, since, starts, window, level)


def sun_abraham_of(panel: Panel, since: Floats, starts: Floats, window: Window, level: float) -> Finding:
    """The interaction-weighted estimate, given who started when."""
    cells = [
        (g, int(e))
        for g in np.unique(starts[np.isfinite(starts)])
        for e in np.unique(since[starts == g])
        if e != window.base
    ]
    columns = np.column_stack([(starts == g) & (since == e) for g, e in cells]).astype(np.float64)
    regression = Regression(panel, columns)
    sizes = (columns * panel.weights[:, None]).sum(axis=0) * regression.fit.kept[: len(cells)]
    times = sorted({e for _, e in cells})
    combine = np.zeros((len(times), len(regression.fit.coefficients)))
    for place, time in enumerate(times):
        own = np.array([e == time for _, e in cells]) * sizes
        combine[place, : len(cells)] = own / own.sum() if own.sum() else 0.0
    kept = [n for n in range(len(times)) if combine[n].any()]
    names = [str(times[n]) for n in kept]
    return collected(regression, names, combine[kept], window, "event_study_sun_abraham", level)


def collected(
    regression: Regression, names: list[str], combine: Floats, window: Window, method: str, level: float
) -> Finding:
    """Event-time estimates, their mean after the start, and the test of those before."""
    coefficients = np.nan_to_num(regression.fit.coefficients)
    covariance = combine @ np.nan_to_num(regression.covariance) @ combine.T
    values, errors = combine @ coefficients, np.sqrt(np.maximum(np.diag(covariance), 0.0))
    freedom = regression.freedom
    cells: dict[str, object] = {
        name: part(float(v), float(e), freedom, level)
        for name, v, e in zip(names, values, errors, strict=True)
    }
    cells[str(window.base)] = {"estimate": 0.0, "std_error": 0.0, "p_value": None, "interval": None}
    after = np.array([int(name) >= 0 for name in names])
    leads = np.array([int(name) < min(0, window.base) for name in names])
    mean = after / max(int(after.sum()), 1)
    estimate, error = float(mean @ values), sqrt(max(float(mean @ covariance @ mean), 0.0))
    interval, p_value = student(estimate, error, freedom, level)
    ordered = {name: cells[name] for name in sorted(cells, key=int)}
    return Finding(
        estimate, error, interval, p_value, method,
        aggregates={"event_time": ordered, "mean_after": part(estimate, error, freedom, level)},
        diagnostics={"leads_are_zero": wald(values[leads], covariance[np.ix_(leads, leads)], freedom)},
    )  # fmt: skip


def wald(values: Floats, covariance: Floats, freedom: int) -> Told | None:
    """The joint test that values are zero: F with (values, clusters - 1) degrees; None without values."""
    if not len(values) or freedom < 1:
        return None
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if rank == 0:
        return None
    statistic = float(values @ np.linalg.pinv(covariance, hermitian=True) @ values) / rank
    return {"f": statistic, "degrees": [rank, freedom], "p_value": float(fdtrc(rank, freedom, statistic))}
