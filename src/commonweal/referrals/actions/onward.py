"""Going on by itself: what a service did not take goes to the next one that the person agreed to.

The person names services, or needs for which any service will do; the pathway says how often it may go on
without a hand. Nothing goes beyond either, nor after anything the person took back.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from commonweal.directory import queries as directory
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.referrals import events, states, telling
from commonweal.referrals.actions.sending import checked_needs, reroute
from commonweal.referrals.actions.stepping import locked, standing, taken_up
from commonweal.referrals.models import Onward, Referral
from commonweal.referrals.parties import WITHIN, parties
from commonweal.referrals.pathways import pathway
from commonweal.sharing import queries as sharing

BATCH, WEIGHED = 200, 20
FINAL = frozenset({"person_declined", "duplicate"})  # answers after which nobody else is asked


@transaction.atomic
def agree_onward(
    *, by: Actor, referral: UUID, needs: Iterable[str] = (), services: Iterable[UUID] = ()
) -> Onward:
    """Record that the person agrees to be referred on by itself: to these services, or for these needs.

    The sender records it, while the referral is not over; said again, it replaces what was said before.
    """
    found = taken_up(by, referral)
    if states.SENDER not in parties(by, found):
        raise NotFound("referral")
    telling.refuse_untold(by, found)
    if found.state in states.SETTLED:
        raise Conflict(standing(found))
    wanted, named = checked_needs(needs), sorted({str(_known(one)) for one in services})
    if not wanted and not named:
        raise Invalid("services", "", "Choose what the person agrees to: a need, or services by name.")
    fresh = {"current": found, "needs": wanted, "services": named, "agreed_at": clock.now(), "by": by.id}
    ended = {"stopped": "", "withdrawn_at": None, "withdrawn_by": ""}
    agreed, _made = Onward.objects.update_or_create(root=_root(found), defaults={**fresh, **ended})
    journal.write(by=by, event=events.OnwardAgreed(referral=found.id))
    return agreed


def _known(service: UUID) -> UUID:
    return directory.receiver(service).service


def _root(found: Referral) -> Referral:
    while found.parent is not None:
        found = found.parent
    return found


@transaction.atomic
def withdraw_onward(*, by: Actor, referral: UUID) -> bool:
    """The person takes it back: nothing goes on by itself any more; False where nothing was agreed."""
    found = locked(referral)
    is_own = by.person is not None and by.person == found.person_id
    if not is_own and states.SENDER not in parties(by, found):
        raise NotFound("referral")
    agreed = Onward.objects.filter(root=_root(found), withdrawn_at__isnull=True).first()
    if agreed is None:
        return False
    agreed.withdrawn_at, agreed.withdrawn_by = clock.now(), by.id
    agreed.save(update_fields=["withdrawn_at", "withdrawn_by"])
    journal.write(by=by, event=events.OnwardWithdrawn(referral=found.id))
    return True


def sweep_onward(*, by: Actor) -> int:
    """Send on what was declined or expired and agreed; returns how many. Run it every minute, as the product.

    An answer may be taken back for a minute; only then is the next service asked.
    """
    if by.role != "system":
        raise NotFound("referral")
    waiting = Onward.objects.filter(stopped="", withdrawn_at__isnull=True, current__state__in=states.UNMET)
    return sum(_go_on(by, one) for one in waiting.order_by("agreed_at").values_list("id", flat=True)[:BATCH])


@transaction.atomic
def _go_on(by: Actor, agreement: UUID) -> bool:
    standing_ = Onward.objects.select_for_update().filter(stopped="", withdrawn_at__isnull=True)
    agreed = standing_.filter(id=agreement).first()
    if agreed is None:
        return False
    found = locked(agreed.current_id)
    if found.state not in states.UNMET or _may_be_undone(found):
        return False
    if why := _bar(agreed, found) or _untold(found):
        return _stop(by, agreed, why)
    child = next((made for one in _candidates(agreed, found) if (made := _sent(by, found, one))), None)
    if child is None:
        return _stop(by, agreed, "none_left")
    agreed.current, agreed.hops = child, agreed.hops + 1
    agreed.save(update_fields=["current", "hops"])
    journal.write(by=by, event=events.ReferralWentOn(referral=child.id, before=found.id))
    return True


def _may_be_undone(found: Referral) -> bool:
    last = found.steps.order_by("-sequence").first()
    return last is not None and last.act == "decline" and clock.now() - last.at <= WITHIN


def _bar(agreed: Onward, found: Referral) -> str:
    """Why nothing may go on by itself; empty where it may."""
    most = pathway(found.pathway).onward
    if found.decline_reason in FINAL:
        return "answer"
    if agreed.hops >= most:
        return "most" if most else "pathway"
    taken_back = found.person_id and sharing.consents_of(found.person_id).filter(
        revoked_at__gte=agreed.agreed_at
    )
    return "consent" if taken_back and taken_back.exists() else ""


def _untold(found: Referral) -> str:
    """Where the sender may not know that it was not taken, a next one in their list would tell them so."""
    return "consent" if found.is_guarded and telling.sender_told(found) is None else ""


def _stop(by: Actor, agreed: Onward, why: str) -> bool:
    agreed.stopped = why
    agreed.save(update_fields=["stopped"])
    journal.write(by=by, event=events.OnwardStopped(referral=agreed.current_id, why=why))
    return False


def _candidates(agreed: Onward, found: Referral) -> list[UUID]:
    """Services that the agreement covers, best first: they fit for certain, have room, and were not asked."""
    asked, one = set(), found
    while True:
        asked.add(directory.stands_for(one.service_id))
        if one.parent is None:
            break
        one = one.parent
    fits = directory.fitting(needs=found.needs, limit=WEIGHED) if found.needs else []
    return [fit.summary.id for fit in fits if fit.summary.id not in asked and _covers(agreed, fit)]


def _covers(agreed: Onward, fit: directory.Fitting) -> bool:
    room, is_named = fit.summary.room, str(fit.summary.id) in agreed.services
    has_room = room is None or (room.is_open and room.available != 0)
    if not fit.fits or not has_room:
        return False
    return is_named or (fit.is_certain and bool(set(agreed.needs) & set(fit.summary.topics)))


def _sent(by: Actor, found: Referral, service: UUID) -> Referral | None:
    """The referral to this service, sent by the product for its sender; None where it is not open to it."""
    product = replace(by, agency=found.from_agency_id, permissions=frozenset({"send_referrals"}))
    try:
        with transaction.atomic():
            return reroute(
                by=product, referral=found.id, service=service, sent_by=found.sent_by, pathway=found.pathway
            )
    except (Conflict, Invalid):
        return None
