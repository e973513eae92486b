"""Timers: what nobody answered escalates once, then expires."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.referrals import events, receiving, states
from commonweal.referrals.actions.stepping import step
from commonweal.referrals.models import Referral
from commonweal.referrals.pathways import pathway

BATCH = 500


def sweep(*, by: Actor) -> tuple[int, int]:
    """Escalate what is past due and expire what nobody answered; returns (escalated, expired).

    Run it every minute as the product (`kernel.actors.system`): harmless twice, each referral stands in a
    transaction of its own.
    """
    open_ = Q(state__in=states.WAITING) | Q(escalated_at__isnull=True)
    late = Referral.objects.filter(open_, due_at__lt=clock.now(), state__in=states.LIVE)
    rows = list(late.order_by("due_at").values_list("id", flat=True)[:BATCH])
    done = [_one(by, row) for row in rows]
    return done.count("escalated"), done.count("expired")


@transaction.atomic
def _one(by: Actor, referral: UUID) -> str:
    found = Referral.objects.select_for_update().filter(id=referral).first()
    if found is None or found.due_at is None or found.due_at >= clock.now():
        return "moved on"
    if found.state in states.WAITING and _is_lost(found):
        step(by=by, found=found, act="expire")
        receiving.unbind(found, by)
        return "expired"
    if found.escalated_at is None:
        found.escalated_at = clock.now()
        found.save(update_fields=["escalated_at"])
        journal.write(by=by, event=events.ReferralOverdue(referral=found.id, state=found.state))
        return "escalated"
    return "waiting"


def _is_lost(found: Referral) -> bool:
    """Whether the last act on it lies further back than its pathway waits for an answer."""
    last = found.steps.order_by("-sequence").values_list("at", flat=True).first() or found.created_at
    return clock.now() - last > pathway(found.pathway).within("expire")
