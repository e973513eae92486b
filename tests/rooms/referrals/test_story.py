"""A case manager refers Rosa to a shelter; the night worker answers; the loop closes."""

from datetime import timedelta

import pytest

from commonweal.directory import actions as directory_actions
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.people import queries as people
from commonweal.referrals import actions, queries
from commonweal.sharing import actions as sharing
from factories import directory
from factories.cast import SETUP, consented, someone
from factories.referrals import Loop, ask, loop

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern."""
    return loop()


def state(it: Loop, referral: object) -> str:
    """Where the referral stands."""
    return queries.rows_of([referral])[referral].state  # type: ignore[list-item,index]


def test_a_night_worker_accepts_and_the_loop_ends_in_an_outcome(it: Loop) -> None:
    referral = it.refer(note="Upper bunk is no good, bad knee", reasons=["Open tonight", "Speaks Spanish"])
    [row] = queries.inbox(it.night)[0:5]
    assert (row.id, row.is_unread, row.from_name) == (referral, True, "Open Door Services")
    actions.view(by=it.night, referral=referral)
    assert not next(iter(queries.inbox(it.night))).is_unread
    actions.accept(by=it.night, referral=referral)
    tomorrow = clock.now() + timedelta(days=1)
    actions.schedule(by=it.night, referral=referral, at=tomorrow)
    actions.attended(by=it.night, referral=referral)
    actions.start(by=it.night, referral=referral)
    actions.outcome(by=it.night, referral=referral, result="resolved", note="Moved to own room")
    actions.say(by=it.sender, referral=referral, text="They were kind.", helped=True)
    actions.close(by=it.sender, referral=referral)
    acts = [step["act"] for step in queries.timeline(it.sender, queries.row(it.sender, referral))]
    assert acts == "check send view accept schedule attend start settle close".split()
    assert state(it, referral) == "closed" and len(queries.inbox(it.night, "ended")) == 1


def test_the_receiver_reads_what_the_policy_allows_and_no_more(it: Loop) -> None:
    referral = it.refer(note="Upper bunk is no good")
    answer = ask(it.night, "referral_status", Subject("referral", referral))
    assert isinstance(answer, sharing.Permit)
    [shown] = queries.statuses({Subject("referral", referral): answer})
    assert shown["service_type"]["needs"] == ["shelter"]  # type: ignore[index]
    assert shown.withheld == {"provider_name", "outcome_detail"} and shown["outcome_detail"] is None
    who = ask(it.night, "identity", it.record)
    assert isinstance(who, sharing.Permit)
    [rosa] = people.identities({it.record: who})
    assert rosa["name"] == "Rosa Delgado" and rosa["ssn_last4"] is None


def test_before_sending_the_receiver_may_see_nothing_and_afterwards_nothing_again(it: Loop) -> None:
    assert isinstance(ask(it.night, "identity", it.record), sharing.Refusal)
    draft = it.refer(send_now=False)
    assert isinstance(ask(it.night, "identity", it.record), sharing.Refusal)
    assert not len(queries.inbox(it.night, "all"))
    actions.send(by=it.sender, referral=draft)
    assert isinstance(ask(it.night, "identity", it.record), sharing.Permit)
    actions.decline(by=it.night, referral=draft, reason="no_capacity")
    assert isinstance(ask(it.night, "identity", it.record), sharing.Refusal)


def test_the_sender_is_told_beforehand_what_travels_and_nothing_is_registered_for_asking(it: Loop) -> None:
    draft = it.refer(send_now=False)
    shared = queries.row(it.sender, draft).shared
    assert shared["identity"]["fields"] == ["dob", "home_address", "name", "phone"]
    assert shared["referral_status"]["withheld"] == ["outcome_detail"]
    assert not JournalLine.objects.filter(kind="sharing.read").exists()


def test_without_an_agreement_no_name_travels_but_help_is_still_sent() -> None:
    it = loop(partners=False)
    referral = it.refer()
    row = queries.row(it.sender, referral)
    assert row.shared["identity"]["fields"] == [] and row.shared["identity"]["unlock"]
    assert isinstance(ask(it.night, "identity", it.record), sharing.Refusal)
    actions.accept(by=it.night, referral=referral)
    assert state(it, referral) == "accepted" and len(row.code) == 6


def test_a_health_record_needs_the_persons_authorisation_and_care_never_waits_for_it(it: Loop) -> None:
    person, record = someone(it.cast, "health", given="Lee")
    clinician = it.cast["clinician"]
    beds = {"service": it.beds, "person": person, "needs": ["shelter"]}
    first = actions.make(by=clinician, send_now=False, **beds)
    assert first.shared["identity"]["fields"] == []
    consented(it.cast, person, "hipaa_auth", ["hmis_shelter"], ["identity", "referral_status"])
    again = actions.check(by=clinician, referral=first.id)
    assert "name" in again.shared["identity"]["fields"]
    actions.send(by=clinician, referral=first.id)
    assert isinstance(ask(it.night, "identity", record), sharing.Permit)


def test_the_person_may_stay_unnamed(it: Loop) -> None:
    referral = it.refer(is_anonymous=True)
    assert "identity" not in queries.row(it.sender, referral).shared
    assert isinstance(ask(it.night, "identity", it.record), sharing.Refusal)
    actions.accept(by=it.night, referral=referral)
    assert queries.row(it.night, referral).is_anonymous


def test_a_person_nobody_knows_is_referred_with_a_code(it: Loop) -> None:
    referral = it.refer(person=None)
    assert queries.row(it.sender, referral).code.isalnum()
    assert queries.about(it.night, referral).by_category.keys() == {"referral_status"}


def test_a_treatment_programmes_referral_stands_under_its_own_regime(it: Loop) -> None:
    cedar = directory.service("Cedar intake", agency=it.cast.agency["part2_program"], keywords="detox")
    referral = actions.make(by=it.sender, service=cedar, person=it.person, needs=["substance_use"]).id
    about = Subject("referral", referral)
    sender = ask(it.sender, "referral_status", about)
    assert isinstance(sender, sharing.Permit) and sender.fields == {"referral_made"}
    outsider = ask(it.night, "referral_status", about)
    assert isinstance(outsider, sharing.Refusal) and not outsider.acknowledged
    counselor = it.cast["sud_counselor"]
    assert isinstance(ask(counselor, "referral_status", about), sharing.Permit)


def test_a_decline_names_its_reason_and_the_sender_chooses_again(it: Loop) -> None:
    referral = it.refer(note="Bad knee")
    actions.decline(by=it.night, referral=referral, reason="no_capacity", note="Full until Friday")
    elm = directory.service("Elm beds", email="elm@example.org")
    child = actions.reroute(by=it.sender, referral=referral, service=elm)
    assert (state(it, referral), child.state, child.parent_id) == ("rerouted", "sent", referral)
    assert (child.needs, child.note, child.person_id) == (["shelter"], "Bad knee", it.person)
    assert actions.reroute(by=it.sender, referral=referral, service=elm).id == child.id


def test_an_unknown_reason_is_refused_with_those_there_are(it: Loop) -> None:
    referral = it.refer()
    with pytest.raises(Invalid, match="no_capacity"):
        actions.decline(by=it.night, referral=referral, reason="did not like them")
    assert state(it, referral) == "sent"


def test_a_question_goes_back_and_forth(it: Loop) -> None:
    referral = it.refer()
    actions.ask_info(by=it.night, referral=referral, note="Is there a dog?")
    actions.inform(by=it.sender, referral=referral, note="Yes, a small one.")
    about = Subject("referral", referral)
    answer = ask(it.night, "referral_status", about)
    assert isinstance(answer, sharing.Permit)
    [shown] = queries.statuses({about: answer})
    asked = shown["service_type"]["asked"]  # type: ignore[index]
    assert [a["text"] for a in asked] == ["Is there a dog?", "Yes, a small one."]
    with pytest.raises(Invalid):
        actions.ask_info(by=it.night, referral=referral, note="  ")


def test_a_full_or_closed_service_is_told_before_anything_is_sent(it: Loop) -> None:
    directory_actions.post_capacity(by=it.night, service=it.beds, available=0)
    with pytest.raises(Invalid, match="waiting list"):
        it.refer()
    assert it.refer(even_if_full=True)
    other = directory.service("Closed house")
    directory_actions.post_capacity(by=SETUP, service=other, available=None, is_open=False)
    with pytest.raises(Invalid, match="takes no referrals"):
        it.refer(service=other)
    directory_actions.retire_service(by=SETUP, service=other)
    with pytest.raises(Invalid, match="inactive"):
        it.refer(service=other)


def test_a_house_that_bars_the_person_is_refused_unless_somebody_says_why(it: Loop) -> None:
    youth = directory.service("Youth house", topics=("shelter",), maximum_age=24)
    with pytest.raises(Invalid, match="up to 24"):
        it.refer(service=youth, facts={"age": 41})
    made = it.refer(service=youth, facts={"age": 41}, despite="the house agreed by telephone")
    about = Subject("referral", made)
    answer = ask(it.sender, "referral_status", about)
    assert isinstance(answer, sharing.Permit)
    [shown] = queries.statuses({about: answer})
    assert "Sent despite: the house agreed by telephone" in shown["service_type"]["reasons"]  # type: ignore[index]


def test_without_reasons_of_the_sender_the_engine_gives_them(it: Loop) -> None:
    directory_actions.post_capacity(by=it.night, service=it.beds, available=3)
    about = Subject("referral", it.refer())
    answer = ask(it.night, "referral_status", about)
    assert isinstance(answer, sharing.Permit)
    [shown] = queries.statuses({about: answer})
    assert any("3 free" in reason for reason in shown["service_type"]["reasons"])  # type: ignore[index]


def test_the_same_person_is_not_sent_to_the_same_place_twice(it: Loop) -> None:
    first = it.refer()
    with pytest.raises(Conflict, match="already"):
        it.refer()
    actions.withdraw(by=it.sender, referral=first)
    assert it.refer() != first


def test_a_phone_that_was_offline_sends_again_without_doubling(it: Loop) -> None:
    first = it.refer(person=None)
    key = queries.row(it.sender, first).id
    assert it.refer(person=None, id=key) == first
    assert len(queries.outbox(it.sender)) == 1


def test_withdrawing_ends_the_receivers_view_but_not_while_another_referral_lives(it: Loop) -> None:
    other = directory.service("Lantern day room", agency=it.cast.agency["hmis_shelter"])
    first, second = it.refer(), it.refer(service=other)
    actions.withdraw(by=it.sender, referral=first)
    assert isinstance(ask(it.night, "identity", it.record), sharing.Permit)
    actions.withdraw(by=it.sender, referral=second)
    assert isinstance(ask(it.night, "identity", it.record), sharing.Refusal)


@pytest.mark.parametrize(
    "role",
    ["patrol_officer", "analyst", "administrator", "hospital_staff", "provider_staff", "privacy_officer"],
)
def test_whoever_has_no_part_in_it_finds_nothing(it: Loop, role: str) -> None:
    referral, other = it.refer(), it.cast[role]
    for act in (
        actions.view,
        actions.accept,
        actions.waitlist,
        actions.attended,
        actions.close,
        actions.withdraw,
    ):
        with pytest.raises(NotFound):
            act(by=other, referral=referral)  # type: ignore[operator]
    for look in (queries.row, queries.about):
        with pytest.raises(NotFound):
            look(other, referral)
    with pytest.raises(NotFound):
        queries.timeline(other, queries.row_of(referral))
    assert len(queries.inbox(other, "all")) == 0 and state(it, referral) == "sent"


def test_a_stranger_makes_and_reads_nothing(it: Loop) -> None:
    with pytest.raises(NotFound):
        actions.make(by=STRANGER, service=it.beds)
    assert len(queries.inbox(STRANGER)) == 0 and len(queries.outbox(STRANGER)) == 0
    assert queries.counts(STRANGER) == {"waiting": 0, "current": 0, "settled": 0, "ended": 0}


def test_a_draft_is_not_there_for_the_receiver(it: Loop) -> None:
    draft = it.refer(send_now=False)
    with pytest.raises(NotFound):
        queries.row(it.night, draft)
    with pytest.raises(Conflict):
        actions.accept(by=it.night, referral=draft)


def test_the_sender_cannot_answer_for_the_receiver(it: Loop) -> None:
    referral = it.refer()
    with pytest.raises(Conflict, match="receiver"):
        actions.accept(by=it.sender, referral=referral)


def test_a_referrals_events_name_no_person(it: Loop) -> None:
    referral = it.refer(note="Bad knee")
    actions.decline(by=it.night, referral=referral, reason="no_capacity", note="Full")
    lines = JournalLine.objects.filter(kind__startswith="referrals.")
    assert lines.count() >= 4
    said = " ".join(str(line.data) for line in lines)
    assert str(it.person) not in said and "knee" not in said and "Full" not in said


def test_closure_counts_with_its_interval(it: Loop) -> None:
    since = clock.now() - timedelta(days=1)
    done, open_ = it.refer(), it.refer(person=None)
    actions.accept(by=it.night, referral=done)
    actions.attended(by=it.night, referral=done)
    actions.outcome(by=it.night, referral=done, result="partly")
    found = queries.closure(to_agency=it.night.agency, since=since)
    assert (found.sent, found.answered, found.closed, found.share) == (2, 1, 1, 0.5)
    assert found.low < 0.5 < found.high and found.answer_hours is not None
    assert queries.closure(to_agency=it.sender.agency, since=since).sent == 0
    assert state(it, open_) == "sent"


def test_needs_that_found_no_service_are_counted(it: Loop) -> None:
    since = clock.now() - timedelta(days=1)
    for _ in range(2):
        referral = it.refer(person=None)
        actions.decline(by=it.night, referral=referral, reason="no_capacity")
    [unmet] = queries.unmet(since=since)
    assert (unmet.need, unmet.reason, unmet.number) == ("shelter", "no_capacity", 2)
