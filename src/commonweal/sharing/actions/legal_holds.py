"""Litigation holds: what is under one is neither deleted nor expunged until it is lifted."""

from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.facts import origins
from commonweal.sharing.models import LegalHold

KINDS = {"record": "source_record", "encounter": "encounter", "referral": "referral"}
"""Scopes whose number is looked up, and the kind of record each is."""


@transaction.atomic
def set_legal_hold(
    *,
    by: Actor,
    name: str,
    reason: str,
    scope: str,
    subject: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
) -> LegalHold:
    """Hold one of LegalHold.SCOPES by its id, or everything of a span of days; Invalid names what lacks.

    What stands together is kept together: an encounter with its assessments, a thread with what it is
    about, a call with what stands under it.
    """
    if not by.may("keep_trust"):
        raise NotFound("legal hold")
    if scope not in LegalHold.SCOPES:
        raise Invalid("scope", scope, f"Use one of: {', '.join(LegalHold.SCOPES)}.")
    if not name.strip() or not reason.strip():
        raise Invalid("reason" if name.strip() else "name", "", "Name the proceeding and say why.")
    if scope == "span" and (first is None or last is None or last < first):
        raise Invalid("last", last, "Give the first and the last day, in order.")
    if scope != "span" and subject is None:
        remedy = "Give the number of the call or of the request, or the long number of what is held."
        raise Invalid("subject", "", remedy)
    kind = KINDS.get(scope)
    if kind and subject and not origins([Subject(kind, subject)]):
        raise Invalid("subject", subject, "No such record of this kind is kept here; look the number up.")
    made = LegalHold.objects.create(
        name=name.strip(),
        reason=reason.strip(),
        scope=scope,
        subject=subject if scope != "span" else None,
        first=first if scope == "span" else None,
        last=last if scope == "span" else None,
        since=clock.now(),
        set_by=by.id,
    )
    journal.write(by=by, event=events.HoldChanged(legal_hold=made.id, state="set"))
    return made


@transaction.atomic
def lift_legal_hold(*, by: Actor, legal_hold: UUID, reason: str) -> LegalHold:
    """Lift it, with a reason; a second call changes nothing."""
    found = LegalHold.objects.select_for_update().filter(id=legal_hold).first()
    if found is None or not by.may("keep_trust"):
        raise NotFound("legal hold")
    if found.lifted_at:
        return found
    if not reason.strip():
        raise Invalid("reason", reason, "Say why it is lifted.")
    found.lifted_at, found.lifted_by, found.lifted_why = clock.now(), by.id, reason.strip()
    found.save()
    journal.write(by=by, event=events.HoldChanged(legal_hold=legal_hold, state="lifted"))
    return found
