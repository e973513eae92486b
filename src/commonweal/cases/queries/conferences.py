"""Case conferences: when they are, who is admitted, and for those alone what is said there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.cases.models import Admission, AgendaItem, Conference
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Meeting:
    """A conference without anything said there; `state` is planned, begun, held or cancelled."""

    id: UUID
    case: UUID
    person: UUID
    at: datetime
    lasts: int
    state: str
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be settled; `goal` is the goal of the person's that it serves."""

    id: UUID
    goal: UUID | None
    text: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class Minuted:
    """A conference for who is admitted, as far as the permit on the plan opens it.

    `decisions`: the task's id and the question it answers. `is_whole` says whether notes are opened.
    """

    meeting: Meeting
    called_by: str
    is_manager: bool
    is_whole: bool
    place: str
    minutes: str
    held_by: str
    inside: tuple[tuple[UUID, str, str], ...]
    agenda: tuple[Question, ...] = ()
    decisions: dict[UUID, UUID | None] = field(default_factory=dict)


def conferences(by: Actor, case: UUID) -> list[Meeting]:
    """When the conferences of a case are and were, newest first; whether the actor is admitted."""
    rows = Conference.objects.filter(case=case).select_related("case").order_by("-at")
    inside = _inside(by)
    return [_meeting(row, row.id in inside) for row in rows]


def own_conferences(by: Actor, *, since: datetime, until: datetime) -> list[Meeting]:
    """Those to which the actor is admitted in this time and that are not called off, next first."""
    rows = Conference.objects.filter(
        admissions__account=UUID(by.id), admissions__until__isnull=True, cancelled_at__isnull=True,
        at__gte=since, at__lt=until,
    )  # fmt: skip
    return [_meeting(row, True) for row in rows.select_related("case").order_by("at", "id")]


def conference(by: Actor, conference: UUID, *, case: UUID, permit: Permit) -> Minuted:
    """One conference for who is admitted and has not left; NotFound for everybody else."""
    found = Conference.objects.select_related("case").filter(id=conference, case=case).first()
    if found is None or found.id not in _inside(by):
        raise NotFound("conference")
    is_whole = "plan_notes" in permit.fields
    names = agencies.names([found.called_by, found.held_by])
    return Minuted(
        _meeting(found, True), names.get(found.called_by, ""), str(found.case.manager) == by.id, is_whole,
        found.place if is_whole else "", found.minutes if is_whole else "", names.get(found.held_by, ""),
        tuple(_people(found)), tuple(_agenda(found)) if is_whole else (),
        _decided(found) if "tasks" in permit.fields else {},
    )  # fmt: skip


def _inside(by: Actor) -> set[UUID]:
    rows = Admission.objects.filter(account=UUID(by.id), until__isnull=True)
    return set(rows.values_list("conference", flat=True))


def _meeting(row: Conference, is_inside: bool) -> Meeting:
    return Meeting(row.id, row.case_id, row.case.person_id, row.at, row.lasts, _state(row), is_inside)


def _state(row: Conference) -> str:
    if row.cancelled_at or row.held_at:
        return "cancelled" if row.cancelled_at else "held"
    return "begun" if row.at <= clock.now() else "planned"


def _people(found: Conference) -> list[tuple[UUID, str, str]]:
    """Who is admitted: workers, so no permit is asked."""
    inside = found.admissions.filter(until__isnull=True).values_list("account", flat=True)
    rows = agencies.accounts().filter(id__in=list(inside)).order_by("display_name")
    return [(a.id, a.display_name, a.agency.short if a.agency else "") for a in rows]


def _decided(found: Conference) -> dict[UUID, UUID | None]:
    return {one.task_id: one.item_id for one in found.decisions.order_by("created_at")}


def _agenda(found: Conference) -> list[Question]:
    """Questions of the person's goals first, then the others, each as they were asked."""
    rows: list[AgendaItem] = list(found.agenda.order_by("created_at", "id"))
    names = agencies.names([row.asked_by for row in rows])
    rows.sort(key=lambda row: row.goal_id is None)
    return [Question(row.id, row.goal_id, row.text, names.get(row.asked_by, "")) for row in rows]


def soon(by: Actor) -> list[Meeting]:
    """The actor's conferences of the next seven days, and those begun today whose minutes are open."""
    now = clock.now()
    found = own_conferences(by, since=now - timedelta(hours=24), until=now + timedelta(days=7))
    return [one for one in found if one.state in ("planned", "begun")]
