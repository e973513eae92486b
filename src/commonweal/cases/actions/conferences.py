"""A case conference: called by the case manager, prepared and held by those who are admitted, written down.

Who is admitted is on the care team; leaving the team ends it in the same act. What each may read is
the gate's to say: an admission opens nothing by itself.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.cases import events
from commonweal.cases.actions.care import add_task, locked_case
from commonweal.cases.models import Admission, AgendaItem, Conference, Decision, Member, Task
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

SHORTEST, LONGEST = 10, 480  # minutes
AHEAD = timedelta(days=400)
MOST = 50  # questions of one conference


@transaction.atomic
def call_conference(
    *, by: Actor, case: UUID, at: datetime, accounts: Iterable[UUID], lasts: int = 60, place: str = ""
) -> Conference:
    """The case manager calls those of the care team together; they are admitted themself.

    NotFound for anybody who is not the manager of this case; Invalid names what cannot be.
    """
    found = locked_case(case)
    if found.manager is None or str(found.manager) != by.id:
        raise NotFound("case")
    if not clock.now() < at < clock.now() + AHEAD:
        raise Invalid("at", at.isoformat(timespec="minutes"), "Choose a time to come, within the next year.")
    if not SHORTEST <= lasts <= LONGEST:
        raise Invalid("lasts", lasts, "Give it 10 minutes to 8 hours.")
    if len(place) > 200:
        raise Invalid("place", place[:40], "Say in 200 letters where it is.")
    made = Conference.objects.create(case=found, at=at, lasts=lasts, place=place.strip(), called_by=by.id)
    for account in {UUID(by.id), *accounts}:
        _admit(made, account)
    return _told(by, made, "called")


def _admit(conference: Conference, account: UUID) -> None:
    team = Member.objects.filter(case_id=conference.case_id, account=account, until__isnull=True)
    if not team.exists() or account not in agencies.able_to("work_cases"):
        raise Invalid("account", account, "Choose somebody of the care team who works cases.")
    Admission.objects.get_or_create(
        conference=conference, account=account, until=None, defaults={"since": clock.now()}
    )


def _told(by: Actor, conference: Conference, part: str) -> Conference:
    event = events.ConferenceChanged(case=conference.case_id, conference=conference.id, part=part)
    journal.write(by=by, event=event)
    return conference


def _inside(by: Actor, conference: UUID, *, only_to_come: bool = True) -> Conference:
    """The conference for who is admitted; NotFound for everybody else, as if there were none."""
    found = Conference.objects.select_for_update().select_related("case").filter(id=conference).first()
    if found is None or not found.admissions.filter(account=UUID(by.id), until__isnull=True).exists():
        raise NotFound("conference")
    if found.cancelled_at:
        raise Conflict("This conference was called off.")
    if only_to_come and found.held_at:
        raise Conflict("The minutes of this conference are closed.")
    return found


def _of_manager(by: Actor, conference: UUID) -> Conference:
    found = _inside(by, conference)
    if str(found.case.manager) != by.id:
        raise NotFound("conference")
    return found


@transaction.atomic
def admit_to_conference(*, by: Actor, conference: UUID, account: UUID) -> Conference:
    """The case manager asks one more of the care team in; who is in already changes nothing."""
    found = _of_manager(by, conference)
    _admit(found, account)
    return _told(by, found, "admitted")


@transaction.atomic
def leave_conference(*, by: Actor, conference: UUID, account: UUID) -> Conference:
    """A worker leaves, or the case manager lets them go: they read nothing of it from then on.

    The case manager does not leave; they call it off.
    """
    found = _inside(by, conference, only_to_come=False)
    if account == found.case.manager:
        raise Conflict("The case manager leads this conference. Call it off, or hand the case over first.")
    if by.id not in (str(account), str(found.case.manager)):
        raise NotFound("conference")
    if found.admissions.filter(account=account, until__isnull=True).update(until=clock.now()):
        _told(by, found, "left")
    return found


@transaction.atomic
def move_conference(*, by: Actor, conference: UUID, at: datetime | None) -> Conference:
    """Another time, or called off where there is none."""
    found = _of_manager(by, conference)
    if at is None:
        found.cancelled_at = clock.now()
        found.save(update_fields=["cancelled_at"])
        return _told(by, found, "cancelled")
    if not clock.now() < at < clock.now() + AHEAD:
        raise Invalid("at", at.isoformat(timespec="minutes"), "Choose a time to come, within the next year.")
    found.at = at
    found.save(update_fields=["at"])
    return _told(by, found, "moved")


@transaction.atomic
def ask_on_agenda(*, by: Actor, conference: UUID, text: str, goal: UUID | None = None) -> AgendaItem:
    """Anybody admitted puts a question on the agenda, of one of the person's goals where there is one."""
    found = _inside(by, conference)
    if not 1 <= len(text.strip()) <= 300:
        raise Invalid("text", text[:40], "Write what is to be settled, in 300 letters.")
    if goal and not found.case.goals.filter(id=goal).exists():
        raise NotFound("goal")
    if found.agenda.count() >= MOST:
        raise Conflict("Fifty questions are enough for one conference. Call another one.")
    made = AgendaItem.objects.create(
        conference=found, case=found.case, goal_id=goal, text=text.strip(), asked_by=by.id
    )
    _told(by, found, "agenda")
    return made


@transaction.atomic
def decide_in_conference(
    *, by: Actor, conference: UUID, text: str, owner: UUID, due: date | None, item: UUID | None = None
) -> Task:
    """What was decided becomes a promise on the plan, with its owner and its day."""
    found = _inside(by, conference)
    if due is None or due < clock.today():
        raise Invalid("due", due or "", "Choose a day from today on.")
    if not found.case.members.filter(account=owner, until__isnull=True).exists():
        raise Invalid("owner", owner, "Choose somebody of the care team.")
    asked = found.agenda.filter(id=item).first() if item else None
    if item and asked is None:
        raise NotFound("question")
    agency = agencies.account(owner).agency_id
    goal = asked.goal_id if asked else None
    task = add_task(by=by, case=found.case_id, text=text, owner=owner, agency=agency, due=due, goal=goal)
    Decision.objects.create(conference=found, item=asked, task=task, by=by.id)
    _told(by, found, "decided")
    return task


@transaction.atomic
def write_minutes(*, by: Actor, conference: UUID, text: str, closes: bool = False) -> Conference:
    """Who is admitted writes down what was said; `closes` makes them final, once the time has come."""
    found = _inside(by, conference)
    if len(text) > 20_000:
        raise Invalid("minutes", text[:40], "Keep the minutes under 20,000 letters.")
    if closes and found.at > clock.now():
        raise Conflict("The conference has not begun: its minutes cannot be closed yet.")
    found.minutes = text.strip()
    if closes:
        found.held_at, found.held_by = clock.now(), by.id
    found.save(update_fields=["minutes", "held_at", "held_by"])
    return _told(by, found, "held" if closes else "minutes")
