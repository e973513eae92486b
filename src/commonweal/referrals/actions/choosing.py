"""How a person wants to be reminded of an appointment: recorded with them, ended at once when they say so."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.people import queries as people
from commonweal.referrals import events, telling
from commonweal.referrals.actions.stepping import locked, standing
from commonweal.referrals.models import REMINDER_BEFORE, REMINDER_WAYS, Referral, Reminder, Reminding
from commonweal.referrals.parties import LINK, parties
from commonweal.referrals.reminding import MAY_COME, SAFE_KIND, guarding

LONGEST = 254  # of an address (RFC 5321)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person wants: a way and how long before, in which language, and what the words may say."""

    way: str
    before: str = "day"
    language: str = "en"
    address: str = ""
    names_service: bool = False
    is_safe: bool = False


@transaction.atomic
def choose_reminder(*, by: Actor, referral: UUID, wish: Wish) -> Reminder:
    """Record what the person chose; it takes the place of what they chose before.

    Either side records it with the person, or the person themself. A sender who may not be told how a
    guarded referral stands records nothing: an appointment would tell. Under such a law the words name no
    service; a provider for victims sends only where the person says that nobody else reads it.
    """
    found = _theirs(by, referral)
    if found.state not in MAY_COME:
        raise Conflict(standing(found))
    is_guarded, kinds = guarding(found)
    _check(wish, is_guarded=is_guarded, needs_safe=SAFE_KIND in kinds)
    worker = _caller(by, found) if wish.way == "call" else None
    _end(by, found, "replaced")
    made = Reminder.objects.create(
        referral=found, way=wish.way, before=wish.before, language=wish.language, address=_address(wish),
        is_neutral=not wish.names_service, is_safe=wish.is_safe, worker=worker, by=by.id,
    )  # fmt: skip
    event = events.ReminderChosen(
        referral=found.id, way=wish.way, before=wish.before, neutral=made.is_neutral
    )
    journal.write(by=by, event=event)
    return made


def _theirs(by: Actor, referral: UUID) -> Referral:
    found = locked(referral)
    if by.id.startswith(LINK) or not (_is_own(by, found) or parties(by, found)):
        raise NotFound("referral")
    if not _is_own(by, found):
        telling.refuse_untold(by, found)
    return found


def _is_own(by: Actor, found: Referral) -> bool:
    whose = found.person_id
    return by.person is not None and whose is not None and by.person in people.circle(whose)


def _check(wish: Wish, *, is_guarded: bool, needs_safe: bool) -> None:
    for name, value, known in (
        ("way", wish.way, REMINDER_WAYS), ("before", wish.before, REMINDER_BEFORE),
        ("language", wish.language, tuple(code for code, _name in settings.LANGUAGES)),
    ):  # fmt: skip
        if value not in known:
            raise Invalid(name, value, f"Use one of: {', '.join(known)}.")
    if wish.names_service and is_guarded:
        raise Invalid("names_service", "yes", "By law this reminder names no service: take the tick off.")
    is_sent = wish.way != "call"
    if is_sent and not wish.is_safe and (needs_safe or wish.names_service):
        raise Invalid("is_safe", "", "Ask the person whether others read it, and tick that it is safe.")


def _address(wish: Wish) -> str:
    """Where it goes; the refusal itself never repeats it."""
    if wish.way == "text":
        return _number(wish.address)
    return _mailbox(wish.address.strip()) if wish.way == "mail" else ""


def _number(text: str) -> str:
    try:
        found = messages.number_of(text)
    except Invalid as wrong:
        raise Invalid("phone", "", wrong.remedy) from None
    if not found:
        raise Invalid("phone", "", "Write the number that the person gave.")
    return found


def _mailbox(text: str) -> str:
    try:
        validate_email(text if len(text) <= LONGEST else "")  # the column ends there
    except ValidationError as wrong:
        raise Invalid("email", "", "Write an address such as name@example.org.") from wrong
    return text


def _caller(by: Actor, found: Referral) -> UUID:
    """Whoever recorded it; where the person did, the worker who sent the referral."""
    caller = telling.sender_told(found) if _is_own(by, found) else UUID(by.id)
    if caller is None or not agencies.active([caller]).exists():
        raise Invalid("way", "call", "No worker is there to call: choose a text message or a mail.")
    return caller


@transaction.atomic
def withdraw_reminder(*, by: Actor, referral: UUID) -> bool:
    """The person wants no reminder: nothing leaves from now on, the address is forgotten. False if none."""
    return _end(by, _theirs(by, referral), "withdrawn")


@transaction.atomic
def end_reminders(*, by: Actor, person: UUID, why: str) -> int:
    """The same of everything that a person chose, by the product: they died, or their record was sealed."""
    chosen = Reminder.objects.filter(ended_at__isnull=True, referral__person__in=people.circle(person))
    about = sorted(set(chosen.values_list("referral", flat=True)))
    return sum(_end(by, locked(one), why) for one in about)


def _end(by: Actor, found: Referral, why: str) -> bool:
    """End what stands of a locked referral, and what is on its way."""
    chosen = Reminder.objects.filter(referral=found, ended_at__isnull=True)
    now = {"ended_at": clock.now(), "ended_by": by.id}
    stood = chosen.update(**now, why=why, address="")
    outcome = "withdrawn" if why == "replaced" else why
    Reminding.objects.filter(referral=found, ended_at__isnull=True).update(**now, outcome=outcome)
    if stood:
        journal.write(by=by, event=events.ReminderEnded(referral=found.id, why=why))
    return bool(stood)


def hand_on(by: Actor, found: Referral, later: Referral) -> bool:
    """What the person chose goes on to the referral that takes this one's place; True where it did.

    The words name no service there: the person said yes to naming another one. Where the new receiver is a
    provider for victims and nobody asked whether others read it, or the worker who calls has left, it ends.
    """
    choice = found.reminders.filter(ended_at__isnull=True).first()
    if choice is None:
        return False
    kept = {
        name: getattr(choice, name)
        for name in ("way", "before", "language", "address", "is_safe", "worker", "chosen_at", "by")
    }
    _end(by, found, "replaced")
    if not _goes_on(choice, later):
        return False
    made = Reminder.objects.create(referral=later, is_neutral=True, **kept)
    event = events.ReminderChosen(referral=later.id, way=made.way, before=made.before, neutral=True)
    journal.write(by=by, event=event)
    return True


def _goes_on(choice: Reminder, later: Referral) -> bool:
    if choice.way == "call":
        return agencies.active([choice.worker] if choice.worker else []).exists()
    _is_guarded, kinds = guarding(later)
    return choice.is_safe or SAFE_KIND not in kinds


def end_chosen(by: Actor, found: Referral, why: str) -> bool:
    """What the person chose ends with the referral, for the timer that looks after reminders."""
    return _end(by, found, why)
