"""Verbs of this room: post, notify, safety timers, duress."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.models import CheckIn, Duress, Message, Notification, Receipt, Thread

CHECK_IN_EVERY = timedelta(minutes=15)
GRACE = timedelta(minutes=2)


@transaction.atomic
def post(*, by: Actor, about: Subject, category: str, text: str, permit: Permit) -> Message:
    """Write in the thread of a subject. The permit on the subject's category opens the thread."""
    if not text.strip():
        raise Invalid("text", text, "Write a message first.")
    if permit.question.subject != str(about.id) or permit.question.category != category:
        raise NotFound("thread")
    thread, _ = Thread.objects.get_or_create(
        kind=about.kind, subject=about.id, defaults={"category": category}
    )
    if thread.category != category:
        raise NotFound("thread")
    if thread.closed_at:
        raise Conflict("This thread is closed; your text is kept in the box.")
    message = Message.objects.create(thread=thread, author=by.id, agency=by.agency, text=text.strip())
    journal.write(by=by, event=events.Posted(thread=thread.id, message=message.id))
    return message


@transaction.atomic
def mark_thread_read(*, by: Actor, about: Subject) -> None:
    """Remember that the actor has read the thread up to now."""
    thread = Thread.objects.filter(kind=about.kind, subject=about.id).first()
    if thread:
        Receipt.objects.update_or_create(
            thread=thread, account=UUID(by.id), defaults={"read_at": clock.now()}
        )


@transaction.atomic
def notify(
    *,
    by: Actor,
    accounts: Iterable[UUID],
    kind: str,
    about: Subject | None = None,
    link: str = "",
    urgent: bool = False,
    again: bool = False,
) -> int:
    """Put a line in each bell, once for a kind and subject. Returns how many are new.

    `again`: a line that was read rings once more (another message in the same thread).
    """
    new = 0
    for account in accounts:
        line, is_new = Notification.objects.get_or_create(
            account=account,
            kind=kind,
            subject=about.id if about else None,
            link=link,
            defaults={"about": about.kind if about else "", "urgent": urgent},
        )
        if again and line.read_at is not None:
            line.read_at, line.created_at, is_new = None, clock.now(), True
            line.save(update_fields=["read_at", "created_at"])
        if is_new:
            journal.write(by=by, event=events.Notified(account=account, what=kind))
            new += 1
    return new


@transaction.atomic
def mark_read(*, by: Actor, notification: UUID | None = None) -> int:
    """Clear one line of the actor's bell, or all of them."""
    mine = Notification.objects.filter(account=UUID(by.id), read_at__isnull=True)
    return (mine.filter(id=notification) if notification else mine).update(read_at=clock.now())


@transaction.atomic
def start_check_in(*, by: Actor, unit: UUID, call: UUID | None, every: timedelta = CHECK_IN_EVERY) -> CheckIn:
    """Start (or renew) the safety timer of a unit."""
    CheckIn.objects.filter(unit=unit, ended_at__isnull=True).update(ended_at=clock.now())
    return CheckIn.objects.create(unit=unit, call=call, due_at=clock.now() + every)


@transaction.atomic
def check_in(*, by: Actor, unit: UUID, every: timedelta = CHECK_IN_EVERY) -> CheckIn | None:
    """All well: the running timer is answered and a new one begins. None where none runs."""
    running = CheckIn.objects.select_for_update().filter(unit=unit, ended_at__isnull=True).first()
    if running is None:
        return None
    running.answered_at = running.ended_at = clock.now()
    running.save(update_fields=["answered_at", "ended_at"])
    return CheckIn.objects.create(unit=unit, call=running.call, due_at=clock.now() + every)


@transaction.atomic
def end_check_in(*, by: Actor, unit: UUID) -> None:
    """The unit has cleared: no timer runs."""
    CheckIn.objects.filter(unit=unit, ended_at__isnull=True).update(ended_at=clock.now())


@transaction.atomic
def escalate_missed(*, by: Actor) -> int:
    """Climb the ladder for every timer past its grace; each step is announced once. Returns how many."""
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
    return found
