"""A referral in FHIR: valid by the official schema, labelled, and saying no more than it was given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from commonweal import packs
from commonweal.adapters.fhir import writer
from commonweal.adapters.fhir.writer import Party, Person, Referral, WriteError
from commonweal.referrals.states import MADE, STATES

from .shared_data import real_files

TABLES = packs.read("fhir/referral.yaml")
assert isinstance(TABLES, dict)
SENT = datetime(2025, 10, 4, 21, 56, 54, 671_000, tzinfo=UTC)
ANA = Person(uuid4(), "Reyes", ("Ana",), date(1990, 5, 1), "+14155550100", "es")
REFERRAL = Referral(
    id=UUID("11111111-1111-4111-8111-111111111111"),
    person=ANA,
    need="shelter",
    service="Night shelter",
    sender=Party(uuid4(), "Harlow Crisis Team"),
    receiver=Party(uuid4(), "Lantern House"),
    state="sent",
    authored=SENT,
    changed=SENT,
    request="Arrives by bus after nine",
    consent=uuid4(),
    labels=frozenset(["mental_health"]),
)


@cache
def schema() -> dict[str, object]:
    """The official schema, with the element that it forgets on QuestionnaireResponse."""
    (path,) = real_files("fhir_r4/fhir.schema.json")
    whole = json.loads(path.read_text(encoding="utf-8"))
    element = {"$ref": "#/definitions/Element"}
    whole["definitions"]["QuestionnaireResponse"]["properties"]["_questionnaire"] = element
    return dict(whole)


def faults(resource: object, kind: str) -> list[str]:
    validator = Draft6Validator({"definitions": schema()["definitions"], "$ref": f"#/definitions/{kind}"})
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(resource)]


def mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    else:
        yield str(value)


# --- validity --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(TABLES["states"]))
def test_every_state_of_the_loop_is_valid_fhir(state: str) -> None:
    referral = replace(REFERRAL, state=state, decline_reason="No bed", outcome="Slept there")
    assert faults(writer.task(referral), "Task") == []
    assert faults(writer.service_request(referral), "ServiceRequest") == []


@pytest.mark.parametrize("need", sorted(TABLES["needs"]))
def test_every_need_is_valid_fhir(need: str) -> None:
    assert faults(writer.service_request(replace(REFERRAL, need=need)), "ServiceRequest") == []


def test_the_tables_cover_every_need_and_state_of_the_product() -> None:
    needs = packs.read("directory/needs.yaml")
    assert isinstance(needs, dict)
    assert set(needs["needs"]) <= set(TABLES["needs"])
    assert {*STATES, MADE} == set(TABLES["states"])


def test_the_patient_and_the_bundle_are_valid_fhir() -> None:
    assert faults(writer.patient(ANA, ["hiv"]), "Patient") == []
    made = json.loads(json.dumps(writer.bundle(REFERRAL)))
    whole = {key: value for key, value in made.items() if key != "entry"}
    assert faults(whole, "Bundle") == []
    assert [entry["resource"]["resourceType"] for entry in made["entry"]] == [
        "Patient",
        "ServiceRequest",
        "Task",
    ]


def test_the_schema_itself_refuses_what_is_wrong() -> None:
    made = writer.task(REFERRAL)
    assert faults({**made, "status": "posted"}, "Task")
    assert faults({**made, "colour": "red"}, "Task")
    request = writer.service_request(REFERRAL)
    assert faults({key: value for key, value in request.items() if key != "subject"}, "ServiceRequest")


def test_what_the_guide_demands_of_a_task_and_a_request_is_there() -> None:
    (example,) = real_files("fhir_sdoh_examples/Task-SDOHCC-TaskReferralManagementOrderFulfillment*.json")
    published = json.loads(example.read_text(encoding="utf-8"))
    made = writer.task(replace(REFERRAL, outcome="Slept there"))
    assert set(published) - {"text"} <= set(made)
    assert made["code"] == published["code"]
    assert mapping(made["meta"])["profile"] == published["meta"]["profile"]
    (example,) = real_files("fhir_sdoh_examples/ServiceRequest-SDOHCC-ServiceRequestActive*.json")
    published = json.loads(example.read_text(encoding="utf-8"))
    made = writer.service_request(REFERRAL)
    assert set(published) - {"text", "reasonReference"} <= set(made)
    assert mapping(made["meta"])["profile"] == published["meta"]["profile"]
    category = made["category"]
    assert isinstance(category, list) and category[0] == published["category"][0]


# --- what it says, and what it does not --------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "task_status", "request_status"),
    [
        ("sent", "requested", "active"),
        ("declined", "rejected", "active"),
        ("attended", "in-progress", "active"),
        ("resolved", "completed", "completed"),
        ("withdrawn", "cancelled", "revoked"),
    ],
)
def test_the_loop_is_told_in_the_words_of_fhir(state: str, task_status: str, request_status: str) -> None:
    referral = replace(REFERRAL, state=state)
    assert writer.task(referral)["status"] == task_status
    assert writer.service_request(referral)["status"] == request_status
    assert state.replace("_", "-") in strings(writer.task(referral)["businessStatus"])


def test_a_decline_tells_its_reason_and_an_outcome_its_words() -> None:
    made = writer.task(replace(REFERRAL, state="declined", decline_reason="No bed tonight"))
    assert made["statusReason"] == {"text": "No bed tonight"}
    assert "output" not in made
    assert "Slept there" in strings(writer.task(replace(REFERRAL, state="closed", outcome="Slept there")))


def test_the_consent_is_named() -> None:
    assert writer.service_request(REFERRAL)["supportingInfo"] == [
        {"reference": f"Consent/{REFERRAL.consent}"}
    ]
    assert "supportingInfo" not in writer.service_request(replace(REFERRAL, consent=None))


def test_facts_that_are_not_released_are_absent() -> None:
    bare = replace(REFERRAL, person=Person(ANA.id))
    assert mapping(writer.patient(bare.person)).keys() == {"resourceType", "id"}
    said = " ".join(strings(writer.bundle(bare)))
    assert not any(word in said for word in ("Reyes", "Ana", "1990", "415555"))


def test_a_sensitive_referral_is_labelled_on_every_resource() -> None:
    made = writer.bundle(replace(REFERRAL, labels=frozenset(["substance_use_part2", "hiv"])))
    entries = made["entry"]
    assert isinstance(entries, list)
    for resource in [made, *(mapping(entry)["resource"] for entry in entries)]:
        codes = [mapping(label)["code"] for label in mapping(mapping(resource)["meta"])["security"]]  # type: ignore[attr-defined]
        assert codes == ["R", "HIV", "42CFRPart2"]
    plain = writer.task(replace(REFERRAL, labels=frozenset()))
    assert "N" in strings(plain["meta"])


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (SENT, "2025-10-04T21:56:54.671Z"),
        (SENT.replace(microsecond=0), "2025-10-04T21:56:54Z"),
        (SENT.replace(microsecond=5), "2025-10-04T21:56:54.000005Z"),
        (SENT.astimezone(timezone(timedelta(hours=-4))), "2025-10-04T21:56:54.671Z"),
    ],
)
def test_times_keep_their_precision(moment: datetime, written: str) -> None:
    assert writer.instant(moment) == written


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"need": "gold"}, "need 'gold' is unknown; use one of .*shelter"),
        ({"state": "lost"}, "state 'lost' is unknown"),
        ({"labels": frozenset(["secret"])}, "label 'secret' is unknown"),
        ({"authored": datetime(2025, 1, 1)}, "has no zone"),
    ],
)
def test_what_cannot_be_said_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(WriteError, match=words):
        writer.service_request(replace(REFERRAL, **change))  # type: ignore[arg-type]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@given(WORDS, WORDS, st.datetimes(timezones=st.just(UTC)), st.sampled_from(sorted(TABLES["states"])))
def test_any_words_make_json_that_reads_back(service: str, request: str, when: datetime, state: str) -> None:
    referral = replace(REFERRAL, service=service, request=request, authored=when, state=state)
    made = writer.bundle(referral)
    assert json.loads(json.dumps(made)) == made
