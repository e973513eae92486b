"""Regression discontinuity: the jump at a cut-off, by local lines with a bias-corrected, robust interval.

diff-diff estimates as R's rdrobust does (Calonico, Cattaneo & Titiunik 2014, Econometrica 82).
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import comb

import numpy as np

from commonweal.engines.effects.findings import Finding, detectable
from commonweal.engines.effects.panel import Flags
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats, Interval

KERNELS = ("triangular", "epanechnikov", "uniform")
SELECTORS = (
    "mserd", "msetwo", "msesum", "msecomb1", "msecomb2", "cerrd", "certwo", "cersum", "cercomb1", "cercomb2",
)  # fmt: skip
FEW_NEAR = 20
NEAR = 50


@dataclass(frozen=True)
class Cut:
    """Where the cut-off lies and how to fit: order `p` and its correction `q`, bandwidths `h` and `b`."""

    cutoff: float = 0.0
    p: int = 1
    q: int | None = None
    kernel: str = "triangular"
    selector: str = "mserd"
    h: float | None = None
    b: float | None = None
    masspoints: str = "adjust"

    def __post_init__(self) -> None:
        """Refuse unknown words."""
        for name, value, allowed in (
            ("kernel", self.kernel, KERNELS), ("bwselect", self.selector, SELECTORS),
            ("masspoints", self.masspoints, ("adjust", "check", "off")),
        ):  # fmt: skip
            if value not in allowed:
                raise ValueError(f"options.{name}: {value!r}; use one of {', '.join(allowed)}")


@dataclass(frozen=True)
class Scored:
    """Outcomes by a score; `taken` says who got the treatment, where crossing did not decide it."""

    score: Floats
    outcome: Floats
    taken: Floats | None
    covariates: Mapping[str, Floats]

    def only(self, rows: Flags) -> "Scored":
        """Some of the rows."""
        return Scored(
            self.score[rows], self.outcome[rows], None if self.taken is None else self.taken[rows],
            {name: column[rows] for name, column in self.covariates.items()},
        )  # fmt: skip


def discontinuity(scored: Scored, cut: Cut, level: float = 0.95) -> Finding:
    """The jump in outcome at the cut-off; with `taken`, the jump per share that took the treatment.

    The estimate and its error are the conventional ones, interval and p the robust bias-corrected ones, as
    rdrobust prints them; all rows are in `aggregates`. ValueError with fewer than ten rows on a side.
    """
    above = int((scored.score >= cut.cutoff).sum())
    if min(above, len(scored.score) - above) < 10:
        raise ValueError(
            f"options.cutoff: {cut.cutoff:g}; {len(scored.score) - above} rows below and {above} above: each "
            "side needs ten"
        )
    found = jump(scored, cut, level)
    low, high = found.conf_int
    near = min(int(found.n_h_left), int(found.n_h_right))
    heaps = heaping(scored.score, cut.cutoff)
    finding = Finding(
        float(found.att_conventional), float(found.se_conventional), Interval(low, high, level),
        float(found.p_value), "local_polynomial_robust" + ("_fuzzy" if scored.taken is not None else ""),
        aggregates=rows_of(found), weights={},
        diagnostics={
            "bandwidth": {"h": [float(found.h_left), float(found.h_right)],
                          "b": [float(found.b_left), float(found.b_right)]},
            "rows": [int(found.n_left), int(found.n_right)],
            "rows_in_bandwidth": [int(found.n_h_left), int(found.n_h_right)],
            "density": heaps, "pre_trend": {"covariate_jumps": balance(scored, cut, level)},
            "placebo": placebos(scored, cut, level), "leave_one_out": narrower(scored, cut, found, level),
            "first_stage": first_stage(found),
            "minimum_detectable_effect": detectable(float(found.se), np.inf),
        },
    )  # fmt: skip
    cautions = []
    if heaps["p_value"] < 0.05:
        cautions.append(Caution.of("heaped", ratio=round(heaps["ratio"], 2), p=round(heaps["p_value"], 4)))
    if near < FEW_NEAR:
        cautions.append(Caution.of("few_near", rows=near))
    return finding.beside({}, cautions)


class Jump:
    """What the library answers, as far as it is read here."""

    att: float
    se: float
    p_value: float
    conf_int: tuple[float, float]
    att_conventional: float
    se_conventional: float
    p_value_conventional: float
    conf_int_conventional: tuple[float, float]
    p_value_bias_corrected: float
    conf_int_bias_corrected: tuple[float, float]
    h_left: float
    h_right: float
    b_left: float
    b_right: float
    n_left: int
    n_right: int
    n_h_left: int
    n_h_right: int
    first_stage: float | None
    first_stage_se: float | None
    first_stage_conventional: float | None


def jump(scored: Scored, cut: Cut, level: float) -> Jump:
    """The library's answer."""
    import diff_diff
    import pandas as pd

    names = {f"x{n}": column for n, column in enumerate(scored.covariates.values())}
    data = pd.DataFrame({"y": scored.outcome, "score": scored.score, **names})
    if scored.taken is not None:
        data["taken"] = scored.taken
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = diff_diff.RegressionDiscontinuity(
            cutoff=cut.cutoff, p=cut.p, q=cut.q, kernel=cut.kernel, bwselect=cut.selector, h=cut.h, b=cut.b,
            masspoints=cut.masspoints, alpha=1 - level,
        )  # fmt: skip
        told = {"takeup": "taken"} if scored.taken is not None else {}
        told |= {"outcome": "y", "running": "score"}
        try:
            found: Jump = model.fit(data, covariates=list(names) or None, **told)
        except ValueError as narrow:
            raise ValueError(_too_narrow(scored, cut)) from narrow
    return found


def _too_narrow(scored: Scored, cut: Cut) -> str:
    """Why no line could be drawn on one side of the cut-off, and what would help."""
    said = f"options.h: {cut.h}; too few rows near the cut-off to draw a line on each side. Give a wider one."
    if heaping(scored.score, cut.cutoff)["p_value"] < 0.05:
        said += " Scores look pushed over the cut-off: no width mends that."
    return said


def rows_of(found: Jump) -> dict[str, object]:
    """The three rows that rdrobust prints."""
    return {
        "conventional": {
            "estimate": float(found.att_conventional), "std_error": float(found.se_conventional),
            "p_value": float(found.p_value_conventional), "interval": list(found.conf_int_conventional),
        },
        "bias_corrected": {
            "estimate": float(found.att), "std_error": float(found.se_conventional),
            "p_value": float(found.p_value_bias_corrected), "interval": list(found.conf_int_bias_corrected),
        },
        "robust": {
            "estimate": float(found.att), "std_error": float(found.se),
            "p_value": float(found.p_value), "interval": list(found.conf_int),
        },
    }  # fmt: skip


def first_stage(found: Jump) -> dict[str, object] | None:
    """The jump in who took the treatment; None where crossing decided."""
    if found.first_stage is None:
        return None
    return {
        "estimate": found.first_stage_conventional, "bias_corrected": found.first_stage,
        "std_error": found.first_stage_se,
    }  # fmt: skip


def heaping(score: Floats, cutoff: float) -> dict[str, float]:
    """Whether as many lie just above as just below: a binomial test over the nearest rows.

    Scores that are kept from the cut-off or pushed over it show here (Cattaneo et al. 2017).
    """
    distance = np.sort(np.abs(score - cutoff))
    width = float(distance[min(2 * NEAR, len(distance)) - 1])
    above = int(((score >= cutoff) & (score <= cutoff + width)).sum())
    below = int(((score < cutoff) & (score >= cutoff - width)).sum())
    total, fewer = above + below, min(above, below)
    p_value = min(1.0, 2 * sum(comb(total, k) for k in range(fewer + 1)) / 2**total)
    ratio = above / max(below, 1)
    return {"above": above, "below": below, "within": width, "ratio": ratio, "p_value": p_value}


def balance(scored: Scored, cut: Cut, level: float) -> dict[str, object]:
    """The jump of each covariate, which should be none."""
    found: dict[str, object] = {}
    for name, column in scored.covariates.items():
        alone = Scored(scored.score, column, None, {})
        found[name] = tried(alone, Cut(cut.cutoff, kernel=cut.kernel), level)
    return found


def placebos(scored: Scored, cut: Cut, level: float) -> dict[str, object]:
    """Jumps where there is no cut-off: at the median score of each side, with that side alone."""
    found: dict[str, object] = {}
    for name, rows in (("below", scored.score < cut.cutoff), ("above", scored.score >= cut.cutoff)):
        side = scored.only(rows)
        middle = float(np.median(side.score))
        told = tried(
            Scored(side.score, side.outcome, None, side.covariates), Cut(middle, kernel=cut.kernel), level
        )
        found[name] = {"cutoff": middle, **told} if told else None
    return found


def narrower(scored: Scored, cut: Cut, found: Jump, level: float) -> dict[str, object]:
    """The jump with half and with twice the bandwidth, and without the rows nearest to the cut-off."""
    half = (found.h_left + found.h_right) / 4
    near = np.abs(scored.score - cut.cutoff)
    away = scored.only(near > np.quantile(near, min(0.02, 10 / len(near))))
    return {
        "half_bandwidth": tried(scored, replace(cut, h=half, b=None), level),
        "twice_bandwidth": tried(scored, replace(cut, h=4 * half, b=None), level),
        "without_nearest": tried(away, replace(cut, h=None, b=None), level),
    }


def tried(scored: Scored, cut: Cut, level: float) -> dict[str, object] | None:
    """An estimate with its robust interval; None where it cannot be had."""
    try:
        found = jump(scored, cut, level)
    except (ValueError, np.linalg.LinAlgError, ZeroDivisionError):
        return None
    return {
        "estimate": float(found.att_conventional), "std_error": float(found.se_conventional),
        "p_value": float(found.p_value), "interval": list(found.conf_int),
    }  # fmt: skip
