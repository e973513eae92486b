"""Difference in differences: the four-cell table, and what must not move the estimate."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects import PanelRow
from commonweal.engines.effects.differences import did
from commonweal.engines.effects.findings import Finding


def panel(seed: int, effect: float, units: int = 40, times: int = 6, start: int = 3) -> list[PanelRow]:
    rng = np.random.default_rng(seed)
    level, season = rng.normal(10, 3, units), rng.normal(0, 2, times)
    rows = []
    for u in range(units):
        for t in range(times):
            treated = u < units // 2 and t >= start
            outcome = level[u] + season[t] + effect * treated + rng.normal(0, 1)
            rows.append(PanelRow(f"u{u}", t, float(outcome), treated))
    return rows


def codes(effect: Finding) -> set[str]:
    return {caution.code for caution in effect.cautions}


def test_two_by_two_is_the_difference_of_differences() -> None:
    cells = {("a", 0): 10.0, ("a", 1): 17.0, ("b", 0): 20.0, ("b", 1): 23.0}
    rows = [PanelRow(unit, t, y, unit == "a" and t == 1) for (unit, t), y in cells.items()]
    assert did(rows).estimate == pytest.approx((17 - 10) - (23 - 20))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = sum(e.interval.low <= -2 <= e.interval.high for e in (did(panel(s, -2.0)) for s in range(40)))
    assert 34 <= held <= 40


def test_an_effect_that_is_there_is_seen() -> None:
    effect = did(panel(1, -2.0))
    assert effect.p_value < 1e-6 and effect.interval.high < 0 and codes(effect) == set()


@settings(max_examples=30)
@given(st.integers(0, 1000), st.lists(st.floats(-50, 50), min_size=12, max_size=12))
def test_what_belongs_to_a_unit_or_a_time_moves_nothing(seed: int, shifts: Sequence[float]) -> None:
    rows = panel(seed, 1.0, units=8, times=4, start=2)
    moved = [
        PanelRow(r.unit, r.time, r.outcome + shifts[int(r.unit[1:])] + shifts[8 + int(r.time)], r.treated)
        for r in rows
    ]
    assert did(moved).estimate == pytest.approx(did(rows).estimate, abs=1e-8)
    assert did(moved).std_error == pytest.approx(did(rows).std_error, abs=1e-7)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_it_agrees_with_plain_dummies_on_an_unbalanced_weighted_panel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        PanelRow(r.unit, r.time, r.outcome, r.treated, float(rng.uniform(0.5, 2)))
        for r in panel(seed, 1.5, units=8, times=5)
        if rng.uniform() > 0.15
    ]
    units, times = sorted({r.unit for r in rows}), sorted({r.time for r in rows})
    design = np.array(
        [[r.treated, *(r.unit == u for u in units), *(r.time == t for t in times)] for r in rows], dtype=float
    )
    root = np.sqrt([r.weight for r in rows])
    solved = np.linalg.lstsq(design * root[:, None], np.array([r.outcome for r in rows]) * root, rcond=None)
    assert did(rows).estimate == pytest.approx(solved[0][0], abs=1e-7)


def test_cautions_of_a_weak_panel() -> None:
    rows = [PanelRow(u, t, float(t), t >= s) for u, s in (("a", 1), ("b", 2)) for t in range(4)]
    rows[0] = PanelRow("a", 0, 5.0, False)
    assert codes(did(rows)) == {
        "no_untreated_units",
        "staggered_start",
        "few_units",
        "few_clusters",
        "few_treated",
        "trend_untestable",
    }


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        did([])
    with pytest.raises(ValueError, match="nothing to compare"):
        did([PanelRow("a", t, 1.0, False) for t in range(3)])
    with pytest.raises(ValueError, match="weight"):
        did([PanelRow("a", 0, 1.0, False, 0.0)])
