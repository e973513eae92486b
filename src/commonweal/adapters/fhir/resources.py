"""A referral to FHIR R4: a ServiceRequest, the Task that closes its loop, and a Bundle of both.

Shaped after HL7 SDOH Clinical Care (SDOHCC-ServiceRequest, SDOHCC-TaskForReferralManagement). The need in
general terms is the category; the service asked for is plain text, since no code names it truly. Whatever
is sensitive carries its security labels on every resource, so that a receiver's own gate can act on them; a
notice against redisclosure stands in words too, as the first note of request and task (42 CFR 2.32).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from commonweal import packs
from commonweal.adapters.fhir.values import Party, Person, Referral

__all__ = ["Party", "Person", "Referral", "WriteError", "bundle", "patient", "service_request", "task"]

Resource = dict[str, object]
GUIDE = "http://hl7.org/fhir/us/sdoh-clinicalcare"
TEMPORARY = f"{GUIDE}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
SNOMED = "http://snomed.info/sct"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
STATE = "urn:commonweal:referral-state"


class WriteError(ValueError):
    """A referral that cannot be said in FHIR; the message names the field, the value and the choice."""


def service_request(referral: Referral) -> Resource:
    """Return the request itself. Raises WriteError for an unknown need, state or label."""
    made: Resource = {
        "resourceType": "ServiceRequest",
        "id": str(referral.id),
        "meta": _meta("SDOHCC-ServiceRequest", referral.labels),
        "status": _word("states", "state", referral.state)[1],
        "intent": "order",
        "category": [
            _concept(SNOMED, "410606002", "Social service procedure"),
            _concept(TEMPORARY, *_word("needs", "need", referral.need)),
        ],
        "priority": "urgent" if referral.urgent else "routine",
        "code": {"text": referral.service},
        "subject": _subject(referral.person),
        "authoredOn": instant(referral.authored),
        "requester": _party(referral.sender),
        "performer": [_party(referral.receiver)],
    }
    said = [f"Amended on {day} at the person's request: {text}" for day, text in referral.amendments]
    said += [f"The person disagrees: {text}" for text in referral.statements]
    if notes := [text for text in (referral.notice, referral.request, *said) if text]:
        made["note"] = [{"text": text} for text in notes]
    if referral.consent:
        made["supportingInfo"] = [{"reference": f"Consent/{referral.consent}"}]
    return made


def task(referral: Referral) -> Resource:
    """Return the Task by which the receiver answers; its businessStatus keeps our own finer state."""
    made: Resource = {
        "resourceType": "Task",
        "id": str(referral.id),
        "meta": _meta("SDOHCC-TaskForReferralManagement", referral.labels),
        "status": _word("states", "state", referral.state)[0],
        "businessStatus": {"coding": [{"system": STATE, "code": referral.state.replace("_", "-")}]},
        "intent": "order",
        "priority": "urgent" if referral.urgent else "routine",
        "code": _concept("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", "Fulfill the focal request"),
        "focus": {"reference": f"ServiceRequest/{referral.id}"},
        "for": _subject(referral.person),
        "authoredOn": instant(referral.authored),
        "lastModified": instant(referral.changed),
        "requester": _party(referral.sender),
        "owner": _party(referral.receiver),
    }
    if referral.notice:
        made["note"] = [{"text": referral.notice}]
    if referral.decline_reason:
        made["statusReason"] = {"text": referral.decline_reason}
    if referral.outcome:
        activity = _concept(TEMPORARY, "resulting-activity", "Resulting Activity")
        made["output"] = [{"type": activity, "valueCodeableConcept": {"text": referral.outcome}}]
    return made


def patient(person: Person, labels: Iterable[str] = ()) -> Resource:
    """Return the person with the released facts alone; one without any is a bare id."""
    made: Resource = {"resourceType": "Patient", "id": str(person.id)}
    if labels := frozenset(labels):
        made["meta"] = {"security": _security(labels)}
    if person.family or person.given:
        parts = {"family": person.family, "given": list(person.given)}
        made["name"] = [{key: value for key, value in parts.items() if value}]
    if person.birth_date:
        made["birthDate"] = person.birth_date.isoformat()
    if person.phone:
        made["telecom"] = [{"system": "phone", "value": person.phone}]
    if person.language:
        concept = {"coding": [{"system": "urn:ietf:bcp:47", "code": person.language}]}
        made["communication"] = [{"language": concept, "preferred": True}]
    return made


def bundle(referral: Referral) -> Resource:
    """Return patient, request and task as one collection; nothing refers outside what was released."""
    parts = (patient(referral.person, referral.labels), service_request(referral), task(referral))
    return {
        "resourceType": "Bundle",
        "id": str(referral.id),
        "meta": {"security": _security(referral.labels)},
        "type": "collection",
        "timestamp": instant(referral.changed),
        "entry": [
            {"fullUrl": f"urn:commonweal:{part['resourceType']}/{part['id']}", "resource": part}
            for part in parts
        ],
    }


def instant(moment: datetime) -> str:
    """Return a time in UTC with the precision it has. Raises WriteError for one without a zone."""
    if moment.tzinfo is None:
        raise WriteError(f"time {moment} has no zone; hand over times in UTC")
    precision = (
        "microseconds" if moment.microsecond % 1000 else "milliseconds" if moment.microsecond else "seconds"
    )
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _meta(profile: str, labels: frozenset[str]) -> Resource:
    return {"profile": [f"{GUIDE}/StructureDefinition/{profile}"], "security": _security(labels)}


def _security(labels: frozenset[str]) -> list[Resource]:
    """Labels for what is sensitive, and the confidentiality they call for: restricted, else normal."""
    level = ("R", "restricted") if labels else ("N", "normal")
    sensitive = [(ACT_CODE, *_word("labels", "label", label)) for label in sorted(labels)]
    return [_coding(*part) for part in [(CONFIDENTIALITY, *level), *sensitive]]


def _coding(system: str, code: str, display: str) -> Resource:
    return {"system": system, "code": code, "display": display}


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [_coding(system, code, display)]}


def _subject(person: Person) -> Resource:
    return {"reference": f"Patient/{person.id}"}


def _party(party: Party) -> Resource:
    return {"reference": f"{party.kind}/{party.id}", "display": party.display}


def _word(table: str, field: str, value: str) -> tuple[str, str]:
    known = _tables()[table]
    if value not in known:
        raise WriteError(f"{field} {value!r} is unknown; use one of {', '.join(sorted(known))}")
    return known[value]


@cache
def _tables() -> dict[str, dict[str, tuple[str, str]]]:
    raw = packs.read("fhir/referral.yaml")
    if not isinstance(raw, dict):
        raise packs.PackError("fhir/referral.yaml must hold needs, states and labels")
    return {
        str(table): {str(word): (str(pair[0]), str(pair[1])) for word, pair in rows.items()}
        for table, rows in raw.items()
    }
