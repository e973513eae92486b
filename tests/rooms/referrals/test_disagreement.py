"""Statements of disagreement go along with later disclosures: the referral's envelope, FHIR, the API."""

import pytest

from commonweal.adapters.fhir.deliver import _referral
from commonweal.adapters.fhir.writer import service_request
from commonweal.kernel import clock
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Request
from factories.caller import Program
from factories.cast import SETUP
from factories.referrals import loop

pytestmark = pytest.mark.django_db
WORDS = "I never lived at that address, and I was not shouting."


def disagree(it: object, subject: object, person: object) -> None:
    """An amendment refused, and the person's words beside the record."""
    officer = it.cast["privacy_officer"]  # type: ignore[attr-defined]
    made, _ = sharing.receive_request(by=officer, kind="amendment", text="Correct it", person=person)
    Request.objects.filter(id=made.id).update(outcome="denied", state="answered")
    sharing.keep_statement(by=officer, request=made.id, text=WORDS, about=subject)


def test_it_travels_with_the_record_and_with_no_other() -> None:
    it = loop()
    referral = it.refer()
    before = referrals.envelope(referral)
    assert before.statements == () and before.name
    for about in people.records_of(before.person):
        disagree(it, about, before.person)
    after = referrals.envelope(referral)
    assert after.statements == (WORDS,)
    sent = service_request(_referral(after))
    assert f"The person disagrees: {WORDS}" in [note["text"] for note in sent["note"]]  # type: ignore[index]
    assert WORDS not in str(service_request(_referral(before)))


def corrected(it: object, subject: object, person: object) -> None:
    """An amendment granted, and what it says beside the record."""
    officer = it.cast["privacy_officer"]  # type: ignore[attr-defined]
    made, _ = sharing.receive_request(by=officer, kind="amendment", text="Correct it", person=person)
    Request.objects.filter(id=made.id).update(outcome="granted", state="answered")
    sharing.amend_record(by=officer, request=made.id, text="Born in 1985, not in 1958.", about=subject)


def test_a_correction_travels_with_the_record_too() -> None:
    it = loop()
    referral = it.refer()
    before = referrals.envelope(referral)
    for about in people.records_of(before.person):
        corrected(it, about, before.person)
    after = referrals.envelope(referral)
    assert after.amendments == ((clock.today(), "Born in 1985, not in 1958."),) and after.statements == ()
    notes = [note["text"] for note in service_request(_referral(after))["note"]]  # type: ignore[index]
    said = f"Amended on {clock.today()} at the person's request: Born in 1985, not in 1958."
    assert said in notes and "Amended" not in str(service_request(_referral(before)))
    manager = Program(it.cast["case_manager"])
    shown = manager.get(f"people/{before.person}/records?purpose=care_coordination").json()
    told = [part["amendments"] for part in shown if part["fields"]]
    assert told and all(one[0]["text"].startswith("Born in 1985") and one[0]["on"] for one in told)


def test_programs_read_it_beside_the_record() -> None:
    it = loop()
    referral = it.refer()
    person = referrals.envelope(referral).person
    [about, *_] = people.records_of(person)
    disagree(it, about, person)
    manager = Program(it.cast["case_manager"])
    shown = manager.get(f"people/{person}/records?purpose=care_coordination").json()
    told = {part["id"]: part["statements"] for part in shown}
    assert told.get(str(about.id)) == [WORDS], shown


def test_whoever_is_shown_nothing_of_a_record_is_told_nothing_beside_it() -> None:
    it = loop()
    referral = it.refer()
    person = referrals.envelope(referral).person
    for about in people.records_of(person):
        disagree(it, about, person)
    answer = Program(it.cast["prosecutor"]).get(f"people/{person}/records?purpose=care_coordination")
    assert WORDS not in answer.content.decode()
    assert SETUP.id
