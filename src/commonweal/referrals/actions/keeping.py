"""A place kept at a service for whoever is on the way there."""

from commonweal.directory import actions as directory
from commonweal.directory import queries as places
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import states
from commonweal.referrals.actions.stepping import standing
from commonweal.referrals.models import Arrival, Referral


def keep_place(*, by: Actor, found: Referral, minutes: int | None = None) -> places.Held:
    """Hold a place for a locked referral; Conflict where it is over, not sent, or no place is left."""
    if found.state not in states.COMING or Arrival.objects.filter(referral=found).exists():
        raise Conflict(standing(found))
    directory.hold_place(by=by, service=found.service_id, cause=found.id, minutes=minutes)
    return held(found)


def held(found: Referral) -> places.Held:
    """The place that is held for it; NotFound where none is."""
    place = places.hold_for(found.id)
    if place is None:
        raise NotFound("hold")
    return place
