"""Reviews: break-glass, emergencies and alerts end with a privacy officer's outcome."""

from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.models import Review

OUTCOMES = ("explained", "proper", "improper", "training", "discipline", "breach", "unclear")


@transaction.atomic
def close_review(*, by: Actor, review: UUID, outcome: str, note: str) -> Review:
    """Close with an outcome and a note; closing twice is a Conflict."""
    found = Review.objects.select_for_update().filter(id=review).first()
    if found is None:
        raise NotFound("review")
    if outcome not in OUTCOMES:
        raise Invalid("outcome", outcome, f"Use one of: {', '.join(OUTCOMES)}.")
    if not note.strip():
        raise Invalid("note", note, "Say in a sentence what you found.")
    if found.closed_at:
        raise Conflict("This review was closed already.")
    found.closed_at, found.closed_by, found.outcome, found.note = clock.now(), by.id, outcome, note.strip()
    found.save()
    journal.write(by=by, event=events.ReviewClosed(review=review, outcome=outcome))
    return found
