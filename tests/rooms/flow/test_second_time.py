"""What happens a second time is told a second time: a bell that was read must ring again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.cli.worker import Worker
from commonweal.kernel import clock, journal
from commonweal.messages import actions as messages
from commonweal.messages import queries as bells
from commonweal.referrals import actions as referrals
from factories import directory
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import gather, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    """A centre at work, with everything so far handled."""
    found = open_centre()
    Worker().catch_up()
    return found


def heard(actor: Any) -> list[str]:
    """What the worker rings for somebody; having heard it, they clear their bell."""
    Worker().catch_up()
    kinds = sorted(line.kind for line in bells.unread(actor))
    messages.mark_read(by=actor)
    return kinds


def reach(centre: Centre, call: UUID, unit: UUID) -> None:
    """The unit arrives."""
    calls.set_status(by=centre.desk, call=call, unit=unit, status="on_scene")
    Worker().catch_up()


def test_a_crew_that_misses_its_timer_tomorrow_too_is_missed_tomorrow_too(centre: Centre) -> None:
    """The line is of the unit, and a unit's second night counts as much as its first."""
    unit, boss = centre.units["CO1"], centre.cast["supervisor"]
    reach(centre, _sent(centre), unit)
    for night in (1, 2, 3):
        messages.start_check_in(by=flow.FLOWING, unit=unit, call=None)
        with clock.at(clock.now() + timedelta(hours=24 * night)):
            messages.start_check_in(by=flow.FLOWING, unit=unit, call=None)
        with clock.at(clock.now() + timedelta(hours=24 * night, minutes=18)):
            flow.climb_ladders()
            assert "check_in_missed_1" in heard(boss), f"night {night}"


def _sent(centre: Centre) -> UUID:
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    return call


def test_each_step_of_the_ladder_rings_by_itself(centre: Centre) -> None:
    unit, boss = centre.units["CO1"], centre.cast["supervisor"]
    messages.start_check_in(by=flow.FLOWING, unit=unit, call=None)
    told = []
    start = clock.now()
    for minutes in (18, 23, 28, 33):
        with clock.at(start + timedelta(minutes=minutes)):
            flow.climb_ladders()
            told.append(heard(boss))
    assert told == [[f"check_in_missed_{step}"] for step in (1, 2, 3, 3)]


def test_a_second_change_on_the_scene_is_looked_at_as_well(centre: Centre) -> None:
    call, boss = _sent(centre), centre.cast["supervisor"]
    heard(boss)
    crew = centre.crews["CO1"][0]
    for tier, why in (("T1", "he has a knife now"), ("T3", "he put it down"), ("T1", "another one")):
        calls.reassess(by=crew, call=call, tier=tier, reason=why)
        assert heard(boss) == ["reassessed"], why


def test_a_crew_sent_again_to_the_same_call_hears_it(centre: Centre) -> None:
    call, crew = _sent(centre), centre.crews["CO1"][0]
    assert heard(crew) == ["dispatched"]
    calls.set_status(by=centre.desk, call=call, unit=centre.units["CO1"], status="available")
    heard(crew)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    assert heard(crew) == ["dispatched"]


def test_a_sender_hears_of_each_question_and_of_each_new_time() -> None:
    """Asked twice, told twice; and what was set anew is told anew."""
    cast = gather(partners=True)
    person, _ = someone(cast, "health")
    service = directory.service("Open Door support", agency=cast.agency["social_service"])
    sender, receiver = cast["clinician"], cast["provider_staff"]
    made = referrals.make(by=sender, service=service, person=person, needs=["housing"])
    heard(sender)
    for note in ("Has he papers?", "And a dog?"):
        referrals.ask_info(by=receiver, referral=made.id, note=note)
        assert heard(sender) == ["referral_ask"], note
        referrals.inform(by=sender, referral=made.id, note="Yes.")
    referrals.accept(by=receiver, referral=made.id)
    assert heard(sender) == ["referral_accepted"]
    for days in (2, 3):
        referrals.schedule(by=receiver, referral=made.id, at=clock.now() + timedelta(days=days))
        assert heard(sender) == ["referral_schedule"], days


def test_a_line_that_nobody_has_read_is_not_doubled(centre: Centre) -> None:
    """The worker reads the same hour again after a crash: one line, and its time is the first one's."""
    before = journal.cursor(flow.READER)
    _sent(centre)
    for _ in range(3):
        journal.advance(flow.READER, before)
        Worker().catch_up()
    assert [line.kind for line in bells.unread(centre.crews["CO1"][0])] == ["dispatched"]


def test_whoever_has_left_is_told_nothing(centre: Centre) -> None:
    """Lines go to accounts in force alone: a supervisor who left has no bell."""
    call, boss = _sent(centre), centre.cast["supervisor"]
    heard(boss)
    agencies.leave(by=centre.cast["administrator"], account=UUID(boss.id))
    calls.reassess(by=centre.crews["CO1"][0], call=call, tier="T1", reason="he has a knife now")
    assert heard(boss) == []
