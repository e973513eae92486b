"""Time until it happens again: published small examples, ties, late entry, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects.panel import Labels
from commonweal.engines.effects.watched import Watched, survival

# Freireich et al. 1963 (Cox 1972, table 1): weeks of remission of leukaemia, 6-MP against placebo.
DRUG = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def remission() -> Watched:
    told = [(text, "6-mp") for text in DRUG.split()] + [(text, "placebo") for text in PLACEBO.split()]
    until = np.array([float(text.rstrip("+")) for text, _ in told])
    happened = np.array([float(not text.endswith("+")) for text, _ in told])
    return Watched(until, happened, group=Labels.of([name for _, name in told]))


def test_leukaemia_as_published() -> None:
    """Log-rank 16.79; Efron's coefficient 1.5721 (0.4124), Breslow's 1.5092 (0.4096): R's coxph."""
    found = survival(remission(), horizons=[6, 10])
    assert found.estimate == pytest.approx(1.5721, abs=5e-5)
    assert found.std_error == pytest.approx(0.4124, abs=5e-5)
    assert found.aggregates["log_rank"]["chi_square"] == pytest.approx(16.79, abs=5e-3)  # type: ignore[index]
    breslow = survival(remission(), ties="breslow")
    assert breslow.estimate == pytest.approx(1.5092, abs=5e-5)
    curves = found.aggregates["curves"]
    assert isinstance(curves, dict)
    assert curves["6-mp"]["median"] == 23 and curves["placebo"]["median"] == 8
    at = curves["6-mp"]["at"]
    assert at["6"]["surviving"] == pytest.approx(0.857, abs=5e-4)
    assert at["6"]["std_error"] == pytest.approx(0.0764, abs=5e-5)
    assert at["10"]["surviving"] == pytest.approx(0.753, abs=5e-4)


def test_intervals_on_three_scales_hold_the_share() -> None:
    for scale in ("log_log", "log", "plain"):
        found = survival(Watched(remission().until, remission().happened), [6], scale=scale)
        low, high, _ = found.interval
        assert low < found.estimate < high and found.method == "kaplan_meier"
    assert np.isnan(found.p_value) and found.scale == "share"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 50))
def test_the_unit_of_time_does_not_matter_to_cox(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, 60)
    until, happened = rng.exponential(np.exp(-0.7 * x)) + 0.01, (rng.random(60) < 0.7).astype(float)
    one = survival(Watched(until, happened, covariates={"x": x}))
    other = survival(Watched(until * scale, happened, covariates={"x": x}))
    assert other.estimate == pytest.approx(one.estimate, abs=1e-6)


def test_late_entry_counts_from_when_watching_began() -> None:
    until, entry = np.array([5.0, 6.0, 8.0, 9.0]), np.array([0.0, 5.5, 0.0, 7.0])
    found = survival(Watched(until, np.ones(4), entry=entry), [5, 6, 8])
    at = found.aggregates["curves"]["all"]["at"]  # type: ignore[index]
    assert at["5"]["surviving"] == pytest.approx(1 / 2)
    assert at["6"]["surviving"] == pytest.approx(1 / 4)
    assert at["8"]["surviving"] == pytest.approx(1 / 8)


def test_one_person_seen_often_widens_the_error() -> None:
    watched = remission()
    people = Labels.of([f"p{n // 6}" for n in range(42)])
    clustered = survival(Watched(watched.until, watched.happened, group=watched.group, cluster=people))
    assert clustered.estimate == pytest.approx(1.5721, abs=5e-5)
    assert clustered.std_error != pytest.approx(0.4124, abs=1e-3)


def test_refusals_and_cautions() -> None:
    with pytest.raises(ValueError, match="nothing happened to anybody"):
        Watched(np.ones(3), np.zeros(3))
    with pytest.raises(ValueError, match="ends before it begins"):
        Watched(np.ones(3), np.ones(3), entry=np.full(3, 2.0))
    with pytest.raises(ValueError, match="never changes"):
        survival(Watched(np.arange(1.0, 9), np.ones(8), covariates={"x": np.ones(8)}))
    with pytest.raises(ValueError, match=r"options.ties: 'exact'"):
        survival(remission(), ties="exact")
    codes = {c.code for c in survival(Watched(np.arange(1.0, 9), np.array([1.0] + [0.0] * 7))).cautions}
    assert codes == {"much_censored"}
