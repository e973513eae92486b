"""Poisson with two-way effects against statsmodels with dummy columns, and what cannot tell anything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects.panel import Labels, Panel
from commonweal.engines.effects.poisson import poisson_effect
from engines.effects.test_few_treated import beats


def counted(seed: int, units: int = 24, times: int = 6, effect: float = 0.5) -> Panel:
    rng = np.random.default_rng(seed)
    unit, time = np.repeat(np.arange(units), times), np.tile(np.arange(times, dtype=float), units)
    on = ((unit < units // 2) & (time >= times // 2)).astype(float)
    x = rng.normal(0, 1, len(unit))
    rate = np.exp(rng.normal(1, 0.5, units)[unit] + rng.normal(0, 0.3, times)[time.astype(int)])
    labels = Labels.of([f"u{n:02}" for n in unit])
    outcome = rng.poisson(rate * np.exp(effect * on + 0.2 * x)).astype(float)
    return Panel(labels, time, outcome, on, np.ones(len(unit)), labels, {"x": x})


@settings(max_examples=2, deadline=None)
@given(st.integers(0, 300))
def test_it_agrees_with_dummy_columns(seed: int) -> None:
    import statsmodels.api as sm

    panel = counted(seed)
    keep = np.bincount(panel.unit.codes, panel.outcome) > 0
    rows = keep[panel.unit.codes]
    dummies = [panel.unit.codes == n for n in np.flatnonzero(keep)]
    dummies += [panel.time_codes == t for t in range(1, len(panel.times))]
    design = np.column_stack([panel.treated, panel.covariates["x"], *dummies]).astype(float)[rows]
    plain = sm.GLM(panel.outcome[rows], design, family=sm.families.Poisson()).fit(tol=1e-12)
    found = poisson_effect(panel)
    assert found.estimate == pytest.approx(plain.params[0], abs=1e-6)
    clustered = sm.GLM(panel.outcome[rows], design, family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": panel.unit.codes[rows], "use_correction": False}, tol=1e-12
    )
    g, n, k = int(keep.sum()), int(rows.sum()), 2 + len(panel.times)
    factor = np.sqrt(g / (g - 1) * (n - 1) / (n - k))
    assert found.std_error == pytest.approx(clustered.bse[0] * factor, rel=1e-5)


def test_exposure_is_an_offset_and_units_without_events_are_counted() -> None:
    panel = counted(3)
    outcome = np.where(panel.unit.codes == 5, 0.0, panel.outcome)
    silent = Panel(
        panel.unit, panel.time, outcome, panel.treated, panel.weights, panel.cluster, panel.covariates
    )
    found = poisson_effect(silent)
    assert found.diagnostics["rows_separated"] == 6 and "rows_separated" in {c.code for c in found.cautions}
    doubled = poisson_effect(silent, np.full(len(outcome), 2.0))
    assert doubled.estimate == pytest.approx(found.estimate, abs=1e-8)
    later = poisson_effect(silent, np.exp(0.3 * panel.treated))
    assert later.estimate == pytest.approx(found.estimate - 0.3, abs=1e-6)


def test_few_treated_are_permuted_by_their_score() -> None:
    wrong = 0
    for seed in range(20):
        panel = beats(seed, treated=1 + seed % 3)
        rate = np.exp(1 + 0.3 * panel.outcome)
        outcome = np.random.default_rng(seed).poisson(rate).astype(float)
        found = poisson_effect(
            Panel(panel.unit, panel.time, outcome, panel.treated, panel.weights, panel.cluster)
        )
        assert found.method.endswith("randomisation_inference")
        wrong += found.p_value <= 0.05
    assert wrong <= 4


def test_refusals() -> None:
    panel = counted(1)
    below = Panel(panel.unit, panel.time, panel.outcome - 100, panel.treated, panel.weights, panel.cluster)
    with pytest.raises(ValueError, match="counts are zero or more"):
        poisson_effect(below)
    none = Panel(panel.unit, panel.time, 0 * panel.outcome, panel.treated, panel.weights, panel.cluster)
    with pytest.raises(ValueError, match="no events at all"):
        poisson_effect(none)
    with pytest.raises(ValueError, match="says nothing that unit, time"):
        poisson_effect(panel.pretending(np.zeros(len(panel.time))))
    with pytest.raises(ValueError, match=r"options.exposure"):
        poisson_effect(panel, np.zeros(len(panel.time)))
