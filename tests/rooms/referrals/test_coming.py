"""Rosa is on the way: her bed is kept, she stands at the door, she is handed over; both sides see it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from commonweal.cli.worker import Worker
from commonweal.directory import actions as directory
from commonweal.directory import queries as places
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, system
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.referrals import actions, queries
from factories.cast import worker
from factories.referrals import Loop, loop

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern, which has two beds."""
    it = loop()
    directory.post_capacity(by=it.night, service=it.beds, available=2)
    return it


def free(it: Loop) -> int | None:
    """Beds shown as free."""
    room = places.capacity(it.beds)
    return room.available if room else None


def acts(it: Loop, referral: UUID) -> list[object]:
    """What both sides read of what happened."""
    mine, theirs = (queries.timeline(who, queries.row(who, referral)) for who in (it.sender, it.night))
    assert mine == theirs
    return [line["act"] for line in mine]


def test_from_the_street_to_the_bed(it: Loop) -> None:
    start, referral = clock.now(), it.refer()
    held = actions.hold(by=it.sender, referral=referral)
    assert held.stands and free(it) == 1
    actions.accept(by=it.night, referral=referral)
    Worker().catch_up()
    assert free(it) == 1, "the held place is the accepted one"
    with clock.at(start + timedelta(minutes=20)):
        actions.reach(by=it.sender, referral=referral)
    with clock.at(start + timedelta(minutes=34)):
        [(row, way)] = queries.at_the_door(it.night)
        assert (row.id, way.waits, way.minutes, way.is_long) == (referral, True, 14, False)
        actions.hand_off(by=it.night, referral=referral)
        assert not queries.at_the_door(it.night)
        way = queries.coming(it.sender, queries.row(it.sender, referral))
        assert (way.waits, way.minutes) == (False, 14)
        assert queries.row(it.sender, referral).state == "attended"
        assert queries.hand_off_minutes(it.cast.agency["hmis_shelter"], start) == (1, 14.0)
        assert free(it) == 1
        assert acts(it, referral) == "check send hold accept reach attend hand_off".split()


def test_nobody_waits_longer_than_a_warm_hand_off_without_being_seen(it: Loop) -> None:
    start, referral = clock.now(), it.refer()
    actions.reach(by=it.night, referral=referral)
    with clock.at(start + timedelta(minutes=32)):
        assert queries.coming(it.night, queries.row(it.night, referral)).is_long


def test_the_desk_hears_at_once_that_somebody_stands_there(it: Loop) -> None:
    referral = it.refer()
    actions.reach(by=it.sender, referral=referral)
    actions.reach(by=it.sender, referral=referral)
    Worker().catch_up()
    assert [line.kind for line in messages.unread(it.night)].count("person_reached") == 1
    assert JournalLine.objects.filter(kind="referrals.reached").count() == 1


def test_both_sides_hear_that_nobody_came_in_time(it: Loop) -> None:
    start, referral = clock.now(), it.refer()
    actions.hold(by=it.sender, referral=referral, minutes=30)
    with clock.at(start + timedelta(minutes=31)):
        assert free(it) == 2
        directory.end_late_holds(by=system("timers"))
        Worker().catch_up()
    for who in (it.sender, it.night):
        assert "place_hold_ended" in [line.kind for line in messages.unread(who)]
    assert "hold_expired" in acts(it, referral)


@pytest.mark.parametrize("end", ["decline", "withdraw", "no_show"])
def test_every_end_gives_the_place_back(it: Loop, end: str) -> None:
    referral = it.refer()
    actions.hold(by=it.sender, referral=referral)
    if end == "decline":
        actions.decline(by=it.night, referral=referral, reason="ineligible")
    elif end == "withdraw":
        actions.withdraw(by=it.sender, referral=referral)
    else:
        actions.accept(by=it.night, referral=referral)
        actions.no_show(by=it.night, referral=referral)
    assert free(it) == 2 and "release" in acts(it, referral)
    with pytest.raises((Conflict, NotFound)):
        actions.extend(by=it.sender, referral=referral)


def test_a_place_is_held_for_who_may_come_and_for_nobody_else(it: Loop) -> None:
    draft = it.refer(send_now=False)
    with pytest.raises(Conflict, match="How this referral stands"):
        actions.hold(by=it.sender, referral=draft)
    actions.send(by=it.sender, referral=draft)
    actions.reach(by=it.night, referral=draft)
    with pytest.raises(Conflict):
        actions.hold(by=it.night, referral=draft)


def test_without_an_arrival_nothing_is_handed_over(it: Loop) -> None:
    with pytest.raises(Conflict, match="Note the arrival first"):
        actions.hand_off(by=it.night, referral=it.refer())


def test_a_crews_word_alone_does_not_say_that_the_house_took_them(it: Loop) -> None:
    referral = it.refer()
    actions.accept(by=it.night, referral=referral)
    actions.reach(by=it.sender, referral=referral)
    actions.hand_off(by=it.sender, referral=referral)
    assert queries.row(it.sender, referral).state == "accepted"
    actions.attended(by=it.night, referral=referral)
    assert queries.row(it.sender, referral).state == "attended" and free(it) == 2


@pytest.mark.parametrize(
    "act", [actions.hold, actions.extend, actions.release, actions.reach, actions.hand_off]
)
def test_who_has_no_part_in_it_finds_nothing(it: Loop, act: Callable[..., object]) -> None:
    referral = it.refer()
    outsider = worker(it.cast.agency["health"], "clinician")
    for who in (STRANGER, outsider):
        with pytest.raises(NotFound):
            act(by=who, referral=referral)
    assert queries.coming(outsider, queries.row_of(referral)) == queries.Coming()
    assert not queries.at_the_door(outsider)
