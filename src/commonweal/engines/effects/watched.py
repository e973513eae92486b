"""Time until something happens again: Kaplan-Meier, log-rank and Cox, by statsmodels.

Those not watched to the end are censored where watching ended (Kaplan & Meier 1958; Cox 1972; Efron 1977).
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, inf, isfinite, log, nan, sqrt

import numpy as np
from scipy.special import chdtrc, ndtri

from commonweal.engines.effects.findings import Finding, part, student
from commonweal.engines.effects.panel import Labels
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats, Interval, kaplan_meier

HORIZONS = (30.0, 90.0, 365.0)
TIES, SCALES = ("efron", "breslow"), ("log_log", "log", "plain")
FEW_EVENTS = 10
CENSORED = 0.5


@dataclass(frozen=True)
class Watched:
    """One row a person (or spell): watched from `entry` to `until`, `happened` 1 where it did then."""

    until: Floats
    happened: Floats
    entry: Floats | None = None
    group: Labels | None = None
    strata: Labels | None = None
    cluster: Labels | None = None
    covariates: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse times that run backwards, and a world without events."""
        start = np.zeros(len(self.until)) if self.entry is None else self.entry
        bad = self.until < start if self.entry is None else self.until <= start
        if bad.any():
            raise ValueError(f"time: {self.until[bad][0]:g} ends before it begins ({start[bad][0]:g})")
        if not self.happened.any():
            raise ValueError("outcome: nothing happened to anybody; there is no time to tell")


def survival(
    watched: Watched,
    horizons: Sequence[float] = HORIZONS,
    ties: str = "efron",
    scale: str = "log_log",
    level: float = 0.95,
) -> Finding:
    """Cox's log hazard ratio of the first covariate (or of the group), else the share it happened to.

    Curves by group with their shares at each horizon, medians and the log-rank test stand in `aggregates`.
    """
    for name, word, allowed in (("ties", ties, TIES), ("interval", scale, SCALES)):
        if word not in allowed:
            raise ValueError(f"options.{name}: {word!r}; use one of {', '.join(allowed)}")
    curves = by_group(watched, horizons, scale, level)
    aggregates: dict[str, object] = {"curves": {name: one.told() for name, one in curves.items()}}
    if watched.group is not None:
        aggregates["log_rank"] = log_rank(watched)
    columns = regressors(watched)
    rows, events = len(watched.until), int(watched.happened.sum())
    diagnostics: dict[str, object] = {"rows": rows, "events": events, "censored": rows - events}
    if columns:
        cox = Cox(watched, columns, ties)
        aggregates["cox"] = cox.told(level)
        proportional = cox.proportional()
        diagnostics |= {
            "log_likelihood": cox.log_likelihood, "likelihood_ratio": cox.likelihood_ratio(),
            "proportional_hazards": proportional, "concordance": cox.concordance(),
            "leave_one_out": cox.without_each(),
            "placebo": None, "pre_trend": None,
        }  # fmt: skip
        value, error = cox.values[0], cox.errors[0]
        interval, p_value = student(value, error, inf, level)
        finding = Finding(
            value, error, interval, p_value, f"cox_{ties}", "log_hazard_ratio", (), aggregates, {},
            diagnostics,
        )  # fmt: skip
        return finding.beside({}, doubts(watched, len(columns), proportional))
    first = next(iter(curves.values())).at[0]
    found = Finding(
        1 - first.left, first.error, Interval(1 - first.high, 1 - first.low, level), nan, "kaplan_meier",
        "share", (), aggregates, {}, diagnostics,
    )  # fmt: skip
    return found.beside({}, doubts(watched, 0, {}))


def doubts(
    watched: Watched, covariates: int, proportional: Mapping[str, Mapping[str, float]]
) -> list[Caution]:
    """Much censoring, few events, a ratio that changes over time."""
    events, rows = float(watched.happened.sum()), len(watched.until)
    found = []
    if 1 - events / rows > CENSORED:
        found.append(Caution.of("much_censored", percent=round(100 * (1 - events / rows))))
    if covariates and events / covariates < FEW_EVENTS:
        found.append(Caution.of("few_per_covariate", events=round(events / covariates, 1)))
    for name, test in proportional.items():
        if test["p_value"] < 0.01:
            found.append(Caution.of("hazards_not_proportional", name=name, p=round(test["p_value"], 4)))
    return found


@dataclass(frozen=True)
class Point:
    """A curve at one horizon."""

    horizon: float
    left: float
    error: float
    low: float
    high: float
    watched: int


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve at some horizons; `median` None where half never had it happen."""

    at: tuple[Point, ...]
    median: float | None
    rows: int
    events: int

    def told(self) -> dict[str, object]:
        """The curve as an aggregate."""
        at = {
            f"{p.horizon:.10g}": {
                "happened": 1 - p.left, "std_error": p.error, "interval": [1 - p.high, 1 - p.low],
                "surviving": p.left, "surviving_interval": [p.low, p.high], "still_watched": p.watched,
            }
            for p in self.at
        }  # fmt: skip
        return {"at": at, "median": self.median, "rows": self.rows, "events": self.events}


def by_group(watched: Watched, horizons: Sequence[float], scale: str, level: float) -> dict[str, Curve]:
    """A curve for each group, or one for all."""
    group = watched.group or Labels(("all",), np.zeros(len(watched.until), dtype=np.intp))
    found = {}
    for place, name in enumerate(group.names):
        rows = group.codes == place
        entry = None if watched.entry is None else watched.entry[rows]
        found[name] = curve(watched.until[rows], watched.happened[rows], entry, horizons, scale, level)
    return found


def curve(
    until: Floats, happened: Floats, entry: Floats | None, horizons: Sequence[float], scale: str, level: float
) -> Curve:
    """The share left at each horizon, with Greenwood's error, and the median."""
    times, shares, hazards = steps(until, happened, entry)
    z, begun = float(ndtri(0.5 + level / 2)), np.zeros(len(until)) if entry is None else entry
    points = []
    for horizon in horizons:
        place = int(np.searchsorted(times, horizon, side="right")) - 1
        left = float(shares[place]) if place >= 0 else 1.0
        error = left * sqrt(hazards[place]) if place >= 0 and isfinite(hazards[place]) else 0.0
        still = int(((until >= horizon) & (begun < horizon)).sum())
        points.append(Point(horizon, left, error, *bounds(left, error, z, scale), still))
    half = times[shares <= 0.5 + 1e-12]
    return Curve(tuple(points), float(half[0]) if len(half) else None, len(until), int((happened > 0).sum()))


def steps(until: Floats, happened: Floats, entry: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Times, shares left and Greenwood's sums; late entry counts from when watching began."""
    if entry is None:
        found = kaplan_meier(until.tolist(), (happened > 0).tolist())
        return np.array(found.times), np.array(found.surviving), np.array(found.hazard_sum)
    times = np.unique(until[happened > 0])
    at_risk = np.array([((until >= t) & (entry < t)).sum() for t in times], dtype=np.float64)
    events = np.array([((until == t) & (happened > 0)).sum() for t in times], dtype=np.float64)
    with np.errstate(divide="ignore"):
        hazards = np.cumsum(events / (at_risk * (at_risk - events)))
    return times, np.cumprod(1 - events / at_risk).astype(np.float64), hazards


def bounds(left: float, error: float, z: float, scale: str) -> tuple[float, float]:
    """The interval of a share on a chosen scale; the share itself where it cannot move."""
    if not 0 < left < 1 or error == 0:
        return left, left
    if scale == "plain":
        return max(0.0, left - z * error), min(1.0, left + z * error)
    if scale == "log":
        return left * exp(-z * error / left), min(1.0, left * exp(z * error / left))
    half = z * error / (left * abs(log(left)))
    return left ** exp(half), left ** exp(-half)


def log_rank(watched: Watched) -> dict[str, object]:
    """Whether the groups' curves differ (Mantel 1966), chi square with one degree less than groups."""
    group = watched.group
    if group is None or len(group.names) < 2:
        return {"chi_square": nan, "degrees": 0, "p_value": nan}
    entry = np.full(len(watched.until), -inf) if watched.entry is None else watched.entry
    strata = watched.strata.codes if watched.strata else np.zeros(len(watched.until), dtype=np.intp)
    k = len(group.names)
    surplus, spread = np.zeros(k), np.zeros((k, k))
    for stratum in np.unique(strata):
        rows = strata == stratum
        until, codes, began = watched.until[rows], group.codes[rows], entry[rows]
        happened = watched.happened[rows] > 0
        for t in np.unique(until[happened]):
            risk = np.bincount(codes[(until >= t) & (began < t)], minlength=k).astype(np.float64)
            events = np.bincount(codes[(until == t) & happened], minlength=k).astype(np.float64)
            n, d = float(risk.sum()), float(events.sum())
            surplus += events - d * risk / n
            if n > 1:
                factor = d * (n - d) / (n * n * (n - 1))
                spread += factor * (n * np.diag(risk) - np.outer(risk, risk))
    statistic = float(surplus[1:] @ np.linalg.pinv(spread[1:, 1:], hermitian=True) @ surplus[1:])
    return {
        "chi_square": statistic, "degrees": k - 1, "p_value": float(chdtrc(k - 1, statistic)),
        "events_beyond_expected": dict(zip(group.names, surplus.tolist(), strict=True)),
    }  # fmt: skip


def regressors(watched: Watched) -> dict[str, Floats]:
    """The group against its first level, then the covariates."""
    found: dict[str, Floats] = {}
    if watched.group is not None:
        for place, name in enumerate(watched.group.names[1:], start=1):
            found[name] = (watched.group.codes == place).astype(np.float64)
    return {**found, **watched.covariates}


def later(entry: Floats | None) -> Floats | None:
    """Entry a hair later: who begins at the moment of another's event was not at risk of it yet."""
    return None if entry is None else np.nextafter(entry, np.inf)


class Cox:
    """Cox's regression by statsmodels."""

    def __init__(self, watched: Watched, columns: Mapping[str, Floats], ties: str) -> None:
        from statsmodels.duration.hazard_regression import PHReg

        self.watched, self.names = watched, list(columns)
        self.design = np.column_stack(list(columns.values()))
        if np.linalg.matrix_rank(self.design - self.design.mean(axis=0)) < len(self.names):
            raise ValueError("covariates: one never changes or says what others say; leave it out")
        self.model = PHReg(
            watched.until, self.design, status=watched.happened, entry=later(watched.entry), ties=ties,
            strata=None if watched.strata is None else watched.strata.codes,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            groups = None if watched.cluster is None else watched.cluster.codes
            self.fit = self.model.fit(groups=groups, disp=0)
        self.values = [float(v) for v in self.fit.params]
        self.covariance = np.asarray(self.fit.cov_params(), dtype=np.float64)
        self.errors = np.sqrt(np.diag(self.covariance)).tolist()
        self.log_likelihood = float(self.model.loglike(np.asarray(self.fit.params)))

    def told(self, level: float) -> dict[str, object]:
        """Each covariate's log hazard ratio, and the ratio itself."""
        found: dict[str, object] = {}
        for name, value, error in zip(self.names, self.values, self.errors, strict=True):
            (low, high, _), _ = student(value, error, inf, level)
            ratio = {"estimate": exp(value), "interval": [exp(min(low, 700)), exp(min(high, 700))]}
            found[name] = {**part(value, error, inf, level), "hazard_ratio": ratio, "z": value / error}
        return found

    def likelihood_ratio(self) -> dict[str, float]:
        """Whether all covariates together say anything."""
        null = float(self.model.loglike(np.zeros(len(self.names))))
        statistic = 2 * (self.log_likelihood - null)
        degrees = len(self.names)
        return {"chi_square": statistic, "degrees": degrees, "p_value": float(chdtrc(degrees, statistic))}

    def proportional(self) -> dict[str, dict[str, float]]:
        """Whether scaled Schoenfeld residuals move with the rank of time (Grambsch & Therneau 1994)."""
        residuals = np.asarray(self.fit.schoenfeld_residuals, dtype=np.float64)
        rows = np.isfinite(residuals).all(axis=1) & (self.watched.happened > 0)
        if rows.sum() < 5:
            return {}
        order = np.argsort(np.argsort(self.watched.until[rows], kind="stable"), kind="stable").astype(float)
        rank = order - order.mean()
        scaled = residuals[rows] @ self.covariance * rows.sum()
        found = {}
        for place, name in enumerate(self.names):
            moved = float(rank @ scaled[:, place])
            spread = float(rows.sum() * self.covariance[place, place] * (rank @ rank))
            statistic = moved**2 / spread if spread > 0 else nan
            found[name] = {"chi_square": statistic, "p_value": float(chdtrc(1, statistic))}
        return found

    def concordance(self) -> float | None:
        """Of two people, how often the likelier is first (Harrell 1982); None for large files."""
        if len(self.watched.until) > 3_000 or self.watched.entry is not None:
            return None
        score, until = self.design @ np.array(self.values), self.watched.until
        first = (self.watched.happened > 0)[:, None] & (
            (until[:, None] < until) | ((until[:, None] == until) & (self.watched.happened == 0))
        )
        higher, same = score[:, None] > score, score[:, None] == score
        return float((first & higher).sum() + 0.5 * (first & same).sum()) / max(float(first.sum()), 1.0)

    def without_each(self) -> dict[str, object]:
        """The first coefficient without each person, by one step of influence (martingale residuals)."""
        score = np.asarray(self.fit.score_residuals, dtype=np.float64)
        moved = np.nan_to_num(score) @ self.covariance[:, 0]
        left = self.values[0] - moved
        return {"lowest": float(left.min()), "highest": float(left.max()), "by": "one step of influence"}
