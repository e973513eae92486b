"""Staggered adoption: R's published figures, a second engine, known effects, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects.panel import Labels, Panel
from commonweal.engines.effects.staggered import Choices, staggered
from engines.effects.published import teenage_employment


def world(seed: int, effect: float = 1.0, units: int = 60, times: int = 6, noise: float = 0.5) -> Panel:
    """A third starts at 2, a third at 4, a third never; the effect grows by one step a time."""
    rng = np.random.default_rng(seed)
    starts = np.array([2.0, 4.0, np.inf])[np.arange(units) % 3]
    unit, time = np.repeat(np.arange(units), times), np.tile(np.arange(times, dtype=float), units)
    since = time - starts[unit]
    outcome = rng.normal(0, 2, units)[unit] + rng.normal(0, 1, times)[time.astype(int)]
    outcome = outcome + np.where(since >= 0, effect * (since + 1), 0) + rng.normal(0, noise, len(unit))
    labels = Labels.of([f"u{n:03}" for n in unit])
    return Panel(labels, time, outcome, (since >= 0).astype(float), np.ones(len(unit)), labels)


def figure(panel: Panel, choices: Choices, name: str) -> tuple[float, float]:
    found = staggered(panel, choices).aggregates[name]
    assert isinstance(found, dict)
    return float(found["estimate"]), float(found["std_error"])


@pytest.mark.parametrize(
    "choices, covariate, name, estimate, error",
    [
        (Choices(), False, "simple", -0.03995128, 0.01203401),
        (Choices(), False, "dynamic", -0.07723982, 0.01996499),
        (Choices(), False, "group", -0.03101828, 0.01244606),
        (Choices(), False, "calendar", -0.04170043, 0.01597185),
        (Choices(controls="not_yet_treated"), False, "simple", -0.03976363, 0.01205242),
        (Choices(controls="not_yet_treated"), False, "calendar", -0.04426708, 0.01557090),
        (Choices(method="reg"), True, "simple", -0.04196861, 0.01144483),
        (Choices(method="reg"), True, "dynamic", -0.08078175, 0.01874585),
        (Choices(method="reg"), True, "group", -0.03292924, 0.01186031),
        (Choices(method="reg"), True, "calendar", -0.04453233, 0.01488503),
    ],
)
def test_teenage_employment_as_r_gives_it(
    choices: Choices, covariate: bool, name: str, estimate: float, error: float
) -> None:
    found = figure(teenage_employment(covariate), choices, name)
    assert found == pytest.approx((estimate, error), abs=5e-8)


def test_a_growing_effect_is_told_by_the_time_since_the_start() -> None:
    found = staggered(world(3, units=300, noise=0.1)).aggregates
    parts = found["dynamic"]["parts"]  # type: ignore[index]
    assert {name: round(part["estimate"]) for name, part in parts.items()} == {
        "-3": 0, "-2": 0, "-1": 0, "0": 1, "1": 2, "2": 3, "3": 4,
    }  # fmt: skip
    assert set(found["group_time"]) == {"2", "4"}  # type: ignore[call-overload]


def test_without_covariates_every_method_is_the_difference_of_differences() -> None:
    panel = world(5)
    answers = {staggered(panel, Choices(method=m)).estimate for m in ("dr", "ipw", "reg")}
    assert len({round(a, 10) for a in answers}) == 1


def test_a_covariate_that_drives_the_trend_is_allowed_for_by_each_method() -> None:
    rng = np.random.default_rng(8)
    units = 1200
    size = rng.normal(0, 1, units)
    is_treated = rng.random(units) < 1 / (1 + np.exp(-size))
    unit, time = np.repeat(np.arange(units), 2), np.tile([0.0, 1.0], units)
    treated = is_treated[unit] * time
    outcome = 3 * size[unit] * time + 2 * treated + rng.normal(0, 0.5, 2 * units)
    labels = Labels.of([f"{n:05}" for n in unit])
    plain = Panel(labels, time, outcome, treated, np.ones(2 * units), labels)
    allowed = Panel(labels, time, outcome, treated, np.ones(2 * units), labels, {"size": size[unit]})
    assert staggered(plain).estimate > 3
    for method in ("dr", "ipw", "reg"):
        found = staggered(allowed, Choices(method=method))
        assert abs(found.estimate - 2) < 4 * found.std_error < 1


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 500), st.floats(-20, 20), st.floats(0.1, 5))
def test_units_shifts_and_scales_carry_through(seed: int, shift: float, scale: float) -> None:
    panel = world(seed, units=12, times=5)
    moved = Panel(
        panel.unit, panel.time, scale * panel.outcome + shift * panel.unit.codes, panel.treated,
        7 * panel.weights, panel.cluster,
    )  # fmt: skip
    one, other = staggered(panel), staggered(moved)
    assert other.estimate == pytest.approx(scale * one.estimate, rel=1e-6, abs=1e-8)
    assert other.std_error == pytest.approx(scale * one.std_error, rel=1e-6, abs=1e-8)


def test_the_bootstrap_agrees_with_the_formula_and_its_band_is_wider() -> None:
    panel = world(2, units=90)
    formula, drawn = staggered(panel), staggered(panel, Choices(bootstrap=1999))
    assert drawn.std_error == pytest.approx(formula.std_error, rel=0.12)
    for part in drawn.aggregates["dynamic"]["parts"].values():  # type: ignore[index]
        assert part["band"][0] < part["interval"][0] and part["band"][1] > part["interval"][1]


def test_who_is_left_out_is_counted() -> None:
    panel = world(1, units=30)
    rows = np.ones(len(panel.time), dtype=bool)
    rows[7] = False
    early = panel.treated.copy()
    early[panel.unit.codes == 2] = 1.0
    found = staggered(panel.pretending(early).only(rows))
    assert found.diagnostics["left_out"] == {"units_incomplete": 1, "units_always_treated": 1}
    assert {"units_incomplete", "units_always_treated"} <= {c.code for c in found.cautions}


def test_without_never_treated_the_last_cohort_is_the_comparison() -> None:
    panel = world(4, units=60)
    treated = panel.only(np.isfinite(panel.starts())[panel.unit.codes])
    found = staggered(treated)
    assert found.estimate == pytest.approx(1.5, abs=0.5)
    assert set(found.aggregates["group_time"]) == {"2"}  # type: ignore[call-overload]


def test_refusals_name_the_unit_and_the_remedy() -> None:
    panel = world(1, units=6)
    back = panel.treated.copy()
    back[5] = 0.0
    with pytest.raises(ValueError, match="'u000' is untreated again at time 5"):
        staggered(panel.pretending(back))
    twice = np.concatenate([np.arange(len(panel.time)), [3]])
    with pytest.raises(ValueError, match="'u000' has two rows at time 3"):
        staggered(panel.only(twice))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"options.method: 'magic'"):
        Choices(method="magic")
    with pytest.raises(ValueError, match="no unit has a row at every time"):
        staggered(panel.pretending(np.ones(len(panel.time))))
