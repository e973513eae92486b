"""A place kept while somebody is on the way, and the clock of the hand-off at the door."""

from uuid import UUID

from django.db import transaction

from commonweal.directory import actions as directory
from commonweal.directory import queries as places
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import events, states, telling
from commonweal.referrals.actions.answering import attended
from commonweal.referrals.actions.keeping import held, keep_place
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
    telling.refuse_untold(by, found)
    return keep_place(by=by, found=found, minutes=minutes)


@transaction.atomic
def extend(*, by: Actor, referral: UUID) -> places.Held:
    """Keep the place once more as long; a second time is refused."""
    found, _side = _of_a_party(by, referral)
    telling.refuse_untold(by, found)
    directory.extend_hold(by=by, cause=found.id)
    return held(found)


@transaction.atomic
def release(*, by: Actor, referral: UUID) -> Referral:
    """Give the place back before its time; harmless where none is held."""
    found, _side = _of_a_party(by, referral)
    telling.refuse_untold(by, found)
    directory.release_hold(by=by, cause=found.id)
    return found


@transaction.atomic
def reach(*, by: Actor, referral: UUID) -> Arrival:
    """Note that the person stands at the receiver's door: the hand-off clock runs, once.

    The crew that brought them notes it, or the desk that sees them come; a held place is theirs. A crew that
    may not be told how it stands leaves them at the door without a clock: what it notes would say so.
    """
    found, side = _of_a_party(by, referral)
    telling.refuse_untold(by, found)
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
    telling.refuse_untold(by, found)
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
