"""Who has a part in a referral, and the answer that they may still take back."""

from datetime import timedelta
from uuid import UUID

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.referrals import states
from commonweal.referrals.models import Referral, Step

LINK = "link:"  # an actor who came by an answer link
WITHIN = timedelta(minutes=1)


def parties(by: Actor, found: Referral) -> frozenset[str]:
    """What this actor is to the referral: sender, receiver, both (one agency), the product, or nothing."""
    if by.role == "system":
        return frozenset({states.PRODUCT})
    if by.id.startswith(LINK):
        live = found.links.filter(id=by.id.removeprefix(LINK), revoked_at__isnull=True)
        return frozenset({states.RECEIVER}) if live.exists() else frozenset()
    mine = set()
    if by.agency is not None and by.agency == found.from_agency_id and by.may("send_referrals"):
        mine.add(states.SENDER)
    if by.agency is not None and by.agency == found.to_agency_id and by.may("answer_referrals"):
        mine.add(states.RECEIVER)
    return frozenset(mine)


def last_answer(by: Actor, referral: UUID) -> Step | None:
    """The answer that this actor may still take back; None where there is none or its minute has passed."""
    last = Step.objects.filter(referral=referral).order_by("-sequence").first()
    is_own = last is not None and last.act in states.UNDOABLE and last.by == by.id
    return last if is_own and last and clock.now() - last.at <= WITHIN else None
