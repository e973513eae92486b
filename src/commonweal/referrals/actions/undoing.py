"""A slip of the thumb: the last answer taken back by whoever gave it, within a minute."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import receiving, states
from commonweal.referrals.actions.stepping import locked, parties, standing, step
from commonweal.referrals.models import Referral, Step

WITHIN = timedelta(minutes=1)


def last_answer(by: Actor, referral: UUID) -> Step | None:
    """The answer that this actor may still take back; None where there is none or its minute has passed."""
    last = Step.objects.filter(referral=referral).order_by("-sequence").first()
    is_own = last is not None and last.act in states.UNDOABLE and last.by == by.id
    return last if is_own and last and clock.now() - last.at <= WITHIN else None


@transaction.atomic
def take_back(*, by: Actor, referral: UUID) -> Referral:
    """Undo the last answer: the referral waits again as it did before, and the sender is told.

    Conflict once the minute has passed, or where the sender has gone on since.
    """
    found = locked(referral)
    if states.RECEIVER not in parties(by, found):
        raise NotFound("referral")
    last = last_answer(by, referral)
    newest = found.steps.order_by("-sequence").first()
    if newest is not None and newest.act == "undo" and newest.by == by.id:
        return found  # a second tap
    if last is None:
        says = "An answer can be taken back for a minute by whoever gave it. %(standing)s"
        raise Conflict(says, standing=standing(found))
    was_declined = last.act == "decline"
    found.answered_at, found.decline_reason = None, ""
    try:
        with transaction.atomic():
            step(by=by, found=found, act="undo", reaches=last.before)
    except IntegrityError as elsewhere:
        raise Conflict("The sender has referred the person again meanwhile; answer that one.") from elsewhere
    if was_declined:
        receiving.bind(found, by)
    return found
