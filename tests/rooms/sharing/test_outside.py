"""Somebody outside: told what the person signed for, by this consent, and by no role, tie or other paper."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Disclosure, Outsider
from factories.cast import SETUP, Cast, consented, gather, someone

pytestmark = pytest.mark.django_db
WHERE = {"kind": "landlord", "name": "Harbor Homes", "address": "4 Dock Road"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


def named(person: UUID, **changed: str) -> UUID:
    """Somebody outside whom the person named."""
    return sharing.name_outsider(by=SETUP, person=person, **{**WHERE, **changed}).id


def signed(person: UUID, to: UUID, form: str = "hipaa_auth", **changed: object) -> UUID:
    """What the person signed for them."""
    said: dict[str, Any] = {
        "recipients": [], "categories": ["identity"], "purposes": ["care_coordination"],
        "signer": "Rosa Delgado", "signature": "Rosa Delgado", "method": "typed", "outsider_id": to,
    }  # fmt: skip
    return sharing.record_consent(by=SETUP, person=person, form=form, **{**said, **changed}).id


def told(cast: Cast, to: UUID, record: Subject, category: str = "identity") -> frozenset[str]:
    """Which fields they may be told, by the gate."""
    answer = sharing.ask(
        by=cast["case_manager"], category=category, purpose="care_coordination", about=record, to=to
    )
    return answer.fields if isinstance(answer, sharing.Permit) else frozenset()


def test_without_what_the_person_signed_nobody_outside_is_told_anything(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to = named(person)
    sharing.tie(
        by=SETUP, relation="care", subject=Subject("person", person), account=cast.account("case_manager")
    )
    assert told(cast, to, record) == frozenset()
    consented(cast, person, "hipaa_auth", ["social_service"], ["identity"])
    assert told(cast, to, record) == frozenset()  # what agencies may know is not for a landlord


def test_the_signed_consent_opens_its_fields_and_the_register_names_who_was_told(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to = named(person)
    signed(person, to)
    assert told(cast, to, record) == {"name", "dob"}
    row = Disclosure.objects.get()
    assert (row.outsider_id, row.person_id, row.account) == (to, person, cast["case_manager"].id)
    assert row.expires_at and row.fields == ["dob", "name"] and not row.is_accounted
    assert queries.told_outside([to]) == {to: "Harbor Homes, 4 Dock Road"}
    assert "Rosa" not in str([line.data for line in JournalLine.objects.all()])


def test_it_opens_to_that_recipient_for_that_class_and_to_no_agency(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to, other = named(person), named(person, name="Quay Diner", kind="employer")
    signed(person, to)
    assert told(cast, other, record) == frozenset()
    assert told(cast, to, record, "referral_status") == frozenset()
    as_worker = sharing.ask(
        by=cast["prosecutor"], category="identity", purpose="care_coordination", about=record
    )
    assert isinstance(as_worker, sharing.Refusal)
    refused = sharing.ask(
        by=cast["case_manager"], category="identity", purpose="care_coordination", about=record, to=other
    )
    assert isinstance(refused, sharing.Refusal) and "naming this recipient" in " ".join(refused.unlock)


def test_taken_back_or_over_it_opens_nothing(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to = named(person)
    one = signed(person, to, expires_at=clock.now() + timedelta(days=30))
    with clock.at(clock.now() + timedelta(days=31)):
        assert told(cast, to, record) == frozenset()
    assert told(cast, to, record)
    sharing.revoke_consent(by=SETUP, consent=one)
    assert told(cast, to, record) == frozenset()


@pytest.mark.parametrize("agency", ["part2_program", "victim_service_provider"])
def test_records_of_treatment_and_of_victims_stay_where_they_are(cast: Cast, agency: str) -> None:
    person, record = someone(cast, agency)
    to = named(person)
    signed(person, to)
    assert told(cast, to, record) == frozenset()
    refused = sharing.ask(
        by=cast["case_manager"], category="identity", purpose="care_coordination", about=record, to=to
    )
    assert isinstance(refused, sharing.Refusal) and not refused.acknowledged


def test_a_consent_of_part_2_lets_a_letter_tell_of_treatment_with_its_notice(cast: Cast) -> None:
    person, record = someone(cast, "part2_program")
    to = named(person, kind="court", name="Harlow Court")
    one = signed(person, to, "part2", categories=["identity", "sud_record"])
    answer = sharing.ask(
        by=cast["case_manager"], category="identity", purpose="care_coordination", about=record, to=to
    )
    assert isinstance(answer, sharing.Permit)
    assert "p2_notice" in answer.obligations and answer.relied_on == (str(one),)
    assert Disclosure.objects.get().notice == "42 CFR 2.32"


def test_no_purpose_but_care_is_served(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to = named(person)
    signed(person, to, purposes=["care_coordination", "enforcement", "evaluation"])
    for purpose in ("enforcement", "evaluation", "emergency", "treatment", "administration"):
        answer = sharing.ask(
            by=cast["case_manager"], category="identity", purpose=purpose, about=record, to=to
        )
        assert isinstance(answer, sharing.Refusal), purpose


def test_a_look_ahead_discloses_nothing_and_agrees_with_the_gate(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to, by = named(person), cast["case_manager"]
    ask: dict[str, Any] = {"by": by, "to": to, "category": "identity", "about": [record]}
    assert sharing.could_tell(**ask) == {}
    signed(person, to)
    before = JournalLine.objects.count()
    ahead = sharing.could_tell(**ask)
    assert JournalLine.objects.count() == before and not Disclosure.objects.exists()
    assert ahead == {record: told(cast, to, record)}


def test_being_asked_for_somebody_outside_takes_no_more_statements(cast: Cast) -> None:
    person, record = someone(cast, "social_service")
    to = named(person)
    ask: dict[str, Any] = {"by": cast["case_manager"], "category": "identity", "purpose": "care_coordination"}
    sharing.ask(about=record, **ask)
    with CaptureQueriesContext(connection) as plain:
        sharing.ask(about=record, **ask)
    with CaptureQueriesContext(connection) as outside:
        sharing.ask(about=record, to=to, **ask)
    assert len(outside) <= len(plain)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"form": "roi"}, "form"),
        ({"form": "vawa"}, "form"),
        ({"method": "verbal", "witness": "x"}, "method"),
        ({"signature": ""}, "signature"),
        ({"signature": "Somebody else"}, "signature"),
        ({"outsider_id": UUID(int=4)}, "outsider"),
        ({"outsider_id": None}, "recipients"),
        ({"recipients": [UUID(int=4)]}, "recipients"),
    ],
)
def test_what_is_missing_from_the_consent_is_named(
    cast: Cast, changed: dict[str, object], field: str
) -> None:
    person, _ = someone(cast, "social_service")
    to = named(person)
    form = str(changed.pop("form", "hipaa_auth"))
    with pytest.raises(Invalid) as fault:
        signed(person, to, form, **changed)
    assert fault.value.field == field


def test_whom_another_person_named_is_not_theirs(cast: Cast) -> None:
    person, _ = someone(cast, "social_service")
    other, _ = someone(cast, "social_service", given="Ana", phone="555-0199")
    with pytest.raises(Invalid, match="whom this person named"):
        signed(person, named(other))


@pytest.mark.parametrize(("field", "value"), [("kind", "friend"), ("name", " "), ("address", "")])
def test_a_recipient_has_a_kind_a_name_and_a_place(cast: Cast, field: str, value: str) -> None:
    person, _ = someone(cast, "social_service")
    with pytest.raises(Invalid) as fault:
        named(person, **{field: value})
    assert fault.value.field == field and not Outsider.objects.exists()


def test_the_same_recipient_again_is_the_one_that_is_there(cast: Cast) -> None:
    person, _ = someone(cast, "social_service")
    assert named(person) == named(person, name="  Harbor Homes ")
    assert [one.name for one in queries.recipients(person)] == ["Harbor Homes"]
