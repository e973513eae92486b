"""Hold a place for somebody who is on the way, for a set time; it ends by itself.

Two hands for the last place: the service's row is locked while the places are counted, so one of them wins.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.directory import events, holds
from commonweal.directory.actions.capacity import append, locked_service
from commonweal.directory.models import CapacityPost, PlaceHold, Service
from commonweal.directory.standing import held_at, standing
from commonweal.kernel import clock, days, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound


@transaction.atomic
def hold_place(*, by: Actor, service: UUID, cause: UUID, minutes: int | None = None) -> PlaceHold:
    """Keep one place for the referral `cause`, as long as the service holds places, or for fewer `minutes`.

    Asked again while it stands, the same hold comes back. Conflict where no place is left, where the
    provider holds none, where nobody knows how many there are (the provider itself may), or where an
    earlier hold for the same referral ran out (again the provider may).
    """
    found = locked_service(service)
    if not (by.may("send_referrals") or _is_own(by, found)):
        raise NotFound("service")
    if again := standing(cause=cause).first():
        return again
    span = _span(found, minutes)
    _let_go_late(by, cause)
    _room_for_one(by, found, cause)
    now = clock.now()
    hold = PlaceHold(service=found, cause=cause, at=now, until=now + span, by=by.id, agency=by.agency)
    hold.save(force_insert=True)
    journal.write(by=by, event=events.PlaceHeld(service=found.id, hold=hold.id, cause=cause))
    return hold


def _is_own(by: Actor, service: Service) -> bool:
    return by.agency is not None and by.agency == service.provider.agency_id and by.may("answer_referrals")


def _span(service: Service, minutes: int | None) -> timedelta:
    most = holds.minutes_at(service)
    if most == 0:
        raise Conflict("This service holds no places. Send the referral, and telephone if it is urgent.")
    if minutes is not None and not 1 <= minutes <= most:
        raise Invalid("minutes", minutes, "Give whole minutes between 1 and %(most)s.", most=most)
    return timedelta(minutes=minutes or most)


def _room_for_one(by: Actor, service: Service, cause: UUID) -> None:
    is_own = _is_own(by, service)
    if not is_own and PlaceHold.objects.filter(cause=cause, how="expired").exists():
        raise Conflict(
            "A place was held for this referral, and its time ran out. Ask the provider to hold again."
        )
    latest = CapacityPost.objects.filter(service=service).order_by("-at", "-id").first()
    if _is_taken(service, cause):
        raise Conflict("This referral was accepted and its place is kept: nothing has to be held.")
    if latest is not None and not latest.is_open:
        raise Conflict("It takes no referrals now; choose another service.")
    posted = latest.available if latest else None
    if posted is None and not is_own:
        raise Conflict("Nobody has posted how many places are free here. Telephone and ask them to hold one.")
    held = standing(service=service.id).count()
    if posted is not None and held >= posted:
        says = "No place is left to hold: %(posted)s free, %(held)s held for others. Choose another service."
        raise Conflict(says, posted=posted, held=held)


@transaction.atomic
def extend_hold(*, by: Actor, cause: UUID) -> PlaceHold:
    """Once more the same time, from the moment the hold would have ended; a second time is refused."""
    hold = _stands(by, cause)
    if hold.extended_at is not None:
        says = "A hold is extended once, and this one was. It stands until %(until)s."
        raise Conflict(says, until=days.at(hold.until))
    hold.until += max(holds.span_at(hold.service), timedelta(minutes=1))
    hold.extended_at = clock.now()
    hold.save(update_fields=["until", "extended_at"])
    event = events.PlaceHeld(service=hold.service_id, hold=hold.id, cause=cause, extended=True)
    journal.write(by=by, event=event)
    return hold


def _stands(by: Actor, cause: UUID) -> PlaceHold:
    known = PlaceHold.objects.filter(cause=cause).order_by("-at").first()
    if known is None:
        raise NotFound("hold")
    found = locked_service(known.service_id)
    if not (by.may("send_referrals") or _is_own(by, found) or by.role == "system"):
        raise NotFound("hold")
    hold = standing(cause=cause).select_related("service").first()
    if hold is None:
        raise Conflict("No place is held for it any more. Hold one again, or send the referral without.")
    return hold


@transaction.atomic
def release_hold(*, by: Actor, cause: UUID) -> bool:
    """Give the place back before its time; False where none was held any more."""
    hold = PlaceHold.objects.filter(cause=cause, ended_at__isnull=True).first()
    if hold is None:
        return False
    _end(by, hold, "released" if hold.until > clock.now() else "expired")
    return True


@transaction.atomic
def arrive_on_hold(*, by: Actor, cause: UUID) -> bool:
    """The person for whom a place was held has come: the hold ends and the place is taken, once.

    Also where the hold had run out and nobody took their place; False where none was ever held.
    """
    hold = PlaceHold.objects.filter(cause=cause).order_by("-at").first()
    if hold is None or hold.how in ("arrived", "released"):
        return False
    service = locked_service(hold.service_id)
    if hold.ended_at is None:
        _end(by, hold, "arrived")
    else:
        PlaceHold.objects.filter(id=hold.id).update(how="arrived")
    _take_place(by, service, cause)
    return True


def _take_place(by: Actor, service: Service, cause: UUID) -> None:
    latest = CapacityPost.objects.filter(service=service).order_by("-at", "-id").first()
    if latest is None or latest.available is None or _is_taken(service, cause):
        return
    append(
        by, service, available=max(latest.available - 1, 0), waiting=latest.waiting, is_open=latest.is_open,
        source="arrived",
    )  # fmt: skip


def _is_taken(service: Service, cause: UUID) -> bool:
    """Whether the answer itself took a place, since none was held for the referral when it came."""
    taken = CapacityPost.objects.filter(service=service, cause=cause, source="accepted").first()
    return taken is not None and not held_at(cause, taken.at)


def end_late_holds(*, by: Actor) -> int:
    """Holds whose time is up end; returns how many. Run it every minute: harmless twice."""
    late = PlaceHold.objects.filter(ended_at__isnull=True, until__lte=clock.now()).order_by("until")
    return sum(_expire(by, one) for one in late.values_list("id", flat=True)[:500])


@transaction.atomic
def _expire(by: Actor, hold: UUID) -> bool:
    found = PlaceHold.objects.select_for_update().filter(id=hold, ended_at__isnull=True).first()
    if found is None or found.until > clock.now():
        return False
    _end(by, found, "expired")
    return True


def _let_go_late(by: Actor, cause: UUID) -> None:
    for one in PlaceHold.objects.filter(cause=cause, ended_at__isnull=True):
        _end(by, one, "expired")


def _end(by: Actor, hold: PlaceHold, how: str) -> None:
    hold.ended_at, hold.how = clock.now(), how
    hold.save(update_fields=["ended_at", "how"])
    event = events.HoldEnded(service=hold.service_id, hold=hold.id, cause=hold.cause, how=how)
    journal.write(by=by, event=event)


@transaction.atomic
def set_hold_limit(*, by: Actor, service: UUID, minutes: int | None) -> Service:
    """How long the provider holds a place: 0 holds none, None as the site has it; its own agency says so."""
    found = locked_service(service)
    if not (_is_own(by, found) or by.may("administer")):
        raise NotFound("service")
    most = holds.rule().most
    if minutes is not None and not 0 <= minutes <= most:
        raise Invalid("minutes", minutes, "Give whole minutes between 0 and %(most)s.", most=most)
    if found.hold_minutes != minutes:
        found.hold_minutes = minutes
        found.save(update_fields=["hold_minutes"])
        journal.write(by=by, event=events.HoldLimitSet(service=found.id))
    return found
