"""A plan over weeks in which the clocks change: the shift keeps its time on the wall, every week of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as rosters
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.planning import actions, queries
from commonweal.planning.models import BudgetLine
from commonweal.planning.moves import Move, weeks_on
from factories.cast import SETUP, Cast, gather

ZONE = ZoneInfo("America/Los_Angeles")
FRIDAY = datetime(2027, 3, 5, 18, 0, tzinfo=ZONE)  # the clocks go forward on Sunday the 14th
AUTUMN = datetime(2027, 10, 29, 18, 0, tzinfo=ZONE)  # and back on Sunday, 7 November
BEFORE = timedelta(days=3)


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="van")
def a_van(cast: Cast) -> rosters.Unit:
    """An outreach van that costs 50 an hour."""
    return agencies.open_unit(
        by=SETUP, agency=cast.agency["health"], call_sign="V1", kind="outreach", hourly_cost=50
    )


def evenings(van: rosters.Unit, first: datetime, weeks: int) -> list[rosters.Shift]:
    """The van from 18:00 to 23:00 by the clock on the wall, so many Fridays."""
    made = []
    for week in range(weeks):
        starts = first + timedelta(weeks=week)  # arithmetic in a zone is by the clock on the wall
        moments = (moment.astimezone(UTC) for moment in (starts, starts + timedelta(hours=5)))
        made.append(agencies.set_shift(by=SETUP, unit=van.id, starts=next(moments), ends=next(moments)))
    return made


@pytest.mark.parametrize("first", [FRIDAY, AUTUMN])
def test_every_week_of_the_plan_moves_also_after_the_clocks_change(
    cast: Cast, van: rosters.Unit, first: datetime
) -> None:
    with clock.at(first - BEFORE):
        shifts = evenings(van, first, 4)
        planner = cast["program_manager"]
        starts, ends = shifts[0].starts + timedelta(hours=1), shifts[0].ends + timedelta(hours=1)
        move = actions.move_of(by=planner, shift=shifts[0].id, starts=starts, ends=ends, weeks=4)
        plan = actions.propose(by=planner, move=move, title="Later", line=None, result={})
        actions.approve(by=cast["plan_approver"], plan=plan.id)
    stand = rosters.shifts_between(first - BEFORE, first + timedelta(weeks=5)).filter(unit=van.id)
    begun = [shift.starts.astimezone(ZONE) for shift in stand]
    assert [f"{moment:%a %H:%M}" for moment in begun] == ["Fri 19:00"] * 4, "all four, on the wall's clock"
    assert {shift.plan for shift in stand} == {plan.id}


@given(some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), some.integers(0, 60))
def test_weeks_later_it_is_the_same_time_of_the_same_weekday(moment: datetime, weeks: int) -> None:
    """Except in the hour that does not exist, which every calendar shows an hour later."""
    here = moment.replace(second=0, microsecond=0, tzinfo=ZONE)
    later = weeks_on(here.astimezone(UTC), weeks, ZONE).astimezone(ZONE)
    begun = here.astimezone(UTC).astimezone(ZONE)
    assert later.weekday() == begun.weekday() and (later.date() - begun.date()).days == 7 * weeks
    assert (later.hour, later.minute) == (begun.hour, begun.minute) or later.hour == begun.hour + 1 == 3


class TestMoney:
    """A grant pays from the first morning to the last midnight, by the county's days."""

    GRANT = (date(2027, 3, 1), date(2027, 3, 31))

    def line(self, cast: Cast) -> BudgetLine:
        """A grant for March."""
        terms = actions.Terms(
            name="March", kind="grant", starts=self.GRANT[0], ends=self.GRANT[1], amount=Decimal(9000)
        )
        return actions.fund(
            by=cast["program_manager"], terms=terms, agency=cast.agency["health"], line="March"
        )

    def proposed(self, cast: Cast, van: rosters.Unit, starts: datetime, hours: int) -> object:
        """The van's shift moved to begin then, paid from the line."""
        usual = starts - timedelta(hours=hours + 1)
        with clock.at(starts - timedelta(days=2)):
            line = self.line(cast)
            shift = agencies.set_shift(
                by=SETUP, unit=van.id, starts=usual.astimezone(UTC),
                ends=(usual + timedelta(hours=hours)).astimezone(UTC),
            )  # fmt: skip
            by = cast["program_manager"]
            ends = starts + timedelta(hours=hours)
            move = actions.move_of(
                by=by, shift=shift.id, starts=starts.astimezone(UTC), ends=ends.astimezone(UTC)
            )
            return actions.propose(by=by, move=move, title="", line=line.id, result={})

    def test_a_shift_that_ends_at_the_last_midnight_is_paid(self, cast: Cast, van: rosters.Unit) -> None:
        assert self.proposed(cast, van, datetime(2027, 3, 31, 18, tzinfo=ZONE), 6)

    def test_one_on_the_first_morning_is_paid(self, cast: Cast, van: rosters.Unit) -> None:
        assert self.proposed(cast, van, datetime(2027, 3, 1, 0, tzinfo=ZONE), 6)

    @pytest.mark.parametrize(
        ("starts", "hours"),
        [(datetime(2027, 3, 31, 19, tzinfo=ZONE), 6), (datetime(2027, 2, 28, 23, tzinfo=ZONE), 6)],
    )
    def test_one_that_reaches_into_another_day_is_not(
        self, cast: Cast, van: rosters.Unit, starts: datetime, hours: int
    ) -> None:
        """19:00 to 01:00 on the first day after, and from 23:00 on the last day before."""
        with pytest.raises(Invalid) as said:
            self.proposed(cast, van, starts, hours)
        assert said.value.field == "line" and "2027" in str(said.value)

    def test_what_was_spent_on_the_last_evening_counts(self, cast: Cast, van: rosters.Unit) -> None:
        """In UTC it is April by then; for the grant it is March."""
        with clock.at(datetime(2027, 3, 31, 12, tzinfo=ZONE)):
            self.line(cast)
            starts = datetime(2027, 3, 31, 18, tzinfo=ZONE).astimezone(UTC)
            agencies.set_shift(by=SETUP, unit=van.id, starts=starts, ends=starts + timedelta(hours=4))
        with clock.at(datetime(2027, 4, 2, 12, tzinfo=ZONE)):
            [burn] = queries.money(cast.agency["health"])
        assert burn.spent == Decimal(200) and burn.left == Decimal(8800) and burn.elapsed_share == 100

    def test_the_evening_before_its_first_day_is_somebody_elses(self, cast: Cast, van: rosters.Unit) -> None:
        with clock.at(datetime(2027, 2, 27, 12, tzinfo=ZONE)):
            self.line(cast)
            starts = datetime(2027, 2, 28, 18, tzinfo=ZONE).astimezone(UTC)
            agencies.set_shift(by=SETUP, unit=van.id, starts=starts, ends=starts + timedelta(hours=4))
        with clock.at(datetime(2027, 3, 2, 12, tzinfo=ZONE)):
            [burn] = queries.money(cast.agency["health"])
        assert burn.spent == 0 and burn.promised == 0

    def test_half_of_its_days_are_half_of_its_term(self, cast: Cast) -> None:
        self.line(cast)
        with clock.at(datetime(2027, 3, 1, 0, tzinfo=ZONE)):
            assert queries.money(cast.agency["health"])[0].elapsed == 0
        with clock.at(datetime(2027, 3, 16, 12, tzinfo=ZONE)):
            assert queries.money(cast.agency["health"])[0].elapsed == pytest.approx(0.5, abs=0.01)


def test_a_move_into_the_hour_that_does_not_exist_is_still_one_shift(cast: Cast, van: rosters.Unit) -> None:
    """02:30 on the Sunday on which the clocks go forward: 03:30, and nobody works twice."""
    sunday = datetime(2027, 3, 14, 2, 30, tzinfo=ZONE)
    with clock.at(sunday - BEFORE):
        shift = agencies.set_shift(
            by=SETUP, unit=van.id, starts=sunday.astimezone(UTC) - timedelta(hours=12),
            ends=sunday.astimezone(UTC) - timedelta(hours=8),
        )  # fmt: skip
        ends = (sunday + timedelta(hours=4)).astimezone(UTC)
        move = actions.move_of(
            by=cast["program_manager"], shift=shift.id, starts=sunday.astimezone(UTC), ends=ends
        )
    assert isinstance(move, Move) and move.new[0] < move.new[1]
    assert move.new[0].astimezone(ZONE).hour == 3
