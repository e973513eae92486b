"""A shift is moved on paper, tried, paid for and decided by somebody else; then the roster stands so."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as rosters
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.planning import actions, queries
from factories.calls import open_centre
from factories.cast import SETUP


@pytest.fixture
def centre(db):
    return open_centre()


@pytest.fixture
def shift(centre):
    """Tomorrow's shift of the crisis team, eight hours."""
    starts = (clock.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    return agencies.set_shift(
        by=SETUP, unit=centre.units["T1"], starts=starts, ends=starts + timedelta(hours=8)
    )


def proposed(centre, shift, hours=2, line=None):
    by = centre.cast["program_manager"]
    starts = shift.starts + timedelta(hours=hours)
    move = actions.move_of(by=by, shift=shift.id, starts=starts, ends=shift.ends + timedelta(hours=hours))
    return actions.propose(
        by=by, move=move, title="Later", line=line, result=actions.try_move(by=by, move=move)
    )


def test_a_move_tried_proposed_and_approved_sets_the_shift(centre, shift) -> None:
    plan = proposed(centre, shift)
    assert plan.result["doubts"] == ["no_calls"] and plan.cost == 0
    assert sum(plan.result["on_duty_now"]) == pytest.approx(sum(plan.result["on_duty_moved"]))
    actions.approve(by=centre.cast["plan_approver"], plan=plan.id)
    stands = rosters.shifts_between(shift.starts, shift.ends + timedelta(hours=4)).filter(plan=plan.id).get()
    assert stands.starts == shift.starts + timedelta(hours=2)
    assert queries.plan(plan.id).state == "approved"


def test_whoever_proposes_does_not_approve(centre, shift) -> None:
    by = centre.cast["plan_approver"]
    starts = shift.starts + timedelta(hours=1)
    move = actions.move_of(by=by, shift=shift.id, starts=starts, ends=shift.ends)
    plan = actions.propose(by=by, move=move, title="", line=None, result=actions.try_move(by=by, move=move))
    with pytest.raises(Conflict, match="does not approve"):
        actions.approve(by=by, plan=plan.id)


def test_a_roster_that_changed_since_is_a_conflict_and_a_second_decision_too(centre, shift) -> None:
    plan, approver = proposed(centre, shift), centre.cast["plan_approver"]
    agencies.clear_shift(by=SETUP, shift=shift.id)
    with pytest.raises(Conflict, match="changed since"):
        actions.approve(by=approver, plan=plan.id)
    actions.reject(by=approver, plan=plan.id, reason="The crew is ill.")
    with pytest.raises(Conflict, match="decided already: turned down"):
        actions.reject(by=approver, plan=plan.id, reason="Again.")


def money(centre, kinds=(), **days):
    today = clock.today()
    terms = actions.Terms(
        name=f"Grant {kinds}", kind="grant", starts=days.get("starts", today - timedelta(days=30)),
        ends=days.get("ends", today + timedelta(days=300)), amount=Decimal(9000), unit_kinds=kinds,
    )  # fmt: skip
    return actions.fund(
        by=centre.cast["program_manager"], terms=terms, agency=centre.cast.agency["health"], line="L"
    )


def test_money_for_other_units_or_other_days_cannot_be_chosen(centre, shift) -> None:
    with pytest.raises(Invalid, match="pays only for"):
        proposed(centre, shift, line=money(centre, ("patrol",)).id)
    ended = clock.today() - timedelta(days=1)
    other = actions.Terms(
        name="Over", kind="grant", starts=ended - timedelta(days=9), ends=ended, amount=Decimal(5)
    )
    line = actions.fund(
        by=centre.cast["program_manager"], terms=other, agency=centre.cast.agency["health"], line="Old"
    )
    with pytest.raises(Invalid, match="money is for"):
        proposed(centre, shift, line=line.id)


def test_a_line_counts_what_shifts_cost_and_never_gives_more_than_its_source(centre, shift) -> None:
    line = money(centre, ("crisis_team",))
    [burn] = queries.money()
    assert burn.left == line.amount - burn.spent - burn.promised
    with pytest.raises(Invalid, match="0.00 left"):
        actions.open_line(
            by=centre.cast["program_manager"], agency=line.agency_id, source=line.source_id, name="M",
            amount=Decimal(1),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [(2, -6, "at most 24"), (2, 30, "at most 24"), (-48, -48, "not begun"), (216, 216, "within a week")],
)
def test_moves_that_cannot_be_worked_are_refused(centre, shift, starts, ends, why) -> None:
    with pytest.raises(Invalid, match=why):
        actions.move_of(
            by=centre.cast["program_manager"], shift=shift.id, starts=shift.starts + timedelta(hours=starts),
            ends=shift.ends + timedelta(hours=ends),
        )  # fmt: skip


@pytest.mark.parametrize("role", ["analyst", "patrol_officer", "evaluator", "administrator"])
def test_others_neither_plan_nor_approve(centre, shift, role) -> None:
    plan, by = proposed(centre, shift), centre.cast[role]
    with pytest.raises(Invalid, match="permission"):
        actions.approve(by=by, plan=plan.id)
    with pytest.raises(Invalid, match="permission"):
        actions.move_of(by=by, shift=shift.id, starts=shift.starts, ends=shift.ends)


def test_a_crew_that_is_elsewhere_then_cannot_be_moved(centre, shift) -> None:
    medic = UUID(centre.cast["medic"].id)
    hours = timedelta(hours=8)
    agencies.set_shift(by=SETUP, unit=centre.units["T1"], starts=shift.starts, ends=shift.ends, crew=[medic])
    agencies.set_shift(
        by=SETUP, unit=centre.units["M1"], starts=shift.ends, ends=shift.ends + hours, crew=[medic]
    )
    with pytest.raises(Invalid, match="on another unit then"):
        proposed(centre, shift)
    assert proposed(centre, shift, hours=-2).state == "proposed"


def test_a_crew_taken_since_is_a_conflict_and_the_roster_stays(centre, shift) -> None:
    medic, hours = UUID(centre.cast["medic"].id), timedelta(hours=8)
    agencies.set_shift(by=SETUP, unit=centre.units["T1"], starts=shift.starts, ends=shift.ends, crew=[medic])
    plan = proposed(centre, shift)
    agencies.set_shift(
        by=SETUP, unit=centre.units["M1"], starts=shift.ends, ends=shift.ends + hours, crew=[medic]
    )
    with pytest.raises(Conflict, match="aboard M1.*Try the move again"):
        actions.approve(by=centre.cast["plan_approver"], plan=plan.id)
    assert rosters.shifts_between(shift.starts, shift.ends).filter(id=shift.id).exists()
    assert queries.plan(plan.id).state == "proposed"


def test_weeks_that_make_room_for_each_other_are_moved_together(centre, shift) -> None:
    """Each Monday's shift goes to Saturday night, reaching into where the next one stood."""
    week, unit = timedelta(days=7), centre.units["T1"]
    by, later = centre.cast["program_manager"], timedelta(days=6, hours=20)
    move = actions.move_of(
        by=by, shift=shift.id, starts=shift.starts + later, ends=shift.ends + later, weeks=2
    )
    plan = actions.propose(by=by, move=move, title="", line=None, result=actions.try_move(by=by, move=move))
    agencies.set_shift(by=SETUP, unit=unit, starts=shift.starts + week, ends=shift.ends + week)
    actions.approve(by=centre.cast["plan_approver"], plan=plan.id)
    stand = rosters.shifts_between(shift.starts, shift.ends + 2 * week).filter(unit=unit)
    assert [s.starts for s in stand] == [shift.starts + later, shift.starts + week + later]
