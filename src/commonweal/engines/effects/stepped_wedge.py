"""A stepped wedge: every cluster begins, in an order drawn by lot, and is its own comparison until then.

Hussey & Hughes (2007, Contemp. Clin. Trials 28): a level for each period, a random one for each cluster, one
effect. The variances are estimated by statsmodels (REML); the error is CR2; with fewer than ten clusters the
order of the steps is permuted, which needs the lot and nothing else.
"""

import warnings
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np

from commonweal.engines.effects.findings import Finding, detectable, part, student
from commonweal.engines.effects.fixed_effects import Codes
from commonweal.engines.effects.panel import FEW_CLUSTERS, FEW_TREATED, Panel
from commonweal.engines.effects.permuting import Shuffled, by_permutation, in_short, shuffled
from commonweal.engines.effects.robust import Clustered
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats

LISTED = 5_000
BESIDE = 400


@dataclass(frozen=True)
class Swept:
    """A panel's columns made ready for least squares, cluster levels being random with these variances.

    `out` also takes out the levels of periods, and the covariates.
    """

    panel: Panel
    between: float
    within: float

    @cached_property
    def weights(self) -> Floats:
        """Ones: every row counts alike."""
        return np.ones(len(self.panel.outcome))

    @cached_property
    def share(self) -> Floats:
        """How much of a cluster's mean is taken off its rows."""
        sizes = np.bincount(self.panel.cluster.codes)
        found = 1 - np.sqrt(self.within / (self.within + sizes * self.between))
        return np.asarray(found, dtype=np.float64)

    def ready(self, values: Floats) -> Floats:
        """Columns (n, k) less that share of their cluster means: rows are then alike and apart."""
        codes = self.panel.cluster.codes
        sizes = np.bincount(codes)
        sums = np.column_stack([np.bincount(codes, column) for column in values.T])
        return np.asarray(values - (sums * (self.share / sizes)[:, None])[codes], dtype=np.float64)

    @cached_property
    def known(self) -> Floats:
        """Levels of periods and covariates, ready."""
        return self.ready(np.column_stack([periods(self.panel), self.panel.controls]))

    @cached_property
    def _basis(self) -> Floats:
        left, sizes, _ = np.linalg.svd(self.known, full_matrices=False)
        return np.asarray(left[:, sizes > 1e-10 * sizes.max()], dtype=np.float64)

    def out(self, values: Floats) -> Floats:
        """What is left of one column, or of each column of (n, k)."""
        if values.ndim == 1:
            return self.out(values[:, None])[:, 0]
        ready = self.ready(values)
        return np.asarray(ready - self._basis @ (self._basis.T @ ready), dtype=np.float64)

    def fit(self, columns: Floats) -> Clustered:
        """The outcome on chosen columns, which come first, and what is known besides."""
        outcome = self.ready(self.panel.outcome[:, None])[:, 0]
        both = np.column_stack([self.ready(columns), self.known])
        return Clustered(outcome, both, self.panel.cluster.codes)


def periods(panel: Panel) -> Floats:
    """One 0/1 column a period."""
    return np.asarray(panel.time_codes[:, None] == np.arange(len(panel.times)), dtype=np.float64)


def variances(panel: Panel, columns: Floats) -> tuple[float, float, bool]:
    """Between clusters and within, by REML beside the columns; whether it settled.

    Where it does not, clusters count as no different from one another: the error then says what that costs.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = MixedLM(panel.outcome, columns, groups=panel.cluster.codes).fit(reml=True)
            between, within = float(np.asarray(found.cov_re).ravel()[0]), float(found.scale)
        except (np.linalg.LinAlgError, ValueError):
            between, within = 0.0, 0.0
    if not (within > 0 and between >= 0 and np.isfinite(between)):
        return 0.0, max(float(panel.outcome.var()), 1e-300), False
    return between, within, True


def stepped_wedge(panel: Panel, level: float = 0.95, seed: int = 0) -> Finding:
    """The mean change where and when begun, beyond the period's level and the cluster's own.

    Rows may be people or cells of cluster and period. `aggregates.by_exposure` gives the effect by time since
    the start and `exposure_average` their mean: where they move, one number does not tell it.
    """
    check(panel)
    columns = np.column_stack([periods(panel), panel.controls])
    between, within, settled = variances(panel, np.column_stack([columns, panel.treated]))
    swept = Swept(panel, between, within)
    fit = swept.fit(panel.treated[:, None])
    estimate, error, freedom = fit.told()
    interval, p_value = student(estimate, error, freedom, level)
    aggregates, moved = by_exposure(swept, level)
    clusters = len(panel.cluster.names)
    finding = Finding(
        estimate, error, interval, p_value, "hussey_hughes_cr2", aggregates=aggregates,
        cautions=(*doubts(panel, settled), *moved),
        diagnostics={
            "rows": len(panel.outcome), "clusters": clusters, "times": len(panel.times),
            "steps": len(np.unique(panel.starts(panel.cluster))), "freedom": freedom,
            "variances": {"between": between, "within": within, "icc": between / (between + within)},
            "minimum_detectable_effect": detectable(error, freedom),
            "leave_one_out": without_each(fit, panel),
            **before(swept, level),
        },
    )  # fmt: skip
    if any(left * estimate < 0 for left in fit.without_each()):
        finding = finding.beside({}, [Caution.of("one_unit_decides")])
    shuffle = reordered(panel, columns, seed, LISTED if clusters < FEW_TREATED else BESIDE)
    if clusters < FEW_TREATED:
        return by_permutation(finding, shuffle, clusters, "few_steps")
    return finding.beside({"randomisation": in_short(shuffle)})


def check(panel: Panel) -> None:
    """Refuse what is no stepped wedge; the message names the field and what to change."""
    panel.need(unique=False)
    starts = panel.starts(panel.cluster)
    together = starts[panel.cluster.codes] == panel.starts()[panel.unit.codes]
    if not together.all():
        name = panel.cluster.names[panel.cluster.codes[~together][0]]
        raise ValueError(
            f"treated: units of cluster {name!r} begin at different times; a cluster begins as one"
        )
    if len(np.unique(starts)) < 2:
        raise ValueError(
            "treated: every cluster begins at the same time; a stepped wedge has steps: use "
            "cluster_randomised or its"
        )
    if not (panel.weights == 1).all():
        raise ValueError("weights: this design takes none; hand in one row for each person or event")


def doubts(panel: Panel, settled: bool) -> list[Caution]:
    """What a reader should know about the wedge."""
    found = []
    starts = panel.starts(panel.cluster)
    if not settled:
        found.append(Caution.of("variances_unsettled"))
    if (starts <= panel.times[0]).any():
        found.append(Caution.of("units_without_before", units=int((starts <= panel.times[0]).sum())))
    if FEW_TREATED <= len(starts) < FEW_CLUSTERS:
        found.append(Caution.of("few_clusters", clusters=len(starts)))
    return found


def exposures(panel: Panel) -> Codes:
    """Periods since each row's cluster began: 0 in the first; negative before."""
    starts = panel.starts(panel.cluster)[panel.cluster.codes]
    return np.asarray(panel.time_codes - np.searchsorted(panel.times, starts), dtype=np.intp)


def by_exposure(swept: Swept, level: float) -> tuple[dict[str, object], list[Caution]]:
    """The effect by periods since the start, their mean (Kenny et al. 2022), a caution where it moves."""
    panel, since = swept.panel, exposures(swept.panel)
    on = panel.treated > 0
    steps = np.unique(since[on])
    fit = swept.fit((since[:, None] == steps).astype(np.float64) * on[:, None])
    parts = {str(int(n)): part(*fit.told(place), level=level) for place, n in enumerate(steps)}
    told: dict[str, object] = {"by_exposure": parts}
    if len(steps) < 2 or not np.isin(np.arange(len(steps)), fit.kept).all():
        return told, []
    even = np.full(len(steps), 1 / len(steps))
    size = sqrt(float(even @ fit.covariance[: len(steps), : len(steps)] @ even))
    freedom = len(panel.cluster.names) - 1.0
    told["exposure_average"] = part(float(even @ fit.coefficients[: len(steps)]), size, freedom, level)
    drift = on * (since - since[on].mean())
    slope, error, left = swept.fit(np.column_stack([drift, panel.treated])).told()
    p_value = student(slope, error, left, level)[1]
    told["change_with_exposure"] = {"estimate": slope, "std_error": error, "p_value": p_value}
    return told, [Caution.of("effect_moves", p=round(p_value, 4))] if p_value < 0.05 else []


def reordered(panel: Panel, columns: Floats, seed: int, most: int) -> Shuffled:
    """The effect had the steps fallen on the clusters in another order.

    The variances are those of a model without an effect, so that no order has an advantage.
    """
    between, within, _ = variances(panel, columns)
    swept = Swept(panel, between, within)
    none = np.zeros((len(panel.outcome), 0))
    starts = panel.starts(panel.cluster)
    return shuffled(
        swept.out(panel.outcome), swept, none, panel.time, panel.cluster.codes, starts, seed, most
    )


def before(swept: Swept, level: float) -> dict[str, object]:
    """Before anybody's start: did late starters move apart from early ones; was there an effect too soon.

    The first asks whether the lot was kept to, the second whether people were ready before the day. None
    where there are too few periods.
    """
    panel, none = swept.panel, {"pre_trend": None, "placebo": None}
    rows = panel.treated == 0
    if len(np.unique(panel.time[rows])) < 2:
        return dict(none)
    early, since = panel.only(rows), exposures(panel)[rows]
    starts = panel.starts(panel.cluster)[panel.cluster.codes[rows]]
    order = np.searchsorted(np.unique(starts), starts)
    found = Swept(early, swept.between, swept.within)
    columns = {
        "pre_trend": np.column_stack([order * early.time_codes, order]).astype(np.float64),
        "placebo": (since == -1).astype(np.float64)[:, None],
    }
    return {name: tested(found.fit(column), level) for name, column in columns.items()}


def tested(fit: Clustered, level: float) -> dict[str, object] | None:
    """The first column's coefficient with its p; None where it cannot be told."""
    estimate, error, freedom = fit.told()
    if not error > 0 or freedom < 2:
        return None
    return {"estimate": estimate, "std_error": error, "p_value": student(estimate, error, freedom, level)[1]}


def without_each(fit: Clustered, panel: Panel) -> dict[str, object]:
    """The effect without each cluster, variances kept."""
    left, estimate = fit.without_each(), fit.told()[0]
    low, high = float(left.min()), float(left.max())
    return {
        "estimates": dict(zip(panel.cluster.names, left.tolist(), strict=True)), "lowest": low,
        "highest": high, "clusters_tried": len(left),
        "changes_sign": low * estimate < 0 or high * estimate < 0,
    }  # fmt: skip
