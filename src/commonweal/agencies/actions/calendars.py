"""A secret address at which a calendar program fetches one's own shifts and appointments; ended at once."""

import secrets
from uuid import UUID

from django.db import transaction

from commonweal.agencies import events
from commonweal.agencies.hashing import hashed
from commonweal.agencies.models import Account, CalendarAddress
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound


@transaction.atomic
def make_calendar_address(*, by: Actor) -> tuple[CalendarAddress, str]:
    """The actor's own address, shown once; an earlier one ends with it."""
    own = _own(by)
    CalendarAddress.objects.filter(account=own, ended_at__isnull=True).update(ended_at=clock.now())
    secret = secrets.token_urlsafe(32)
    made = CalendarAddress.objects.create(account=own, token_hash=hashed(secret))
    journal.write(by=by, event=events.CalendarAddressSet(account=own.id, stands=True))
    return made, secret


@transaction.atomic
def end_calendar_address(*, by: Actor) -> bool:
    """The next fetch finds nothing; False where none stood."""
    own = _own(by)
    ended = CalendarAddress.objects.filter(account=own, ended_at__isnull=True).update(ended_at=clock.now())
    if ended:
        journal.write(by=by, event=events.CalendarAddressSet(account=own.id, stands=False))
    return bool(ended)


@transaction.atomic
def note_calendar_read(*, address: UUID) -> None:
    """When a program came last, for its owner to see."""
    CalendarAddress.objects.filter(id=address).update(read_at=clock.now())


def _own(by: Actor) -> Account:
    is_somebody = len(by.id) == 36
    found = Account.objects.filter(id=by.id, is_active=True).first() if is_somebody else None
    if found is None:
        raise NotFound("account")
    return found
