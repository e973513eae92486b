"""Interrupted time series: level and slope of one series before and after a change.

Segmented regression (Wagner et al. 2002; Bernal, Cummins & Gasparrini 2017) by statsmodels, with errors that
allow for autocorrelation (Newey & West 1987) and season by harmonics or by a level for each step of it.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy.special import chdtrc

from commonweal.engines.effects.findings import Finding, detectable, part, student
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats

FEW_BEFORE = 8
FAMILIES, ERRORS, SEASONS = ("linear", "poisson"), ("newey_west", "plain"), ("none", "harmonics", "dummies")


@dataclass(frozen=True)
class Series:
    """Values in order of time, the exposure of each (ones, where there is none), and other columns."""

    times: Floats
    values: Floats
    exposure: Floats
    covariates: Mapping[str, Floats]


@dataclass(frozen=True)
class Segments:
    """How to cut the series. `lags` None takes 4 (n / 100)^(2/9), as Newey and West suggest.

    `has_slope` lets the trend change as well; `period` is the steps of a season, `harmonics` how many waves.
    """

    change: float
    family: str = "linear"
    errors: str = "newey_west"
    season: str = "none"
    period: int = 12
    harmonics: int = 2
    lags: int | None = None
    has_slope: bool = True
    scaled: bool = True

    def __post_init__(self) -> None:
        """Refuse unknown words."""
        for name, value, allowed in (
            ("family", self.family, FAMILIES), ("errors", self.errors, ERRORS),
            ("season", self.season, SEASONS),
        ):  # fmt: skip
            if value not in allowed:
                raise ValueError(f"options.{name}: {value!r}; use one of {', '.join(allowed)}")


def interrupted(series: Series, segments: Segments, level: float = 0.95, compared: bool = False) -> Finding:
    """The change of level at the interruption (on the log scale for the Poisson family), slope beside it.

    `compared` says that the series is already a difference from a comparison. ValueError where a side has
    fewer than three values or the columns say the same.
    """
    order = np.argsort(series.times, kind="stable")
    sorted_series = Series(
        series.times[order], series.values[order], series.exposure[order],
        {name: column[order] for name, column in series.covariates.items()},
    )  # fmt: skip
    check(sorted_series, segments)
    names, design = columns(sorted_series, segments, segments.change)
    fitted = Fitted(sorted_series, segments, design)
    freedom = inf if segments.family == "poisson" else float(len(order) - design.shape[1])
    place = names.index("level")
    value, error = float(fitted.params[place]), sqrt(float(fitted.covariance[place, place]))
    interval, p_value = student(value, error, freedom, level)
    parts = {
        name: part(float(b), sqrt(max(float(v), 0.0)), freedom, level)
        for name, b, v in zip(names, fitted.params, np.diag(fitted.covariance), strict=True)
    }
    before = int((sorted_series.times < segments.change).sum())
    finding = Finding(
        value, error, interval, p_value, f"segmented_{segments.family}_{segments.errors}",
        scale="log_ratio" if segments.family == "poisson" else "difference",
        aggregates={"coefficients": parts, **after(names, fitted, before, level, freedom)},
        diagnostics={
            "values": len(order), "before": before, "after": len(order) - before, "lags": fitted.lags,
            "durbin_watson": durbin_watson(fitted.residuals), "ljung_box": ljung_box(fitted.residuals),
            "pre_trend": parts["trend"], "placebo": placebo(sorted_series, segments, level),
            "leave_one_out": without_each(sorted_series, segments),
            "dispersion": fitted.dispersion, "minimum_detectable_effect": detectable(error, freedom),
        },
    )  # fmt: skip
    return finding.beside({}, cautions(finding, min(before, len(order) - before), compared))


def check(series: Series, segments: Segments) -> None:
    """Refuse what cannot be cut in two."""
    times, counts = np.unique(series.times, return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"time: {times[counts > 1][0]:g} stands twice; one row for each time")
    before = int((series.times < segments.change).sum())
    if before < 3 or len(times) - before < 3:
        raise ValueError(
            f"options.change: {before} times before and {len(times) - before} after; each side needs three"
        )
    if segments.family == "poisson" and (series.values < 0).any():
        raise ValueError("outcome: below zero; counts are zero or more")
    if not (series.exposure > 0).all():
        raise ValueError("weights: zero or below; exposure is above zero")


def columns(series: Series, segments: Segments, change: float) -> tuple[list[str], Floats]:
    """The regression's columns: one, trend in steps, level, slope, season, covariates."""
    steps = np.arange(len(series.times), dtype=np.float64)
    first = int((series.times < change).sum())
    found: dict[str, Floats] = {"constant": np.ones(len(steps)), "trend": steps + 1.0}
    found["level"] = (steps >= first).astype(np.float64)
    if segments.has_slope:
        found["slope"] = found["level"] * (steps - first)
    if segments.season == "harmonics":
        for wave in range(1, segments.harmonics + 1):
            turn = 2 * np.pi * wave * (steps + 1) / segments.period
            found[f"sin_{wave}"], found[f"cos_{wave}"] = np.sin(turn), np.cos(turn)
    elif segments.season == "dummies":
        for place in range(1, segments.period):
            found[f"season_{place}"] = (steps % segments.period == place).astype(np.float64)
    found |= series.covariates
    design = np.column_stack(list(found.values()))
    sizes = np.linalg.norm(design, axis=0)
    if not sizes.all() or np.linalg.matrix_rank(design / sizes) < design.shape[1]:
        raise ValueError(
            f"covariates: the {design.shape[1]} columns repeat one another in {len(steps)} times; drop some"
        )
    return list(found), design


class Fitted:
    """The regression by statsmodels, and its covariance."""

    def __init__(self, series: Series, segments: Segments, design: Floats) -> None:
        import statsmodels.api as sm

        n = len(series.values)
        self.lags = segments.lags if segments.lags is not None else int(4 * (n / 100) ** (2 / 9))
        if segments.family == "linear":
            model = sm.OLS(series.values / (series.exposure if segments.scaled else 1.0), design)
        else:
            model = sm.GLM(
                series.values, design, family=sm.families.Poisson(), offset=np.log(series.exposure)
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plain = model.fit() if segments.family == "linear" else model.fit(scale="X2")
            kind = {"maxlags": self.lags, "use_correction": True}
            robust = segments.errors == "newey_west"
            result = model.fit(cov_type="HAC", cov_kwds=kind) if robust else plain
        self.params = np.asarray(result.params, dtype=np.float64)
        self.covariance = np.asarray(result.cov_params(), dtype=np.float64)
        linear = segments.family == "linear"
        self.residuals = np.asarray(result.resid if linear else result.resid_pearson, dtype=np.float64)
        self.dispersion = None if linear else float(plain.scale)


def after(
    names: Sequence[str], fitted: Fitted, before: int, level: float, freedom: float
) -> dict[str, object]:
    """The effect at the last time and its mean after the change, against the trend carried on."""
    steps = len(fitted.residuals) - before
    found: dict[str, object] = {}
    for name, distance in (("at_the_end", steps - 1.0), ("mean_after", (steps - 1) / 2)):
        pick = np.zeros(len(names))
        pick[list(names).index("level")] = 1.0
        if "slope" in names:
            pick[list(names).index("slope")] = distance
        error = sqrt(max(float(pick @ fitted.covariance @ pick), 0.0))
        found[name] = part(float(pick @ fitted.params), error, freedom, level)
    return found


def placebo(series: Series, segments: Segments, level: float) -> dict[str, object] | None:
    """The change of level that a date half way before the real one seems to make."""
    rows = series.times < segments.change
    half = int(rows.sum()) // 2
    if half < 4:
        return None
    early = Series(
        series.times[rows], series.values[rows], series.exposure[rows],
        {name: column[rows] for name, column in series.covariates.items()},
    )  # fmt: skip
    try:
        names, design = columns(early, segments, float(early.times[half]))
    except ValueError:
        return None
    if design.shape[0] - design.shape[1] < 2:
        return None
    fitted, place = Fitted(early, segments, design), names.index("level")
    freedom = inf if segments.family == "poisson" else float(design.shape[0] - design.shape[1])
    error = sqrt(max(float(fitted.covariance[place, place]), 0.0))
    return {"time": float(early.times[half]), **part(float(fitted.params[place]), error, freedom, level)}


def without_each(series: Series, segments: Segments) -> dict[str, object]:
    """The range of the estimate when each time is left out in turn (at most sixty, evenly)."""
    names, design = columns(series, segments, segments.change)
    place, values = names.index("level"), []
    tried = np.unique(np.linspace(0, len(series.times) - 1, min(60, len(series.times))).astype(int))
    plain = Segments(segments.change, segments.family, "plain", scaled=segments.scaled)
    for left in tried:
        keep = np.arange(len(series.times)) != left
        some = Series(series.times[keep], series.values[keep], series.exposure[keep], {})
        values.append(float(Fitted(some, plain, design[keep]).params[place]))
    return {"lowest": min(values), "highest": max(values), "times_tried": len(values)}


def durbin_watson(residuals: Floats) -> float:
    """Near 2 where neighbours are unrelated (Durbin & Watson 1950)."""
    return float((np.diff(residuals) ** 2).sum() / max(float((residuals**2).sum()), 1e-300))


def ljung_box(residuals: Floats, lags: int = 10) -> dict[str, float]:
    """Whether anything is left of the neighbours (Ljung & Box 1978)."""
    n = len(residuals)
    lags = max(1, min(lags, n // 5))
    centred = residuals - residuals.mean()
    total = max(float(centred @ centred), 1e-300)
    shares = [float(centred[k:] @ centred[:-k]) / total for k in range(1, lags + 1)]
    statistic = n * (n + 2) * sum(r * r / (n - k) for k, r in enumerate(shares, start=1))
    return {"statistic": statistic, "lags": lags, "p_value": float(chdtrc(lags, statistic))}


def cautions(finding: Finding, shorter: int, compared: bool) -> list[Caution]:
    """What a reader must know of one series."""
    found = [] if compared else [Caution.of("one_series")]
    if shorter < FEW_BEFORE:
        found.append(Caution.of("few_before", periods=shorter))
    box, fake = finding.diagnostics["ljung_box"], finding.diagnostics["placebo"]
    if isinstance(box, dict) and box["p_value"] < 0.01:
        found.append(Caution.of("errors_correlated", p=round(box["p_value"], 4)))
    if isinstance(fake, dict) and fake["p_value"] < 0.05:
        found.append(Caution.of("placebo_effect", p=round(fake["p_value"], 4)))
    return found
