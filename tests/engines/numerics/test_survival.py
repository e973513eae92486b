"""Kaplan-Meier: a published example, and what must hold for every cohort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.numerics import kaplan_meier, quantile_interval

spells = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=60)


def test_leukaemia_remissions() -> None:
    # 6-MP arm of Freireich et al. 1963: S(6) = 0.857, S(10) = 0.753, S(23) = 0.448
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier([*events, *censored], [True] * 9 + [False] * 12)
    assert [round(curve.at(t)[0], 3) for t in (5, 6, 10, 23, 40)] == [1.0, 0.857, 0.753, 0.448, 0.448]
    _, interval = curve.at(6)
    assert interval[:2] == pytest.approx((0.6197, 0.9516), abs=5e-4)  # log-log limits, as in R's survfit


@given(spells, st.integers(0, 60))
def test_without_censoring_it_is_the_plain_share(cohort: list[tuple[int, bool]], day: int) -> None:
    times = [time for time, _ in cohort]
    share, interval = kaplan_meier(times, [True] * len(times)).at(day)
    assert share == pytest.approx(sum(t > day for t in times) / len(times), abs=1e-12)
    assert interval.low - 1e-12 <= share <= interval.high + 1e-12


@given(spells)
def test_it_only_falls(cohort: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier([t for t, _ in cohort], [e for _, e in cohort])
    shares = [curve.at(day)[0] for day in range(61)]
    assert all(0 <= later <= earlier <= 1 for earlier, later in zip(shares, shares[1:], strict=False))


@given(spells, st.integers(0, 60))
def test_counting_the_censored_as_free_never_raises_the_risk(
    cohort: list[tuple[int, bool]], day: int
) -> None:
    times, happened = [t for t, _ in cohort], [e for _, e in cohort]
    risk = 1 - kaplan_meier(times, happened).at(day)[0]
    naive = sum(e and t <= day for t, e in cohort) / len(cohort)
    assert risk >= naive - 1e-12


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="happened"):
        kaplan_meier([1.0], [])
    with pytest.raises(ValueError, match="times"):
        kaplan_meier([-1.0], [True])


def test_the_median_of_a_hundred_lies_between_the_40th_and_61st() -> None:
    interval, covered = quantile_interval([float(i) for i in range(1, 101)], 0.5)
    assert (interval.low, interval.high, covered) == (40.0, 61.0, True)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=80), st.sampled_from([0.1, 0.5, 0.9]))
def test_limits_are_values_seen(values: list[float], share: float) -> None:
    interval, covered = quantile_interval(values, share)
    assert interval.low <= interval.high and {interval.low, interval.high} <= set(values)
    if len(values) < 6:
        assert not covered


def test_no_values_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="values"):
        quantile_interval([], 0.5)
