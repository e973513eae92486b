"""FHIR over the API: another system asks, answers and reads the loop; and what it cannot do."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from commonweal.agencies import actions as agencies
from commonweal.kernel.models import JournalLine
from commonweal.people.models import SourceRecord
from commonweal.referrals import queries
from commonweal.referrals.models import Referral
from factories.cast import SETUP
from factories.referrals import Loop, loop
from tests.adapters.test_fhir_reading import HOSTILE

pytestmark = pytest.mark.django_db
GUIDE = "http://hl7.org/fhir/us/sdoh-clinicalcare"
P9 = {"reference": "Patient/p9"}
CODES = f"{GUIDE}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door refers to the Lantern."""
    return loop()


def caller(it: Loop, role: str, *scopes: str) -> Any:
    """Posts a resource as one token's holder; returns the response."""
    _, secret = agencies.issue_token(by=SETUP, account=it.cast.account(role), name="t", scopes=scopes)
    client, head = Client(), {"Authorization": f"Bearer {secret}"}

    def send(body: object = None, path: str = "") -> Any:
        where = f"/api/v1/fhir/{path}"
        if body is None:
            return client.get(where, headers=head)
        return client.post(where, json.dumps(body), content_type="application/fhir+json", headers=head)

    return send


@pytest.fixture(name="ours")
def sending_system(it: Loop) -> Any:
    """Open Door's record system."""
    return caller(it, "case_manager", "send_referrals")


@pytest.fixture(name="theirs")
def answering_system(it: Loop) -> Any:
    """The Lantern's system."""
    return caller(it, "shelter_worker", "answer_referrals")


def task(referral: UUID, status: str, **more: object) -> dict[str, object]:
    """What a receiver's system says of a referral."""
    return {
        "resourceType": "Task", "id": "t1", "status": status, "intent": "order",
        "focus": {"reference": f"ServiceRequest/{referral}"}, **more,
    }  # fmt: skip


def asked(it: Loop, **more: object) -> dict[str, object]:
    """A Bundle as another system sends it: the request, its Task, the patient."""
    request = {
        "resourceType": "ServiceRequest", "id": "their-77", "status": "active", "intent": "order",
        "meta": {"profile": [f"{GUIDE}/StructureDefinition/SDOHCC-ServiceRequest"]},
        "category": [{"coding": [{"system": CODES, "code": "homelessness"}]}], "code": {"text": "A bed"},
        "subject": {"reference": "Patient/p9"}, "authoredOn": "2026-01-02T03:04:05Z", "priority": "urgent",
        "performer": [{"reference": f"HealthcareService/{it.beds}"}], "note": [{"text": "Has a dog"}], **more,
    }  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p9", "name": [{"family": "Okafor", "given": ["Ada"]}],
               "birthDate": "1988-02-29", "telecom": [{"system": "phone", "value": "555-0199"}]}  # fmt: skip
    asks = {"resourceType": "Task", "id": "t0", "status": "requested", "intent": "order",
            "focus": {"reference": "ServiceRequest/their-77"}}  # fmt: skip
    entries = [{"resource": one} for one in (patient, request, asks)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_sent_to_break_it_is_answered(it: Loop, body: bytes) -> None:
    account = it.cast.account("case_manager")
    _, secret = agencies.issue_token(by=SETUP, account=account, name="t", scopes=("send_referrals",))
    head = {"Authorization": f"Bearer {secret}"}
    answer = Client().post("/api/v1/fhir/", body, content_type="application/fhir+json", headers=head)
    assert answer.status_code == 400 and answer.json()["field"] == "body"


def test_too_many_at_once_are_refused(ours: Any) -> None:
    entry = [{"resource": {"resourceType": "Patient"}}] * 501
    answer = ours({"resourceType": "Bundle", "type": "collection", "entry": entry})
    assert answer.status_code == 400 and "501 resources" in answer.content.decode()


class TestAnswers:
    """A Task moves the loop as a tap on the screen would."""

    def test_from_requested_to_a_closed_need(self, it: Loop, theirs: Any, ours: Any) -> None:
        referral = it.refer()
        states = [
            theirs(task(referral, status)).json()[0]["state"]
            for status in ("received", "accepted", "in-progress", "completed")
        ]
        assert states == ["viewed", "accepted", "attended", "resolved"]
        got = json.loads(ours(path=f"referral/{referral}").content)
        found = {one["resource"]["resourceType"]: one["resource"] for one in got["entry"]}
        assert found["Task"]["status"] == "completed" and "Rosa" not in json.dumps(got)

    def test_the_same_answer_again_changes_nothing(self, it: Loop, theirs: Any) -> None:
        referral = it.refer()
        first, again = (theirs(task(referral, "accepted")).json()[0] for _ in range(2))
        assert (first["changed"], again["changed"]) == (True, False)
        assert [step["act"] for step in queries.timeline(it.sender, queries.row(it.sender, referral))].count(
            "accept"
        ) == 1

    def test_a_refusal_needs_a_reason_that_is_known(self, it: Loop, theirs: Any) -> None:
        referral = it.refer()
        no = theirs(task(referral, "rejected", statusReason={"text": "bad mood"}))
        assert no.status_code == 400 and no.json()["field"] == "Task.statusReason"
        assert "no_capacity" in no.json()["remedy"]
        assert queries.row_of(referral).state == "sent"
        yes = theirs(task(referral, "rejected", statusReason={"text": "No room now"}))
        assert yes.json()[0]["state"] == "declined"

    def test_a_question_a_waiting_list_and_a_part_answer(self, it: Loop, theirs: Any) -> None:
        asks = {"coding": [{"system": "urn:commonweal:referral-state", "code": "info-requested"}]}
        one = it.refer()
        said = theirs(task(one, "on-hold", businessStatus=asks, note=[{"text": "Any pets?"}]))
        assert said.json()[0]["state"] == "info_requested"
        assert theirs(task(one, "accepted")).json()[0]["state"] == "accepted"
        part = {"coding": [{"system": "urn:commonweal:referral-state", "code": "partly"}]}
        assert theirs(task(one, "completed", businessStatus=part)).json()[0]["state"] == "partly"

    def test_late_is_a_conflict_and_a_stranger_sees_nothing(self, it: Loop, theirs: Any, ours: Any) -> None:
        referral = it.refer()
        assert ours(task(referral, "cancelled")).json()[0]["state"] == "withdrawn"
        assert theirs(task(referral, "accepted")).status_code == 409
        assert theirs(task(uuid4(), "accepted")).status_code == 404
        stranger = caller(it, "clinician", "send_referrals")
        assert stranger(task(referral, "accepted")).status_code == 404

    def test_the_sender_cannot_accept_in_the_receivers_name(self, it: Loop, ours: Any) -> None:
        referral = it.refer()
        assert ours(task(referral, "accepted")).status_code == 409
        assert queries.row_of(referral).state == "sent"


class TestNamesOfTheirSystem:
    """What comes without an id would be taken for the last that came so: refused, and nothing is kept."""

    @pytest.mark.parametrize("theirs", [None, "", "a" * 65, "a b", "\u0661"])
    def test_a_request_and_a_patient_have_an_id(self, it: Loop, ours: Any, theirs: str | None) -> None:
        for kind in ("ServiceRequest", "Patient"):
            body = asked(it, subject={"reference": f"Patient/{theirs or ''}"} if kind == "Patient" else P9)
            for entry in body["entry"]:  # type: ignore[attr-defined]
                if entry["resource"]["resourceType"] == kind:
                    entry["resource"].pop("id") if theirs is None else entry["resource"].update(id=theirs)
            answer = ours(body)
            assert answer.status_code == 400 and answer.json()["field"].startswith(kind), answer.content
        assert not Referral.objects.exists()

    def test_the_longest_id_of_a_patient_is_kept_apart_from_one_that_begins_alike(
        self, it: Loop, ours: Any
    ) -> None:
        for number in range(2):
            name = "a" * 63 + str(number)
            body = asked(it, id=f"r{number}", subject={"reference": f"Patient/{name}"})
            body["entry"][0]["resource"]["id"] = name  # type: ignore[index]
            body["entry"][2]["resource"]["focus"]["reference"] = f"ServiceRequest/r{number}"  # type: ignore[index]
            assert ours(body).status_code == 200
        filed = list(SourceRecord.objects.filter(external_id__startswith="fhir:"))
        assert len({row.external_id for row in filed}) == 2 and all(len(r.external_id) <= 64 for r in filed)


class TestRequests:
    """A request of another system becomes a referral, once."""

    def test_made_once_with_its_person_and_answered_by_their_own_id(
        self, it: Loop, ours: Any, theirs: Any
    ) -> None:
        first = ours(asked(it)).json()
        again = ours(asked(it)).json()
        assert first[0]["state"] == "sent" and first[0]["changed"] and not again[0]["changed"]
        referral = UUID(first[0]["referral"])
        assert again[0]["referral"] == str(referral)
        row = queries.row_of(referral)
        assert (row.pathway, row.is_anonymous, row.service) == ("urgent", False, it.beds)
        got = json.loads(theirs(path=f"referral/{referral}").content)
        assert {one["resource"]["resourceType"] for one in got["entry"]} >= {"ServiceRequest", "Task"}
        assert "Okafor" not in json.dumps(got)  # names go to the receiver's own outbox alone
        mine = task(referral, "cancelled", focus={"reference": "ServiceRequest/their-77"})
        assert ours(mine).json()[0]["state"] == "withdrawn"

    def test_without_a_patient_nobody_is_named(self, it: Loop, ours: Any) -> None:
        whole = asked(it)
        entries = whole["entry"]
        assert isinstance(entries, list)
        whole["entry"] = entries[1:]
        assert queries.row_of(UUID(ours(whole).json()[0]["referral"])).is_anonymous

    def test_a_consent_that_comes_along_opens_nothing(self, it: Loop, ours: Any) -> None:
        whole = asked(it)
        entries = whole["entry"]
        assert isinstance(entries, list)
        text = {"text": "everything"}
        entries.append({"resource": {"resourceType": "Consent", "id": "c", "status": "active", "scope": text,
                                     "category": [text], "patient": {"reference": "Patient/p9"},
                                     "policyRule": text}})  # fmt: skip
        assert ours(whole).status_code == 200
        assert not JournalLine.objects.filter(kind__startswith="sharing.consent").exists()

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"status": "completed"}, "ServiceRequest.status"),
            ({"status": "posted"}, "ServiceRequest.status"),
            ({"performer": [{"reference": "Organization/1"}]}, "ServiceRequest.performer"),
            ({"performer": [{"reference": "HealthcareService/pantry"}]}, "ServiceRequest.performer"),
            ({"category": []}, "ServiceRequest.category"),
            ({"colour": "red"}, "ServiceRequest.colour"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_kept(
        self, it: Loop, ours: Any, more: dict[str, object], field: str
    ) -> None:
        no = ours(asked(it, **more))
        assert no.status_code == 400 and no.json()["field"] == field, no.json()
        assert not queries.outbox(it.sender)[:5]

    def test_refused_without_the_scope_the_service_or_a_resource(self, it: Loop, ours: Any) -> None:
        assert caller(it, "shelter_worker", "answer_referrals")(asked(it)).status_code == 404
        assert caller(it, "clinician", "read")(asked(it)).status_code == 403
        nowhere = [{"reference": f"HealthcareService/{uuid4()}"}]
        assert ours(asked(it, performer=nowhere)).status_code == 404
        assert ours({"resourceType": "Patient", "id": "p"}).json()["field"] == "resourceType"
        assert ours({"resourceType": "Sofa"}).json()["field"] == "body"
        assert Client().post("/api/v1/fhir/", {}, content_type="application/json").status_code == 401


def test_a_strangers_reading_is_not_there(it: Loop, ours: Any) -> None:
    assert caller(it, "clinician", "send_referrals")(path=f"referral/{it.refer()}").status_code == 404
    assert ours(path=f"referral/{uuid4()}").status_code == 404


@pytest.mark.parametrize("born", ["1988-02-30", "1988-13-01", "soon, perhaps"])
def test_a_day_that_no_calendar_has_is_refused_and_nothing_is_filed(it: Loop, ours: Any, born: str) -> None:
    sent = asked(it)
    sent["entry"][0]["resource"]["birthDate"] = born  # type: ignore[index]
    answer = ours(sent)
    assert answer.status_code == 400 and "birthDate" in answer.content.decode()
    assert ours(asked(it)).json()[0]["changed"], "the same request, mended, is taken"
