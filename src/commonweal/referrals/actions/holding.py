"""A place kept while somebody is on the way, and the clock of the hand-off at the door."""

from uuid import UUID

from django.db import transaction

from commonweal.directory import actions as directory
from commonweal.directory import queries as places
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import events, states
from commonweal.referrals.actions.answering import attended
from commonweal.referrals.actions.stepping import locked, standing
from commonweal.referrals.models import Arrival, Referral
from commonweal.referrals.parties import LINK, parties

BOTH = frozenset({states.SENDER, states.RECEIVER})


def _of_a_party(by: Actor, referral: UUID) -> tuple[Referral, str]:
    """The locked referral and which side the actor acts for; a mailed link holds nothing."""
    found = locked(referral)
    mine = parties(by, found) & BOTH
    if not mine or by.id.startswith(LINK):
        raise NotFound("referral")
    return found, sorted(mine)[0]


@transaction.atomic
def hold(*, by: Actor, referral: UUID, minutes: int | None = None) -> places.Held:
    """Keep a place at its service until the person comes; either side may, for as long as the service allows.

    Conflict where it is over, not sent, or no place is left (`directory.actions.hold_place` says which).
    """
    found, _side = _of_a_party(by, referral)
    if found.state not in states.COMING or Arrival.objects.filter(referral=found).exists():
        raise Conflict(standing(found))
    directory.hold_place(by=by, service=found.service_id, cause=found.id, minutes=minutes)
    return _held(found)


@transaction.atomic
def extend(*, by: Actor, referral: UUID) -> places.Held:
    """Keep the place once more as long; a second time is refused."""
    found, _side = _of_a_party(by, referral)
    directory.extend_hold(by=by, cause=found.id)
    return _held(found)


@transaction.atomic
def release(*, by: Actor, referral: UUID) -> Referral:
    """Give the place back before its time; harmless where none is held."""
    found, _side = _of_a_party(by, referral)
    directory.release_hold(by=by, cause=found.id)
    return found


def _held(found: Referral) -> places.Held:
    held = places.hold_for(found.id)
    if held is None:
        raise NotFound("hold")
    return held


@transaction.atomic
def reach(*, by: Actor, referral: UUID) -> Arrival:
    """Note that the person stands at the receiver's door: the hand-off clock runs, once.

    The crew that brought them notes it, or the desk that sees them come; a held place is theirs.
    """
    found, side = _of_a_party(by, referral)
    if again := Arrival.objects.filter(referral=found).first():
        return again
    if found.state not in states.COMING:
        raise Conflict(standing(found))
    arrival = Arrival.objects.create(referral=found, arrived_at=clock.now(), by=by.id, party=side)
    directory.arrive_on_hold(by=by, cause=found.id)
    journal.write(by=by, event=events.PersonReached(referral=found.id))
    return arrival


@transaction.atomic
def hand_off(*, by: Actor, referral: UUID) -> Arrival:
    """Note that the receiver took over: the clock stands still. The receiver's note says that they came."""
    found, _side = _of_a_party(by, referral)
    arrival = Arrival.objects.select_for_update().filter(referral=found).first()
    if arrival is None:
        raise Conflict("Nobody has noted yet that the person arrived. Note the arrival first.")
    if arrival.handed_off_at is None:
        arrival.handed_off_at, arrival.handed_by = clock.now(), by.id
        arrival.save(update_fields=["handed_off_at", "handed_by"])
        journal.write(by=by, event=events.HandedOff(referral=found.id))
    is_receiver = states.RECEIVER in parties(by, found)
    if is_receiver and found.state in (states.ACCEPTED, states.SCHEDULED, states.NO_SHOW):
        attended(by=by, referral=referral)
    return arrival
