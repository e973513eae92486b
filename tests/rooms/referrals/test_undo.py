"""A slip of the thumb in the night: an answer taken back within a minute, and everything it had set off."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.cases import actions as cases
from commonweal.cases import queries as case_queries
from commonweal.directory import actions as directory
from commonweal.directory import queries as rooms
from commonweal.kernel import clock, journal
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.messages import queries as messages
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from factories.cast import SETUP, worker
from factories.referrals import Loop, ask, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door refers Rosa to the Lantern's beds, of which five are free."""
    found = loop()
    directory.post_capacity(by=SETUP, service=found.beds, available=5)
    return found


def what_follows() -> None:
    """Everything that the flow does with what has happened."""
    journal.seal_all()
    while flow.drain():
        pass


@pytest.mark.parametrize("answer", ["accept", "waitlist", "decline"])
def test_an_answer_taken_back_waits_again(it: Loop, answer: str) -> None:
    referral = it.refer()
    actions.view(by=it.night, referral=referral)
    given = {"decline": lambda: actions.decline(by=it.night, referral=referral, reason="no_capacity")}
    given.get(answer, lambda: getattr(actions, answer)(by=it.night, referral=referral))()
    found = actions.take_back(by=it.night, referral=referral)
    assert (found.state, found.answered_at, found.decline_reason) == ("viewed", None, "")
    assert referral in {row.id for row in referrals.inbox(it.night, "waiting")}
    assert [step["act"] for step in referrals.timeline(it.night, referrals.row(it.night, referral))][-2:] == [
        answer,
        "undo",
    ]


def test_the_free_place_comes_back_and_can_be_taken_again(it: Loop) -> None:
    referral = it.refer()
    free = []
    for act in (actions.accept, actions.take_back, actions.accept):
        act(by=it.night, referral=referral)
        what_follows()
        room = rooms.capacity(it.beds)
        assert room
        free.append(room.available)
    assert free == [4, 5, 4]


def test_what_the_shelter_posted_since_stands(it: Loop) -> None:
    referral = it.refer()
    actions.accept(by=it.night, referral=referral)
    what_follows()
    directory.post_capacity(by=it.night, service=it.beds, available=2)
    actions.take_back(by=it.night, referral=referral)
    what_follows()
    room = rooms.capacity(it.beds)
    assert room and room.available == 2


def test_a_case_that_nobody_began_goes_and_one_with_work_in_it_stays(it: Loop) -> None:
    shelter = it.cast.agency["hmis_shelter"]
    worker(shelter, "case_manager")
    referral = it.refer()
    actions.accept(by=it.night, referral=referral)
    what_follows()
    [opened] = case_queries.caseload(shelter)
    actions.take_back(by=it.night, referral=referral)
    what_follows()
    assert case_queries.caseload(shelter) == []
    actions.accept(by=it.night, referral=referral)
    what_follows()
    [again] = case_queries.caseload(shelter)
    assert again.id != opened.id
    cases.add_task(by=it.night, case=again.id, text="Bring a blanket")
    actions.take_back(by=it.night, referral=referral)
    what_follows()
    assert [case.id for case in case_queries.caseload(shelter)] == [again.id]


def test_the_sender_hears_of_it(it: Loop) -> None:
    referral = it.refer()
    actions.accept(by=it.night, referral=referral)
    actions.take_back(by=it.night, referral=referral)
    what_follows()
    assert "referral_undo" in {line.kind for line in messages.unread(it.sender)}


def test_a_decline_taken_back_opens_the_person_to_the_shelter_again(it: Loop) -> None:
    referral = it.refer()
    before = ask(it.night, "identity", it.record)
    actions.decline(by=it.night, referral=referral, reason="duplicate")
    actions.take_back(by=it.night, referral=referral)
    after = ask(it.night, "identity", it.record)
    assert isinstance(before, sharing.Permit) and isinstance(after, sharing.Permit)
    assert before.fields == after.fields


def test_after_a_minute_by_another_hand_or_by_a_stranger_it_stays(it: Loop) -> None:
    referral = it.refer()
    actions.accept(by=it.night, referral=referral)
    colleague = worker(it.cast.agency["hmis_shelter"], "shelter_worker")
    with pytest.raises(Conflict):
        actions.take_back(by=colleague, referral=referral)
    for other in (it.sender, it.cast["clinician"]):
        with pytest.raises(NotFound):
            actions.take_back(by=other, referral=referral)
    with clock.at(clock.now() + timedelta(seconds=61)), pytest.raises(Conflict):
        actions.take_back(by=it.night, referral=referral)
    assert referrals.row(it.night, referral).state == "accepted"


def test_what_the_sender_has_sent_elsewhere_cannot_come_back(it: Loop) -> None:
    referral = it.refer()
    actions.decline(by=it.night, referral=referral, reason="no_capacity")
    actions.withdraw(by=it.sender, referral=it.refer())
    again = it.refer()
    with pytest.raises(Conflict):
        actions.take_back(by=it.night, referral=referral)
    assert referrals.row(it.sender, again).state == "sent"


def test_the_card_offers_it_for_that_minute_alone(it: Loop) -> None:
    referral = it.refer()
    night, url = visit(it.night), reverse("provider:card", args=[referral])
    assert "Take the answer back" not in night.get(url).content.decode()
    night.post(reverse("provider:act", args=[referral, "accept"]))
    assert "Take the answer back" in night.get(url).content.decode()
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert "Take the answer back" not in night.get(url).content.decode()
    assert night.post(reverse("provider:act", args=[referral, "undo"])).status_code == 302
    assert referrals.row(it.night, referral).state == "viewed"
