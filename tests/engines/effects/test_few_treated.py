"""Few treated clusters: the permutation takes over, keeps its promise, and says what it can never show."""

import numpy as np
import pytest

from commonweal.engines.effects.differences import did
from commonweal.engines.effects.panel import Labels, Panel
from commonweal.engines.effects.permuting import assignments
from engines.effects.published import cigarettes


def beats(seed: int, treated: int, clusters: int = 14, times: int = 6, effect: float = 0.0) -> Panel:
    """Beats whose troubles last from month to month, some of them treated from the middle on."""
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0, 1, (clusters, times))
    for t in range(1, times):
        shocks[:, t] += 0.7 * shocks[:, t - 1]
    chosen = rng.permutation(clusters) < treated
    on = chosen[:, None] & (np.arange(times) >= times // 2)
    unit = np.repeat(np.arange(clusters), times)
    labels = Labels.of([f"b{n:02}" for n in unit])
    outcome = (shocks + effect * on).ravel()
    time = np.tile(np.arange(times, dtype=float), clusters)
    return Panel(labels, time, outcome, on.ravel().astype(float), np.ones(len(unit)), labels)


def test_programmes_without_effect_are_seldom_called_a_success() -> None:
    found = [did(beats(seed, treated=1 + seed % 8)) for seed in range(64)]
    wrong = sum(effect.p_value <= 0.05 for effect in found)
    plain = [dict(effect.diagnostics["conventional"])["p_value"] for effect in found]
    believed = sum(p <= 0.05 for p in plain)
    assert wrong <= 9 and believed > 2 * wrong
    assert all("few_treated" in {c.code for c in effect.cautions} for effect in found)


def test_the_interval_is_the_test_turned_round() -> None:
    panel = beats(3, treated=4, clusters=12, effect=3.0)
    found = did(panel)
    low, high, _ = found.interval
    assert low < 3.0 < high
    near = ((low + 0.01, True), (low - 0.01, False), (high - 0.01, True), (high + 0.01, False))
    for effect, inside in near:
        shifted = Panel(
            panel.unit, panel.time, panel.outcome - effect * panel.treated, panel.treated, panel.weights,
            panel.cluster,
        )  # fmt: skip
        assert (did(shifted).p_value > 0.05) == inside


def test_one_among_twelve_can_never_be_significant_and_the_answer_says_so() -> None:
    found = did(beats(1, treated=1, clusters=12, effect=50.0))
    assert found.p_value == pytest.approx(1 / 12) and found.interval.low == -np.inf
    assert found.diagnostics["randomisation"]["smallest_attainable_p"] == pytest.approx(1 / 12)  # type: ignore[index]
    told = next(c for c in found.cautions if c.code == "few_treated")
    assert dict(told.params) == {"clusters": 1, "smallest": 0.0833}


def test_half_treated_have_a_mirror_and_p_counts_it() -> None:
    found = did(beats(1, treated=3, clusters=6, effect=50.0))
    assert found.p_value == pytest.approx(2 / 20)
    assert found.diagnostics["randomisation"]["smallest_attainable_p"] == pytest.approx(2 / 20)  # type: ignore[index]


def test_all_assignments_are_listed_once_the_real_one_first() -> None:
    starts = np.array([2.0, np.inf, 3.0, np.inf, 2.0])
    ways, total, listed = assignments(starts, 100)
    assert listed and total == 30 == len({tuple(way) for way in ways.tolist()}) and (ways[0] == starts).all()
    drawn, many, all_of_them = assignments(np.repeat([1.0, np.inf], 20), 50)
    assert not all_of_them and many > 1e11 and len(drawn) == 50


def test_what_may_overturn_the_estimate_always_stands_beside_it() -> None:
    found = did(beats(2, treated=5))
    assert {"pre_trend", "placebo", "leave_one_out", "randomisation", "wild_cluster_bootstrap"} <= set(
        found.diagnostics
    )
    assert len(found.diagnostics["leave_one_out"]["estimates"]) == 14  # type: ignore[index]


def test_a_trend_before_the_start_is_seen_by_both_tests() -> None:
    panel = beats(4, treated=6, times=10)
    later = np.isfinite(panel.starts())[panel.unit.codes]
    drifting = panel.outcome + 2.0 * later * panel.time
    found = did(Panel(panel.unit, panel.time, drifting, panel.treated, panel.weights, panel.cluster))
    assert {"trends_differ", "placebo_effect"} <= {c.code for c in found.cautions}


def test_cigarettes_in_california_by_plain_differences() -> None:
    found = did(cigarettes())
    assert found.estimate == pytest.approx(-27.3491, abs=5e-5)
    assert found.p_value == pytest.approx(5 / 39) and found.method.endswith("randomisation_inference")
