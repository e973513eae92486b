"""Difference in differences by two-way fixed effects, with everything that may overturn it beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan, sqrt
from typing import cast

import numpy as np

from commonweal.engines.effects.findings import Finding, detectable, student
from commonweal.engines.effects.fixed_effects import Codes, Fit, Within, least_squares
from commonweal.engines.effects.panel import FEW_TREATED, Flags, Panel, panel_doubts
from commonweal.engines.effects.permuting import (
    LISTED,
    Shuffled,
    by_permutation,
    in_short,
    shuffled,
    wild_bootstrap,
)
from commonweal.engines.effects.values import Caution, PanelRow
from commonweal.engines.numerics import Floats

WILD_CLUSTERS = 60
LEFT_OUT = 30
BESIDE = 400  # assignments tried where the permutation only stands beside
LEFT_ROWS = 1_000_000


@dataclass(frozen=True)
class Regression:
    """A panel's outcome on chosen columns and its covariates, unit and time effects out of all of them.

    The chosen columns come first in the coefficients. Errors cluster by the panel's clusters (CR1, effects
    nested in clusters not counted, as reghdfe and fixest do).
    """

    panel: Panel
    columns: Floats

    @cached_property
    def within(self) -> Within:
        """The fixed effects."""
        return Within(self.panel.weights, (self.panel.unit.codes, self.panel.time_codes))

    @cached_property
    def outcome(self) -> Floats:
        """The outcome without them."""
        return self.within.out(self.panel.outcome)

    @cached_property
    def controls(self) -> Floats:
        """The covariates without them."""
        return self.within.out(self.panel.controls)

    @cached_property
    def fit(self) -> Fit:
        """Least squares of what is left."""
        columns = np.column_stack([self.within.out(self.columns), self.controls])
        raw = np.column_stack([self.columns, self.panel.controls])
        return least_squares(self.outcome, columns, self.panel.weights, raw)

    @cached_property
    def covariance(self) -> Floats:
        """Of the chosen columns and covariates; NaN where a column was left out."""
        rows, clusters = len(self.panel.outcome), len(self.panel.cluster.names)
        used = int(self.fit.kept.sum()) + effects_counted(self.panel)
        correction = clusters / max(clusters - 1, 1) * (rows - 1) / max(rows - used, 1)
        found = np.full((len(self.fit.kept),) * 2, nan)
        places = np.flatnonzero(self.fit.kept)
        found[np.ix_(places, places)] = self.fit.sandwich(
            self.panel.weights, self.panel.cluster.codes, correction
        )
        return found

    @property
    def first(self) -> tuple[float, float]:
        """The first coefficient and its standard error."""
        return float(self.fit.coefficients[0]), sqrt(max(float(self.covariance[0, 0]), 0.0))

    @property
    def freedom(self) -> int:
        """Clusters less one."""
        return len(self.panel.cluster.names) - 1


def effects_counted(panel: Panel) -> int:
    """Fixed effects that cost a degree of freedom: those nested in a cluster count as one."""
    counted = [
        1 if is_nested(codes, panel.cluster.codes) else int(codes.max()) + 1
        for codes in (panel.unit.codes, panel.time_codes)
    ]
    return sum(counted) - 1


def is_nested(inner: Codes, outer: Codes) -> bool:
    """Whether every inner level lies in one outer level."""
    first = np.zeros(int(inner.max()) + 1, dtype=np.intp)
    first[inner] = outer
    return bool((first[inner] == outer).all())


def did(rows: Panel | Sequence[PanelRow], level: float = 0.95, seed: int = 0) -> Finding:
    """The mean change in outcome where and when `treated`, against units and times where it was not.

    Two-way fixed effects, errors clustered (CR1), Student's t with clusters - 1 degrees. Below ten treated
    clusters the p and the interval come from permuting the treatment over the clusters. Where units started
    at different times the estimate mixes comparisons with units already treated (Goodman-Bacon 2021): a
    caution says so. Pre-trend, placebo and leave-one-out always stand in the diagnostics.
    """
    panel = rows if isinstance(rows, Panel) else Panel.of(rows)
    regression = Regression(panel, panel.treated[:, None])
    if not regression.fit.kept[0]:
        raise ValueError("treated: no unit differs from the others over time; nothing to compare with")
    estimate, error = (
        float(regression.fit.coefficients[0]),
        sqrt(max(float(regression.covariance[0, 0]), 0.0)),
    )
    interval, p_value = student(estimate, error, regression.freedom, level)
    names = list(panel.covariates)
    finding = Finding(
        estimate, error, interval, p_value, "two_way_fixed_effects",
        cautions=tuple(panel_doubts(panel)),
        aggregates={
            "treated_mean": float(panel.outcome[panel.treated > 0].mean()),
            "covariates": dict(zip(names, regression.fit.coefficients[1:].tolist(), strict=True)),
        },
        diagnostics={
            "rows": len(panel.outcome), "units": len(panel.unit.names), "times": len(panel.times),
            "clusters": len(panel.cluster.names), "treated_clusters": panel.treated_clusters,
            "minimum_detectable_effect": detectable(error, regression.freedom),
        },
    )  # fmt: skip
    return tested(doubted(finding, panel, level), regression, seed)


def doubted(finding: Finding, panel: Panel, level: float) -> Finding:
    """The finding with its pre-trend, its placebo and what is left without each treated cluster."""
    trend, placebo = pre_trend(panel, level), placebo_start(panel, level)
    cautions = []
    if trend and cast(float, trend["p_value"]) < 0.05:
        cautions.append(Caution.of("trends_differ", p=round(cast(float, trend["p_value"]), 4)))
    if placebo and cast(float, placebo["p_value"]) < 0.05:
        cautions.append(Caution.of("placebo_effect", p=round(cast(float, placebo["p_value"]), 4)))
    left_out = without_each(panel, finding.estimate)
    if left_out.get("changes_sign"):
        cautions.append(Caution.of("one_unit_decides"))
    told = {"pre_trend": trend, "placebo": placebo, "leave_one_out": left_out}
    return finding.beside(told, cautions)


def tested(finding: Finding, regression: Regression, seed: int) -> Finding:
    """The finding with a permutation and a wild bootstrap beside it, or the permutation in charge."""
    panel = regression.panel
    clusters = len(panel.cluster.names)
    if 2 < clusters <= WILD_CLUSTERS:
        both = (regression.within.out(panel.treated), regression.outcome)
        column, outcome = (without(one, regression.controls, panel.weights) for one in both)
        told = wild_bootstrap(column, outcome, regression.within, panel.cluster.codes, seed)
        finding = finding.beside({"wild_cluster_bootstrap": told})
    shuffle = permuted(regression, seed)
    few = panel.treated_clusters < FEW_TREATED
    if shuffle is None:
        cautions = [Caution.of("not_permutable", clusters=panel.treated_clusters)] if few else []
        return finding.beside({"randomisation": None}, cautions)
    if few:
        return by_permutation(finding, shuffle, panel.treated_clusters)
    return finding.beside({"randomisation": in_short(shuffle)})


def without(column: Floats, controls: Floats, weights: Floats) -> Floats:
    """A column without what the controls explain of it."""
    return least_squares(column, controls, weights).residuals if controls.shape[1] else column


def permuted(regression: Regression, seed: int) -> Shuffled | None:
    """The treatment permuted over clusters; None where it is not one start for each cluster."""
    panel = regression.panel
    starts = panel.starts(panel.cluster)
    lasting = (panel.time >= starts[panel.cluster.codes]) == (panel.treated > 0)
    few = panel.treated_clusters < FEW_TREATED
    if not lasting.all() or len(starts) < 2 or (not few and len(panel.outcome) > 50_000):
        return None
    residual = without(regression.outcome, regression.controls, panel.weights)
    return shuffled(
        residual, regression.within, regression.controls, panel.time, panel.cluster.codes, starts, seed,
        LISTED if few else BESIDE,
    )  # fmt: skip


def untreated_rows(panel: Panel) -> tuple[Panel, Floats] | None:
    """The panel before anybody's treatment, and its units' later starts; None where two times are wanting."""
    starts = panel.starts()
    rows: Flags = panel.time < starts[panel.unit.codes]
    if not np.isfinite(starts).any() or len(np.unique(panel.time[rows])) < 2:
        return None
    before = panel.only(rows)
    return before, starts[np.unique(panel.unit.codes[rows])]


def pre_trend(panel: Panel, level: float) -> dict[str, object] | None:
    """Whether those treated later were already moving apart, per unit of time, before they were treated."""
    found = untreated_rows(panel)
    if found is None:
        return None
    before, starts = found
    later = np.isfinite(starts)[before.unit.codes]
    return coefficient(before, later * (before.time - before.times[0]), level)


def placebo_start(panel: Panel, level: float) -> dict[str, object] | None:
    """The effect that a start half way through the time before would seem to have had."""
    found = untreated_rows(panel)
    if found is None:
        return None
    before, starts = found
    first = float(starts[np.isfinite(starts)].min())
    earlier = before.times[before.times < first]
    if len(earlier) < 2:
        return None
    shift = len(earlier) // 2
    places = np.searchsorted(before.times, starts)
    pretended = np.where(np.isfinite(starts), places - shift, len(before.times) + 1)
    told = coefficient(before, (before.time_codes >= pretended[before.unit.codes]).astype(float), level)
    return None if told is None else {**told, "periods_early": shift}


def coefficient(panel: Panel, column: Floats, level: float) -> dict[str, object] | None:
    """One coefficient with its error and p; None where it cannot be told."""
    regression = Regression(panel, column[:, None])
    if not regression.fit.kept[0]:
        return None
    estimate, error = (
        float(regression.fit.coefficients[0]),
        sqrt(max(float(regression.covariance[0, 0]), 0.0)),
    )
    return {
        "estimate": estimate, "std_error": error,
        "p_value": student(estimate, error, regression.freedom, level)[1],
    }  # fmt: skip


def without_each(panel: Panel, estimate: float) -> dict[str, object]:
    """The estimate without each cluster in turn: the treated ones first, the largest where there are many.

    A treated cluster that stands alone stays; then the comparison's are left out.
    """
    starts, sizes = panel.starts(panel.cluster), np.bincount(panel.cluster.codes)
    treated = np.isfinite(starts)
    order = [int(n) for n in np.lexsort((-sizes, ~treated)) if treated.sum() > 1 or not treated[n]]
    most = max(1, min(LEFT_OUT, LEFT_ROWS // len(panel.outcome)))
    found: dict[str, float] = {}
    for place in order[:most]:
        left = panel.only(panel.cluster.codes != place)
        regression = Regression(left, left.treated[:, None])
        if regression.fit.kept[0]:
            found[panel.cluster.names[place]] = float(regression.fit.coefficients[0])
    if not found:
        return {"estimates": {}, "lowest": None, "highest": None, "changes_sign": False}
    low, high = min(found.values()), max(found.values())
    return {
        "estimates": found, "lowest": low, "highest": high, "clusters_tried": len(found),
        "changes_sign": low * estimate < 0 or high * estimate < 0,
    }  # fmt: skip
