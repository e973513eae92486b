"""Verbs of this room: courses, sessions, certificates, standing, scenarios."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines.triage import Protocol, triage
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.given import checked
from commonweal.training import events
from commonweal.training.awarding import LONGEST_MONTHS, award, withdraw
from commonweal.training.models import Course, Requirement, ScenarioRun
from commonweal.training.past import PastCertificate, PastSession, bring_past
from commonweal.training.sessions import cancel_session, enrol, give_up_seat, mark_attended, plan_session
from commonweal.training.settling import settle_standing

__all__ = [
    "PastCertificate", "PastSession", "award", "bring_past", "cancel_session", "enrol", "give_up_seat",
    "keep_course", "mark_attended", "plan_session", "play", "release", "require", "settle_standing",
    "withdraw",
]  # fmt: skip


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
