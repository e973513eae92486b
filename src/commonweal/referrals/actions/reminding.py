"""Reminders on their way to a person: taken when due, sent once, never at night, never when it is over.

A reminder has its journal line before its bytes leave, at every try, under one key: a gateway or a mailbox
can tell a second try from a second message. It goes to the person themself, so no accounting of it is
owed (45 CFR 164.528(a)(1)(ii)).
"""

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.messages.actions import Parcel
from commonweal.referrals import events, reminding, states, telling
from commonweal.referrals.actions.choosing import end_chosen
from commonweal.referrals.actions.stepping import locked, standing, taken_up
from commonweal.referrals.models import Referral, Reminder, Reminding, Step
from commonweal.referrals.reminding import MAY_COME
from commonweal.sharing import queries as sharing

AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
QUIET, FORGOTTEN = timedelta(days=1), timedelta(days=1)  # a night at most; appointments of yesterday
WAITS = timedelta(days=7)  # after a no, for the next service: the choice is kept, and nothing leaves
BATCH = 500
CALLED = ("reached", "not_reached")


def take_reminders(*, by: Actor) -> list[Parcel]:
    """What is due to leave now; whoever takes it sends it and says `reminder_left` or `reminder_stayed`.

    Who says nothing (a worker that was killed) leaves it to the next: it falls due again. Calls that are due
    are given to their worker. Run it every few seconds as the product.
    """
    if by.role != "system":
        raise NotFound("referral")
    standing_ = Reminder.objects.filter(ended_at__isnull=True)
    over = standing_.exclude(referral__state__in=MAY_COME).exclude(
        Exists(_lately(OuterRef("referral"))), referral__state__in=states.UNMET
    )
    moved = Reminding.objects.filter(ended_at__isnull=True).exclude(
        referral__state=states.SCHEDULED, referral__scheduled_for=F("appointment")
    )
    about = [
        *over.values_list("referral", flat=True)[:BATCH],
        *moved.values_list("referral", flat=True)[:BATCH],
    ]
    about += _soon(standing_)
    return [parcel for one in dict.fromkeys(about) if (parcel := _take(by, one))]


def _lately(referral: OuterRef | UUID) -> QuerySet[Step]:
    """Steps of a referral within the days that a choice waits for the next service."""
    return Step.objects.filter(referral=referral, at__gt=clock.now() - WAITS)


def _soon(standing_: QuerySet[Reminder]) -> list[UUID]:
    """Referrals whose reminder may be due, by the time that is known without a look at their steps."""
    now, hours = clock.now(), reminding.hours()
    done = Reminding.objects.filter(
        referral=OuterRef("referral"), appointment=OuterRef("referral__scheduled_for"), ended_at__isnull=False
    ).exclude(outcome__in=Reminding.UNTRIED)
    coming = standing_.filter(
        ~Exists(done), referral__state=states.SCHEDULED,
        referral__scheduled_for__range=(now - FORGOTTEN, now + hours.spans["day"] + QUIET),
    )  # fmt: skip
    rows = coming.order_by("referral__scheduled_for").values_list(
        "referral", "before", "referral__scheduled_for", "chosen_at"
    )
    due = (
        one for one, before, at, since in rows
        if at is not None and (hours.moment(before, at, since) or now) <= now
    )  # fmt: skip
    return list(islice(due, BATCH))


@transaction.atomic
def _take(by: Actor, referral: UUID) -> Parcel | None:
    found = locked(referral)
    choice = found.reminders.filter(ended_at__isnull=True).first()
    if choice is None:
        return None
    if found.state not in MAY_COME:
        if found.state in states.UNMET and _lately(found.id).exists():
            _drop_moved(by, found, None)
        else:
            end_chosen(by, found, "over")
        return None
    sent = _ready(by, choice, found)
    if sent is None:
        return None
    if choice.way != "call":
        return _parcel(by, choice, found, sent)
    _give(by, sent)
    return None


def _ready(by: Actor, choice: Reminder, found: Referral) -> Reminding | None:
    """The reminder that goes now; None where none is due, something bars it, or it waits for the day."""
    at = found.scheduled_for if found.state == states.SCHEDULED else None
    _drop_moved(by, found, at)
    sent = _due(by, choice, found, at) if at else None
    if sent is None:
        return None
    if why := _bar(choice, found, sent):
        _settle(by, sent, why)
        return None
    if (quiet := reminding.hours().ends(clock.now())) is not None:
        sent.due_at = quiet
        sent.save(update_fields=["due_at"])
        return None
    return sent


def _drop_moved(by: Actor, found: Referral, at: datetime | None) -> None:
    for one in found.remindings.filter(ended_at__isnull=True).exclude(appointment=at or clock.now()):
        _settle(by, one, "moved")


def _due(by: Actor, choice: Reminder, found: Referral, at: datetime) -> Reminding | None:
    """The reminder of this appointment, where it is due and was not yet made; None otherwise."""
    last = reminding.reminded_of(found, at)
    if last is not None:
        return last if last.ended_at is None and last.due_at <= clock.now() else None
    due = reminding.moment(choice, found, at)
    if due is not None and due > clock.now():
        return None
    made_now = Reminding.objects.create(
        reminder=choice, referral=found, appointment=at, way=choice.way, account=choice.worker,
        due_at=due or clock.now(),
    )  # fmt: skip
    if due is None:
        _settle(by, made_now, "late")
        return None
    return made_now


def _bar(choice: Reminder, found: Referral, sent: Reminding) -> str:
    """Why it does not go: it is too late, or the person cannot or must not be reached; empty if it does."""
    now, hours = clock.now(), reminding.hours()
    latest = sent.appointment - hours.latest
    if now >= latest:
        return "late"
    if (hours.ends(now) or now) >= latest:
        return "night"
    if found.person_id and (why := sharing.unreachable(found.person_id, Subject("referral", found.id))):
        return why
    if choice.way == "call":
        return "" if _may_call(choice, found) else "nobody"
    return "given_up" if sent.tries > len(AGAIN) else ""


def _may_call(choice: Reminder, found: Referral) -> bool:
    """Whether the worker is still there, and may know of the appointment."""
    worker = agencies.actors([str(choice.worker)]).get(str(choice.worker)) if choice.worker else None
    here = worker is not None and agencies.active([UUID(worker.id)]).exists()
    return here and worker is not None and not telling.is_withheld(worker, found)


def _give(by: Actor, sent: Reminding) -> None:
    """The call is the worker's to make; it is looked at again when it is too late for it."""
    if sent.tries == 0 and sent.account is not None:
        due = events.ReminderCallDue(referral=sent.referral_id, account=sent.account)
        journal.write(by=by, event=due)
    sent.tries, sent.due_at = 1, sent.appointment - reminding.hours().latest
    sent.save(update_fields=["tries", "due_at"])


def _parcel(by: Actor, choice: Reminder, found: Referral, sent: Reminding) -> Parcel:
    now = clock.now()
    sent.due_at, sent.tries = now + AGAIN[min(sent.tries, len(AGAIN) - 1)], sent.tries + 1
    sent.save(update_fields=["due_at", "tries"])
    event = events.ReminderLeft(referral=found.id, reminding=sent.id, way=choice.way, tries=sent.tries)
    journal.write(by=by, event=event)
    place = "" if _is_neutral(choice, found) else found.service.standing.name
    text = reminding.said(sent.appointment, place=place, language=choice.language, now=now)
    title = reminding.subject(choice.language)
    return Parcel(sent.id, choice.way, choice.address, title, text, sent.tries > 1)


def _is_neutral(choice: Reminder, found: Referral) -> bool:
    """Whether the words name nothing: as the person chose, by the law of a side, or as they are in hiding."""
    is_hiding = found.person_id is not None and sharing.is_in_hiding(found.person_id)
    return choice.is_neutral or reminding.guarding(found)[0] or is_hiding


def _settle(by: Actor, sent: Reminding, outcome: str) -> None:
    sent.ended_at, sent.ended_by, sent.outcome = clock.now(), by.id, outcome
    sent.save(update_fields=["ended_at", "ended_by", "outcome"])
    told = events.RemindingSettled(referral=sent.referral_id, reminding=sent.id, outcome=outcome)
    journal.write(by=by, event=told)


@transaction.atomic
def reminder_left(*, by: Actor, key: UUID) -> None:
    """It has left; a second word on it changes nothing."""
    sent = Reminding.objects.select_for_update().filter(id=key, ended_at__isnull=True).first()
    if sent:
        _settle(by, sent, "sent")


@transaction.atomic
def reminder_stayed(*, by: Actor, key: UUID, fault: str) -> None:
    """The outside refused it: the journal names the kind of fault, and it is tried again when due."""
    sent = Reminding.objects.filter(id=key, ended_at__isnull=True).first()
    if sent:
        event = events.ReminderStayed(referral=sent.referral_id, reminding=key, fault=fault[:60])
        journal.write(by=by, event=event)


@transaction.atomic
def note_reminder_call(*, by: Actor, referral: UUID, result: str) -> Reminding:
    """The worker called: whether the person was reached. Conflict where no call waits for them."""
    found = taken_up(by, referral)
    telling.refuse_untold(by, found)
    sent = found.remindings.filter(ended_at__isnull=True, way="call").first()
    if sent is None or result not in CALLED:
        raise Conflict(standing(found))
    _settle(by, sent, result)
    return sent


__all__ = ["note_reminder_call", "reminder_left", "reminder_stayed", "take_reminders"]
