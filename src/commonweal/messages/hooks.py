"""Webhooks: endpoints that agencies register, what waits for each, and what became of it.

Delivered at least once: each delivery keeps its id over all its tries, so that a receiver knows it again. A
delivery that fails is tried with growing pauses for about a day, then lies with the dead ones until somebody
sends it again; an endpoint that fails without pause is disabled, and its agency is told.
"""

import base64
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.conditions import one_of
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.models import Delivery, Endpoint

EVENTS = (
    "call.handed_over call.transfer_offered call.transfer_answered call.unit_assigned call.ended "
    "referral.changed capacity.posted"
).split()
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3_600, 10_800, 28_800, 43_200))
MOST_FAILURES = 30  # tries in a row, over all deliveries
OVERLAP = timedelta(hours=24)  # how long the old secret signs beside the new one
CLAIM = timedelta(minutes=1)  # a worker that dies in the middle is tried again after this
ONCE_WITHIN = timedelta(minutes=2)  # the same event again within this is the same delivery
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery that a worker has claimed, with the secrets to sign it, the newest first."""

    id: UUID
    endpoint: UUID
    agency: UUID
    url: str
    name: str
    about: Subject
    ids: Mapping[str, object]
    made: datetime
    with_facts: bool
    secrets: tuple[str, ...]


@transaction.atomic
def register_endpoint(
    *, by: Actor, agency: UUID, url: str, names: Collection[str], with_facts: bool = False
) -> tuple[Endpoint, str]:
    """An endpoint and its secret, which is shown this once. Invalid names what cannot stand."""
    if unknown := set(names) - set(EVENTS):
        raise Invalid("events", ", ".join(sorted(unknown)), f"Use: {', '.join(EVENTS)}.")
    if not names:
        raise Invalid("events", "", "Choose at least one event.")
    secret = _new_secret()
    row = Endpoint.objects.create(
        agency=agency, url=_checked(url.strip()), events=sorted(names), with_facts=with_facts,
        secret=_seal(secret), registered_by=by.id,
    )  # fmt: skip
    _kept(by, row, "registered")
    return row, secret


def _checked(url: str) -> str:
    """An address that may be asked; where it leads is looked up and judged at each try."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise Invalid("url", url, "Give a whole address: https://host/path.") from fault
    host = parts.hostname or ""
    if not host or len(url) > LONGEST or parts.scheme not in ("https", "http") or port == 0:
        raise Invalid("url", url, "Give a whole address: https://host/path.")
    if parts.scheme == "http" and host not in settings.WEBHOOK_HOSTS:
        raise Invalid("url", url, "Use https: the message may speak of a person.")
    if parts.username or parts.password or parts.fragment:
        raise Invalid("url", f"{parts.scheme}://{host}", "Leave out user, password and #.")
    return url


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _box() -> Fernet:
    key = HKDF(SHA256(), 32, None, b"commonweal webhooks").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def _kept(by: Actor, row: Endpoint, act: str) -> None:
    journal.write(by=by, event=events.EndpointKept(endpoint=row.id, agency=row.agency, act=act))


def _endpoint(endpoint: UUID) -> Endpoint:
    row = Endpoint.objects.select_for_update().filter(id=endpoint, removed_at__isnull=True).first()
    if row is None:
        raise NotFound("endpoint")
    return row


@transaction.atomic
def rotate_secret(*, by: Actor, endpoint: UUID) -> tuple[Endpoint, str]:
    """A new secret, shown this once; the old one signs beside it for a day."""
    row, secret = _endpoint(endpoint), _new_secret()
    row.old_secret, row.old_until, row.secret = row.secret, clock.now() + OVERLAP, _seal(secret)
    row.save()
    _kept(by, row, "rotated")
    return row, secret


@transaction.atomic
def switch_endpoint(*, by: Actor, endpoint: UUID, is_on: bool) -> Endpoint:
    """Stop asking an endpoint, or ask it again; what waited is sent then."""
    row = _endpoint(endpoint)
    row.disabled_at, row.disabled_why = (None, "") if is_on else (clock.now(), "by hand")
    row.failures = 0
    row.save()
    _kept(by, row, "enabled" if is_on else "disabled")
    return row


@transaction.atomic
def remove_endpoint(*, by: Actor, endpoint: UUID) -> None:
    """Nothing more is sent there; what was sent stays in the journal."""
    row = _endpoint(endpoint)
    row.removed_at, row.secret, row.old_secret = clock.now(), "", ""
    row.save()
    row.deliveries.filter(state="waiting").update(state="dead", fault="removed", settled_at=clock.now())
    _kept(by, row, "removed")


def queue_webhooks(
    *, name: str, about: Subject, ids: Mapping[str, object], parties: Iterable[UUID] | None
) -> int:
    """Put an event in line for the endpoints of its parties (of everybody where None) that asked for it.

    The same event again within two minutes is the same delivery: whoever calls this may do it twice.
    """
    rows = Endpoint.objects.filter(removed_at__isnull=True)
    rows = rows if parties is None else rows.filter(agency__in=[one for one in parties if one])
    now, made = clock.now(), 0
    text = json.dumps([name, str(about.id), ids], sort_keys=True, default=str)
    mark = blake2b(text.encode(), digest_size=16).hexdigest()
    for row in rows:
        same = row.deliveries.filter(digest=mark, created_at__gte=now - ONCE_WITHIN)
        if name in row.events and not same.exists():
            row.deliveries.create(
                name=name, about=about.kind, subject=about.id, ids=dict(ids), digest=mark, due_at=now
            )
            made += 1
    return made


def claim_webhook() -> Outgoing | None:
    """The delivery that is due longest, taken for a minute; None where none is due.

    Whether any is due is read first: a worker that looks every second must not hold writers up.
    """
    now = clock.now()
    waiting = Delivery.objects.filter(one_of("state", ["waiting"]))
    due = waiting.filter(due_at__lte=now, endpoint__disabled_at__isnull=True)
    return _claimed(due, now) if due.exists() else None


@transaction.atomic
def _claimed(due: QuerySet[Delivery], now: datetime) -> Outgoing | None:
    free = due.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
    row = free.order_by("due_at").first()
    if row is None:
        return None
    row.attempts, row.due_at = row.attempts + 1, now + CLAIM
    row.save(update_fields=["attempts", "due_at"])
    to, about = row.endpoint, Subject(row.about, row.subject)
    return Outgoing(
        row.id, to.id, to.agency, to.url, row.name, about, row.ids, row.created_at, to.with_facts,
        _secrets(to),
    )  # fmt: skip


def _secrets(row: Endpoint) -> tuple[str, ...]:
    sealed = [row.secret]
    if row.old_secret and row.old_until and row.old_until > clock.now():
        sealed.append(row.old_secret)
    return tuple(_box().decrypt(one.encode()).decode() for one in sealed)


@transaction.atomic
def note_webhook(*, by: Actor, delivery: UUID, status: int | None, fault: str = "") -> Delivery:
    """What became of one try: settled by an answer of 2xx, else tried again later, at last dead.

    410 (gone) disables the endpoint at once, as the receiver asks; many failures in a row do too.
    """
    row = Delivery.objects.select_for_update().select_related("endpoint").get(id=delivery)
    row.status, row.fault = status, fault[:80]
    to, is_done = row.endpoint, status is not None and 200 <= status < 300
    if is_done:
        row.state, row.settled_at, to.failures = "delivered", clock.now(), 0
        sent = events.WebhookSent(delivery=row.id, endpoint=to.id, name=row.name)
        journal.write(by=by, event=sent)
    elif row.attempts > len(PAUSES):
        row.state, row.settled_at = "dead", clock.now()
    else:
        row.due_at = clock.now() + PAUSES[row.attempts - 1]
    row.save()
    if not is_done:
        _failed(by, to, is_gone=status == 410)
    to.save(update_fields=["failures", "disabled_at", "disabled_why"])
    return row


def _failed(by: Actor, to: Endpoint, *, is_gone: bool) -> None:
    to.failures += 1
    if to.disabled_at is None and (is_gone or to.failures >= MOST_FAILURES):
        to.disabled_at, to.disabled_why = clock.now(), "gone" if is_gone else "failures"
        journal.write(by=by, event=events.EndpointDisabled(endpoint=to.id, agency=to.agency))


def withhold_webhook(*, delivery: UUID) -> None:
    """The gate lets the receiver know nothing of it: it is not sent, now or later."""
    rows = Delivery.objects.filter(id=delivery, state="waiting")
    rows.update(state="withheld", settled_at=clock.now(), fault="the gate")


@transaction.atomic
def send_again(*, by: Actor, delivery: UUID) -> Delivery:
    """A dead delivery goes in line once more, under its own id."""
    row = Delivery.objects.select_for_update().select_related("endpoint").filter(id=delivery).first()
    if row is None or row.endpoint.removed_at or row.state != "dead":
        raise NotFound("delivery")
    row.state, row.attempts, row.due_at, row.settled_at = "waiting", 0, clock.now(), None
    row.save()
    _kept(by, row.endpoint, "sent again")
    return row
