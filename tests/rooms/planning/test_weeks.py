"""Who is on duty hour by hour; which shifts may move; what a plan goes through until it is decided."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as rosters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.planning import actions, events, queries
from commonweal.planning.models import Plan
from commonweal.planning.moves import Move, monday
from commonweal.planning.trying import roster
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Los_Angeles")
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
MONDAY = datetime(2027, 3, 1, 0, tzinfo=ZONE)  # the clocks go forward in the week after next


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="van")
def a_van(cast: Cast) -> UUID:
    """An outreach van that costs 50 an hour."""
    return agencies.open_unit(
        by=SETUP, agency=cast.agency["health"], call_sign="V1", kind="outreach", hourly_cost=50
    ).id


def duty(unit: UUID, first: float, last: float, start: datetime = MONDAY) -> rosters.Shift:
    """The van on duty so many hours after the start."""
    begins = start.astimezone(UTC)
    return agencies.set_shift(by=SETUP, unit=unit, starts=begins + first * HOUR, ends=begins + last * HOUR)


class TestWeek:
    """Units on duty by hour of one week, as the county's clock has it."""

    def test_a_shift_fills_its_hours_and_the_gaps_are_told(self, van: UUID) -> None:
        duty(van, 8, 16)
        week = queries.week(MONDAY + 40 * HOUR, ZONE)
        assert week.start == MONDAY and list(week.kinds) == ["outreach"]
        assert [hour for hour, n in enumerate(week.kinds["outreach"]) if n] == list(range(8, 16))
        assert len(week.gaps("outreach")) == 160 and 8 not in week.gaps("outreach")

    def test_a_unit_counts_where_it_is_on_duty_at_the_half_hour(self, van: UUID) -> None:
        duty(van, 8.75, 10.25)
        assert [h for h, n in enumerate(queries.week(MONDAY, ZONE).kinds["outreach"]) if n] == [9]

    def test_a_night_over_sunday_belongs_to_both_weeks(self, van: UUID) -> None:
        duty(van, 166, 170)
        this, after = queries.week(MONDAY, ZONE), queries.week(MONDAY + WEEK, ZONE)
        assert [h for h, n in enumerate(this.kinds["outreach"]) if n] == [166, 167]
        assert [h for h, n in enumerate(after.kinds["outreach"]) if n] == [0, 1]

    def test_a_week_without_shifts_has_no_kinds(self, van: UUID) -> None:
        assert queries.week(MONDAY, ZONE).kinds == {}

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(some.lists(some.tuples(some.integers(0, 150), some.integers(1, 12)), max_size=4))
    def test_hours_on_duty_add_up(self, van: UUID, spans: list[tuple[int, int]]) -> None:
        with transaction.atomic():
            kept: list[tuple[int, int]] = []
            for first, length in sorted(spans):
                if not kept or first >= kept[-1][1]:
                    duty(van, first, first + length)
                    kept.append((first, first + length))
            found = queries.week(MONDAY, ZONE).kinds.get("outreach", [])
            assert sum(found) == sum(min(last, 168) - first for first, last in kept)
            assert all(n <= 1 for n in found)
            transaction.set_rollback(True)

    @given(some.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))
    def test_monday_is_midnight_of_the_local_week(self, moment: datetime) -> None:
        start = monday(moment.replace(tzinfo=UTC), ZONE)
        assert (start.weekday(), start.hour, start.minute) == (0, 0, 0)
        local = moment.replace(tzinfo=UTC).astimezone(ZONE)
        assert 0 <= (local.date() - start.date()).days <= 6


class TestMovable:
    """Shifts to come that have not begun."""

    def test_only_what_has_not_begun_within_the_days(self, van: UUID) -> None:
        now = clock.now()
        duty(van, -2, 2, now)
        soon = duty(van, 24, 30, now)
        far = duty(van, 24 * 20, 24 * 20 + 6, now)
        assert list(queries.movable()) == [soon] and list(queries.movable(30)) == [soon, far]


class TestTwoRosters:
    """As it stands and as it would be: only the moved shift differs."""

    def test_the_move_replaces_one_shift_and_leaves_colleagues(self, cast: Cast, van: UUID) -> None:
        first = duty(van, 8, 16)
        duty(van, 32, 40)
        other = agencies.open_unit(
            by=SETUP, agency=cast.agency["health"], call_sign="V2", kind="outreach", hourly_cost=50
        ).id
        duty(other, 8, 16)
        strange = agencies.open_unit(by=SETUP, agency=cast.agency["ems"], call_sign="M1", kind="ems").id
        duty(strange, 8, 16)
        unit = rosters.units().get(id=van)
        move = Move(unit, (first.starts, first.ends), (first.starts + HOUR, first.ends + HOUR))
        now, moved = roster(move, ZONE)
        assert {u.id for u in now.units} == {u.id for u in moved.units} == {"V1", "V2"}
        starts = {
            p.name: sorted(s.start for u in p.units if u.id == "V1" for s in u.shifts) for p in (now, moved)
        }
        assert starts == {"now": [480.0, 1920.0], "moved": [540.0, 1920.0]}, "minutes of the week"
        assert [u for u in now.units if u.id == "V2"] == [u for u in moved.units if u.id == "V2"]


class TestDeciding:
    """Proposed, then approved, turned down or taken back: once, by the right person."""

    @pytest.fixture(name="plan")
    def a_plan(self, cast: Cast, van: UUID) -> Plan:
        """Tomorrow's shift two hours later, proposed."""
        return self.propose(cast["program_manager"], duty(van, 24, 32, clock.now()))

    @staticmethod
    def propose(by: Actor, shift: rosters.Shift, *, longer: int = 0, line: UUID | None = None) -> Plan:
        """A move of two hours, proposed with its trial."""
        move = actions.move_of(
            by=by, shift=shift.id, starts=shift.starts + 2 * HOUR, ends=shift.ends + (2 + longer) * HOUR
        )
        return actions.propose(by=by, move=move, title=" Later ", line=line, result={"tried": True})

    def test_a_proposal_stands_with_its_words_and_is_journalled(self, cast: Cast, plan: Plan) -> None:
        assert (plan.state, plan.title, plan.cost) == ("proposed", "Later", 0)
        assert list(queries.plans("proposed")) == [plan] and not queries.plans("approved").exists()
        assert JournalLine.objects.filter(
            kind=events.PlanProposed.kind, actor=cast["program_manager"].id
        ).exists()

    @pytest.mark.parametrize("state", ["approve", "reject", "withdraw"])
    def test_a_decision_is_taken_once(self, cast: Cast, plan: Plan, state: str) -> None:
        decide = {
            "approve": lambda: actions.approve(by=cast["plan_approver"], plan=plan.id),
            "reject": lambda: actions.reject(
                by=cast["plan_approver"], plan=plan.id, reason="The crew is ill."
            ),
            "withdraw": lambda: actions.withdraw(by=cast["program_manager"], plan=plan.id),
        }
        decide[state]()
        decided = queries.plan(plan.id)
        assert decided.state != "proposed" and decided.decided_at is not None
        for again in decide.values():
            with pytest.raises(Conflict):
                again()
        assert queries.plan(plan.id) == decided
        assert JournalLine.objects.filter(kind=events.PlanDecided.kind).count() == 1

    def test_only_its_owner_takes_it_back(self, cast: Cast, plan: Plan) -> None:
        with pytest.raises(NotFound):
            actions.withdraw(by=cast["plan_approver"], plan=plan.id)
        assert queries.plan(plan.id).state == "proposed"

    def test_turning_down_needs_a_reason(self, cast: Cast, plan: Plan) -> None:
        with pytest.raises(Invalid) as said:
            actions.reject(by=cast["plan_approver"], plan=plan.id, reason="  ")
        assert said.value.field == "reason" and queries.plan(plan.id).state == "proposed"

    @pytest.mark.parametrize("role", ["analyst", "evaluator", "patrol_officer", "call_taker"])
    def test_others_neither_try_nor_propose_nor_turn_down(self, cast: Cast, plan: Plan, role: str) -> None:
        move = Move(plan.unit, (plan.old_starts, plan.old_ends), (plan.new_starts, plan.new_ends))
        for act in (
            lambda: actions.try_move(by=cast[role], move=move),
            lambda: actions.propose(by=cast[role], move=move, title="x", line=None, result={}),
            lambda: actions.reject(by=cast[role], plan=plan.id, reason="No."),
        ):
            with pytest.raises(Invalid, match="permission"):
                act()
        assert Plan.objects.count() == 1

    @pytest.mark.parametrize("act", ["approve", "reject", "withdraw", "read"])
    def test_an_unknown_plan_is_not_found(self, cast: Cast, act: str) -> None:
        by, nowhere = cast["plan_approver"], uuid4()
        with pytest.raises(NotFound):
            {
                "approve": lambda: actions.approve(by=by, plan=nowhere),
                "reject": lambda: actions.reject(by=by, plan=nowhere, reason="No."),
                "withdraw": lambda: actions.withdraw(by=by, plan=nowhere),
                "read": lambda: queries.plan(nowhere),
            }[act]()

    def test_what_costs_more_names_its_money(self, cast: Cast, van: UUID) -> None:
        by, shift = cast["program_manager"], duty(van, 24, 32, clock.now())
        with pytest.raises(Invalid, match="name the budget line") as said:
            self.propose(by, shift, longer=3)
        assert said.value.field == "line"
        with pytest.raises(NotFound):
            self.propose(by, shift, longer=3, line=uuid4())
        today = clock.today()
        terms = actions.Terms(
            name="Grant", kind="grant", starts=today, ends=today + timedelta(days=60), amount=Decimal(5000)
        )
        line = actions.fund(by=by, terms=terms, agency=cast.agency["health"], line="L")
        plan = self.propose(by, shift, longer=3, line=line.id)
        assert (plan.cost, plan.line) == (Decimal(150), line)

    def test_weeks_without_that_shift_stay_as_they_are(self, cast: Cast, van: UUID) -> None:
        """Three weeks are asked for; in the second the van has another shift, in the third none."""
        by = cast["program_manager"]
        shift = duty(van, 24, 32, clock.now())
        other = duty(van, 24, 30, clock.now() + WEEK)
        move = actions.move_of(
            by=by, shift=shift.id, starts=shift.starts + HOUR, ends=shift.ends + HOUR, weeks=3
        )
        plan = actions.propose(by=by, move=move, title="", line=None, result={})
        actions.approve(by=cast["plan_approver"], plan=plan.id)
        stand = rosters.shifts_between(clock.now(), clock.now() + 4 * WEEK)
        assert [s.starts for s in stand] == [shift.starts + HOUR, other.starts]
        assert [s.plan for s in stand] == [plan.id, None]

    @pytest.mark.parametrize("weeks", [0, -1, 14])
    def test_weeks_beyond_a_quarter_are_refused(self, cast: Cast, van: UUID, weeks: int) -> None:
        shift = duty(van, 24, 32, clock.now())
        with pytest.raises(Invalid) as said:
            actions.move_of(
                by=cast["program_manager"], shift=shift.id, starts=shift.starts, ends=shift.ends, weeks=weeks
            )
        assert said.value.field == "weeks"

    def test_an_unknown_shift_cannot_be_moved(self, cast: Cast) -> None:
        now = clock.now()
        with pytest.raises(NotFound):
            actions.move_of(by=cast["program_manager"], shift=uuid4(), starts=now + HOUR, ends=now + 2 * HOUR)

    def test_into_ones_own_hours_it_may_be_moved_into_a_neighbours_not(self, cast: Cast, van: UUID) -> None:
        by = cast["program_manager"]
        shift = duty(van, 24, 32, clock.now())
        duty(van, 34, 40, clock.now())
        half = actions.move_of(by=by, shift=shift.id, starts=shift.starts + HOUR, ends=shift.ends + HOUR)
        assert half.new == (shift.starts + HOUR, shift.ends + HOUR)
        with pytest.raises(Invalid, match="on duty then already"):
            actions.move_of(by=by, shift=shift.id, starts=shift.starts + 4 * HOUR, ends=shift.ends + 4 * HOUR)
