"""Weeks are those of the wall: a Monday's call counts on its Monday, also where the clocks change."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.engines.measures import CallRow, Grain
from commonweal.evaluation import actions, queries
from commonweal.evaluation.figures import by_area, by_week, counted, kept, metrics, sizes
from commonweal.evaluation.models import Cohort, Comparison
from commonweal.evaluation.queries import Window
from commonweal.evaluation.rows import Rows
from commonweal.evaluation.series import Days, by_day, compared
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from factories.cast import Cast, gather

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("America/Los_Angeles")
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)  # the clocks go forward on Sunday the 8th
AUTUMN = datetime(2026, 10, 26, tzinfo=ZONE)  # and back on Sunday, 1 November
LATER = datetime(2027, 1, 1, tzinfo=UTC)
SHARE = "behavioural_health_share"


def call(local: datetime, number: int = 0, *, behavioural: bool | None = True) -> CallRow:
    """A call received at a local time."""
    return CallRow(id=f"{local}{number}", received=local.astimezone(UTC), behavioural_health=behavioural)


def rows(*calls: CallRow, area: str = "north") -> Rows:
    """Calls of one area."""
    found = Rows()
    found.by_grain[Grain.CALL] = list(calls)
    found.areas = [area] * len(calls)
    return found


def weeks(found: Rows, start: datetime) -> list[str]:
    """First days of the weeks that the share is told for."""
    return [figure.group for figure in by_week(found, metrics()[SHARE], start, LATER)]


class TestWeeks:
    """From the first local day, seven local days each."""

    @pytest.mark.parametrize("start", [MONDAY, AUTUMN])
    def test_the_first_and_last_minute_of_a_week_are_in_it(self, start: datetime) -> None:
        """Half past midnight of the Monday after: in spring an hour was lost by then, in autumn won."""
        last = start + timedelta(days=6, hours=23, minutes=59)
        next_ = start + timedelta(days=7, minutes=30)
        assert weeks(rows(call(last)), start) == [start.date().isoformat()]
        assert weeks(rows(call(next_)), start) == [(start.date() + timedelta(days=7)).isoformat()]

    @given(some.integers(0, 400 * 24 * 60))
    def test_a_call_counts_in_the_week_of_its_local_day(self, minutes: int) -> None:
        moment = (MONDAY.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ZONE)
        [week] = weeks(rows(call(moment)), MONDAY)
        first = date.fromisoformat(week)
        assert first <= moment.date() < first + timedelta(days=7) and first.weekday() == 0

    def test_weeks_add_up_to_the_whole(self) -> None:
        calls = [call(MONDAY + timedelta(hours=8 * n), n) for n in range(189)]
        found = rows(*calls)
        told = by_week(found, metrics()[SHARE], MONDAY, LATER)
        assert sum(figure.result.denominator or 0 for figure in told) == 189 and len(told) == 9

    def test_what_no_call_tells_has_no_weeks(self) -> None:
        assert weeks(Rows(), MONDAY) == []


class TestSmall:
    """One to ten are told neither as a whole nor by the difference of parts."""

    @given(some.integers(1, 10))
    def test_so_few_calls_are_not_numbered(self, few: int) -> None:
        found = rows(*(call(MONDAY, n) for n in range(few)))
        assert sizes(found)["call"] is None
        [share] = [f for f in counted(found, LATER) if f.metric.id == SHARE]
        assert share.result.suppressed and share.value is None and share.low is None and share.high is None

    @given(some.integers(1, 10), some.integers(40, 60))
    def test_a_small_area_takes_another_with_it(self, few: int, many: int) -> None:
        """Else the total less the areas shown is the one that is hidden."""
        found = rows(*(call(MONDAY, n, behavioural=n % 2 == 0) for n in range(2 * many + few)))
        found.areas = ["north"] * many + ["south"] * many + ["east"] * few
        told = by_area(found, metrics()[SHARE], LATER)
        hidden = [figure.group for figure in told if figure.result.suppressed]
        assert "east" in hidden and len(hidden) >= 2

    def test_none_is_told_as_none(self) -> None:
        assert set(sizes(Rows()).values()) == {0}

    def test_what_a_cohort_keeps_names_each_metric_once(self) -> None:
        names = [entry["metric"] for entry in kept(counted(Rows(), LATER))]
        assert Counter(names) == Counter(list(metrics()))


class TestDays:
    """Before and after count local days: a call at one in the morning UTC is of the evening before."""

    def test_an_evening_call_is_of_its_own_day(self) -> None:
        evening = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # 2 March, 17:00 at home
        row = SimpleNamespace(
            received=evening, is_cancelled=False, is_duplicate=False, discipline="police", nature="x",
            is_behavioural=True,
        )  # fmt: skip
        found = by_day("all", [row], ZONE)  # type: ignore[list-item]
        assert dict(found.calls) == {date(2026, 3, 2): 1}

    @pytest.mark.parametrize("change", [date(2026, 3, 9), date(2026, 11, 2)])
    def test_a_window_over_the_change_of_clocks_has_whole_days(self, change: date) -> None:
        start, end = Window(change, 2, 2, str(ZONE)).moments()
        hours = (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1)
        assert hours in (28 * 24 - 1, 28 * 24 + 1) and start.hour == end.hour == 0

    @given(some.lists(some.integers(30, 60), min_size=28, max_size=28), some.integers(2, 4))
    def test_twice_the_calls_of_both_sides_is_the_same_ratio(self, numbers: list[int], times: int) -> None:
        first = date(2026, 1, 5)
        window = Window(first + timedelta(weeks=2), 2, 2, str(ZONE))

        def told(factor: int) -> dict[str, object]:
            counts = Counter({first + timedelta(days=n): k * factor for n, k in enumerate(numbers)})
            return compared("all", Days(counts, Counter(counts), {"police": counts}), window)

        assert told(times)["ratio"] == pytest.approx(told(1)["ratio"])


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.mark.parametrize("change", [date(1, 1, 1), date(9999, 12, 31), date(1969, 12, 31), date(2201, 1, 1)])
@pytest.mark.parametrize("weeks_", [1, 260])
def test_a_day_that_no_calendar_of_calls_holds_is_named(cast: Cast, change: date, weeks_: int) -> None:
    """Also where the window around it could not be reckoned at all."""
    with pytest.raises(Invalid) as said:
        actions.compare(by=cast["evaluator"], series="all", window=Window(change, weeks_, weeks_, str(ZONE)))
    assert said.value.field == "change_on" and not Comparison.objects.exists()


@pytest.mark.parametrize("zone", ["", "Mars", "x" * 9_000, "../../etc/passwd", "\x00", "America/"])
def test_a_zone_that_no_table_holds_is_named(cast: Cast, zone: str) -> None:
    with pytest.raises(Invalid) as said:
        actions.compare(by=cast["evaluator"], series="all", window=Window(date(2026, 3, 9), 2, 2, zone))
    assert said.value.field == "zone" and said.value.remedy


def test_names_of_cohorts_are_cut_and_never_empty(cast: Cast) -> None:
    now = clock.now()
    for name, shown in (("  Spring  ", "Spring"), ("x" * 300, "x" * 120)):
        made = actions.freeze_cohort(
            by=cast["evaluator"], name=name, start=now - timedelta(days=2), end=now - timedelta(days=1)
        )
        assert made.name == shown
    assert [c.name for c in queries.cohorts()] == ["x" * 120, "Spring"], "the newest first"
    assert Cohort.objects.count() == 2
