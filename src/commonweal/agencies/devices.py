"""The register of devices: where each account signs in, and the end of a lost one (CJISSECPOL 5.13)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from commonweal.agencies import events
from commonweal.agencies.hashing import hashed
from commonweal.agencies.models import Account, Device
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

KEPT = "device_id"  # in a session: the register's row of the device that it began on
SITE_OFFICES = frozenset({"privacy", "government"})  # agencies whose officers answer for the whole site
KEEPERS = ("administer", "keep_trust")
FRESH = timedelta(minutes=10)  # how exact the last use is


@dataclass(frozen=True, slots=True)
class Registered:
    """One device of one account, and how many sessions are open on it."""

    device: Device
    sessions: int


def new_token() -> str:
    """What a browser keeps so that it is known again; only its hash is stored."""
    return secrets.token_urlsafe(32)


def is_shut_out(token: str) -> bool:
    """Whether the device with this token was shut out, under whichever account."""
    return bool(token) and Device.objects.filter(token_hash=hashed(token), revoked_at__isnull=False).exists()


@transaction.atomic
def note_device(*, by: Actor, account: UUID, token: str, device_class: str, browser: str) -> Device:
    """The device of a sign-in; a new one is journalled. Conflict for one that was shut out."""
    if is_shut_out(token):
        raise Conflict("This device was shut out. Ask an administrator of your agency.")
    found, is_new = Device.objects.update_or_create(
        account_id=account,
        token_hash=hashed(token),
        defaults={"device_class": device_class, "browser": browser[:60], "last_seen": clock.now()},
    )
    if is_new:
        journal.write(by=by, event=events.DeviceNoted(account=account, device=found.id))
    return found


def touch_device(*, by: Actor, device: UUID) -> None:
    """A sign of life, written once in FRESH; operational, so no line."""
    stale = clock.now() - FRESH
    Device.objects.filter(id=device, account=UUID(by.id), last_seen__lt=stale).update(last_seen=clock.now())


def _sessions(account: UUID) -> dict[str, str]:
    """Open sessions of an account: key, and the device that each began on."""
    rows = Session.objects.filter(expire_date__gt=clock.now()).iterator()
    kept = {row.session_key: row.get_decoded() for row in rows}
    return {key: str(one.get(KEPT, "")) for key, one in kept.items() if one.get(SESSION_KEY) == str(account)}


def devices_of(by: Actor, account: UUID) -> list[Registered]:
    """The devices of one account, last used first: for its owner and those who keep its agency's."""
    owner = Account.objects.filter(id=account).first()
    if owner is None or not (by.id == str(account) or _keeps(by, owner.agency_id)):
        raise NotFound("account")
    open_on = list(_sessions(account).values())
    rows = Device.objects.filter(account=account).order_by("-last_seen")
    return [Registered(row, open_on.count(str(row.id))) for row in rows]


def agency_devices(by: Actor) -> QuerySet[Device]:
    """Every device that this officer answers for, last used first; none for anybody else."""
    found = Device.objects.select_related("account", "account__agency").order_by("-last_seen")
    if not any(by.may(one) for one in KEEPERS):
        return found.none()
    return found if _is_of_site(by) else found.filter(account__agency=by.agency)


def _is_of_site(by: Actor) -> bool:
    kind = Account.objects.filter(id=UUID(by.id)).values_list("agency__kind", flat=True).first()
    return kind in SITE_OFFICES


def _keeps(by: Actor, agency: UUID | None) -> bool:
    if not any(by.may(one) for one in KEEPERS):
        return False
    return (agency is not None and agency == by.agency) or _is_of_site(by)


def _kept(by: Actor, device: UUID) -> Device:
    """A device that this actor may act upon, locked; NotFound for any other."""
    found = Device.objects.select_for_update(of=("self",)).select_related("account").filter(id=device).first()
    if found is None or not (str(found.account_id) == by.id or _keeps(by, found.account.agency_id)):
        raise NotFound("device")
    return found


@transaction.atomic
def end_on_device(*, by: Actor, device: UUID) -> int:
    """End the sessions of one device; it may sign in again. Returns how many ended."""
    found = _kept(by, device)
    keys = [key for key, on in _sessions(found.account_id).items() if on == str(found.id)]
    Session.objects.filter(session_key__in=keys).delete()
    if keys:
        outcome = events.SignedIn(account=found.account_id, outcome="ended", device_class=found.device_class)
        journal.write(by=by, event=outcome)
    return len(keys)


@transaction.atomic
def revoke_device(*, by: Actor, device: UUID, reason: str) -> Device:
    """Shut a device out: its sessions end at their next request, in every process, and none begins again.

    Whatever account uses the same browser is shut out with it: a lost phone is lost for all.
    """
    found = _kept(by, device)
    if not reason.strip():
        raise Invalid("reason", reason, "Say in a few words why, for example: lost on the bus.")
    if found.revoked_at is None:
        found.revoked_at, found.revoked_by, found.revoked_why = clock.now(), by.id, reason.strip()[:200]
        found.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        journal.write(by=by, event=events.DeviceRevoked(account=found.account_id, device=found.id))
        for twin in Device.objects.filter(token_hash=found.token_hash):
            keys = [key for key, on in _sessions(twin.account_id).items() if on == str(twin.id)]
            Session.objects.filter(session_key__in=keys).delete()
    return found


@transaction.atomic
def restore_device(*, by: Actor, device: UUID) -> Device:
    """A device that was found again may sign in: the keepers' act, never the owner's own word alone."""
    found = _kept(by, device)
    if not _keeps(by, found.account.agency_id):
        raise NotFound("device")
    if found.revoked_at is not None:
        found.revoked_at, found.revoked_by, found.revoked_why = None, "", ""
        found.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        journal.write(by=by, event=events.DeviceRestored(account=found.account_id, device=found.id))
    return found


def stands(device: UUID) -> bool:
    """Whether a registered device was not shut out and its account works."""
    standing = Device.objects.filter(id=device, revoked_at__isnull=True, account__is_active=True)
    return standing.exists()


def belongs(device: UUID, account: UUID) -> bool:
    """Whether a device is in the register under this account, shut out or not."""
    return Device.objects.filter(id=device, account=account).exists()
