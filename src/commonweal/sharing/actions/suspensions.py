"""A person's accounting suspended for a law-enforcement or oversight agency, on its word, for a term."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.models import Suspension

BY_MOUTH = 30  # days; 45 CFR 164.528(a)(2)(ii)(C), unless it comes in writing in that time
MAY_STATE = frozenset({"police", "sheriff", "prosecutor", "government"})


@transaction.atomic
def suspend_accounting(
    *,
    by: Actor,
    persons: Iterable[UUID],
    agency: UUID,
    manner: str,
    official: str,
    statement: str,
    until: datetime,
) -> Suspension:
    """Leave what one agency was given out of a person's accounting until then, then show it by itself.

    `persons` are every id of one person; `agency` is the law-enforcement or oversight agency whose
    `official` states that the accounting would be likely to impede it. By mouth at most thirty days.
    """
    ids = sorted({str(one) for one in persons})
    if not ids:
        raise NotFound("person")
    if agencies.agency(agency).kind not in MAY_STATE:
        raise Invalid("agency", str(agency), "Only a law-enforcement or oversight agency may ask for it.")
    if manner not in Suspension.MANNERS:
        raise Invalid("manner", manner, "Say whether the statement came in writing or by mouth.")
    for field, text in (("official", official), ("statement", statement)):
        if not text.strip():
            raise Invalid(field, text, "Say who stated it, and why the accounting would impede their work.")
    if until <= clock.now():
        raise Invalid("until", until.isoformat(), "Name a moment to come: a suspension has a term.")
    if manner == "by_mouth" and (until - clock.now()).days > BY_MOUTH:
        raise Invalid("until", until.isoformat(), "By mouth it holds 30 days at most; ask for it in writing.")
    found = Suspension.objects.create(
        persons=ids,
        agency=agency,
        manner=manner,
        official=official.strip()[:120],
        statement=statement.strip(),
        until=until,
        set_by=by.id,
    )
    journal.write(
        by=by,
        event=events.AccountingSuspended(
            suspension=found.id, agency=agency, manner=manner, until=until.isoformat()
        ),
    )
    return found


@transaction.atomic
def lift_suspension(*, by: Actor, suspension: UUID, reason: str) -> Suspension:
    """End it before its term: the person sees everything from now on. Conflict where it is over."""
    found = Suspension.objects.select_for_update().filter(id=suspension).first()
    if found is None:
        raise NotFound("suspension")
    if not found.is_in_force:
        raise Conflict("This suspension is over already.")
    if not reason.strip():
        raise Invalid("reason", reason, "Say in a few words why it ends before its term.")
    found.lifted_at, found.lifted_by, found.lifted_why = clock.now(), by.id, reason.strip()[:200]
    found.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    journal.write(by=by, event=events.AccountingResumed(suspension=found.id, agency=found.agency))
    return found
