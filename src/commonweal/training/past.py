"""Past training brought in whole: from another system's archive, or a generated county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.training import events
from commonweal.training.models import Attendance, Certificate, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSession:
    """A session that was held: its course (id), when and where, and who was there (accounts)."""

    key: str
    course: UUID
    starts: datetime
    place: str
    trainer: str = ""
    attended: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCertificate:
    """What a worker was given, from a day to a day; `session` is the key of the session it was earned in."""

    account: UUID
    kind: str
    valid_from: date
    valid_until: date
    session: str = ""


@transaction.atomic
def bring_past(
    *, by: Actor, sessions: Sequence[PastSession], certificates: Sequence[PastCertificate]
) -> tuple[int, int]:
    """File held sessions, who was there, and certificates, under one journal line; returns both counts.

    Invalid for a session still to come, or a certificate that ends before it starts or names an unknown
    session. Standing is not settled: call `settle_standing` for the accounts once everything is in.
    """
    now = clock.now()
    for session in sessions:
        if session.starts > now:
            raise Invalid("starts", session.starts, "A past session lies behind; plan those to come.")
    held = {s.key: _session(s) for s in sessions}
    Session.objects.bulk_create(held.values(), batch_size=500)
    Attendance.objects.bulk_create(
        [
            Attendance(session=held[s.key], account=account, state="attended")
            for s in sessions
            for account in dict.fromkeys(s.attended)
        ],
        batch_size=500,
    )
    given = [_certificate(found, held) for found in certificates]
    Certificate.objects.bulk_create(given, batch_size=500)
    journal.write(by=by, event=events.PastBrought(sessions=len(held), certificates=len(given)))
    return len(held), len(given)


def _session(found: PastSession) -> Session:
    return Session(
        course_id=found.course, starts=found.starts, place=found.place, trainer=found.trainer,
        seats=max(20, len(found.attended)), state="held",
    )  # fmt: skip


def _certificate(found: PastCertificate, held: dict[str, Session]) -> Certificate:
    if found.valid_until < found.valid_from:
        raise Invalid("valid_until", found.valid_until, "A certificate ends on or after its first day.")
    if found.session and found.session not in held:
        raise Invalid("session", found.session, "Name a session that is brought in with it.")
    return Certificate(
        account=found.account, kind=found.kind, valid_from=found.valid_from, valid_until=found.valid_until,
        session=held.get(found.session),
    )  # fmt: skip
