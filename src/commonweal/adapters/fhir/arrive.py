"""Referrals in: a request becomes a referral, a Task moves the loop, each by the doors of a screen.

Whoever sends is known by their token, never by what a file says of its sender. A file opens nothing: whether
the receiver may know the person stays the gate's to say, and a Consent that comes along is not taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from commonweal import packs
from commonweal.adapters.fhir.profiles import codings, values
from commonweal.adapters.fhir.reader import Read
from commonweal.adapters.fhir.resources import STATE, TEMPORARY
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import actions as people
from commonweal.people import queries as index
from commonweal.referrals import actions, queries

TAKEN = ("accepted", "scheduled", "attended", "started", "resolved", "partly", "not_resolved", "closed")
SEEN = ("viewed", "info_requested", "waitlisted", "declined", *TAKEN)
# Status of a Task -> acts of the receiver that lead there, in order; and the states that count as there.
LEADS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "received": (("view",), SEEN),
    "accepted": (("view", "accept"), TAKEN),
    "in-progress": (("view", "accept", "attend"), TAKEN[2:]),
    "completed": (("view", "accept", "attend", "settle"), TAKEN[4:]),
    "rejected": (("view", "decline"), ("declined",)),
    "on-hold": (("view", "waitlist"), ("waitlisted", "info_requested")),
    "failed": (("settle", "miss", "decline"), ("not_resolved", "no_show", "declined", "closed")),
    "cancelled": (("withdraw",), ("withdrawn",)),
}
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")  # the datatype `id` of FHIR R4
LONGEST = 64  # signs of an id that a record of a person is filed under
RESULTS = {"resolved": "resolved", "partly": "partly", "not-resolved": "not_resolved"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of one resource: the referral, its state now, and whether anything was done."""

    kind: str
    referral: UUID
    state: str
    changed: bool


@transaction.atomic
def arrive(*, by: Actor, resources: Sequence[Read]) -> list[Arrived]:
    """Take in what was read: requests first, then Tasks; all of it or, where one is refused, nothing.

    Invalid names the first fault and where it stands; NotFound where the sender has no part in a referral
    or the service is unknown; Conflict where a Task no longer fits what stands. Sending the same again
    changes nothing.
    """
    for one in resources:
        if not one.is_sound:
            fault = next(f for f in one.faults if f.level == "error")
            raise Invalid(fault.path, one.id, f"{fault.says} ({fault.rule}).")
    found = {f"{one.kind}/{one.id}": one for one in resources}
    made = {
        f"ServiceRequest/{one.id}": _request(by, one, found)
        for one in resources
        if one.kind == "ServiceRequest"
    }
    moved = [_task(by, one) for one in resources if one.kind == "Task" and _is_answer(one, made)]
    if not made and not moved:
        raise Invalid("resourceType", ", ".join(sorted({r.kind for r in resources})),
                      "Send a ServiceRequest, a Task, or a Bundle that holds one.")  # fmt: skip
    return [*made.values(), *moved]


def _focus(task: Read) -> str:
    found = values(task.values, "focus.reference")
    return str(found[0]) if found else ""


def _is_answer(task: Read, made: Mapping[str, Arrived]) -> bool:
    """A Task that came with its own request asks only; any other answers."""
    return not (_focus(task) in made and task.values.get("status") in ("draft", "requested", "ready"))


def _request(by: Actor, request: Read, found: Mapping[str, Read]) -> Arrived:
    """A referral made in the name of the token's agency, once for each id of the sender's system."""
    if by.agency is None or not by.may("send_referrals"):
        raise NotFound("referral")
    ours = _own_id(by.agency, _identified(request))
    before = ours in queries.rows_of([ours])
    if before:
        return Arrived(request.kind, ours, queries.row(by, ours).state, False)
    if request.values.get("status") != "active":
        raise Invalid("ServiceRequest.status", request.values.get("status"), "Send a request that is active.")
    who = found.get(str(next(iter(values(request.values, "subject.reference")), "")))
    person = _person(by, by.agency, who) if who else None
    made = actions.make(
        by=by, service=_service(request), person=person, needs=_needs(request), note=_notes(request), id=ours,
        is_anonymous=person is None,
        pathway="urgent" if request.values.get("priority") in ("urgent", "asap", "stat") else "",
    )  # fmt: skip
    return Arrived(request.kind, made.id, queries.row(by, made.id).state, True)


def _own_id(agency: UUID, theirs: str) -> UUID:
    """The id that another system's request has here: always the same for the same agency and id."""
    return uuid5(NAMESPACE_URL, f"commonweal:fhir:{agency}:ServiceRequest:{theirs}")


def _identified(one: Read) -> str:
    """The id that the sender's system gave; Invalid without one, since the next would be taken for this."""
    if not ID.fullmatch(one.id):
        remedy = "Give it the id of your own system: 1 to 64 letters, digits, dots and hyphens."
        raise Invalid(f"{one.kind}.id", one.id[:80], remedy)
    return one.id


def _record_id(patient: str) -> str:
    """How the sender's patient is filed: by their id, or by its digest where it is too long to keep."""
    filed = f"fhir:{patient}"
    return filed if len(filed) <= LONGEST else f"fhir:{uuid5(NAMESPACE_URL, filed)}"


def _service(request: Read) -> UUID:
    for one in values(request.values, "performer.reference"):
        kind, _, key = str(one).rpartition("/")
        if kind.endswith("HealthcareService"):
            return _uuid("ServiceRequest.performer", key)
    remedy = "Point to HealthcareService/ID, with an id of the directory (see /hsds/services)."
    raise Invalid("ServiceRequest.performer", "", remedy)


def _uuid(field: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid(field, text, "Give the id as this site wrote it, a UUID.") from wrong


def _needs(request: Read) -> list[str]:
    said = codings(request.values, "category", TEMPORARY)
    return [_needs_by_code()[code] for code in said if code in _needs_by_code()]


@cache
def _needs_by_code() -> dict[str, str]:
    """The guide's category to our need; the first where several share one."""
    rows = cast("Mapping[str, Mapping[str, Sequence[str]]]", packs.read("fhir/referral.yaml"))["needs"]
    return {str(pair[0]): need for need, pair in reversed(list(rows.items())) if need != "other"}


def _notes(request: Read) -> str:
    return "\n".join(str(text) for text in values(request.values, "note.text"))[:4000]


def _person(by: Actor, agency: UUID, patient: Read) -> UUID | None:
    """The person of the sender's own record, filed as it came; None where no name was sent."""
    given = [str(one) for one in values(patient.values, "name.given")]
    family = next((str(one) for one in values(patient.values, "name.family")), "")
    if not given and not family:
        return None
    born = str(patient.values.get("birthDate") or "")
    phones = [
        str(one.get("value", ""))
        for one in values(patient.values, "telecom")
        if isinstance(one, Mapping) and one.get("system") in ("phone", "sms")
    ]
    filed = {
        "given": " ".join(given)[:80], "family": family[:80], "phone": phones[0][:40] if phones else "",
        "born": _born(born),
    }  # fmt: skip
    key = _record_id(_identified(patient))
    record, _ = people.file_record(by=by, agency=agency, external_id=key, values=filed)
    return index.person_of(record.id)


def _born(text: str) -> date | None:
    """A whole day; None where only the year or month is known. Invalid for a day that no calendar has."""
    if len(text) < len("1984-03-09"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("Patient.birthDate", text, "Give a day of the calendar: year-month-day.") from wrong


def _task(by: Actor, task: Read) -> Arrived:
    """The acts that lead from what stands to what the Task says; none where it stands there already."""
    referral = _about(by, task)
    mine = queries.parties_of(by, referral)
    status = str(task.values.get("status"))
    if status not in LEADS:
        raise Invalid("Task.status", status, "Use one of: %(choices)s.", choices=", ".join(LEADS))
    acts, there = LEADS[status]
    if "info-requested" in codings(task.values, "businessStatus", STATE):
        acts = ("view", "ask")
    before = queries.row(by, referral).state
    for act in acts:
        state = queries.row(by, referral).state
        open_ = {one for party in mine for one in queries.open_acts(state, party)}
        if state not in there and act in open_:
            _do(by, referral, act, task)
    after = queries.row(by, referral).state
    if after not in there:
        says = "This Task (%(status)s) no longer fits; read the referral again."
        raise Conflict(says, status=status)
    return Arrived(task.kind, referral, after, after != before)


def _about(by: Actor, task: Read) -> UUID:
    """The referral in focus, by our id or by that of the sender's own system; NotFound for a stranger."""
    theirs = _focus(task).rpartition("/")[2]
    ids = [_own_id(by.agency, theirs)] if by.agency else []
    with suppress(ValueError):
        ids.append(UUID(theirs))
    for one in ids:
        if queries.parties_of(by, one):
            return one
    raise NotFound("referral")


def _do(by: Actor, referral: UUID, act: str, task: Read) -> None:
    note = "\n".join(str(text) for text in values(task.values, "note.text"))[:2000]
    match act:
        case "view":
            actions.view(by=by, referral=referral)
        case "accept":
            actions.accept(by=by, referral=referral, note=note)
        case "ask":
            actions.ask_info(by=by, referral=referral, note=note)
        case "waitlist":
            actions.waitlist(by=by, referral=referral, note=note)
        case "attend":
            actions.attended(by=by, referral=referral)
        case "miss":
            actions.no_show(by=by, referral=referral, note=note)
        case "decline":
            actions.decline(by=by, referral=referral, reason=_reason(task), note=note)
        case "settle":
            actions.outcome(by=by, referral=referral, result=_result(task), note=_outcome(task) or note)
        case "withdraw":
            actions.withdraw(by=by, referral=referral, note=note)


def _reason(task: Read) -> str:
    """Our code of a refusal: as a code, or by the words that name it in either language."""
    said = [str(one) for one in values(task.values, "statusReason.coding.code")]
    said += [str(one) for one in values(task.values, "statusReason.text")]
    known = queries.reasons().values()
    for one in said:
        for reason in known:
            if one.strip().casefold() in (reason.code, reason.en.casefold(), reason.es.casefold()):
                return reason.code
    listed = ", ".join(reason.code for reason in known)
    raise Invalid("Task.statusReason", "; ".join(said), "Say why, as one of: %(codes)s.", codes=listed)


def _result(task: Read) -> str:
    said = codings(task.values, "businessStatus", STATE)
    fallback = "resolved" if task.values.get("status") == "completed" else "not_resolved"
    return next((RESULTS[code] for code in said if code in RESULTS), fallback)


def _outcome(task: Read) -> str:
    return "; ".join(str(text) for text in values(task.values, "output.valueCodeableConcept.text"))[:2000]
