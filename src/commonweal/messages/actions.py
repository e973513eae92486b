"""Verbs of this room: post, confirm, notify, safety timers, duress."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.bulletins import (
    WRITERS,
    Sheet,
    To,
    acknowledge_bulletin,
    bulletin_words,
    mark_bulletin_read,
    post_bulletin,
    tell_of_bulletins,
    withdraw_bulletin,
)
from commonweal.messages.choosing import choose, number_of
from commonweal.messages.climbing import acknowledge, begin_climb, climb, end_climb
from commonweal.messages.drills import confirm_drill, repeat_drills, start_drill, stop_repeating
from commonweal.messages.hooks import (
    EVENTS,
    Outgoing,
    claim_webhook,
    note_webhook,
    queue_webhooks,
    register_endpoint,
    remove_endpoint,
    rotate_secret,
    send_again,
    switch_endpoint,
    withhold_webhook,
)
from commonweal.messages.ladders import OCCASIONS, REACHES, Step, ladder, set_ladder
from commonweal.messages.leaving import Carrier, Parcel, carried, not_carried, take_due
from commonweal.messages.models import CheckIn, Duress, HandOver, Notification
from commonweal.messages.ringing import notify
from commonweal.messages.talking import confirm, mark_thread_read, post

__all__ = [
    "CHECK_IN_EVERY", "EVENTS", "GRACE", "ITEM_KINDS", "OCCASIONS", "REACHES", "TAKEN_WITHIN", "Carrier",
    "Outgoing", "Parcel", "Step", "acknowledge", "begin_climb", "climb", "end_climb", "ladder", "set_ladder",
    "carried", "check_in", "choose", "claim_webhook", "close_duress", "confirm", "end_check_in",
    "escalate_missed", "give_shift", "mark_read", "mark_thread_read", "not_carried", "note_webhook", "notify",
    "number_of",
    "post", "queue_webhooks", "raise_duress", "register_endpoint", "remove_endpoint", "rotate_secret",
    "send_again", "start_check_in", "switch_endpoint", "take_due", "take_shift", "tell_of_untaken_shifts",
    "withhold_webhook", "WRITERS", "Sheet", "To", "acknowledge_bulletin", "bulletin_words", "confirm_drill",
    "mark_bulletin_read", "post_bulletin", "repeat_drills", "start_drill", "stop_repeating",
    "tell_of_bulletins", "withdraw_bulletin",
]  # fmt: skip
CHECK_IN_EVERY = timedelta(minutes=15)
GRACE = timedelta(minutes=2)
TAKEN_WITHIN = timedelta(minutes=15)
ITEM_KINDS = ("call", "check_in", "duress", "follow_up")


@transaction.atomic
def mark_read(*, by: Actor, notification: UUID | None = None) -> int:
    """Clear one line of the actor's bell, or all of them."""
    mine = Notification.objects.filter(account=UUID(by.id), read_at__isnull=True)
    return (mine.filter(id=notification) if notification else mine).update(read_at=clock.now())


@transaction.atomic
def start_check_in(*, by: Actor, unit: UUID, call: UUID | None, every: timedelta = CHECK_IN_EVERY) -> CheckIn:
    """Start (or renew) the safety timer of a unit."""
    end_climb(by=by, occasion="check_in_missed", subject=unit)
    CheckIn.objects.filter(unit=unit, ended_at__isnull=True).update(ended_at=clock.now())
    return CheckIn.objects.create(unit=unit, call=call, due_at=clock.now() + every)


@transaction.atomic
def check_in(*, by: Actor, unit: UUID, every: timedelta = CHECK_IN_EVERY) -> CheckIn | None:
    """All well: the running timer is answered and a new one begins. None where none runs."""
    running = CheckIn.objects.select_for_update().filter(unit=unit, ended_at__isnull=True).first()
    if running is None:
        return None
    end_climb(by=by, occasion="check_in_missed", subject=unit)
    running.answered_at = running.ended_at = clock.now()
    running.save(update_fields=["answered_at", "ended_at"])
    return CheckIn.objects.create(unit=unit, call=running.call, due_at=clock.now() + every)


@transaction.atomic
def end_check_in(*, by: Actor, unit: UUID) -> None:
    """The unit has cleared: no timer runs."""
    end_climb(by=by, occasion="check_in_missed", subject=unit)
    CheckIn.objects.filter(unit=unit, ended_at__isnull=True).update(ended_at=clock.now())


@transaction.atomic
def escalate_missed(*, by: Actor) -> int:
    """Announce every timer past its grace, once each round. Returns how many.

    Whom it tells is the ladder's (`climbing`): the first word begins a climb.
    """
    late = CheckIn.objects.select_for_update().filter(ended_at__isnull=True, due_at__lte=clock.now() - GRACE)
    for timer in late:
        timer.step += 1
        timer.escalated_at, timer.due_at = clock.now(), clock.now() + GRACE
        timer.save()
        journal.write(by=by, event=events.CheckInMissed(unit=timer.unit, call=timer.call, step=timer.step))
    return len(late)


@transaction.atomic
def raise_duress(
    *,
    by: Actor,
    unit: UUID | None = None,
    call: UUID | None = None,
    lon: float | None = None,
    lat: float | None = None,
) -> Duress:
    """A silent call for help; raising it again while one is open returns that one."""
    already = Duress.objects.filter(account=UUID(by.id), closed_at__isnull=True).first()
    if already:
        return already
    raised = Duress.objects.create(account=UUID(by.id), unit=unit, call=call, lon=lon, lat=lat)
    journal.write(by=by, event=events.DuressRaised(duress=raised.id, unit=unit, call=call))
    return raised


@transaction.atomic
def close_duress(*, by: Actor, duress: UUID) -> Duress:
    """A supervisor has reached the worker; a second call changes nothing."""
    found = Duress.objects.select_for_update().filter(id=duress).first()
    if found is None:
        raise NotFound("alarm")
    if found.closed_at is None:
        found.closed_at, found.closed_by = clock.now(), by.id
        found.save(update_fields=["closed_at", "closed_by"])
        journal.write(by=by, event=events.DuressClosed(duress=duress))
        end_climb(by=by, occasion="duress", subject=duress)
    return found


@transaction.atomic
def give_shift(*, by: Actor, items: Iterable[Subject], note: str = "") -> HandOver:
    """Leave, with what is open for the actor's centre. Giving again before anybody took it replaces it."""
    if by.agency is None or not by.may("take_calls"):
        raise Invalid("by", by.role, "Whoever takes calls gives and takes a shift.")
    listed = list(dict.fromkeys((item.kind, str(item.id)) for item in items))
    if wrong := [kind for kind, _id in listed if kind not in ITEM_KINDS]:
        raise Invalid("items", wrong[0], f"Use one of: {', '.join(ITEM_KINDS)}.")
    HandOver.objects.filter(agency=by.agency, given_by=by.id, taken_at__isnull=True).delete()
    made = HandOver.objects.create(
        agency=by.agency, given_by=by.id, items=[list(one) for one in listed], note=note.strip()[:1000]
    )
    event = events.ShiftGiven(handover=made.id, agency=by.agency, items=len(listed))
    journal.write(by=by, event=event)
    return made


@transaction.atomic
def take_shift(*, by: Actor, handover: UUID, seen: Iterable[UUID]) -> HandOver:
    """Take what another person gave: every item acknowledged. NotFound at another centre.

    Conflict for one's own, or one that somebody took; Invalid while an item is not acknowledged, or where an
    open alarm goes to somebody who is no supervisor.
    """
    found = HandOver.objects.select_for_update().filter(id=handover).first()
    if found is None or found.agency != by.agency or not by.may("take_calls"):
        raise NotFound("hand-over")
    if found.taken_at is not None:
        raise Conflict("Somebody took this shift already.")
    if found.given_by == by.id:
        raise Conflict("You gave this shift; another person takes it.")
    if any(kind == "duress" for kind, _id in found.items) and not by.may("supervise"):
        raise Invalid("by", by.role, "A silent alarm is open: a supervisor takes this shift.")
    if {UUID(id_) for _kind, id_ in found.items} - set(seen):
        raise Invalid("seen", "", "Look at every item and tick it; then the shift is yours.")
    found.taken_by, found.taken_at = by.id, clock.now()
    found.save(update_fields=["taken_by", "taken_at"])
    journal.write(by=by, event=events.ShiftTaken(handover=handover, agency=found.agency))
    return found


@transaction.atomic
def tell_of_untaken_shifts(*, by: Actor) -> int:
    """Announce, once each, hand-overs that nobody took within a quarter of an hour. Returns how many."""
    cut = clock.now() - TAKEN_WITHIN
    late = HandOver.objects.select_for_update().filter(
        taken_at__isnull=True, told_at__isnull=True, created_at__lte=cut
    )  # fmt: skip
    for one in late:
        one.told_at = clock.now()
        one.save(update_fields=["told_at"])
        journal.write(by=by, event=events.ShiftNotTaken(handover=one.id, agency=one.agency))
    return len(late)
