"""Open, assess, plan, keep contact, close and open again."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.cases import events
from commonweal.cases.matrix import scored
from commonweal.cases.models import (
    Admission,
    Aftercare,
    Case,
    Checkup,
    Conference,
    Contact,
    Goal,
    Member,
    NeedsRating,
    Task,
)
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing

CLOSE_REASONS = (
    "goals_met",
    "stable",
    "person_ended",
    "moved",
    "no_contact",
    "transferred",
    "deceased",
    "other",
)
WAYS = ("visit", "phone", "text", "video", "letter", "meeting")
REVIEW_EVERY = timedelta(days=30)


@transaction.atomic
def open_case(
    *,
    by: Actor,
    person: UUID,
    agency: UUID,
    kind: str = "support",
    manager: UUID | None = None,
    referral: UUID | None = None,
) -> Case:
    """Begin support. The same person, agency and kind has one open case at a time: it is returned.

    So is the case that a referral has opened before, open or closed: opening twice changes
    nothing. The manager and, where none is named, every case manager of the agency get the care tie.
    """
    if kind not in Case.KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(Case.KINDS)}.")
    already = Case.objects.filter(
        person__in=people.circle(person), agency_id=agency, kind=kind, state="open"
    ).first()
    if referral and not already:
        already = Case.objects.filter(referral_id=referral, agency_id=agency).first()
    if already:
        return already
    now = clock.now()
    case = Case.objects.create(
        person_id=person,
        agency_id=agency,
        kind=kind,
        manager=manager,
        opened_at=now,
        referral_id=referral,
        review_due=now + REVIEW_EVERY,
    )
    sharing.hold(by=by, subject=Subject("case", case.id), agency=agency, person=person)
    if manager:
        _join(by, case, manager, "case manager")
    else:
        tied = Subject("person", person)
        sharing.tie(by=by, relation="care", subject=tied, agency=agency, role="case_manager")
    given = manager if manager and str(manager) != by.id else None
    journal.write(by=by, event=events.CaseOpened(case=case.id, person=person, given_to=given))
    return case


def locked_case(case: UUID, *, open_only: bool = True) -> Case:
    """The case, locked until the act ends; NotFound, or Conflict where it is closed and must be open."""
    found = Case.objects.select_for_update().filter(id=case).first()
    if found is None:
        raise NotFound("case")
    if open_only and found.state == "closed":
        raise Conflict("This case is closed. Open it again first.")
    return found


def _join(by: Actor, case: Case, account: UUID, part: str) -> None:
    Member.objects.get_or_create(
        case=case, account=account, until=None, defaults={"part": part, "since": clock.now()}
    )
    sharing.tie(by=by, relation="care", subject=Subject("person", case.person_id), account=account)


def _changed(by: Actor, case: Case, part: str) -> None:
    journal.write(by=by, event=events.CaseChanged(case=case.id, part=part))


@transaction.atomic
def join_team(*, by: Actor, case: UUID, account: UUID, part: str = "") -> Case:
    """Add a worker of any agency to the care team; what they may see is still the gate's to say."""
    found = locked_case(case)
    _join(by, found, account, part)
    if part == "case manager":
        found.manager = account
        found.save(update_fields=["manager"])
        _take_conferences(found, account)
    _changed(by, found, "team")
    return found


def _take_conferences(case: Case, account: UUID) -> None:
    """Who takes a case over leads its conferences to come."""
    for one in Conference.objects.filter(case=case, held_at=None, cancelled_at=None):
        Admission.objects.get_or_create(
            conference=one, account=account, until=None, defaults={"since": clock.now()}
        )


@transaction.atomic
def leave_team(*, by: Actor, case: UUID, account: UUID) -> Case:
    """End a worker's part; the care tie ends with it. Who is not in the team leaves nothing."""
    found = locked_case(case, open_only=False)
    if found.members.filter(account=account, until__isnull=True).update(until=clock.now()):
        Admission.objects.filter(conference__case=found, account=account, until=None).update(
            until=clock.now()
        )
        end_care(by=by, person=found.person_id, account=account)
        _changed(by, found, "team")
    return found


def end_care(*, by: Actor, person: UUID, account: UUID, reason: str = "") -> None:
    """End a worker's care tie, unless another open case of the person has them in its team."""
    elsewhere = Member.objects.filter(
        account=account, until__isnull=True, case__state="open", case__person__in=people.circle(person)
    )
    if not elsewhere.exists() and not _asks(person, account=account):
        subject = Subject("person", person)
        sharing.untie(by=by, relation="care", subject=subject, account=account, reason=reason)


def _asks(person: UUID, **whose: object) -> bool:
    """Whether check-ins after support, to which the person agreed, are still this one's to make."""
    agreed = Aftercare.objects.filter(case__person__in=people.circle(person), ended_at__isnull=True)
    return agreed.filter(**whose).exists()


@transaction.atomic
def write_plan(*, by: Actor, case: UUID, **parts: str) -> Case:
    """`parts`: summary, own_words (what the person wants, as they said it), strengths."""
    if unknown := set(parts) - {"summary", "own_words", "strengths"}:
        raise Invalid("parts", ", ".join(sorted(unknown)), "Use summary, own_words or strengths.")
    found = locked_case(case)
    for name, text in parts.items():
        setattr(found, name, text)
    found.review_due = clock.now() + REVIEW_EVERY
    found.save()
    _changed(by, found, "plan")
    return found


@transaction.atomic
def add_goal(*, by: Actor, case: UUID, text: str, domain: str = "") -> Goal:
    """Something the person wants, in their words."""
    if not text.strip():
        raise Invalid("text", text, "Write the goal as the person said it.")
    found = locked_case(case)
    goal = Goal.objects.create(case=found, text=text.strip()[:300], domain=domain)
    _changed(by, found, "goals")
    return goal


@transaction.atomic
def reach_goal(*, by: Actor, goal: UUID) -> Goal:
    """The person has what they wanted; a second time changes nothing."""
    found = Goal.objects.select_for_update().select_related("case").filter(id=goal).first()
    if found is None:
        raise NotFound("goal")
    if found.reached_at is None:
        found.reached_at = clock.now()
        found.save(update_fields=["reached_at"])
        _changed(by, found.case, "goals")
    return found


@transaction.atomic
def add_task(
    *,
    by: Actor,
    case: UUID,
    text: str,
    owner: UUID | None = None,
    agency: UUID | None = None,
    due: date | None = None,
    goal: UUID | None = None,
) -> Task:
    """A promised act. Without an agency the case's own takes it; a goal is one of the case's own."""
    if not text.strip():
        raise Invalid("text", text, "Say what is to be done.")
    found = locked_case(case)
    if goal and not found.goals.filter(id=goal).exists():
        raise NotFound("goal")
    task = Task.objects.create(
        case=found,
        text=text.strip()[:300],
        owner=owner,
        agency_id=agency or found.agency_id,
        due=due,
        goal_id=goal,
    )
    _changed(by, found, "tasks")
    return task


@transaction.atomic
def finish_task(*, by: Actor, task: UUID) -> Task:
    """Done; a second time changes nothing."""
    found = Task.objects.select_for_update().select_related("case").filter(id=task).first()
    if found is None:
        raise NotFound("task")
    if found.done_at is None:
        found.done_at, found.done_by = clock.now(), by.id
        found.save(update_fields=["done_at", "done_by"])
        _changed(by, found.case, "tasks")
    return found


@transaction.atomic
def contact(*, by: Actor, case: UUID, way: str, reached: bool, note: str = "") -> Contact:
    """A talk or visit, made or tried."""
    if way not in WAYS:
        raise Invalid("way", way, f"Use one of: {', '.join(WAYS)}.")
    found = locked_case(case)
    made = Contact.objects.create(case=found, at=clock.now(), by=by.id, way=way, reached=reached, note=note)
    journal.write(by=by, event=events.ContactMade(case=case, contact=made.id, reached=reached))
    return made


@transaction.atomic
def rate_needs(
    *, by: Actor, case: UUID, ratings: Mapping[str, int], greatest: list[str], note: str = ""
) -> NeedsRating:
    """The ten-domain matrix, scored by `engines.needs`; each rating is 1 to 5."""
    wrong = {k: v for k, v in ratings.items() if v not in (1, 2, 3, 4, 5)}
    if wrong:
        raise Invalid("ratings", wrong, "Give each domain a number from 1 (in crisis) to 5 (thriving).")
    found = locked_case(case)
    rating = NeedsRating.objects.create(
        case=found, at=clock.now(), by=by.id, ratings=dict(ratings), greatest=greatest, note=note
    )
    _changed(by, found, "needs")
    return rating


def assess(*, by: Actor, case: UUID, levels: Mapping[str, int | None], note: str = "") -> NeedsRating:
    """Rate where the person stands: levels 1 to 5 by domain, None where it was not asked.

    Scored by `engines.needs`: an unanswered domain is never taken as fine. Invalid names what is wrong.
    """
    found = scored(levels)
    return rate_needs(by=by, case=case, ratings=found.levels, greatest=list(found.greatest), note=note)


@transaction.atomic
def close_case(*, by: Actor, case: UUID, reason: str, outcome: str = "") -> Case:
    """End support with a reason; the team's care ties end, save for who cares in another open case."""
    if reason not in CLOSE_REASONS:
        raise Invalid("reason", reason, f"Use one of: {', '.join(CLOSE_REASONS)}.")
    found = locked_case(case)
    found.state, found.closed_at, found.close_reason, found.outcome = "closed", clock.now(), reason, outcome
    found.save()
    if reason == "deceased":
        _ask_no_more(by, found)
    for member in found.members.filter(until__isnull=True):
        member.until = found.closed_at
        member.save(update_fields=["until"])
        end_care(by=by, person=found.person_id, account=member.account)
    if not _beside(found) and not _asks(found.person_id, account=None, case__agency=found.agency_id):
        tied = Subject("person", found.person_id)
        sharing.untie(by=by, relation="care", subject=tied, agency=found.agency_id)
    journal.write(by=by, event=events.CaseClosed(case=case, person=found.person_id, reason=reason))
    return found


def _ask_no_more(by: Actor, case: Case) -> None:
    """Nobody is asked how they are once they have died: of every case of theirs."""
    same = Aftercare.objects.filter(case__person__in=people.circle(case.person_id), ended_at__isnull=True)
    ended, now = list(same.select_related("case")), clock.now()
    Checkup.objects.filter(aftercare__in=ended, outcome="").update(outcome="dropped", at=now, by=by.id)
    same.update(ended_at=now, ended_by=by.id, why="died")
    for one in ended:
        end_asking(by=by, said=one)


def end_asking(*, by: Actor, said: Aftercare) -> None:
    """The tie for check-ins ends, unless who asks supports the person in an open case."""
    person, agency = said.case.person_id, said.case.agency_id
    if said.account:
        end_care(by=by, person=person, account=said.account, reason="check-ins ended")
    elif not Case.objects.filter(person__in=people.circle(person), agency=agency, state="open").exists():
        sharing.untie(by=by, relation="care", subject=Subject("person", person), agency=agency)


def _beside(case: Case, **more: object) -> bool:
    """Whether the agency has another open case of the same person."""
    same = Case.objects.filter(
        person__in=people.circle(case.person_id), agency_id=case.agency_id, state="open"
    )
    return same.filter(**more).exclude(id=case.id).exists()


@transaction.atomic
def unopen_case(*, by: Actor, referral: UUID) -> Case | None:
    """The acceptance that opened a case was taken back: close it, where nobody has begun to work on it.

    None where the referral opened none, or work has begun: a person decides then.
    """
    found = Case.objects.select_for_update().filter(referral_id=referral, state="open").first()
    if found is None or _has_begun(found):
        return None
    found.referral_id = None
    found.save(update_fields=["referral"])
    return close_case(by=by, case=found.id, reason="other")


def _has_begun(case: Case) -> bool:
    written = case.own_words or case.summary or case.strengths
    return bool(written) or any(
        rows.exists() for rows in (case.members, case.goals, case.tasks, case.contacts)
    )


@transaction.atomic
def reopen_case(*, by: Actor, case: UUID, manager: UUID | None = None) -> Case:
    """Support begins again where it stopped; Conflict where another of this kind is open by now."""
    found = locked_case(case, open_only=False)
    if found.state == "open":
        return found
    if _beside(found, kind=found.kind):
        raise Conflict("This person has an open case of this kind with the agency already. Work in that one.")
    found.state, found.closed_at, found.close_reason = "open", None, ""
    found.review_due = clock.now() + REVIEW_EVERY
    found.save()
    if account := manager or found.manager:
        _join(by, found, account, "case manager")
    journal.write(by=by, event=events.CaseOpened(case=case, person=found.person_id, reopened=True))
    return found
