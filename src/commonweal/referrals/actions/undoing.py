"""A slip of the thumb: the last answer taken back by whoever gave it, within a minute."""

from uuid import UUID

from django.db import IntegrityError, transaction

from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import receiving, states
from commonweal.referrals.actions.stepping import locked, standing, step
from commonweal.referrals.models import Referral
from commonweal.referrals.parties import last_answer, parties


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
