"""Callers handed between centres of this system, 911 and 988: offered, read, answered, taken back, rung.

While an offer stands, the receiver is tied to the call, and so it reads what its own permit opens (us.role.*
on a call in hand); a call of the 988 lifeline opens only where the sender says that a life is at risk. Who
takes the caller keeps that view as a centre does that ended a call; who does not loses it at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import events, marks, natures, ties
from commonweal.calls.actions.documents import Told, keep_documents
from commonweal.calls.actions.intake import Caller, Where, receive
from commonweal.calls.ending import end
from commonweal.calls.handing import ALL, Handed, hand, handed
from commonweal.calls.models import Call, Note, Transfer
from commonweal.calls.offers import let_go, sides, standing
from commonweal.engines.disclosure import Permit, Refusal
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.sharing.actions import Circumstances

CENTRES = ("ecc", "lifeline_988")
REFUSALS = ("no_capacity", "wrong_centre", "caller_gone", "other")
UNKNOWABLE = (
    "They must not learn of this call. Say that a life is at risk where it is so, or hand over by telephone."
)
PARTNER = {"lifeline_988": "lifeline_988"}  # any other centre is a 911


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a receiver would be given of a call if it were offered now; `why` in the gate's own words."""

    fields: frozenset[str]
    withheld: frozenset[str]
    why: str
    unlock: tuple[str, ...] = ()
    is_possible: bool = True


class Incoming(Protocol):
    """An incident as another centre tells it (adapters.eido.reader.Incident has this shape)."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def told(self) -> Told: ...
    @property
    def place(self) -> "Spot": ...
    @property
    def nature_label(self) -> str: ...


class Spot(Protocol):
    """Where an incident is: words, and a point where one is told."""

    @property
    def text(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def longitude(self) -> float | None: ...
    @property
    def latitude(self) -> float | None: ...


def foresee(*, by: Actor, call: UUID, to: UUID, is_threat: bool = False) -> Foreseen:
    """What the gate would open for a centre, were this call offered to it. No trace of the question stays."""
    with transaction.atomic():
        answer = _as_offered(by, _own(by, call), _centre(to), is_threat)
        transaction.set_rollback(True)
    if isinstance(answer, Permit):
        return Foreseen(answer.fields, ALL - answer.fields, trust.why(answer))
    sentence = trust.rule(answer.rules[0])[0] if answer.rules else trust.why(answer)
    return Foreseen(frozenset(), ALL, sentence, trust.unlock(answer), answer.acknowledged)


def _as_offered(by: Actor, call: UUID, to: UUID, is_threat: bool) -> Permit | Refusal:
    """The gate's answer to the receiving centre, tied to the call."""
    about = Subject("call", call)
    sharing.tie(by=by, relation="incident", subject=about, agency=to)
    asker = agencies.as_asker(to, "call_taker")
    said = Circumstances(imminent_threat=is_threat, incident=call)
    return sharing.ask(by=asker, category="call_facts", purpose="emergency", about=about, circumstances=said)


def _own(by: Actor, call: UUID) -> UUID:
    """The call where it is of the actor's own centre; NotFound otherwise."""
    if not Call.objects.filter(id=call, agency=by.agency).exists() or call in trust.barred("call"):
        raise NotFound("call")
    return call


def _centre(agency: UUID) -> UUID:
    found = agencies.agencies().filter(id=agency, kind__in=CENTRES).first()
    if found is None:
        raise Invalid("to", agency, "Choose a 911 or 988 centre of this site.")
    return found.id


@transaction.atomic
def offer(*, by: Actor, call: UUID, to: UUID, is_warm: bool = True, is_threat: bool = False) -> Transfer:
    """Offer a call to another centre. Nothing but that it waits leaves until the receiver reads it.

    Invalid where the receiver must not learn of the call at all, or is the own centre; Conflict while
    another offer of the call stands; NotFound for a call of another centre.
    """
    found = marks.locked_open(_own(by, call))
    if _centre(to) == found.agency_id:
        raise Invalid("to", to, "Choose another centre than your own.")
    if standing(found.id):
        raise Conflict("This call is offered to a centre already. Take it back first.")
    seen = foresee(by=by, call=call, to=to, is_threat=is_threat)
    if not seen.is_possible:
        raise Invalid("to", agencies.agency(to).name, UNKNOWABLE)
    sharing.tie(by=by, relation="incident", subject=Subject("call", call), agency=to)
    row = _opened(by, found, found.agency_id, to, is_warm=is_warm, is_threat=is_threat)
    _told(by, row)
    return row


def _opened(by: Actor, call: Call, sender: UUID, to: UUID, **more: Any) -> Transfer:
    due = clock.now() + timedelta(seconds=settings.TRANSFER_SECONDS)
    partner = PARTNER.get(agencies.agency(sender if more.get("is_inbound") else to).kind, "911")
    return Transfer.objects.create(
        call=call, partner=partner, from_agency_id=sender, to_agency_id=to, actor=by.id, due_at=due, **more
    )


def _told(by: Actor, row: Transfer) -> None:
    sender, to = sides(row)
    event = events.TransferOffered(
        transfer=row.id, call=row.call_id, agency=to, from_agency=sender, is_warm=row.is_warm
    )
    journal.write(by=by, event=event)


@transaction.atomic
def take_in(*, by: Actor, found: Incoming, to: UUID, is_warm: bool = True) -> tuple[Transfer, bool]:
    """A call that a partner centre hands over by a document; whether it is new.

    It waits at the receiver's desk like any call, under the number that centre gives it. The same incident
    sent to the same centre again is the same transfer, and its newer document is kept with the call.
    """
    if by.agency is None:
        raise NotFound("agency")
    if _centre(to) == by.agency:
        raise Invalid("to", to, "Choose another centre than your own.")
    key = hashlib.sha256(f"{by.agency}\n{to}\n{found.told.tracking}".encode()).hexdigest()
    known = Transfer.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                known, is_new = _taken_in(by, found, to, key, is_warm), True
        except IntegrityError:  # the same document came twice at once
            known, is_new = Transfer.objects.get(key=key), False
    else:
        is_new = False
    keep_documents(by=by, came=[(known.call_id, found.fingerprint, found.told)])
    return known, is_new


def _taken_in(by: Actor, found: Incoming, to: UUID, key: str, is_warm: bool) -> Transfer:
    told, place = found.told, found.place
    caller = Caller(told.reporter.name, told.reporter.phone, "", told.reporter.language or "en")
    where = Where(place.text, told.extra, place.city, place.longitude, place.latitude)
    call = receive(
        by=by, source="other_centre", where=where, caller=caller, nature=told.nature, agency=to,
        words=found.nature_label if not told.nature else "",
    )  # fmt: skip
    assert by.agency is not None
    row = _opened(by, call, by.agency, to, is_warm=is_warm, is_inbound=True, key=key)
    _told(by, row)
    return row


def read_transfer(*, by: Actor, transfer: UUID) -> Handed:
    """What the receiver's permit opens of an offered or taken call, journalled; NotFound for anybody else.

    The answer of the gate is for whoever asks: the worker at the receiving desk, or its system's account.
    """
    with transaction.atomic():
        row = _locked(transfer)
        if by.agency != row.to_agency_id or row.taken_back_at or row.is_accepted is False:
            raise NotFound("transfer")
        answer = _asked(by, row)
        opened = answer.fields if isinstance(answer, Permit) else frozenset()
        is_known = isinstance(answer, Permit) or answer.acknowledged
        if isinstance(answer, Permit):
            found = handed(row.call_id, permit=answer)
            row.sent, row.sent_at = sorted(opened), row.sent_at or clock.now()
            row.save(update_fields=["sent", "sent_at"])
            to, given = sides(row)[1], tuple(row.sent)
            journal.write(by=by, event=events.CallHandedOver(call=row.call_id, to=to, fields=given))
        elif is_known:
            found = hand(row.call_id, frozenset())
    if not is_known:
        raise NotFound("transfer")
    return found


def _asked(by: Actor, row: Transfer) -> Permit | Refusal:
    said = Circumstances(imminent_threat=row.is_threat, incident=row.call_id)
    about = Subject("call", row.call_id)
    return sharing.ask(by=by, category="call_facts", purpose="emergency", about=about, circumstances=said)


def _locked(transfer: UUID) -> Transfer:
    row = Transfer.objects.select_for_update().filter(id=transfer, due_at__isnull=False).first()
    if row is None:
        raise NotFound("transfer")
    return row


@transaction.atomic
def answer_transfer(*, by: Actor, transfer: UUID, is_accepted: bool, refusal: str = "") -> Transfer:
    """The receiver takes the caller, or says why it cannot. The same answer again changes nothing.

    A taken call ends at its sender, unless a unit is still on it; a 911 centre works on in a call of its
    own. Conflict where it was answered otherwise or taken back.
    """
    row = _locked(transfer)
    if by.agency != row.to_agency_id:
        raise NotFound("transfer")
    if not is_accepted and refusal not in REFUSALS:
        raise Invalid("refusal", refusal, f"Use one of: {', '.join(REFUSALS)}.")
    if row.is_accepted is not None and row.is_accepted == is_accepted:
        return row
    if row.is_accepted is not None or row.taken_back_at is not None:
        raise Conflict("This transfer was answered or taken back already. Look at the list again.")
    row.is_accepted, row.refusal = is_accepted, "" if is_accepted else refusal
    row.answered_at, row.answered_by = clock.now(), by.id
    row.save()  # first: a call that ends takes an offer that still stands with it
    if is_accepted:
        _accept(by, row)
    else:
        _loose(by, row)
    row.save()
    sender, _ = sides(row)
    said = events.TransferAnswered(
        transfer=row.id, call=row.call_id, agency=sender, is_accepted=is_accepted, refusal=row.refusal
    )
    journal.write(by=by, event=said)
    return row


def _accept(by: Actor, row: Transfer) -> None:
    call = marks.locked(row.call_id)
    if row.is_inbound:
        row.arrived = call.id
        if call.answered is None:
            marks.stamp(by, call, "answered")
        return
    if agencies.agency(sides(row)[1]).kind == "ecc":
        row.arrived = _carry_on(by, row)
    if call.is_open and not call.assignments.filter(cleared__isnull=True).exists():
        end(by, call, "transferred")
    until = clock.now() + ties.CENTRE_KEEPS
    let_go(by, row, until)


def _carry_on(by: Actor, row: Transfer) -> UUID | None:
    """The receiver's own call of what its permit opened, answered; None where it opened nothing."""
    found = read_transfer(by=by, transfer=row.id)
    row.refresh_from_db()
    caller = Caller(found.caller_name, found.caller_phone, "", found.language or "en")
    where = Where(found.address, found.extra, found.city, found.lon, found.lat)
    nature = found.nature if found.nature in natures.all_natures() else ""
    call = receive(by=by, source="other_centre", where=where, caller=caller, nature=nature)
    marks.stamp(by, call, "answered")
    for _, _, text in found.notes:
        Note.objects.create(call=call, text=text, actor=by.id)
    return call.id


def _loose(by: Actor, row: Transfer) -> None:
    """An offer that came to nothing: the receiver's view ends, or the call that it brought in."""
    let_go(by, row)
    call = marks.locked(row.call_id)
    if row.is_inbound and call.is_open:
        end(by, call, "cancelled")


@transaction.atomic
def take_back_transfer(*, by: Actor, transfer: UUID) -> Transfer:
    """The sender keeps the caller after all; Conflict where the other side has answered by now."""
    row = _locked(transfer)
    if by.agency != row.from_agency_id:
        raise NotFound("transfer")
    if row.taken_back_at is not None:
        return row
    if row.is_accepted is not None:
        raise Conflict("The other centre has answered already. Call them to take the caller back.")
    row.taken_back_at = clock.now()
    row.save(update_fields=["taken_back_at"])
    _loose(by, row)
    gone = events.TransferTakenBack(transfer=row.id, call=row.call_id, agency=sides(row)[1])
    journal.write(by=by, event=gone)
    return row


@transaction.atomic
def ring_transfers(*, by: Actor) -> int:
    """Offers past the site's target that nobody answered ring, once each; returns how many."""
    now = clock.now()
    rows = Transfer.objects.select_for_update().filter(
        due_at__lte=now, rung_at__isnull=True, is_accepted__isnull=True, taken_back_at__isnull=True
    )
    late = list(rows)
    for row in late:
        sender, to = sides(row)
        unheard = events.TransferUnanswered(transfer=row.id, call=row.call_id, agency=to, from_agency=sender)
        journal.write(by=by, event=unheard)
    Transfer.objects.filter(id__in=[row.id for row in late]).update(rung_at=now)
    return len(late)


@transaction.atomic
def pick_up(*, by: Actor, call: UUID) -> Call:
    """Answer a waiting call: the first who does is stamped; who handed it over hears that it was taken."""
    found = marks.locked_open(call)
    if found.answered is None:
        marks.stamp(by, found, "answered")
        journal.write(by=by, event=events.CallChanged(call=call, fields=("answered",)))
        row = standing(call) if found.source == "other_centre" else None
        if row is not None and row.is_inbound and by.agency == row.to_agency_id:
            answer_transfer(by=by, transfer=row.id, is_accepted=True)
    return found
