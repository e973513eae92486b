"""Certificates: given for so many months, and withdrawn before their day for a reason."""

from calendar import monthrange
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.training import events
from commonweal.training.models import Certificate
from commonweal.training.settling import settle_standing

LONGEST_MONTHS, LONGEST_REASON = 600, 300


@transaction.atomic
def award(
    *, by: Actor, account: UUID, kind: str, valid_from: date, months: int = 24, session: UUID | None = None
) -> Certificate:
    """A certificate valid for so many months; standing is settled at once."""
    if not 1 <= months <= LONGEST_MONTHS:
        raise Invalid("months", months, "Give 1 to %(most)s months.", most=LONGEST_MONTHS)
    until = _later(valid_from, months)
    given = Certificate.objects.create(
        account=account, kind=kind, valid_from=valid_from, valid_until=until, session_id=session
    )
    journal.write(by=by, event=events.Certified(account=account, certificate=given.id))
    settle_standing(by=by, accounts=[account])
    return given


def _later(start: date, months: int) -> date:
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


@transaction.atomic
def withdraw(*, by: Actor, certificate: UUID, reason: str) -> Certificate:
    """End a certificate before its day, for a reason that its holder reads; standing is settled at once.

    Dispatch closes as with a lapse. Twice changes nothing: the first reason stays. Invalid without a reason.
    """
    found = Certificate.objects.select_for_update().filter(id=certificate).first()
    if found is None:
        raise NotFound("certificate")
    why = reason.strip()
    if not why:
        raise Invalid("reason", reason, "Say why: whoever held the certificate reads it.")
    if len(why) > LONGEST_REASON:
        raise Invalid("reason", why, "Say it in %(most)s characters at most.", most=LONGEST_REASON)
    if found.withdrawn_at is not None:
        return found
    found.withdrawn_at, found.withdrawn_why = clock.now(), why
    found.save(update_fields=["withdrawn_at", "withdrawn_why"])
    journal.write(
        by=by, event=events.Certified(account=found.account, certificate=certificate, withdrawn=True)
    )
    settle_standing(by=by, accounts=[found.account])
    return found
