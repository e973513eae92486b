"""A stepped wedge: the mixed model's answer, honest with few clusters, open about effects that move."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.mixed_linear_model import MixedLM

from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.panel import Labels, Panel
from commonweal.engines.effects.stepped_wedge import Swept, periods, stepped_wedge


def wedge(  # what a trial is made of
    seed: int = 0, clusters: int = 12, steps: int = 4, size: int = 1, effect: float = 0.0, grows: float = 0.0
) -> Panel:
    """Clusters that begin in an order drawn by lot; `effect` from the start, `grows` with each period."""
    rng, times = np.random.default_rng(seed), steps + 1
    starts = rng.permutation(np.repeat(np.arange(1, times), -(-clusters // steps))[:clusters])
    cluster = np.repeat(np.arange(clusters), times * size)
    time = np.tile(np.repeat(np.arange(times), size), clusters)
    on = time >= starts[cluster]
    outcome = (
        rng.normal(size=clusters)[cluster] + rng.normal(size=times)[time] + rng.normal(size=len(time))
        + on * (effect + grows * (time - starts[cluster]))
    )  # fmt: skip
    labels = Labels.of([f"c{n:02}" for n in cluster])
    return Panel(labels, time.astype(float), outcome, on.astype(float), np.ones(len(time)), labels)


def codes(found: Finding) -> set[str]:
    """The cautions, by code."""
    return {caution.code for caution in found.cautions}


def inner(told: Mapping[str, object], name: str) -> Mapping[str, float]:
    """One entry that has entries of its own."""
    found = told[name]
    assert isinstance(found, Mapping)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_estimate_is_the_mixed_models(seed: int) -> None:
    panel = wedge(seed, size=6, effect=0.5)
    columns = np.column_stack([panel.treated, periods(panel)])
    peer = MixedLM(panel.outcome, columns, groups=panel.cluster.codes).fit(reml=True)
    found = stepped_wedge(panel)
    assert found.estimate == pytest.approx(peer.fe_params[0], abs=2e-4)
    assert found.method == "hussey_hughes_cr2" and found.std_error > 0


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 4), st.integers(1, 3), st.floats(0.05, 4), st.floats(0.2, 4))
def test_the_variance_is_hussey_and_hughes_formula(
    steps: int, each: int, between: float, within: float
) -> None:
    """I s2 (s2 + T t2) over (IU - W) s2 + (U2 + ITU - TW - IV) t2, their equation 8."""
    panel = wedge(1, clusters=steps * each, steps=steps)
    swept = Swept(panel, between, within)
    column = swept.out(panel.treated)
    treated = panel.treated.reshape(len(panel.cluster.names), -1)
    number, times, total = *treated.shape, treated.sum()
    by_time, by_cluster = (treated.sum(axis=0) ** 2).sum(), (treated.sum(axis=1) ** 2).sum()
    below = (number * total - by_time) * within + (
        total**2 + number * times * total - times * by_time - number * by_cluster
    ) * between
    expected = number * within * (within + times * between) / below
    assert within / float(column @ column) == pytest.approx(expected, rel=1e-6)


def test_wedges_without_an_effect_are_seldom_called_a_success() -> None:
    few = [stepped_wedge(wedge(seed, clusters=8)) for seed in range(40)]
    assert sum(one.p_value <= 0.05 for one in few) <= 6
    assert all("few_steps" in codes(one) and one.method.endswith("randomisation_inference") for one in few)
    many = [stepped_wedge(wedge(seed, clusters=16)) for seed in range(40)]
    assert sum(one.p_value <= 0.05 for one in many) <= 6


def test_a_known_effect_lies_in_the_interval() -> None:
    found = [stepped_wedge(wedge(seed, clusters=9, steps=3, effect=2.0)) for seed in range(30)]
    assert sum(one.interval.low <= 2.0 <= one.interval.high for one in found) >= 25
    assert abs(np.mean([one.estimate for one in found]) - 2.0) < 0.4


def test_six_clusters_in_three_steps_can_reach_one_in_ninety_and_say_so() -> None:
    found = stepped_wedge(wedge(2, clusters=6, steps=3, effect=30.0))
    told = inner(found.diagnostics, "randomisation")
    assert told["assignments"] == 90 and found.p_value == pytest.approx(told["smallest_attainable_p"])
    [few] = [caution for caution in found.cautions if caution.code == "few_steps"]
    assert dict(few.params) == {"clusters": 6, "smallest": 0.0111}


def test_an_effect_that_grows_is_not_told_by_one_number() -> None:
    """The one number of the model lies well below the mean over time since the start (Kenny et al. 2022)."""
    found = stepped_wedge(wedge(4, clusters=20, size=5, effect=0.2, grows=1.0))
    average = inner(found.aggregates, "exposure_average")
    assert "effect_moves" in codes(found) and average["estimate"] > found.estimate + 0.2
    steady = stepped_wedge(wedge(4, clusters=20, size=5, effect=1.0))
    assert "effect_moves" not in codes(steady)
    assert set(inner(steady.aggregates, "by_exposure")) == {"0", "1", "2", "3"}


def test_what_might_overturn_it_stands_beside_it() -> None:
    told = stepped_wedge(wedge(3, clusters=12, steps=4)).diagnostics
    assert told["placebo"] and told["pre_trend"] and told["randomisation"]
    assert inner(told, "leave_one_out")["clusters_tried"] == 12
    shares = inner(told, "variances")
    assert 0 <= shares["icc"] < 1
    early = stepped_wedge(wedge(3, clusters=4, steps=2)).diagnostics
    assert "placebo" in early and "pre_trend" in early


def test_people_who_were_ready_before_the_day_are_seen() -> None:
    panel = wedge(5, clusters=20, steps=5, size=4)
    starts = panel.starts()[panel.unit.codes]
    soon = panel.outcome + 3.0 * (panel.time == starts - 1)
    hasty = Panel(panel.unit, panel.time, soon, panel.treated, panel.weights, panel.cluster)
    assert inner(stepped_wedge(hasty).diagnostics, "placebo")["p_value"] < 0.01


def test_clusters_that_are_all_alike_are_estimated_too() -> None:
    panel = wedge(1, clusters=10, steps=2)
    flat = panel.outcome - (np.bincount(panel.unit.codes, panel.outcome) / 3)[panel.unit.codes]
    found = stepped_wedge(Panel(panel.unit, panel.time, flat, panel.treated, panel.weights, panel.cluster))
    assert np.isfinite(found.estimate) and inner(found.diagnostics, "variances")["icc"] < 0.2


def test_what_is_no_wedge_is_refused() -> None:
    panel = wedge(0, clusters=6, steps=3)
    once = panel.pretending((panel.time >= 2).astype(float))
    with pytest.raises(ValueError, match="a stepped wedge has steps"):
        stepped_wedge(once)
    with pytest.raises(ValueError, match="untreated again"):
        stepped_wedge(panel.pretending((panel.time == 2).astype(float)))
    two = Labels.of([f"z{n % 2}" for n in panel.unit.codes])
    apart = Panel(panel.unit, panel.time, panel.outcome, panel.treated, panel.weights, two)
    with pytest.raises(ValueError, match="begin at different times"):
        stepped_wedge(apart)
    heavy = Panel(panel.unit, panel.time, panel.outcome, panel.treated, 2 * panel.weights, panel.cluster)
    with pytest.raises(ValueError, match="takes none"):
        stepped_wedge(heavy)
