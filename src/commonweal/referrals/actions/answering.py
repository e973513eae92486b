"""The receiver's verbs: view, accept, wait-list, decline, ask, schedule, attended, missed, outcome, close."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.referrals import receiving, states
from commonweal.referrals.actions.stepping import locked, step, taken_up
from commonweal.referrals.models import Referral
from commonweal.referrals.parties import parties
from commonweal.referrals.pathways import checked_reason, pathway

FAR = timedelta(days=366)


@transaction.atomic
def view(*, by: Actor, referral: UUID) -> Referral:
    """Note that the receiver has read it; harmless where it was read or answered before."""
    found = locked(referral)
    if states.RECEIVER not in parties(by, found):
        raise NotFound("referral")
    if found.state == states.SENT:
        found.viewed_at = clock.now()
        step(by=by, found=found, act="view", due=found.due_at)
    return found


@transaction.atomic
def accept(*, by: Actor, referral: UUID, note: str = "") -> Referral:
    """Take the person; a second tap changes nothing, a second hand gets a Conflict."""
    found = locked(referral)
    found.answered_at = found.answered_at or clock.now()
    step(by=by, found=found, act="accept", note=note.strip())
    return found


@transaction.atomic
def waitlist(*, by: Actor, referral: UUID, note: str = "") -> Referral:
    """Put the person on the waiting list."""
    found = locked(referral)
    found.answered_at = found.answered_at or clock.now()
    step(by=by, found=found, act="waitlist", note=note.strip())
    return found


@transaction.atomic
def decline(*, by: Actor, referral: UUID, reason: str, note: str = "") -> Referral:
    """Say no with a coded reason; the receiver's tie to the person ends, the sender chooses again."""
    found = taken_up(by, referral)
    found.decline_reason = checked_reason(reason)
    found.answered_at = found.answered_at or clock.now()
    if step(by=by, found=found, act="decline", reason=reason, note=note.strip()):
        receiving.unbind(found, by)
    return found


@transaction.atomic
def ask_info(*, by: Actor, referral: UUID, note: str) -> Referral:
    """Ask the sender a question."""
    found = taken_up(by, referral)
    if not note.strip():
        raise Invalid("note", note, "Write what you need to know.")
    step(by=by, found=found, act="ask", note=note.strip())
    return found


@transaction.atomic
def schedule(*, by: Actor, referral: UUID, at: datetime) -> Referral:
    """Set or change the time to come (aware)."""
    now, found = clock.now(), taken_up(by, referral)
    if at.tzinfo is None or not now - timedelta(hours=1) <= at <= now + FAR:
        raise Invalid("at", at, "Give a time with its zone, between now and a year ahead.")
    found.scheduled_for = at
    step(by=by, found=found, act="schedule", due=at + pathway(found.pathway).within("attend"))
    return found


@transaction.atomic
def attended(*, by: Actor, referral: UUID) -> Referral:
    """The person came."""
    found = locked(referral)
    found.attended_at = found.attended_at or clock.now()
    step(by=by, found=found, act="attend")
    return found


@transaction.atomic
def no_show(*, by: Actor, referral: UUID, note: str = "") -> Referral:
    """The person did not come; another time may be set, or another service chosen."""
    found = locked(referral)
    step(by=by, found=found, act="miss", note=note.strip())
    return found


@transaction.atomic
def start(*, by: Actor, referral: UUID) -> Referral:
    """Service has begun."""
    found = locked(referral)
    step(by=by, found=found, act="start")
    return found


@transaction.atomic
def outcome(*, by: Actor, referral: UUID, result: str, note: str = "") -> Referral:
    """Whether the need is resolved, partly or not_resolved."""
    found = taken_up(by, referral)
    if result not in states.OUTCOMES:
        raise Invalid("result", result, f"Use one of: {', '.join(states.OUTCOMES)}.")
    found.outcome, found.outcome_note = result, note.strip() or found.outcome_note
    step(by=by, found=found, act="settle", reaches=result, note=note.strip())
    return found


@transaction.atomic
def close(*, by: Actor, referral: UUID, note: str = "") -> Referral:
    """End the loop; ties made for it end."""
    found = locked(referral)
    found.closed_at = clock.now()
    if step(by=by, found=found, act="close", note=note.strip()):
        receiving.unbind(found, by)
    return found


@transaction.atomic
def say(*, by: Actor, referral: UUID, text: str, helped: bool | None = None) -> Referral:
    """Keep what the person says about it, in their words; either party writes it down, or the person."""
    found = locked(referral)
    is_own = by.person is not None and by.person == found.person_id
    if not is_own and not parties(by, found) & {states.SENDER, states.RECEIVER}:
        raise NotFound("referral")
    if not text.strip() and helped is None:
        raise Invalid("text", text, "Write what the person said, or whether it helped.")
    found.said, found.helped = text.strip() or found.said, found.helped if helped is None else helped
    found.save(update_fields=["said", "helped"])
    return found
