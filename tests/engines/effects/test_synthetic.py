"""Comparisons made of weighted units: published figures, a world that is known, and few placebos."""

import numpy as np
import pytest

from commonweal.engines.effects.panel import Labels, Panel
from commonweal.engines.effects.synthetic import Predictors, synthetic_control, synthetic_did
from engines.effects.published import cigarettes


def counties(treated: int = 1, effect: float = -5.0, units: int = 12, times: int = 14) -> Panel:
    """Two hidden forces move all counties; the first ones are treated for the last four times."""
    rng = np.random.default_rng(3)
    forces, loads = rng.normal(0, 1, (2, times)).cumsum(axis=1), rng.uniform(0.2, 0.8, (units, 2))
    loads[0] = loads[1:4].mean(axis=0)
    outcome = 20 + loads @ forces + rng.normal(0, 0.05, (units, times))
    on = (np.arange(units) < treated)[:, None] & (np.arange(times) >= times - 4)
    labels = Labels.of([f"c{n:02}" for n in np.repeat(np.arange(units), times)])
    time = np.tile(np.arange(times, dtype=float), units)
    flat = (outcome + effect * on).ravel()
    return Panel(labels, time, flat, on.ravel().astype(float), np.ones(len(flat)), labels)


def test_cigarettes_in_california() -> None:
    """Arkhangelsky et al. 2021, table 1: -15.6; the R package gives -15.604."""
    found = synthetic_did(cigarettes())
    assert found.estimate == pytest.approx(-15.6038, abs=5e-5)
    assert found.weights["units"]["Nevada"] == pytest.approx(0.124, abs=0.001)  # type: ignore[index]
    assert found.weights["times"]["1988"] == pytest.approx(0.427, abs=0.001)  # type: ignore[index]
    assert found.p_value > 1 / 39


def test_a_synthetic_control_finds_the_effect_and_its_rank() -> None:
    found = synthetic_control(counties())
    assert found.estimate == pytest.approx(-5.0, abs=0.4)
    weights = found.weights["units"]
    assert isinstance(weights, dict) and sum(weights.values()) == pytest.approx(1.0)
    assert found.p_value == pytest.approx(1 / 12)
    assert found.diagnostics["smallest_attainable_p"] == pytest.approx(1 / 12)
    assert "few_donors" in {c.code for c in found.cautions}
    assert {"pre_trend", "placebo", "leave_one_out"} <= set(found.diagnostics)


def test_predictors_weigh_in_and_placebos_keep_their_weights() -> None:
    panel = counties()
    income = 3.0 * panel.unit.codes + panel.time
    found = synthetic_control(
        panel.with_covariates({"income": income}), Predictors(("income",), (), (("y", (5.0, 9.0)),))
    )
    assert len(found.weights["predictors"]) == 2  # type: ignore[arg-type]
    assert found.p_value >= 1 / 12 and "income" in str(found.aggregates["predictor_balance"])


def test_synthetic_differences_find_it_with_one_and_with_several() -> None:
    for treated in (1, 3):
        found = synthetic_did(counties(treated), draws=60)
        assert found.estimate == pytest.approx(-5.0, abs=0.6)
        assert found.p_value >= 1 / 61 and "few_treated" in {c.code for c in found.cautions}
    assert synthetic_did(counties(3), errors="jackknife").std_error > 0


def test_refusals_say_which_design_to_take() -> None:
    with pytest.raises(ValueError, match="a synthetic control is made for one: use synthetic_did"):
        synthetic_control(counties(2))
    with pytest.raises(ValueError, match="only placebo can tell"):
        synthetic_did(counties(1), errors="bootstrap")
    panel = counties(2)
    early = panel.treated.copy()
    early[9] = 1.0
    with pytest.raises(ValueError, match="2 different starts"):
        synthetic_did(panel.pretending(early))
    with pytest.raises(ValueError, match="'c00' has 13 of 14 times"):
        synthetic_control(counties().only(np.arange(12 * 14) != 2))
    with pytest.raises(ValueError, match="no predictor 'income'"):
        synthetic_control(counties(), Predictors(averaged=("income",)))
