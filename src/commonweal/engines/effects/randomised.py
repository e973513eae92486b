"""Drawn by lot: people one by one, or whole clusters; the difference of means, and what chance could make.

Covariates enter as Lin (2013, Ann. Appl. Stat. 7) says, each arm with slopes of its own, which never loses
what the lot gave. Errors are CR2 (`robust`); below ten clusters in an arm the draw itself is permuted
(Fisher 1935, chapters II and III).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, prod

import numpy as np

from commonweal.engines.effects.clustering import alike
from commonweal.engines.effects.findings import Finding, detectable, student
from commonweal.engines.effects.fixed_effects import Codes, Within
from commonweal.engines.effects.panel import FEW_TREATED, Labels
from commonweal.engines.effects.permuting import (
    Shuffled,
    assignments,
    by_permutation,
    in_short,
    tried,
    ways_of,
    worth,
)
from commonweal.engines.effects.robust import Clustered
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats

LISTED = 40_000  # draws up to which all are tried
SOME, BESIDE = 4_000, 400  # draws tried where there are more, and the test is in charge or stands beside
LOPSIDED = 0.25  # standard deviations between the arms that a reader should know of (Imbens & Rubin 2015, 14)
DOUBTFUL = 0.001
NAMED = 30


@dataclass(frozen=True)
class Trial:
    """One row for each person or event. `cluster` is what was drawn (the row itself, where people were).

    `block` is within what the draw was made, one block where it was made over all.
    """

    outcome: Floats
    treated: Floats
    cluster: Labels
    block: Labels
    covariates: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an arm without clusters, a cluster in both arms or two blocks, a block with one arm."""
        if len(self.outcome) == 0:
            raise ValueError("rows: empty; hand in one row for each person or event")
        self._whole(self.treated, "treated", "is in both arms; a cluster is drawn as a whole")
        self._whole(self.block.codes, "options.strata", "is in two blocks; name the block it was drawn in")
        for place, name in enumerate(self.block.names):
            arms = np.unique(self.treated[self.block.codes == place])
            if len(arms) < 2:
                missing = "treated" if arms[0] == 0 else "compared"
                where = f"block {name!r}: " if len(self.block.names) > 1 else ""
                raise ValueError(f"treated: {where}nobody is {missing}; both arms are needed to compare")

    def _whole(self, values: Floats | Codes, name: str, says: str) -> None:
        first = np.zeros(len(self.cluster.names), dtype=values.dtype)
        first[self.cluster.codes] = values
        bad = first[self.cluster.codes] != values
        if bad.any():
            raise ValueError(f"{name}: {self.cluster.names[self.cluster.codes[bad][0]]!r} {says}")

    @cached_property
    def arm(self) -> Floats:
        """1 for each cluster that was treated, else 0."""
        found = np.zeros(len(self.cluster.names))
        found[self.cluster.codes] = self.treated
        return found

    @property
    def smaller(self) -> int:
        """Clusters in the smaller arm."""
        return int(min(self.arm.sum(), len(self.arm) - self.arm.sum()))

    @property
    def is_clustered(self) -> bool:
        """Whether more than one row was drawn together."""
        return len(self.cluster.names) < len(self.outcome)

    @cached_property
    def controls(self) -> Floats:
        """Covariates about their means, shape (rows, covariates)."""
        if not self.covariates:
            return np.zeros((len(self.outcome), 0))
        found = np.column_stack(list(self.covariates.values()))
        return np.asarray(found - found.mean(axis=0), dtype=np.float64)

    @cached_property
    def blocks(self) -> Floats:
        """The blocks as 0/1 columns, which hold the constant."""
        return np.asarray(self.block.codes[:, None] == np.arange(len(self.block.names)), dtype=np.float64)


def randomised(trial: Trial, level: float = 0.95, seed: int = 0) -> Finding:
    """The mean difference that the draw made, all rows counting alike.

    CR2 errors and Satterthwaite's t; below ten clusters in an arm the draw is permuted instead, covariates
    then with one slope for both arms. `aggregates.unadjusted` is the plain difference of means.
    """
    is_few = trial.smaller < FEW_TREATED
    fit, interacts = fitted(trial, is_few)
    estimate, error, freedom = fit.told()
    interval, p_value = student(estimate, error, freedom, level)
    plain = Clustered(trial.outcome, np.column_stack([trial.treated, trial.blocks]), trial.cluster.codes)
    finding = Finding(
        estimate, error, interval, p_value, method(trial, interacts),
        cautions=tuple(doubts(trial, is_few, interacts)),
        aggregates={
            "treated_mean": float(trial.outcome[trial.treated > 0].mean()),
            "compared_mean": float(trial.outcome[trial.treated == 0].mean()),
            "unadjusted": {"estimate": plain.told()[0], "std_error": plain.told()[1]},
        },
        diagnostics={
            "rows": len(trial.outcome), "clusters": len(trial.arm), "treated_clusters": int(trial.arm.sum()),
            "blocks": len(trial.block.names), "freedom": freedom, "intraclass": intraclass(trial, level),
            "minimum_detectable_effect": detectable(error, freedom), "pre_trend": None,
            "placebo": None, "balance": {}, "leave_one_out": without_each(fit, trial),
        },
    )  # fmt: skip
    if trial.covariates:
        finding = balanced(finding, trial, seed)
    if leave_one_out_turns(finding):
        finding = finding.beside({}, [Caution.of("one_unit_decides")])
    shuffle = redrawn(trial, trial.outcome, trial.controls, seed, SOME if is_few else BESIDE)
    if is_few:
        return by_permutation(finding, shuffle, trial.smaller, "few_drawn")
    return finding.beside({"randomisation": in_short(shuffle)})


def fitted(trial: Trial, is_few: bool) -> tuple[Clustered, bool]:
    """The regression, and whether each arm has slopes of its own: where it has clusters enough for them."""
    width = trial.controls.shape[1]
    interacts = bool(width) and not is_few and trial.smaller > 2 * (width + 1)
    parts = [trial.treated[:, None], trial.blocks, trial.controls]
    if interacts:
        parts.append(trial.treated[:, None] * trial.controls)
    columns = np.column_stack(parts)
    if len(trial.arm) - len(trial.block.names) - width < 2:
        raise ValueError(
            f"covariates: {width} for {len(trial.arm)} clusters; at most "
            f"{max(len(trial.arm) - len(trial.block.names) - 2, 0)}, named before the outcome is seen"
        )
    return Clustered(trial.outcome, columns, trial.cluster.codes), interacts


def method(trial: Trial, interacts: bool) -> str:
    """What was done, as a name."""
    adjusted = "lin_adjusted" if interacts else "covariance_adjusted"
    how = adjusted if trial.covariates else "difference_of_means"
    return f"{how}_{'cr2' if trial.is_clustered else 'hc2'}"


def doubts(trial: Trial, is_few: bool, interacts: bool) -> list[Caution]:
    """What a reader should know about the draw."""
    found = []
    if trial.covariates and not interacts and not is_few:
        found.append(Caution.of("slopes_shared", covariates=len(trial.covariates), clusters=trial.smaller))
    sizes = np.bincount(trial.cluster.codes)
    if trial.is_clustered and float(sizes.max()) > 0.3 * len(trial.outcome):
        percent = round(100 * float(sizes.max()) / len(trial.outcome))
        found.append(
            Caution.of("one_unit_carries", unit=trial.cluster.names[int(sizes.argmax())], percent=percent)
        )
    return found


def intraclass(trial: Trial, level: float) -> dict[str, object] | None:
    """How alike rows of a cluster are, arm by arm, and what that costs; None where rows were drawn."""
    if not trial.is_clustered:
        return None
    arms = np.column_stack([trial.treated, 1 - trial.treated])
    means = (arms.T @ trial.outcome) / arms.sum(axis=0)
    try:
        found = alike(trial.outcome - arms @ means, trial.cluster.codes, level=level)
    except ValueError:
        return None
    low, high, _ = found.interval
    return {"icc": found.icc, "interval": [low, high], "cluster_size": found.size,
            "design_effect": found.inflation}  # fmt: skip


def redrawn(trial: Trial, outcome: Floats, controls: Floats, seed: int, most: int) -> Shuffled:
    """The difference under other draws, within blocks; covariates with one slope."""
    ones = np.ones(len(outcome))
    within = Within(ones, (trial.block.codes,))
    swept, residual = within.out(controls), within.out(outcome)
    if controls.shape[1]:
        residual = residual - swept @ np.linalg.lstsq(swept, residual, rcond=None)[0]
    block = np.zeros(len(trial.arm), dtype=np.intp)
    block[trial.cluster.codes] = trial.block.codes
    starts = np.where(trial.arm > 0, 0.0, np.inf)
    total = prod(ways_of(starts[block == number]) for number in np.unique(block))
    most = total if total <= LISTED else most
    ways = assignments(starts, worth(most, len(outcome)), seed, block)
    return tried(residual, within, swept, lambda some: some.T[trial.cluster.codes] <= 0, ways)


def balanced(finding: Finding, trial: Trial, seed: int) -> Finding:
    """The finding with how even the draw left each covariate, and whether chance would do so."""
    told, cautions = {}, []
    bare = np.zeros((len(trial.outcome), 0))
    for name, column in trial.covariates.items():
        spread = float(np.sqrt((column[trial.treated > 0].var() + column[trial.treated == 0].var()) / 2))
        shuffle = redrawn(trial, column, bare, seed, BESIDE if trial.smaller >= FEW_TREATED else 2_000)
        apart = float(shuffle.estimates[0]) / spread if spread else 0.0
        told[name] = {"standardised": apart, "p_value": shuffle.p_value}
        if abs(apart) > LOPSIDED:
            cautions.append(Caution.of("draw_lopsided", name=name, difference=round(apart, 2)))
    worst = min(told.values(), key=lambda one: one["p_value"])
    p_value = min(1.0, worst["p_value"] * len(told))
    if p_value < DOUBTFUL:
        cautions.append(Caution.of("draw_doubtful", p=p_value))
    placebo = {"estimate": worst["standardised"], "p_value": p_value, "of": "covariates before the draw"}
    return finding.beside({"balance": told, "placebo": placebo}, cautions)


def without_each(fit: Clustered, trial: Trial) -> dict[str, object]:
    """The estimate without each cluster; named where they are few."""
    left = fit.without_each()
    known = left[np.isfinite(left)]
    named = dict(zip(trial.cluster.names, left.tolist(), strict=True)) if len(left) <= NAMED else {}
    low, high = float(known.min()), float(known.max())
    estimate = fit.told()[0]
    return {
        "estimates": {name: value for name, value in named.items() if isfinite(value)},
        "lowest": low, "highest": high, "clusters_tried": len(known),
        "changes_sign": low * estimate < 0 or high * estimate < 0,
    }  # fmt: skip


def leave_one_out_turns(finding: Finding) -> bool:
    """Whether one cluster decides the sign."""
    told = finding.diagnostics["leave_one_out"]
    return isinstance(told, dict) and bool(told["changes_sign"])
