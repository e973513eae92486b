"""Before and after: the arithmetic, and every warning a council should see beside it."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.effects import Caution, Effect, Period, before_after, in_words, rates

CHANGE = date(2024, 1, 1)
WEEK = timedelta(days=7)


def weeks(counts: list[int], start: date, exposure: float = 7.0) -> list[Period]:
    return [Period(start + i * WEEK, 7, n, exposure) for i, n in enumerate(counts)]


def around(before: list[int], after: list[int]) -> list[Period]:
    return weeks(before, CHANGE - len(before) * WEEK) + weeks(after, CHANGE)


def codes(effect: Effect) -> set[str]:
    return {caution.code for caution in effect.cautions}


def poisson(mean: float, n: int, seed: int) -> list[int]:
    return [int(x) for x in np.random.default_rng(seed).poisson(mean, n)]


def test_exact_interval_of_a_known_table() -> None:
    # The breast cancer example of R's poisson.test manual page: 11 in 800 against 21 in 3,011
    answer = rates({"exposed": (11, 800.0), "not": (21, 3011.0)}, reference="not")
    assert answer[0].ratio == pytest.approx(1.971488, abs=1e-6)
    assert answer[0].ratio_interval is not None
    assert answer[0].ratio_interval[:2] == pytest.approx((0.8584264, 4.2772659), abs=1e-6)
    assert answer[1].ratio is None and answer[1].interval.low < answer[1].rate < answer[1].interval.high


def test_a_change_of_a_third_is_found_and_chance_is_not() -> None:
    real = before_after(around(poisson(60, 104, 1), poisson(40, 104, 2)), CHANGE)
    none = before_after(around(poisson(60, 104, 3), poisson(60, 104, 4)), CHANGE)
    assert real.interval.low < 2 / 3 < real.interval.high and real.p_value < 1e-6
    assert none.interval.low < 1 < none.interval.high and none.p_value > 0.01
    assert "no_comparison_group" in codes(real)


def test_a_comparison_group_takes_out_what_happened_everywhere() -> None:
    treated = around(poisson(60, 104, 5), poisson(36, 104, 6))  # 0.8 of everywhere x 0.75 of ours
    elsewhere = around(poisson(90, 104, 7), poisson(72, 104, 8))
    effect = before_after(treated, CHANGE, comparison=elsewhere)
    assert effect.interval.low < 0.75 < effect.interval.high < 1
    assert effect.method == "ratio_of_rate_ratios" and "no_comparison_group" not in codes(effect)
    assert effect.aggregates["comparison_ratio"] == pytest.approx(0.8, abs=0.05)


def test_scatter_widens_the_interval_and_is_said() -> None:
    lumpy = [0, 40] * 52
    calm = [20] * 104
    wide, narrow = (before_after(around(c, c), CHANGE) for c in (lumpy, calm))
    assert wide.interval.high > narrow.interval.high and wide.interval.low < narrow.interval.low
    assert (wide.method, narrow.method) == ("quasi_poisson", "poisson_exact")
    assert "overdispersed" in codes(wide) and "overdispersed" not in codes(narrow)


def test_a_level_that_broke_before_the_change_is_named_with_its_day() -> None:
    series = around(poisson(30, 52, 9) + poisson(60, 52, 10), poisson(60, 104, 11))
    effect = before_after(series, CHANGE)
    found = next(caution for caution in effect.cautions if caution.code == "level_break")
    params = dict(found.params)
    day = date.fromisoformat(str(params["on"]))
    assert abs((day - (CHANGE - 52 * WEEK)).days) <= 14
    assert float(params["ratio"]) == pytest.approx(2, abs=0.3)


def test_steady_series_are_not_called_broken() -> None:
    false_alarms = sum(
        bool(
            codes(before_after(around(poisson(40, 104, s), poisson(40, 52, s + 500)), CHANGE))
            & {"level_break"}
        )
        for s in range(60)
    )
    assert false_alarms <= 3


def test_a_trend_before_is_named() -> None:
    rng = np.random.default_rng(3)
    rising = [int(rng.poisson(40 * (1 + 0.004 * i))) for i in range(104)]
    effect = before_after(around(rising, poisson(57, 104, 12)), CHANGE)
    assert codes(effect) & {"trend_before", "level_break"}


def test_short_and_seasonal_windows_few_events_and_few_units_are_said() -> None:
    effect = before_after(around([2] * 4, [1] * 4), CHANGE, units=1)
    assert {"short_before", "short_after", "season_not_covered", "few_events", "few_units"} <= codes(effect)
    fine = before_after(
        around([30] * 104, [30] * 104), CHANGE, comparison=around([9] * 104, [9] * 104), units=9
    )
    assert codes(fine) == set()


def test_a_definition_known_to_have_changed_is_said_only_within_the_window() -> None:
    series = around([30] * 104, [30] * 104)
    within, outside = date(2023, 5, 1), date(2010, 1, 1)
    effect = before_after(series, CHANGE, definition_changes=[within, outside])
    changed = [c for c in effect.cautions if c.code == "definition_changed"]
    assert changed == [Caution.of("definition_changed", on="2023-05-01")]


def test_the_week_of_the_change_is_left_out() -> None:
    series = weeks([10, 10, 99, 20, 20], CHANGE - 3 * WEEK + timedelta(days=3))
    effect = before_after(series, CHANGE)
    assert effect.estimate == pytest.approx(2.0)


def test_cautions_are_said_in_both_languages() -> None:
    effect = before_after(around([0, 40, 3], [1, 1, 30]), CHANGE, units=2, definition_changes=[CHANGE])
    assert len(effect.cautions) >= 6
    for caution in effect.cautions:
        english, spanish = in_words(caution), in_words(caution, "es")
        assert english != spanish and "{" not in english + spanish


counts = st.lists(st.integers(0, 60), min_size=1, max_size=12)


@given(counts, counts)
def test_the_ratio_lies_in_its_interval_and_reverses(before: list[int], after: list[int]) -> None:
    forth = before_after(around(before, after), CHANGE)
    back = before_after(around(after, before), CHANGE)
    assert 0 <= forth.p_value <= 1
    if sum(before) and sum(after):
        assert forth.interval.low <= forth.estimate <= forth.interval.high
        assert back.estimate == pytest.approx(1 / forth.estimate)
        assert back.interval.low == pytest.approx(1 / forth.interval.high, rel=1e-6)
        assert back.p_value == pytest.approx(forth.p_value, abs=1e-9)


@given(counts, counts, st.floats(0.1, 50))
def test_the_unit_of_exposure_does_not_matter(before: list[int], after: list[int], scale: float) -> None:
    plain = before_after(around(before, after), CHANGE)
    scaled = before_after(
        [Period(p.start, p.days, p.events, p.exposure * scale) for p in around(before, after)], CHANGE
    )
    assert scaled.estimate == pytest.approx(plain.estimate, nan_ok=True)
    assert scaled.interval.high == pytest.approx(plain.interval.high)


def test_coverage_of_the_exact_interval_is_at_least_nominal() -> None:
    rng = np.random.default_rng(21)
    held = 0
    for _ in range(400):
        a, b = int(rng.poisson(12)), int(rng.poisson(24))
        interval = rates({"a": (a, 1.0), "b": (b, 2.0)}, "b")[0].ratio_interval
        held += interval is not None and interval.low <= 1 <= interval.high
    assert held >= 372  # 95 % less three standard errors


def test_bad_input_names_the_remedy() -> None:
    with pytest.raises(ValueError, match="no whole period after"):
        before_after(weeks([1, 2], CHANGE - 3 * WEEK), CHANGE)
    with pytest.raises(ValueError, match="overlap; count each day once"):
        before_after([*around([1], [1]), Period(CHANGE, 3, 1, 1.0)], CHANGE)
    with pytest.raises(ValueError, match="reference: 'x'"):
        rates({"a": (1, 1.0)}, "x")
    for bad, field in (((0, 1, 1.0), "days"), ((1, -1, 1.0), "events"), ((1, 1, 0.0), "exposure")):
        with pytest.raises(ValueError, match=field):
            Period(CHANGE, *bad)
