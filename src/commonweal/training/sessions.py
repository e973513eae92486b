"""Sessions: planned, their seats taken and given up, cancelled, or held with who was there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, gettext_noop
from commonweal.training import events
from commonweal.training.awarding import award, withdraw
from commonweal.training.models import Attendance, Certificate, Course, Session

MOST_SEATS = 10_000
ABSENT = gettext_noop("The list of the session was corrected: not present.")


@transaction.atomic
def plan_session(
    *, by: Actor, course: UUID, starts: datetime, place: str, trainer: str = "", seats: int = 20
) -> Session:
    """A session of a course; Invalid for no seats or no place."""
    if not 1 <= seats <= MOST_SEATS:
        raise Invalid("seats", seats, "Give 1 to %(most)s seats.", most=MOST_SEATS)
    if not 1970 <= starts.year <= 2200:
        raise Invalid("starts", starts.year, "Give a day between 1970 and 2200.")
    if not place.strip():
        raise Invalid("place", place, "Say where it is held.")
    if not Course.objects.filter(id=course).exists():
        raise NotFound("course")
    made = Session.objects.create(
        course_id=course, starts=starts, place=place.strip(), trainer=trainer, seats=seats
    )
    journal.write(by=by, event=events.SessionPlanned(session=made.id, course=course))
    return made


def _session(session: UUID) -> Session:
    found = Session.objects.select_for_update().select_related("course").filter(id=session).first()
    if found is None:
        raise NotFound("session")
    return found


def _known(accounts: Iterable[UUID]) -> None:
    """NotFound where one of them is no worker's account."""
    wanted = set(accounts)
    if agencies.accounts().filter(id__in=wanted).count() != len(wanted):
        raise NotFound("account")


@transaction.atomic
def enrol(*, by: Actor, session: UUID, account: UUID) -> Attendance:
    """Give a worker a seat; Conflict when the session is full or over. Enrolling twice changes nothing."""
    found = _session(session)
    already = Attendance.objects.filter(session=found, account=account).first()
    if already:
        return already
    _known([account])
    if found.state != "planned" or found.attendances.count() >= found.seats:
        raise Conflict("This session is full or over. Choose another date.")
    seat = Attendance.objects.create(session=found, account=account)
    journal.write(by=by, event=events.Enrolled(session=session, account=account))
    return seat


@transaction.atomic
def give_up_seat(*, by: Actor, session: UUID, account: UUID) -> None:
    """The seat is free for somebody else. Without a seat nothing changes.

    Conflict from the session's beginning on: who was there is then said by its coordinator.
    """
    found = _session(session)
    seat = Attendance.objects.filter(session=found, account=account).first()
    if seat is None:
        return
    if found.state == "held" or seat.state != "enrolled" or found.starts <= clock.now():
        raise Conflict("This session has begun. Its coordinator says who was there.")
    seat.delete()
    own = by.id == str(account)
    journal.write(by=by, event=events.SeatGivenUp(session=session, account=account, own=own))


@transaction.atomic
def cancel_session(*, by: Actor, session: UUID) -> Session:
    """It will not be held, and everybody with a seat is told. Twice changes nothing.

    Conflict where it was held: certificates rest on it, which are withdrawn one by one.
    """
    found = _session(session)
    if found.state == "held":
        raise Conflict("This session was held. Withdraw the certificates that rest on it instead.")
    if found.state == "planned":
        found.state = "cancelled"
        found.save(update_fields=["state"])
        journal.write(by=by, event=events.SessionCancelled(session=session, course=found.course_id))
    return found


def _begun(session: Session) -> None:
    if session.state == "cancelled":
        raise Conflict("This session was cancelled. Plan another one.")
    if clock.day(session.starts) > clock.today():
        raise Conflict("This session has not begun. Say who was there from its day on.")


@transaction.atomic
def mark_attended(*, by: Actor, session: UUID, scores: Mapping[UUID, int | None]) -> list[Certificate]:
    """Hold the session: those named were there, the rest were absent; each present earns the certificate.

    Conflict before the day it begins: a certificate for what nobody attended yet would open dispatch.
    Marking again corrects the list: who has the certificate of this session gets no second one, and whoever
    was not there after all loses it. One that was withdrawn for another reason stays withdrawn.
    """
    found = _session(session)
    _begun(found)
    _known(scores)
    found.state = "held"
    found.save(update_fields=["state"])
    found.attendances.exclude(account__in=scores).update(state="absent")
    for mistaken in found.certificates.filter(withdrawn_at__isnull=True).exclude(account__in=scores):
        withdraw(by=by, certificate=mistaken.id, reason=ABSENT)
    earned_before = set(found.certificates.exclude(withdrawn_why=ABSENT).values_list("account", flat=True))
    earned = []
    for account, score in scores.items():
        Attendance.objects.update_or_create(
            session=found, account=account, defaults={"state": "attended", "score": score}
        )
        if account in earned_before:
            continue
        journal.write(by=by, event=events.Attended(session=session, account=account))
        earned.append(
            award(
                by=by,
                account=account,
                kind=found.course.certificate,
                valid_from=clock.day(found.starts),
                months=found.course.valid_months,
                session=session,
            )
        )
    return earned
