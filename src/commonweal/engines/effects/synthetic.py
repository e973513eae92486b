"""Synthetic control and synthetic difference in differences: a comparison made of weighted units.

diff-diff estimates both (Abadie, Diamond & Hainmueller 2010; Arkhangelsky et al. 2021, AER 111); the
permutation over the comparison units is judged here: no p is smaller than the number of units allows.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import comb, inf, nan

import numpy as np

from commonweal.engines.effects.findings import Finding, detectable, student
from commonweal.engines.effects.panel import FEW_TREATED, Panel
from commonweal.engines.effects.values import Caution
from commonweal.engines.effects.weighing import Control, Weighted, frame
from commonweal.engines.numerics import Floats, Interval

PROFILE = 0.5  # a unit that makes up more than this decides alone


@dataclass(frozen=True)
class Predictors:
    """What the comparison must be alike in, besides the outcome before.

    `averaged` are covariates averaged over `window` (all times before, where empty); `special` have times of
    their own. Without any, every outcome before the start counts alike.
    """

    averaged: Sequence[str] = ()
    window: Sequence[float] = ()
    special: Sequence[tuple[str, Sequence[float]]] = field(default_factory=tuple)
    fit_from: float = -inf


def checked(panel: Panel) -> float:
    """The one start; ValueError where it is not one, or the panel has gaps."""
    panel.need(balanced=True)
    starts = panel.starts()
    begun = np.unique(starts[np.isfinite(starts)])
    if len(begun) != 1:
        raise ValueError(
            f"treated: {len(begun)} different starts; this design needs one: use staggered, or a cohort alone"
        )
    if np.isfinite(starts).all():
        raise ValueError("treated: every unit was; there is none to compare with")
    if (panel.times < begun[0]).sum() < 2:
        raise ValueError(f"treated: fewer than two times before {begun[0]:g}; a comparison cannot be made")
    return float(begun[0])


def synthetic_control(
    panel: Panel, predictors: Predictors | None = None, level: float = 0.95, seed: int = 0
) -> Finding:
    """The mean gap after the start between one treated unit and its synthetic control.

    p is the rank of its ratio of errors after and before among all units that could have been treated; the
    interval holds every constant effect that this test does not reject (Firpo & Possebom 2018). The
    weights of predictors are searched for once, and held for the placebos.
    """
    import diff_diff

    start = checked(panel)
    starts = panel.starts()
    if np.isfinite(starts).sum() != 1:
        raise ValueError(
            f"treated: {int(np.isfinite(starts).sum())} units were; a synthetic control is made for one: use "
            "synthetic_did, or average them into one"
        )
    predictors = predictors or Predictors()
    for name in (*predictors.averaged, *(name for name, _ in predictors.special)):
        if name != "y" and name not in panel.covariates:
            raise ValueError(f"covariates: no predictor {name!r} in the panel; name a column of the data")
    data = frame(panel, predictors.fit_from)
    before = [t for t in panel.times.tolist() if predictors.fit_from <= t < start]
    plain = not predictors.averaged and not predictors.special
    options = {"v_method": "custom", "custom_v": np.ones(len(before)), "standardize": "none"} if plain else {}
    told = {} if plain else {
        "predictors": list(predictors.averaged) or None,
        "predictor_window": list(predictors.window) or None,
        "special_predictors": [(name, list(times), "mean") for name, times in predictors.special] or None,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = diff_diff.SyntheticControl(seed=seed, alpha=1 - level, **options)
        found: Control = model.fit(data, outcome="y", treatment="on", unit="unit", time="time", **told)
        if not plain:
            # the search for predictor weights takes minutes over all placebos: they take those found here
            held = {"v_method": "custom", "custom_v": list(found.v_weights.values())}
            model = diff_diff.SyntheticControl(seed=seed, alpha=1 - level, **held)
            found = model.fit(data, outcome="y", treatment="on", unit="unit", time="time", **told)
        placebos = found.in_space_placebo()
        interval = constant_effects(found, level)
        left_out = without_donors(found)
        in_time = None if not plain else placebo_in_time(panel, start)
    ratios = placebos.loc[placebos["status"] != "failed"]
    others = ratios.loc[~ratios["is_treated"]]
    p_value, smallest = float(found.placebo_p_value), 1 / (len(others) + 1)
    weights = {str(unit): float(w) for unit, w in found.donor_weights.items()}
    gaps = {f"{t:.10g}": float(gap) for t, gap in found.gap_path.items()}
    spread = float(np.std(panel.outcome[np.isin(panel.time, before)]))
    finding = Finding(
        float(found.att), nan, interval, p_value, "synthetic_control",
        aggregates={"gaps": gaps, "predictor_balance": balance(found)},
        weights={"units": weights, "predictors": {str(k): float(v) for k, v in found.v_weights.items()}},
        diagnostics={
            "pre_rmspe": float(found.pre_rmspe), "rmspe_ratio": float(found.rmspe_ratio),
            "pre_trend": {"gap_slope_before": slope([gaps[f"{t:.10g}"] for t in before])},
            "placebo": {"in_time": in_time, "in_space": {
                str(row.unit): float(row.rmspe_ratio) for row in ratios.itertuples()
            }},
            "leave_one_out": left_out, "smallest_attainable_p": smallest, "donors": int(found.n_donors),
            "placebos_failed": int(found.n_failed), "times_before": len(before),
        },
    )  # fmt: skip
    return finding.beside({}, doubts(weights, smallest, len(others), float(found.pre_rmspe) / (spread or 1)))


def doubts(weights: Mapping[str, float], smallest: float, donors: int, misfit: float) -> list[Caution]:
    """A comparison that does not follow, hangs on one unit, or has too few to permute."""
    found = []
    if misfit > 0.25:
        found.append(Caution.of("poor_fit", ratio=round(misfit, 2)))
    heaviest = max(weights, key=lambda unit: weights[unit], default="")
    if heaviest and weights[heaviest] > PROFILE:
        found.append(Caution.of("one_unit_carries", unit=heaviest, percent=round(100 * weights[heaviest])))
    if smallest > 0.05:
        found.append(Caution.of("few_donors", donors=donors, smallest=round(smallest, 4)))
    return found


def balance(found: Control) -> dict[str, object]:
    """What the unit and its comparison were like before."""
    table = found.predictor_balance
    return {
        str(row["predictor"]): {k: float(row[k]) for k in ("treated", "synthetic", "donor_mean")}
        for row in table.to_dict("records")
    }


def constant_effects(found: Control, level: float) -> Interval:
    """The constant effects not rejected; unbounded where the permutation can reject none."""
    try:
        found.confidence_set(gamma=1 - level)
    except (ValueError, RuntimeError):
        return Interval(-inf, inf, level)
    told = found.effect_confidence_set or {}
    low, high = float(told.get("lower", -inf)), float(told.get("upper", inf))
    return Interval(low if low == low else -inf, high if high == high else inf, level)


def without_donors(found: Control) -> dict[str, object]:
    """The estimate without each unit of the comparison in turn."""
    table = found.leave_one_out()
    estimates = {
        str(row["dropped_unit"]): float(row["att"])
        for row in table.to_dict("records")
        if row["status"] == "loo"
    }
    values = list(estimates.values())
    return {
        "estimates": estimates, "lowest": min(values, default=None), "highest": max(values, default=None),
    }  # fmt: skip


def placebo_in_time(panel: Panel, start: float) -> dict[str, object] | None:
    """The gap that a start half way through the time before seems to make."""
    import diff_diff

    before = panel.times[panel.times < start]
    if len(before) < 6:
        return None
    middle = float(before[len(before) // 2])
    earlier = panel.only(panel.time < start)
    ever = np.isfinite(panel.starts())[panel.unit.codes][panel.time < start]
    pretended = earlier.pretending((ever & (earlier.time >= middle)).astype(np.float64))
    ones = np.ones(int((before < middle).sum()))
    model = diff_diff.SyntheticControl(v_method="custom", custom_v=ones, standardize="none")
    found = model.fit(frame(pretended), outcome="y", treatment="on", unit="unit", time="time")
    return {"start": middle, "estimate": float(found.att), "rmspe_ratio": float(found.rmspe_ratio)}


def slope(values: Sequence[float]) -> float:
    """Least-squares slope of values in order."""
    if len(values) < 2:
        return nan
    place = np.arange(len(values)) - (len(values) - 1) / 2
    return float((place * np.array(values)).sum() / (place**2).sum())


def synthetic_did(
    panel: Panel, errors: str = "placebo", draws: int = 200, level: float = 0.95, seed: int = 0
) -> Finding:
    """Synthetic difference in differences, with unit and time weights.

    `errors` "placebo" (the only one for a single treated unit), "jackknife" or "bootstrap". Below ten treated
    units p is that of the placebos, and never smaller than their number allows.
    """
    start = checked(panel)
    if errors not in ("placebo", "jackknife", "bootstrap"):
        raise ValueError(f"options.errors: {errors!r}; use one of placebo, jackknife, bootstrap")
    treated = int(np.isfinite(panel.starts()).sum())
    others = len(panel.unit.names) - treated
    if errors != "placebo" and treated == 1:
        raise ValueError(f"options.errors: {errors!r}; with one treated unit only placebo can tell: use that")
    if errors == "placebo" and others <= treated:
        raise ValueError(f"options.errors: placebo needs more than {treated} untreated units; use bootstrap")
    found = weighted(panel, start, errors, draws, seed)
    estimate, error = float(found.att), float(found.se)
    interval, p_value = student(estimate, error, inf, level)
    placebos = np.asarray(found.variance_effects if errors == "placebo" else [], dtype=np.float64)
    units = {str(unit): float(w) for unit, w in found.unit_weights.items()}
    finding = Finding(
        estimate, error, interval, p_value, f"synthetic_did_{errors}",
        aggregates={"gaps": path(found)},
        weights={"units": units, "times": {f"{t:.10g}": float(w) for t, w in found.time_weights.items()}},
        diagnostics={
            "treated_units": treated, "comparison_units": others, "noise": found.noise_level,
            "zeta_omega": found.zeta_omega, "zeta_lambda": found.zeta_lambda,
            "pre_trend": {"rmse_of_shape": found.pre_treatment_fit, "p_value": found.pre_fit_placebo_pvalue},
            "placebo": earlier_placebo(panel, start, seed),
            "leave_one_out": without_heaviest(panel, start, units),
            "minimum_detectable_effect": detectable(error, inf),
        },
    )  # fmt: skip
    return judged(finding, placebos, treated, others, level)


def judged(finding: Finding, placebos: Floats, treated: int, others: int, level: float) -> Finding:
    """With few treated units, the placebos' own p and interval in place of the normal ones."""
    if treated >= FEW_TREATED:
        return finding
    if len(placebos) < 2:
        return finding.beside({}, [Caution.of("not_permutable", clusters=treated)])
    ways = comb(others, treated)
    told_apart = min(ways, len(placebos))
    smallest = 1 / (1 + told_apart)
    further = float((np.abs(placebos) >= abs(finding.estimate)).mean())
    p_value = (1 + further * told_apart) * smallest
    share = ((1 - level) / smallest - 1) / told_apart
    reach = inf if share < 0 else float(np.quantile(np.abs(placebos), 1 - share))
    conventional = {"interval": [finding.interval.low, finding.interval.high], "p_value": finding.p_value}
    changed = Finding(
        finding.estimate, finding.std_error,
        Interval(finding.estimate - reach, finding.estimate + reach, level), p_value,
        f"{finding.method}+randomisation_inference", finding.scale, finding.cautions,
        finding.aggregates, finding.weights, finding.diagnostics,
    )  # fmt: skip
    told = {
        "conventional": conventional,
        "randomisation": {"p_value": p_value, "smallest_attainable_p": smallest, "assignments": ways},
    }  # fmt: skip
    few = Caution.of("few_treated", clusters=treated, smallest=round(smallest, 4))
    return changed.beside(told, [few])


def weighted(panel: Panel, start: float, errors: str, draws: int, seed: int) -> Weighted:
    """The library's answer."""
    import diff_diff

    data = frame(panel)
    data["ever"] = np.isfinite(panel.starts())[panel.unit.codes].astype(int)
    after = [t for t in panel.times.tolist() if t >= start]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = diff_diff.SyntheticDiD(variance_method=errors, n_bootstrap=draws, seed=seed)
        found: Weighted = model.fit(
            data, outcome="y", treatment="ever", unit="unit", time="time", post_periods=after,
            covariates=list(panel.covariates) or None,
        )  # fmt: skip
    return found


def earlier_placebo(panel: Panel, start: float, seed: int) -> dict[str, object] | None:
    """The effect that a start half way through the time before seems to have; None with too few times."""
    before = panel.times[panel.times < start]
    if len(before) < 4:
        return None
    middle = float(before[len(before) // 2])
    earlier = panel.only(panel.time < start)
    ever = np.isfinite(panel.starts())[panel.unit.codes][panel.time < start]
    pretended = earlier.pretending((ever & (earlier.time >= middle)).astype(np.float64))
    return {"start": middle, "estimate": float(weighted(pretended, middle, "jackknife", 2, seed).att)}


def without_heaviest(panel: Panel, start: float, units: Mapping[str, float]) -> dict[str, object]:
    """The estimate without each of the ten heaviest comparison units in turn."""
    heaviest = sorted(units, key=lambda unit: -units[unit])[: min(10, len(units) - 2)]
    estimates = {}
    for name in heaviest:
        left = panel.only(panel.unit.codes != panel.unit.names.index(name))
        estimates[name] = float(weighted(left, start, "jackknife", 2, 0).att)
    values = list(estimates.values())
    return {
        "estimates": estimates, "lowest": min(values, default=None), "highest": max(values, default=None),
    }  # fmt: skip


def path(found: Weighted) -> dict[str, float]:
    """The gap between the treated and their comparison at every time."""
    times = [*found.pre_periods, *found.post_periods]
    treated = [*found.treated_pre_trajectory, *found.treated_post_trajectory]
    other = [*found.synthetic_pre_trajectory, *found.synthetic_post_trajectory]
    return {f"{t:.10g}": float(a - b) for t, a, b in zip(times, treated, other, strict=True)}
