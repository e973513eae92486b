"""Requests: received with their day, identity made sure of, worked, extended once, answered, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.labels import CATEGORIES
from commonweal.kernel.shown import note_reading
from commonweal.kernel.turns import take_turn
from commonweal.people import queries as people
from commonweal.sharing import asked, events, letters, rights
from commonweal.sharing.actions.representatives import authority, still_authorized
from commonweal.sharing.models import Letter, Request, Step
from commonweal.sharing.receipts import hashed, new_code, officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks and how they are written to; `representative` where somebody with authority acts."""

    name: str = ""
    contact: str = ""
    language: str = "en"
    representative: UUID | None = None


NAMELESS = Asker()


@transaction.atomic
def receive_request(
    *,
    by: Actor,
    kind: str,
    text: str,
    person: UUID | None = None,
    asker: Asker = NAMELESS,
    received: date | None = None,
) -> tuple[Request, str]:
    """Take a request; its day follows from its kind. Returns it and the code that follows a public one.

    The person files for themselves (identity known by their sign-in), anybody for public records, an
    officer for anyone, on the day it came (`received`, never in the future).
    """
    found = rights.kind(kind)
    _may_file(by, found, person)
    came = received if received and by.may("keep_trust") else clock.today()
    if came > clock.today():
        raise Invalid("received", came, "Give the day it came, today or before.")
    if not text.strip():
        raise Invalid("text", text, "Say what is asked for.")
    if asker.representative:
        authority(asker.representative, person, kind)
    code = new_code() if found.is_public else ""
    request = Request.objects.create(
        number=_number(came),
        kind=kind,
        person_id=people.survivor(person) if person else None,
        representative_id=asker.representative,
        name=asker.name.strip(),
        contact=asker.contact.strip(),
        language="es" if asker.language.startswith("es") else "en",
        text=text.strip()[:4000],
        received_on=came,
        due_on=rights.due(found, came, closed=rights.holidays()),
        code_hash=hashed(code) if code else "",
    )
    step(by, request, "received")
    letters.write(by=by, request=request, letter="acknowledged")
    if by.person is not None and by.mfa:
        _verified(by, request, "signed_in")
    return request, code


def _may_file(by: Actor, kind: rights.Kind, person: UUID | None) -> None:
    if kind.is_public:
        return
    own = by.person is not None and person is not None and person in people.circle(by.person)
    if not own:
        officer(by)
    if person is None:
        raise Invalid("person", "", "Say whose record it is about.")


def _number(came: date) -> str:
    """The next number of the year: R-2026-0001."""
    take_turn("request number")
    start = f"R-{came.year}-"
    last = Request.objects.filter(number__startswith=start).order_by("-number").first()
    return f"{start}{int(last.number.rpartition('-')[2]) + 1 if last else 1:05d}"


def step(by: Actor, request: Request, name: str, note: str = "") -> None:
    """Keep one step of a request and journal it."""
    Step.objects.create(request=request, step=name, by=by.id, note=note.strip())
    journal.write(by=by, event=events.RequestMoved(request=request.id, step=name))


def _verified(by: Actor, request: Request, how: str) -> None:
    request.state, request.verified_how, request.verified_by = "verified", how, by.id
    request.save()
    step(by, request, "verified")


def worked(by: Actor, request: UUID) -> Request:
    """The request, locked, for an officer; Conflict where it was answered already."""
    officer(by)
    found = Request.objects.select_for_update().filter(id=request).first()
    if found is None:
        raise NotFound("request")
    if found.state in ("answered", "closed"):
        raise Conflict("This request has been answered already.")
    return found


@transaction.atomic
def open_request(*, by: Actor, request: UUID) -> Request:
    """A request with its words, for an officer; that it was read is journalled first."""
    officer(by)
    found = Request.objects.select_related("representative").filter(id=request).first()
    if found is None:
        raise NotFound("request")
    journal.write(by=by, event=events.RequestRead(request=request))
    note_reading()
    return found


@transaction.atomic
def open_own_request(*, by: Actor, request: UUID) -> Request:
    """One of one's own with its words and letters, journalled first; NotFound for anybody else's."""
    found = asked.own_request(by, request)
    journal.write(by=by, event=events.RequestRead(request=request))
    return found


@transaction.atomic
def open_public_letters(*, code: str) -> list[Letter]:
    """The letters to whoever holds the code of a public-records request, journalled first."""
    found = asked.public_letters(code)
    if found:
        journal.write(by=STRANGER, event=events.RequestRead(request=found[0].request_id))
    return found


@transaction.atomic
def verify_request(*, by: Actor, request: UUID, how: str) -> Request:
    """Say how it was made sure who asks (45 CFR 164.514(h)); Invalid for an unknown way."""
    found = worked(by, request)
    if how not in rights.ways_to_verify():
        raise Invalid("how", how, f"Use one of: {', '.join(rights.ways_to_verify())}.")
    if found.state != "received":
        raise Conflict("Who asks was made sure of already.")
    _verified(by, found, how)
    return found


@transaction.atomic
def take_request(*, by: Actor, request: UUID) -> Request:
    """Take it into work; another officer may take it over."""
    found = worked(by, request)
    _must_be_known(found)
    found.state, found.worked_by = "in_work", by.id
    found.save()
    step(by, found, "in_work")
    return found


def _must_be_known(found: Request) -> None:
    if found.state == "received" and not rights.kind(found.kind).is_public:
        raise Conflict("Make sure who asks first.")


@transaction.atomic
def extend_request(*, by: Actor, request: UUID, reason: str) -> Request:
    """Move the day once, by what law allows, with a written reason, while the first day is not over."""
    found = worked(by, request)
    kind = rights.kind(found.kind)
    if not reason.strip():
        raise Invalid("reason", reason, "Write the reason; it goes into the letter.")
    if found.extended_at or not kind.extension:
        raise Conflict("The day can be moved no further.")
    if clock.today() > found.due_on:
        raise Conflict("The day is over; a request can be extended only before it.")
    found.extended_at = clock.now()
    found.due_on = rights.due(kind, found.received_on, extended=True, closed=rights.holidays())
    found.save()
    step(by, found, "extended", reason)
    letters.write(by=by, request=found, letter="extended", typed=reason)
    return found


@transaction.atomic
def answer_request(
    *,
    by: Actor,
    request: UUID,
    outcome: str,
    text: str = "",
    grounds: Sequence[str] = (),
    withheld: Mapping[str, str] | None = None,
) -> Request:
    """Answer: granted, granted_in_part or denied; a refusal names its grounds. After its day it says so.

    `withheld` (access): class of data to ground; those parts stay out of the package and are named in it.
    """
    found = worked(by, request)
    _must_be_known(found)
    kept = dict(withheld or {})
    named = list(dict.fromkeys([*grounds, *kept.values()]))
    _check_answer(rights.kind(found.kind), outcome, named, kept)
    if outcome != "denied":
        still_authorized(found)
    found.state, found.outcome, found.grounds, found.withheld = "answered", outcome, named, kept
    found.answered_on, found.worked_by = clock.today(), found.worked_by or by.id
    found.is_late = found.answered_on > found.due_on
    found.save()
    step(by, found, "answered", text)
    letters.write(by=by, request=found, letter=outcome, typed=text)
    return found


def _check_answer(
    kind: rights.Kind, outcome: str, grounds: Sequence[str], withheld: Mapping[str, str]
) -> None:
    if outcome not in rights.OUTCOMES:
        raise Invalid("outcome", outcome, f"Use one of: {', '.join(rights.OUTCOMES)}.")
    if unknown := [g for g in grounds if g not in kind.grounds]:
        raise Invalid("grounds", ", ".join(unknown), f"Use: {', '.join(kind.grounds)}.")
    if outcome != "granted" and not grounds:
        raise Invalid("grounds", "", "Name the ground on which it is refused.")
    if outcome == "granted" and grounds:
        raise Invalid("outcome", outcome, "What is granted in full withholds nothing.")
    if unknown := sorted(set(withheld) - set(CATEGORIES)):
        raise Invalid("withheld", ", ".join(unknown), f"Use: {', '.join(CATEGORIES)}.")


@transaction.atomic
def close_request(*, by: Actor, request: UUID, note: str = "") -> Request:
    """Close an answered request; one that was not answered closes only with a reason (taken back)."""
    officer(by)
    found = Request.objects.select_for_update().filter(id=request).first()
    if found is None:
        raise NotFound("request")
    if found.state == "closed":
        return found
    if found.state != "answered" and not note.strip():
        raise Invalid("note", note, "Say why it closes without an answer.")
    found.state, found.closed_at = "closed", clock.now()
    found.save()
    step(by, found, "closed", note)
    letters.write(by=by, request=found, letter="closed", typed=note)
    return found
