"""Who may not evaluate freezes and compares nothing; a span or a window that cannot be is named."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commonweal.evaluation import actions
from commonweal.evaluation.models import Cohort, Comparison
from commonweal.evaluation.queries import Window
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from factories.cast import Cast, gather

pytestmark = pytest.mark.django_db
ZONE = "America/Los_Angeles"
CHANGE = date(2025, 3, 3)
START, END = (datetime(2025, month, 1, tzinfo=ZoneInfo(ZONE)) for month in (1, 4))


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def window(**other: Any) -> Window:
    """Four weeks on either side of a day."""
    given: dict[str, Any] = {"change_on": CHANGE, "before_weeks": 4, "after_weeks": 4, "zone": ZONE}
    return Window(**given | other)


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "call_taker", "administrator"])
def test_whoever_does_not_evaluate_makes_nothing(cast: Cast, role: str) -> None:
    by = cast[role]
    for act in (
        lambda: actions.freeze_cohort(by=by, name="x", start=START, end=END),
        lambda: actions.compare(by=by, series="all", window=window()),
    ):
        with pytest.raises(Invalid) as said:
            act()
        assert said.value.field == "by" and said.value.remedy
    assert not Cohort.objects.exists() and not Comparison.objects.exists()
    assert not JournalLine.objects.filter(actor=by.id).exists()


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "shelter_worker"])
def test_who_works_with_people_opens_no_set(cast: Cast, role: str) -> None:
    opened = actions.open_sets(by=cast[role])
    assert all(opened.of(category) == {} for category in opened.left_out)
    assert all(left for left in opened.left_out.values())


@pytest.mark.parametrize(
    ("start", "end"), [(END, START), (START, START), (START, clock.now() + timedelta(days=900))]
)
def test_a_span_that_is_empty_or_not_over_is_refused(cast: Cast, start: datetime, end: datetime) -> None:
    with pytest.raises(Invalid) as said:
        actions.freeze_cohort(by=cast["evaluator"], name="x", start=start, end=end)
    assert said.value.field == "end" and not Cohort.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"before_weeks": 0}, "before_weeks"),
        ({"before_weeks": 261}, "before_weeks"),
        ({"after_weeks": -1}, "after_weeks"),
        ({"after_weeks": 999}, "after_weeks"),
        ({"change_on": date(1970, 1, 5)}, "change_on"),
        ({"change_on": date(2400, 1, 5)}, "change_on"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_a_window_that_cannot_be_is_named(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as said:
        actions.compare(by=cast["evaluator"], series="all", window=window(**wrong))
    assert said.value.field == field and said.value.remedy and not Comparison.objects.exists()


def test_a_cohort_of_nothing_has_a_name_and_a_seal_of_its_own_salt(cast: Cast) -> None:
    """Two cohorts of the same rows cannot be told apart or together by their seals: each has its salt."""
    first, second = (
        actions.freeze_cohort(by=cast["evaluator"], name=" ", start=START, end=END) for _ in range(2)
    )
    assert first.name == "Jan 1, 2025–Apr 1, 2025" and first.salt != second.salt
    assert set(first.sizes.values()) == {0} and len(first.figures) == len(second.figures) > 3
    lines = JournalLine.objects.filter(kind="evaluation.cohort_frozen")
    assert {line.data["cohort"] for line in lines} == {str(first.id), str(second.id)}
