"""A phone's leave to work without network: given once a device and shift, ended on sign-out or shut-out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.encounters import events
from commonweal.encounters.models import Lease
from commonweal.encounters.sealing import key_of, lease_of, token_of
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

LONGEST = timedelta(hours=12)
REOPENED = timedelta(days=30)  # how long the key of an ended lease is given again, to send what was kept


@dataclass(frozen=True, slots=True)
class Leased:
    """A lease with its secrets: for the phone that it was given to, and nobody else.

    `key` seals what the phone keeps, `token` proves the phone when it sends.
    """

    id: UUID
    key: bytes
    token: str
    expires_at: datetime


def _leased(row: Lease) -> Leased:
    return Leased(row.id, key_of(row.id), token_of(row.id), row.expires_at)


@transaction.atomic
def lease(*, by: Actor, device: UUID) -> Leased:
    """The lease of a registered device for the present shift, twelve hours at most.

    Asking again changes nothing. NotFound where the device is another's or was shut out.
    """
    if not (agencies.belongs(device, UUID(by.id)) and agencies.stands(device)):
        raise NotFound("device")
    now = clock.now()
    running = Lease.objects.filter(
        device=device, account=UUID(by.id), ended_at__isnull=True, expires_at__gt=now
    ).first()
    if running is None:
        shift = agencies.shifts_of(UUID(by.id)).filter(starts__lte=now).first()
        ends = min(shift.ends, now + LONGEST) if shift else now + LONGEST
        running = Lease.objects.create(account=UUID(by.id), device_id=device, expires_at=ends)
        journal.write(by=by, event=events.LeaseGiven(lease=running.id, device=device))
    return _leased(running)


def earlier_lease(*, by: Actor, device: UUID, lease: UUID) -> Leased:
    """A lease that is over, so that what the phone still keeps can be read and sent; NotFound otherwise."""
    row = Lease.objects.filter(id=lease, device=device, account=UUID(by.id)).first()
    if row is None or not agencies.stands(device) or clock.now() - row.expires_at > REOPENED:
        raise NotFound("lease")
    return _leased(row)


@transaction.atomic
def end_lease(*, by: Actor, device: UUID) -> int:
    """Signed out: what the phone keeps is to be wiped. Returns how many leases ended."""
    running = Lease.objects.filter(device=device, account=UUID(by.id), ended_at__isnull=True)
    return running.update(ended_at=clock.now())


def proven(token: str) -> Lease:
    """The lease that a phone's token proves; NotFound for anything else."""
    lease = lease_of(token)
    found = Lease.objects.filter(id=lease).first() if lease else None
    if found is None:
        raise NotFound("lease")
    return found


def is_cut_off(lease: Lease) -> bool:
    """Whether what comes from this phone is held for a person: it was shut out, or its account was closed."""
    return not agencies.stands(lease.device_id)
