"""Seven rates from the same calls: the published ones again, and nothing small to be had from all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.measures import DEFINITIONS, Counts, ResponseRow, compute, metric_from, side_by_side
from commonweal.engines.measures.diversion import MADE_OF, Parts, sorted_calls, to_hide

PACK = Path(__file__).parents[3] / "src/commonweal/packs/metrics"
THEN = datetime(2025, 9, 1, tzinfo=UTC)
METRICS = {
    code: metric_from(yaml.safe_load((PACK / f"{code}.yaml").read_text("utf-8")))
    for code in (*DEFINITIONS, "police_joined_share", "officer_hours_returned")
}
EUGENE = Counts(  # 2021, as the Crime Analysis Unit's figures give them (rebuilt by N. Burton)
    calls=109_854, associated=22_055, dispatched=18_106, alone=14_212, top_alone=5_058 + 1_587 + 5_022,
    sent=68_427, top_dispatched=5_546 + 5_788 + 1_803, welfare=5_546,
)  # fmt: skip

CALL = ResponseRow("c", THEN)
ALONE = replace(CALL, team_associated=True, team_dispatched=True, team_arrived=True, anyone_sent=True)
BESIDE = replace(ALONE, police_sent=True)
POLICE = replace(CALL, police_sent=True, anyone_sent=True, police_minutes=60.0)
PLANNED = replace(CALL, team_associated=True)


@pytest.mark.parametrize(
    ("code", "published"),
    [
        ("diversion_associated", 0.2008), ("diversion_dispatched", 0.1648),
        ("diversion_arrived_alone", 0.1294), ("diversion_less_top_three", 0.0232),
        ("diversion_less_top_three_of_sent", 0.0448), ("diversion_welfare_weighted", 0.0374),
        ("diversion_welfare_weighted_of_sent", 0.0742),
    ],
)  # fmt: skip
def test_the_published_rates_of_eugene_come_out_to_four_digits(code: str, published: float) -> None:
    parts = DEFINITIONS[code](EUGENE)
    bounds = parts.interval()
    assert parts.value == pytest.approx(published, abs=5e-5)
    assert bounds is not None and parts.value is not None and bounds.low < parts.value < bounds.high
    assert published in [one.value for one in METRICS[code].benchmarks], "shown beside the site's own"


def test_a_small_city_by_hand() -> None:
    rows = [POLICE] * 50 + [PLANNED] * 2 + [replace(BESIDE, nature="welfare_check")] * 4
    rows += [replace(ALONE, nature=n) for n in ("welfare_check", "social_need", "public_assist")] * 6
    rows += [replace(ALONE, nature="intoxicated_person")] * 5 + [CALL] * 21
    rows += [replace(POLICE, is_public=False)] * 9 + [replace(CALL, is_other_service=True)] * 7
    found = side_by_side(list(METRICS.values())[:7], rows, threshold=1)
    told = {code: (r.numerator, r.denominator) for code, r in found.items()}
    assert told == {
        "diversion_associated": (29, 100), "diversion_dispatched": (27, 100),
        "diversion_arrived_alone": (23, 100), "diversion_less_top_three": (5, 100),
        "diversion_less_top_three_of_sent": (5, 77 - 18), "diversion_welfare_weighted": (10, 100),
        "diversion_welfare_weighted_of_sent": (10, 77 - 22),
    }  # fmt: skip
    assert found["diversion_welfare_weighted"].value == pytest.approx(0.074)
    assert found["diversion_associated"].excluded == {"self_initiated": 9, "other_service": 7}
    top = ("top:public_assist", "top:social_need", "top:welfare_check")
    assert found["diversion_associated"].notes == top


def test_records_without_units_are_said_to_be_so() -> None:
    rows = [replace(ALONE, by_record=True)] * 20 + [replace(POLICE, by_record=True)] * 30
    assert "by_record" in compute(METRICS["diversion_arrived_alone"], rows).notes
    joined = compute(METRICS["police_joined_share"], rows)
    assert joined.denominator == 0 and joined.excluded == {"units_not_recorded": 20, "team_not_sent": 30}
    mixed = compute(METRICS["police_joined_share"], [BESIDE] * 11 + [ALONE] * 33)
    assert mixed.value == 0.25


def test_officer_hours_are_those_of_like_calls() -> None:
    """Two hours and none, by turns, for welfare checks: forty of the team's are worth forty hours."""
    checks = [replace(POLICE, nature="welfare_check", police_minutes=m) for m in (120.0, 0.0)] * 50
    rows = [*checks, *[replace(ALONE, nature="welfare_check")] * 40, *[replace(ALONE, nature="rare")] * 12]
    result = compute(METRICS["officer_hours_returned"], rows)
    assert result.value == pytest.approx(40) and result.denominator == 40
    assert result.interval is not None and result.interval.low < 40 < result.interval.high
    assert result.excluded == {"no_police_baseline": 12}


calls = st.builds(
    lambda row, nature, many: [replace(row, nature=nature)] * many,
    st.sampled_from([CALL, ALONE, BESIDE, POLICE, PLANNED]),
    st.sampled_from(["welfare_check", "public_assist", "social_need", "fight", ""]),
    st.integers(1, 30),
)
cities = st.lists(calls, max_size=12).map(lambda groups: [row for group in groups for row in group])


@settings(max_examples=60)
@given(cities)
def test_nothing_small_is_told_or_can_be_solved_for(rows: list[ResponseRow]) -> None:
    sorted_ = sorted_calls(rows)
    hidden = to_hide(sorted_.sets, 11)
    shown = {name: flags for name, flags in sorted_.sets.items() if name not in hidden}
    for name, flags in shown.items():
        assert not 0 < flags.sum() < 11, name
        for other in shown.values():
            if not (flags & ~other).any():
                assert not 0 < other.sum() - flags.sum() < 11
    if shown and rows:
        cells, numbers = np.unique(np.array(list(sorted_.sets.values())), axis=1, return_counts=True)
        told = cells[[n for n, name in enumerate(sorted_.sets) if name in shown]].astype(float)
        rank = np.linalg.matrix_rank(told)
        for place in np.flatnonzero(numbers < 11):
            one = np.zeros(cells.shape[1])
            one[place] = 1
            assert np.linalg.matrix_rank(np.vstack([told, one])) > rank, "a small cell can be solved for"


@settings(max_examples=60)
@given(cities)
def test_narrower_definitions_never_count_more(rows: list[ResponseRow]) -> None:
    found = side_by_side(list(METRICS.values())[:7], rows, threshold=1)
    order = [found[code].value or 0 for code in list(DEFINITIONS)[:4]]
    assert order == sorted(order, reverse=True)
    for code, result in found.items():
        if result.value is not None and result.interval is not None:
            assert result.interval.low - 1e-12 <= result.value <= result.interval.high + 1e-12
        assert found[code] == compute(METRICS[code], rows, threshold=1), "alone or beside the others"


@given(cities, st.sampled_from(list(DEFINITIONS)))
@settings(max_examples=40)
def test_what_is_hidden_tells_nothing(rows: list[ResponseRow], code: str) -> None:
    result = compute(METRICS[code], rows)
    if result.suppressed:
        bare: Mapping[str, object] = vars(result)
        assert [bare[name] for name in ("numerator", "denominator", "value", "interval")] == [None] * 4
        assert result.notes == ()
    assert set(MADE_OF[code]) <= set(sorted_calls(rows).sets)


def test_a_rate_over_nothing_is_no_rate() -> None:
    assert Parts(0, 0).value is None and Parts(0, 0).interval() is None
    assert Parts(3, -1, 0.74, True).value is None
    assert Parts(0, 40, 0.74, True).interval().low == 0  # type: ignore[union-attr]
