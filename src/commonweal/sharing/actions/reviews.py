"""Reviews: break-glass, emergencies and alerts end with a privacy officer's outcome."""

from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.models import Remark, Review

OUTCOMES = ("explained", "proper", "improper", "training", "disciplinary", "breach_assessment", "unclear")


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


@transaction.atomic
def ask_explanation(*, by: Actor, review: UUID, text: str) -> Remark:
    """The officer asks the worker whose look-ups these are; asking again adds to the thread."""
    found = _open(review)
    if not text.strip():
        raise Invalid("text", text, "Write what you want to know.")
    found.asked_at = found.asked_at or clock.now()
    found.save(update_fields=["asked_at"])
    journal.write(by=by, event=events.ExplanationAsked(review=review, account=UUID(found.account)))
    return Remark.objects.create(review=found, author=by.id, text=text.strip())


@transaction.atomic
def explain_look_ups(*, by: Actor, review: UUID, text: str) -> Remark:
    """The worker answers; NotFound for anybody else, and for a review that they were not asked about."""
    found = _open(review)
    if found.account != by.id or found.asked_at is None:
        raise NotFound("review")
    if not text.strip():
        raise Invalid("text", text, "Write a sentence, or leave the page.")
    journal.write(by=by, event=events.ExplanationGiven(review=review))
    return Remark.objects.create(review=found, author=by.id, text=text.strip())


def _open(review: UUID) -> Review:
    found = Review.objects.select_for_update().filter(id=review).first()
    if found is None:
        raise NotFound("review")
    if found.closed_at:
        raise Conflict("This review was closed already.")
    return found
