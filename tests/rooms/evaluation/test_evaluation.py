"""An evaluator counts, freezes and compares; small counts stay hidden; origins without a permit stay out."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.calls import queries as calls
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Window
from commonweal.evaluation.series import Days, compared
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from factories.calls import open_centre

pytestmark = pytest.mark.django_db

ZONE = "America/Los_Angeles"
CHANGE = date(2025, 3, 3)


def days(numbers: list[int], first: date) -> Days:
    """All calls of one discipline, so many a day from a first day on."""
    counts = Counter({first + timedelta(days=n): number for n, number in enumerate(numbers)})
    return Days(counts, Counter(counts), {"police": Counter(counts)})


def test_a_level_that_broke_before_the_change_is_named_with_its_day() -> None:
    first = CHANGE - timedelta(weeks=8)
    numbers = [100] * 28 + [175] * 28 + [175] * 28
    told = compared("all", days(numbers, first), Window(CHANGE, 8, 4, ZONE))
    codes = {code: params for code, params in told["cautions"]}
    assert codes["level_break"]["on"] == (first + timedelta(days=28)).isoformat()
    assert told["jumps"] == [{"on": codes["level_break"]["on"], "discipline": "police", "ratio": 1.75}]


def test_a_side_without_calls_is_refused_with_what_is_on_file() -> None:
    with pytest.raises(Invalid, match="calls before and after"):
        compared("all", days([20] * 14, CHANGE), Window(CHANGE, 2, 2, ZONE))


@given(st.integers(1, 10), st.integers(11, 40))
def test_one_to_ten_events_on_a_side_never_leave(few: int, many: int) -> None:
    counted = days([0] * 28, CHANGE - timedelta(weeks=2))
    counted.events[CHANGE - timedelta(days=1)] = few
    counted.events[CHANGE + timedelta(days=1)] = many
    counted.calls.update({day: 50 for day in list(counted.calls)})
    told = compared("nature:x", counted, Window(CHANGE, 2, 2, ZONE))
    assert told["is_hidden"] and told["ratio"] is None and told["events_before"] is None


@given(st.lists(st.integers(20, 60), min_size=28, max_size=28))
def test_the_ratio_lies_within_its_interval(numbers: list[int]) -> None:
    told = compared("all", days(numbers, CHANGE - timedelta(weeks=2)), Window(CHANGE, 2, 2, ZONE))
    assert told["low"] <= told["ratio"] <= told["high"]


@pytest.fixture
def centre(db):
    return open_centre(staffed=False)


def test_a_cohort_is_sealed_and_shows_when_its_records_change(centre) -> None:
    by = centre.cast["evaluator"]
    for _ in range(3):
        centre.call()
    start, end = clock.now() - timedelta(days=1), clock.now()
    made = actions.freeze_cohort(by=by, name="First", start=start, end=end)
    assert queries.still_stands(actions.open_sets(by=by), made)
    assert made.sizes["call"] is None, "three calls are too few to show"
    with clock.at(end - timedelta(minutes=5)):
        centre.call()
    assert not queries.still_stands(actions.open_sets(by=by), made)


def test_rows_of_the_lifeline_and_of_treatment_stay_out(centre) -> None:
    opened = actions.open_sets(by=centre.cast["evaluator"])
    assert {"part2_program", "victim_service_provider"} <= set(opened.left_out["call_facts"])
    assert "ecc" in opened.of("call_facts")


@pytest.mark.parametrize("role", ["patrol_officer", "call_taker", "shelter_worker", "administrator"])
def test_others_get_no_rows_and_may_not_freeze(centre, role: str) -> None:
    by = centre.cast[role]
    centre.call()
    opened = actions.open_sets(by=by)
    assert not list(calls.extract(opened.of("call_facts"), datetime(2020, 1, 1, tzinfo=UTC), clock.now()))
    with pytest.raises(Invalid, match="evaluat"):
        actions.freeze_cohort(by=by, name="", start=clock.now() - timedelta(days=2), end=clock.now())


def test_a_row_for_counting_holds_nobody(centre) -> None:
    centre.call()
    opened = actions.open_sets(by=centre.cast["evaluator"])
    [row] = calls.extract(opened.of("call_facts"), clock.now() - timedelta(days=1), clock.now())
    assert "Ana Torres" not in repr(row) and "412 Cedar" not in repr(row) and "555" not in repr(row.nature)


def test_only_what_is_asked_for_is_read(centre) -> None:
    for nature in ("welfare_check", "welfare_check", "medical_other"):
        centre.call(nature=nature)
    permits = actions.open_sets(by=centre.cast["evaluator"]).of("call_facts")
    span = clock.now() - timedelta(days=1), clock.now()
    everything = list(calls.extract(permits, *span))
    assert len(everything) == 3
    for about in ("welfare_check", "medical_other", "fire"):
        found = {c.key for c in calls.extract(permits, *span, about)}
        assert found == {c.key for c in everything if c.nature == about}
    found = {c.key for c in calls.extract(permits, *span, "behavioural")}
    assert found == {c.key for c in everything if c.is_behavioural}


def test_what_is_not_there_is_not_found(db) -> None:
    for ask in (queries.cohort, queries.comparison):
        with pytest.raises(NotFound):
            ask(uuid4())
