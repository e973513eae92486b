"""FHIR read: the guide's examples go through unchanged, and every rule of the pack refuses what breaks it."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.adapters.fhir.profiles import GUIDE, Rule, faults, profiles, rules_for, values
from commonweal.adapters.fhir.reader import FileRefused, read
from commonweal.adapters.fhir.writer import bundle

from .shared_data import real_files
from .test_fhir import REFERRAL

HEAD = b'{"resourceType": "Patient", "id": "a", '
HOSTILE = {
    "a number of five thousand digits": HEAD + b'"multipleBirthInteger": ' + b"1" * 5000 + b"}",
    "a number with an exponent past all size": HEAD + b'"x": 1e99999999999999999999999}',
    "no number": HEAD + b'"x": NaN}',
    "without end": HEAD + b'"x": -Infinity}',
    "nested in itself": HEAD + b'"extension": [' + b'{"url": "u", "extension": [' * 400 + b"]}" * 400 + b"]}",
    "nested past reading": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "half a pair": HEAD + b'"name": [{"family": "\\ud800"}]}',
    "half a pair in a name": HEAD + b'"\\udfff": 1}',
    "a NUL": HEAD + b'"name": [{"family": "a\\u0000b"}]}',
}
"""Bodies that an attacker sends: each is refused in words, none stops the program."""


@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_sent_to_break_it_is_refused(body: bytes) -> None:
    with pytest.raises(FileRefused):
        read(body)


def test_a_whole_pair_and_a_long_number_are_read() -> None:
    [found] = read(HEAD + b'"name": [{"family": "\\ud83d\\ude00"}], "multipleBirthInteger": 3}')
    assert "\N{GRINNING FACE}" in str(found.values)


def test_a_bundle_is_counted_before_it_is_read() -> None:
    one = {"resource": {"resourceType": "Patient"}}
    body = {"resourceType": "Bundle", "type": "collection", "entry": [one] * 3}
    assert len(read(json.dumps(body).encode(), 3)) == 3
    with pytest.raises(FileRefused, match="3 resources in one Bundle; send 2 at most"):
        read(json.dumps(body).encode(), 2)


SDOH = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
SURVEY = "http://terminology.hl7.org/CodeSystem/observation-category"
FOOD = {"coding": [{"system": SDOH, "code": "food-insecurity"}]}
CODE, WHO = {"text": "Help"}, {"reference": "Patient/1"}
SURVEYED = {"coding": [{"system": SURVEY, "code": "survey"}]}
BOARD = {"reference": "Organization/1"}
OBSERVED: dict[str, Any] = {
    "resourceType": "Observation", "status": "final", "category": [SURVEYED, FOOD], "code": CODE,
    "subject": WHO, "effectiveDateTime": "2024-05-01", "valueString": "Often", "method": CODE,
}  # fmt: skip
SOUND: dict[str, dict[str, Any]] = {
    "SDOHCC-ServiceRequest": {
        "resourceType": "ServiceRequest", "status": "active", "intent": "order", "category": [FOOD],
        "code": CODE, "subject": WHO, "authoredOn": "2024-05-01", "priority": "routine",
        "basedOn": [{"reference": "ServiceRequest/0"}], "reasonReference": [{"reference": "Condition/1"}],
    },
    "SDOHCC-TaskForReferralManagement": {
        "resourceType": "Task", "status": "rejected", "intent": "order", "code": CODE, "priority": "urgent",
        "focus": {"reference": "ServiceRequest/1"}, "for": WHO, "authoredOn": "2024-05-01T10:00:00Z",
        "requester": BOARD, "owner": BOARD, "partOf": [{"reference": "Task/0"}], "statusReason": CODE,
        "output": [{"type": {"coding": [{"system": SDOH, "code": "resulting-activity"}]},
                    "valueString": "Fed"}],
    },
    "SDOHCC-TaskForPatient": {
        "resourceType": "Task", "status": "requested", "intent": "order", "code": CODE, "for": WHO,
        "authoredOn": "2024-05-01T10:00:00Z", "requester": BOARD, "owner": WHO,
        "partOf": [{"reference": "Task/0"}],
    },
    "SDOHCC-Condition": {
        "resourceType": "Condition", "category": [FOOD], "code": CODE, "subject": WHO,
        "clinicalStatus": {"text": "as it is"},
    },
    "SDOHCC-Goal": {
        "resourceType": "Goal", "lifecycleStatus": "active", "description": CODE, "subject": WHO,
        "category": [FOOD], "addresses": [{"reference": "Condition/1"}],
    },
    "SDOHCC-Procedure": {
        "resourceType": "Procedure", "status": "completed", "category": FOOD, "code": CODE, "subject": WHO,
        "basedOn": [{"reference": "ServiceRequest/1"}], "performedDateTime": "2024-05",
    },
    "SDOHCC-ObservationScreeningResponse": {
        **OBSERVED, "derivedFrom": [{"reference": "QuestionnaireResponse/1"}],
    },
    "SDOHCC-ObservationAssessment": OBSERVED,
    **{
        f"SDOHCC-Observation{name}": OBSERVED
        for name in ("RaceOMB", "EthnicityOMB", "PersonalPronouns", "RecordedSexGender", "GenderIdentity",
                     "SexualOrientation")
    },
    "SDOHCC-Consent": {
        "resourceType": "Consent", "status": "active", "scope": CODE, "category": [CODE], "patient": WHO,
        "policyRule": CODE, "sourceAttachment": {"title": "Signed"},
    },
    "SDOHCC-HealthcareService": {"resourceType": "HealthcareService", "name": "Pantry"},
}  # fmt: skip
OTHERS: dict[str, dict[str, Any]] = {
    "QuestionnaireResponse": {"resourceType": "QuestionnaireResponse", "status": "completed"},
}


def sound(profile: str) -> dict[str, Any]:
    """A resource of one profile with nothing wrong; a fresh copy."""
    return copy.deepcopy({**SOUND[profile], "meta": {"profile": [GUIDE + profile]}})


def broken(resource: dict[str, Any], rule: Rule) -> dict[str, Any]:
    """The same, with exactly what the rule is about made wrong."""
    for path, wanted in rule.when:
        put(resource, path, wanted[0])
    wrong_code = {"coding": [{"system": rule.system, "code": "nonsense"}]}
    match rule.must:
        case "there" | "once":
            drop(resource, rule.path, *rule.unless, *(n for n in resource if n.startswith("value")))
        case "absent":
            put(resource, rule.path, {"text": "active"})
        case "code":
            put(resource, rule.path, "nonsense")
        case "coded":
            put(resource, rule.path, [{"text": "in words alone"}])
        case "within":
            put(
                resource, rule.path, [wrong_code] if isinstance(resource.get(rule.path), list) else wrong_code
            )
        case "refers":
            put(resource, rule.path, {"reference": "Basic/9"})
    return resource


def put(resource: dict[str, Any], path: str, value: Any) -> None:
    """Set one value at a dotted path, through the first of a list."""
    *way, last = path.split(".")
    holder: Any = resource
    for name in way:
        holder = holder.setdefault(name, [{}] if name == "coding" else {})
        holder = holder[0] if isinstance(holder, list) else holder
    holder[last] = value


def drop(resource: dict[str, Any], *names: str) -> None:
    """Take values away."""
    for name in names:
        resource.pop(name, None)


def every_rule() -> list[Any]:
    """Each profile with each of its rules, and the code lists of kinds without a profile."""
    known = [(p, r) for p in profiles() for r in rules_for(sound(p))]
    return [pytest.param(p, r, id=f"{p}-{r.name}") for p, r in known]


@pytest.mark.parametrize("profile", profiles())
def test_a_sound_resource_has_no_fault(profile: str) -> None:
    [found] = read(json.dumps(sound(profile)).encode())
    assert [str(fault) for fault in found.faults] == []


@pytest.mark.parametrize(("profile", "rule"), every_rule())
def test_each_rule_refuses_what_breaks_it_and_names_itself(profile: str, rule: Rule) -> None:
    found = faults(broken(sound(profile), rule))
    [fault] = [one for one in found if one.rule == rule.name]
    assert fault.path.endswith(rule.path) and fault.level == rule.level and fault.says


def test_code_lists_hold_without_a_profile_too() -> None:
    assert faults(OTHERS["QuestionnaireResponse"]) == []
    [fault] = faults({**OTHERS["QuestionnaireResponse"], "status": "posted"})
    assert fault.rule == "response-status" and "posted" in fault.says


def test_structure_is_judged_beside_the_profile() -> None:
    [found] = read(json.dumps({**sound("SDOHCC-Goal"), "colour": "red"}).encode())
    assert [fault.rule for fault in found.faults] == ["structure"] and not found.is_sound


def test_warnings_alone_leave_a_resource_sound() -> None:
    made = sound("SDOHCC-ServiceRequest")
    del made["authoredOn"]
    [found] = read(json.dumps(made).encode())
    assert found.is_sound and [fault.level for fault in found.faults] == ["warning"]


def test_every_published_example_is_sound_and_comes_out_as_it_went_in() -> None:
    files = real_files("fhir_sdoh_examples/*.json")
    for path in files:
        came = path.read_bytes()
        [found] = read(came)
        assert found.is_sound, (path.name, [str(fault) for fault in found.faults])
        assert plain(found.written()) == plain(came), path.name
    assert len(files) >= 29


def plain(text: str | bytes) -> object:
    """JSON with every number as it was written: 72.50 is not 72.5."""
    return json.loads(text, parse_float=str, parse_int=str)


@settings(max_examples=30, deadline=None)
@given(
    st.decimals(-999, 999, allow_nan=False, places=4),
    st.sampled_from(
        ["2024", "2024-05", "2024-05-01", "2024-05-01T10:00:00.671Z", "2024-05-01T10:00:00+02:00"]
    ),
)
def test_numbers_and_dates_keep_their_precision(number: Decimal, moment: str) -> None:
    made = {**sound("SDOHCC-ObservationAssessment"), "effectiveDateTime": moment}
    del made["valueString"]
    text = json.dumps(made)[:-1] + f', "valueQuantity": {{"value": {number:f}}}}}'
    [found] = read(text.encode())
    assert plain(found.written()) == plain(text)


def test_a_bundle_is_unfolded_in_order() -> None:
    found = read(json.dumps(bundle(REFERRAL)).encode())
    assert [one.kind for one in found] == ["Patient", "ServiceRequest", "Task"]
    assert all(one.is_sound for one in found)
    assert values(found[1].values, "note.text") == ["Arrives by bus after nine"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfe", "JSON"),
        (b"[1]", "one JSON object"),
        (b'{"resourceType": "Sofa"}', "FHIR R4"),
        (b'{"resourceType": "Task", "status": "draft", "status": "completed"}', "twice"),
        (b'{"id": "1"}', "FHIR R4"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_what_is_no_resource_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read(data)


def test_a_pointer_without_a_kind_is_let_pass() -> None:
    made = sound("SDOHCC-Goal")
    made["subject"] = {"reference": "urn:uuid:8f3b2c1e-0000-4000-8000-000000000000"}
    assert faults(made) == []
    made["subject"] = {"reference": "https://ehr.example.org/fhir/Group/7"}
    assert [fault.rule for fault in faults(made)] == ["goal-subject"]
