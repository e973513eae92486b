"""Verbs of this room: courses, sessions, certificates, standing, scenarios."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines.triage import Protocol, triage
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.given import checked
from commonweal.training import events
from commonweal.training.models import Attendance, Certificate, Course, Requirement, ScenarioRun, Session
from commonweal.training.past import PastCertificate, PastSession, bring_past
from commonweal.training.settling import settle_standing

__all__ = [
    "PastCertificate", "PastSession", "award", "bring_past", "enrol", "keep_course", "mark_attended",
    "plan_session", "play", "release", "require", "settle_standing", "withdraw",
]  # fmt: skip
LONGEST_MONTHS, MOST_SEATS = 600, 10_000


class CourseFacts(TypedDict, total=False):
    """What else is known of a course; what is not given stays."""

    title_es: str
    about: str
    hours: int | Decimal
    valid_months: int


@transaction.atomic
def keep_course(
    *, by: Actor, code: str, title_en: str, certificate: str, **facts: Unpack[CourseFacts]
) -> Course:
    """Add or change a course. Invalid names what is empty, or not listed."""
    checked(facts, CourseFacts)
    for field, value in (("code", code), ("title_en", title_en), ("certificate", certificate)):
        if not value.strip():
            raise Invalid(field, value, "Write something here.")
    months = facts.get("valid_months", 1)
    if not 1 <= months <= LONGEST_MONTHS:
        raise Invalid("valid_months", months, "Give 1 to %(most)s months.", most=LONGEST_MONTHS)
    given = {"title_en": title_en, "certificate": certificate, **facts}
    course, _ = Course.objects.update_or_create(code=code, defaults=given)
    journal.write(by=by, event=events.CourseKept(course=course.id))
    return course


@transaction.atomic
def require(
    *,
    by: Actor,
    role: str,
    certificate: str,
    closes_dispatch: bool = True,
    narrows_sight: bool = False,
    grace_days: int = 0,
    settle: bool = True,
) -> Requirement:
    """Set what a role must hold; the standing of its workers is settled at once unless `settle` is off."""
    if role not in agencies.ROLES:
        raise Invalid("role", role, f"Use one of: {', '.join(agencies.ROLES)}.")
    given = {"closes_dispatch": closes_dispatch, "narrows_sight": narrows_sight, "grace_days": grace_days}
    found, _ = Requirement.objects.update_or_create(role=role, certificate=certificate, defaults=given)
    _announce(by, found, settle=settle)
    return found


def _announce(by: Actor, found: Requirement, *, settle: bool, ended: bool = False) -> None:
    """Tell what changed, and settle the standing of those it concerns."""
    event = events.RequirementSet(
        requirement=found.id, role=found.role, certificate=found.certificate, ended=ended
    )
    journal.write(by=by, event=event)
    if settle:
        of_role = agencies.accounts().filter(role=found.role, is_active=True)
        settle_standing(by=by, accounts=list(of_role.values_list("id", flat=True)))


@transaction.atomic
def release(*, by: Actor, requirement: UUID) -> None:
    """The role need not hold it any longer: what its lapse closed opens again."""
    found = Requirement.objects.select_for_update().filter(id=requirement).first()
    if found is None:
        raise NotFound("requirement")
    gone = Requirement(id=found.id, role=found.role, certificate=found.certificate)
    found.delete()
    _announce(by, gone, settle=True, ended=True)


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


def _begun(session: Session) -> None:
    if clock.day(session.starts) > clock.today():
        raise Conflict("This session has not begun. Say who was there from its day on.")


@transaction.atomic
def mark_attended(*, by: Actor, session: UUID, scores: Mapping[UUID, int | None]) -> list[Certificate]:
    """Hold the session: those named were there, the rest were absent; each present earns the certificate.

    Conflict before the day it begins: a certificate for what nobody attended yet would open dispatch.
    Marking again corrects the list: who has the certificate of this session gets no second one.
    """
    found = _session(session)
    _begun(found)
    _known(scores)
    earned_before = set(found.certificates.values_list("account", flat=True))
    found.state = "held"
    found.save(update_fields=["state"])
    found.attendances.exclude(account__in=scores).update(state="absent")
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


@transaction.atomic
def award(
    *, by: Actor, account: UUID, kind: str, valid_from: date, months: int = 24, session: UUID | None = None
) -> Certificate:
    """A certificate valid for so many months; standing is settled at once."""
    if not 1 <= months <= LONGEST_MONTHS:
        raise Invalid("months", months, "Give 1 to %(most)s months.", most=LONGEST_MONTHS)
    until = _later(valid_from, months)
    given = Certificate.objects.create(
        account=account, kind=kind, valid_from=valid_from, valid_until=until, session_id=session
    )
    journal.write(by=by, event=events.Certified(account=account, certificate=given.id))
    settle_standing(by=by, accounts=[account])
    return given


def _later(start: date, months: int) -> date:
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


@transaction.atomic
def withdraw(*, by: Actor, certificate: UUID) -> Certificate:
    """End a certificate before its day."""
    found = Certificate.objects.select_for_update().filter(id=certificate).first()
    if found is None:
        raise NotFound("certificate")
    found.withdrawn_at = found.withdrawn_at or clock.now()
    found.save(update_fields=["withdrawn_at"])
    journal.write(
        by=by, event=events.Certified(account=found.account, certificate=certificate, withdrawn=True)
    )
    settle_standing(by=by, accounts=[found.account])
    return found


@transaction.atomic
def play(
    *,
    by: Actor,
    scenario: str,
    protocol: Protocol,
    truth: Mapping[str, str],
    answers: Mapping[str, str],
    chosen_tier: str,
) -> ScenarioRun:
    """Score a played scenario against the protocol itself.

    `truth` holds the scenario's answers, `answers` what the worker heard; the right tier is what the
    protocol says on the truth. Half of the score is the tier (lower urgency than right earns none of
    it), half the share of questions answered as they were.
    """
    right = triage(protocol, truth).tier
    heard = sum(answers.get(question) == answer for question, answer in truth.items()) / max(1, len(truth))
    gap = int(chosen_tier[1:]) - int(right[1:])
    tier_part = 50 if gap == 0 else 25 if gap == -1 else 0
    run = ScenarioRun.objects.create(
        account=UUID(by.id),
        scenario=scenario,
        answers=dict(answers),
        chosen_tier=chosen_tier,
        right_tier=right,
        score=round(50 * heard) + tier_part,
    )
    journal.write(by=by, event=events.ScenarioPlayed(account=UUID(by.id), scenario=scenario, score=run.score))
    return run
