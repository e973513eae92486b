"""Event studies: flat leads, growing lags, cohorts mixed and unmixed."""

import numpy as np
import pytest

from commonweal.engines.effects.event_study import Window, event_study
from engines.effects.published import teenage_employment
from engines.effects.test_few_treated import beats
from engines.effects.test_staggered import world


def test_teenage_employment_by_event_time() -> None:
    """The interaction-weighted estimates are fixest's `sunab`, the others its `i(rel_year, ref = -1)`."""
    found = event_study(teenage_employment()).aggregates
    sunab, mixed = found["sun_abraham"], found["event_time"]
    assert isinstance(sunab, dict) and isinstance(mixed, dict)
    assert [round(sunab[str(e)]["estimate"], 4) for e in range(4)] == [-0.0199, -0.0510, -0.1373, -0.1008]
    assert round(mixed["0"]["estimate"], 4) == -0.0181 and mixed["-1"]["estimate"] == 0


def test_the_mean_after_is_the_effect_and_leads_are_tested() -> None:
    found = event_study(beats(7, treated=12, clusters=40, times=8, effect=4.0))
    assert found.estimate == pytest.approx(4.0, abs=1.5) and found.method == "event_study_twfe"
    assert found.diagnostics["leads_are_zero"]["p_value"] > 0.001  # type: ignore[index]


def test_cohorts_are_not_mixed_by_interaction_weights() -> None:
    found = event_study(world(11, units=240, noise=0.1), method="sun_abraham")
    parts = found.aggregates["event_time"]
    assert isinstance(parts, dict)
    assert [round(parts[str(e)]["estimate"]) for e in range(4)] == [1, 2, 3, 4]


def test_ends_are_binned_and_the_base_is_chosen() -> None:
    found = event_study(world(2), Window(base=-2, first=-3, last=1))
    assert set(found.aggregates["event_time"]) == {"-3", "-2", "-1", "0", "1"}  # type: ignore[call-overload]


def test_few_treated_clusters_are_permuted_here_too() -> None:
    found = event_study(beats(1, treated=2, clusters=12))
    assert found.method.endswith("randomisation_inference") and found.p_value >= 1 / 66


def test_refusals() -> None:
    panel = beats(1, treated=3)
    with pytest.raises(ValueError, match="nobody was"):
        event_study(panel.pretending(np.zeros(len(panel.time))))
    with pytest.raises(ValueError, match=r"options.base: -9"):
        event_study(panel, Window(base=-9))
    with pytest.raises(ValueError, match=r"options.method: 'magic'"):
        event_study(panel, method="magic")
