"""Poisson regression with unit and time effects and clustered errors: percentages, with zeros and all.

Pseudo maximum likelihood (Santos Silva & Tenreyro 2006) by weighted least squares with the effects taken out
at each step (Correia, Guimaraes & Zylkin 2020). Written here: a million rows take about two seconds, and the
kept library that does the same (pyfixest) would bring thirty packages onto the server, a shell among them.
"""

from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, isfinite, sqrt

import numpy as np

from commonweal.engines.effects.differences import effects_counted, is_nested
from commonweal.engines.effects.findings import Finding, detectable, part, student
from commonweal.engines.effects.fixed_effects import Within, independent
from commonweal.engines.effects.panel import FEW_TREATED, Flags, Panel, panel_doubts
from commonweal.engines.effects.permuting import LISTED, Shuffled, by_permutation, in_short, shuffled
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats

STEPS = 100
SETTLED = 1e-9
SMALL = 50_000


@dataclass(frozen=True)
class Counts:
    """A fitted model: its rows, the columns that were used, and what it expects."""

    panel: Panel
    columns: Floats
    exposure: Floats
    coefficients: Floats
    expected: Floats
    deviance: float
    steps: int

    @cached_property
    def within(self) -> Within:
        """The fixed effects, weighted by what is expected."""
        weights = self.panel.weights * self.expected
        return Within(weights, (self.panel.unit.codes, self.panel.time_codes))

    @cached_property
    def left(self) -> Floats:
        """The columns without the fixed effects."""
        return self.within.out(self.columns)

    @cached_property
    def bread(self) -> Floats:
        """The inverse information."""
        return np.linalg.inv(self.left.T @ (self.left * self.within.weights[:, None])).astype(np.float64)

    @cached_property
    def scores(self) -> Floats:
        """Each cluster's part of the score, shape (clusters, columns)."""
        surprise = self.panel.weights * (self.panel.outcome - self.expected)
        told = self.left * surprise[:, None]
        return np.column_stack([np.bincount(self.panel.cluster.codes, column) for column in told.T])

    @cached_property
    def covariance(self) -> Floats:
        """Clustered, with the small-sample factor of fixest."""
        rows, clusters = len(self.panel.outcome), len(self.panel.cluster.names)
        used = self.columns.shape[1] + effects_counted(self.panel)
        factor = clusters / max(clusters - 1, 1) * (rows - 1) / max(rows - used, 1)
        found: Floats = factor * self.bread @ (self.scores.T @ self.scores) @ self.bread
        return found


def poisson_effect(
    panel: Panel, exposure: Floats | None = None, level: float = 0.95, seed: int = 0
) -> Finding:
    """The change of the log rate where and when treated; `aggregates.ratio` is the rate ratio.

    Counts may be any numbers from zero up; `exposure` is their measure. Rows of units or times without any
    event are left out. Below ten treated clusters the permutation of the score takes over.
    """
    bad = panel.outcome < 0
    if bad.any():
        raise ValueError(f"outcome: {panel.outcome[bad][0]:g}; counts are zero or more")
    measure = np.ones(len(panel.outcome)) if exposure is None else exposure
    if not (measure > 0).all():
        raise ValueError("options.exposure: zero or below; leave such rows out")
    kept, separated = telling(panel)
    told, measure = panel.only(kept) if separated else panel, measure[kept]
    columns = np.column_stack([told.treated, told.controls])
    counts = fitted(told, columns, measure)
    estimate, error = float(counts.coefficients[0]), sqrt(float(counts.covariance[0, 0]))
    interval, p_value = student(estimate, error, inf, level)
    names = ["treated", *told.covariates]
    errors = np.sqrt(np.diag(counts.covariance)).tolist()
    parts = {
        name: {**part(b, e, inf, level), "ratio": exp(b)}
        for name, b, e in zip(names, counts.coefficients.tolist(), errors, strict=True)
    }
    finding = Finding(
        estimate, error, interval, p_value, "poisson_two_way_fixed_effects", "log_ratio",
        tuple(panel_doubts(told)),
        {
            "coefficients": parts,
            "ratio": {"estimate": exp(estimate), "interval": [raised(interval.low), raised(interval.high)]},
        },
        {},
        {
            "rows": len(told.outcome), "rows_separated": separated, "units": len(told.unit.names),
            "times": len(told.times), "clusters": len(told.cluster.names), "steps": counts.steps,
            "treated_clusters": told.treated_clusters, "deviance": counts.deviance,
            "minimum_detectable_effect": detectable(error, inf), "leave_one_out": without_each(counts),
            **before(told, measure, level),
        },
    )  # fmt: skip
    if separated:
        finding = finding.beside({}, [Caution.of("rows_separated", rows=separated)])
    trend, fake = finding.diagnostics["pre_trend"], finding.diagnostics["placebo"]
    for code, test in (("trends_differ", trend), ("placebo_effect", fake)):
        if isinstance(test, dict) and test["p_value"] < 0.05:
            finding = finding.beside({}, [Caution.of(code, p=round(test["p_value"], 4))])
    return permuted(finding, counts, seed)


def raised(value: float) -> float:
    """e to a power that may be infinite."""
    return exp(value) if isfinite(value) and value < 700 else (0.0 if value < 0 else inf)


def telling(panel: Panel) -> tuple[Flags, int]:
    """Rows whose unit and time had an event at all, and how many had not: a rate of nil fits those."""
    kept = np.ones(len(panel.outcome), dtype=np.bool_)
    while True:
        alone = np.zeros(len(kept), dtype=np.bool_)
        for codes in (panel.unit.codes, panel.time_codes):
            events = np.bincount(codes[kept], panel.outcome[kept], int(codes.max()) + 1)
            alone |= kept & (events[codes] <= 0)
        if not alone.any():
            return kept, int((~kept).sum())
        kept &= ~alone
        if not kept.any():
            raise ValueError("outcome: no events at all; there is no rate to compare")


def fitted(panel: Panel, columns: Floats, exposure: Floats) -> Counts:
    """The maximum of the likelihood; ValueError where a column says nothing beside the effects."""
    y, offset = panel.outcome, np.log(exposure)
    level = float((panel.weights @ y) / panel.weights.sum())
    expected = (y + level) / 2
    linear = np.log(expected)
    deviance, groupings = inf, (panel.unit.codes, panel.time_codes)
    checked = False
    for step in range(1, STEPS + 1):
        within = Within(panel.weights * expected, groupings)
        working = linear - offset + (y - expected) / expected
        left, rest = within.out(columns), within.out(working)
        weighted = left * within.weights[:, None]
        if not checked:
            scale = within.weights @ columns**2
            if not independent(left, within.weights, scale).all():
                raise ValueError("treated, covariates: one says nothing that unit, time and others do not")
            checked = True
        coefficients: Floats = np.linalg.solve(left.T @ weighted, weighted.T @ rest).astype(np.float64)
        linear = working - (rest - left @ coefficients) + offset
        expected = np.exp(np.clip(linear, -50, 50))
        now = deviance_of(y, expected, panel.weights)
        if abs(now - deviance) <= SETTLED * (abs(now) + 0.1):
            return Counts(panel, columns, exposure, coefficients, expected, now, step)
        deviance = now
    raise ValueError("outcome: the model did not settle; is the treatment alone with zeros or with events?")


def deviance_of(y: Floats, expected: Floats, weights: Floats) -> float:
    """Twice the log likelihood short of a perfect fit."""
    some = y > 0
    logs = float(weights[some] @ (y[some] * np.log(y[some] / expected[some])))
    return 2 * (logs - float(weights @ (y - expected)))


def before(panel: Panel, exposure: Floats, level: float) -> dict[str, object]:
    """Pre-trend and placebo, each by one step from the model without an effect, on the time before."""
    starts = panel.starts()[panel.unit.codes]
    rows = panel.time < starts
    none: dict[str, object] = {"pre_trend": None, "placebo": None}
    if not np.isfinite(starts).any() or len(np.unique(panel.time[rows])) < 2:
        return none
    first = float(starts.min())
    earlier = panel.times[panel.times < first]
    places, shift = np.searchsorted(panel.times, starts), len(earlier) // 2
    later = np.isfinite(starts)
    pretended = later & (panel.time_codes >= places - shift)
    trend = later * (panel.time_codes.astype(np.float64))
    found = {"pre_trend": trend[rows]}
    if shift:
        found["placebo"] = pretended[rows].astype(np.float64)
    try:
        return {**none, **one_step(panel.only(rows), exposure[rows], found, level)}
    except (ValueError, np.linalg.LinAlgError):
        return none


def one_step(panel: Panel, exposure: Floats, columns: dict[str, Floats], level: float) -> dict[str, object]:
    """Each column's coefficient by a score step from the model without it, with a clustered error."""
    kept, separated = telling(panel)
    panel = panel.only(kept) if separated else panel
    null = without_treatment(panel, exposure[kept])
    within = Within(panel.weights * null, (panel.unit.codes, panel.time_codes))
    found: dict[str, object] = {}
    for name, column in columns.items():
        left = within.out(column[kept])
        size = float(within.weights @ left**2)
        if size <= 1e-10 * float(within.weights @ column[kept] ** 2):
            continue
        scores = np.bincount(panel.cluster.codes, panel.weights * left * (panel.outcome - null))
        found[name] = part(float(scores.sum()) / size, sqrt(float((scores**2).sum())) / size, inf, level)
    return found


def without_treatment(panel: Panel, exposure: Floats) -> Floats:
    """What unit and time alone expect: by scaling each in turn, to a millionth."""
    expected, total = exposure.astype(np.float64), panel.outcome * panel.weights
    groups = (panel.unit.codes, panel.time_codes)
    sums = [np.bincount(group, total) for group in groups]
    for _ in range(200):
        moved = 0.0
        for group, own in zip(groups, sums, strict=True):
            factor = own / np.bincount(group, panel.weights * expected)
            expected = expected * factor[group]
            moved = float(np.abs(np.log(np.maximum(factor, 1e-300))).max())
        if moved < 1e-6:
            break
    return expected


def without_each(counts: Counts) -> dict[str, object]:
    """The estimate without each cluster, by one step of its influence (Rogers 1993)."""
    panel = counts.panel
    moved = counts.scores @ counts.bread[:, 0]
    treated = np.isfinite(panel.starts(panel.cluster))
    pick = np.flatnonzero(treated) if treated.sum() > 1 else np.arange(len(treated))
    left = counts.coefficients[0] - moved[pick]
    least, most = int(pick[left.argmin()]), int(pick[left.argmax()])
    return {
        "lowest": float(left.min()), "without_for_lowest": panel.cluster.names[least],
        "highest": float(left.max()), "without_for_highest": panel.cluster.names[most],
        "clusters_tried": len(pick), "by": "one step of influence",
    }  # fmt: skip


def permuted(finding: Finding, counts: Counts, seed: int) -> Finding:
    """The permutation of the score beside the finding, or in charge where few were treated."""
    panel = counts.panel
    few = panel.treated_clusters < FEW_TREATED
    starts = panel.starts(panel.cluster)
    lasting = bool(((panel.time >= starts[panel.cluster.codes]) == (panel.treated > 0)).all())
    if not few and len(panel.outcome) > SMALL:
        return finding.beside({"randomisation": None})
    if not lasting or not is_nested(panel.unit.codes, panel.cluster.codes) or len(starts) < 2:
        cautions = [Caution.of("not_permutable", clusters=panel.treated_clusters)] if few else []
        return finding.beside({"randomisation": None}, cautions)
    shuffle = score_shuffled(counts, starts, seed, LISTED if few else 200)
    return (
        by_permutation(finding, shuffle, panel.treated_clusters)
        if few
        else finding.beside({"randomisation": in_short(shuffle)})
    )


def score_shuffled(counts: Counts, starts: Floats, seed: int, most: int) -> Shuffled:
    """One-step estimates under other assignments, from the model that knows no treatment at all."""
    panel = counts.panel
    controls = counts.columns[:, 1:]
    if controls.shape[1]:
        null = fitted(panel, controls, counts.exposure).expected
    else:
        null = without_treatment(panel, counts.exposure)
    within = Within(panel.weights * null, (panel.unit.codes, panel.time_codes))
    residual = within.out((panel.outcome - null) / null)
    return shuffled(
        residual, within, within.out(controls), panel.time, panel.cluster.codes, starts, seed, most
    )
