"""Caseloads and files: outlines name nobody; plans need permits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from commonweal.agencies import queries as agencies
from commonweal.cases.models import Case, Contact, Member, NeedsRating, Sign, Task
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown, reveal_rows
from commonweal.people import queries as people


@dataclass(frozen=True, slots=True)
class Outline:
    """A case by opaque ids: state, times, how many tasks are late, and why it stands where it does."""

    id: UUID
    person: UUID
    agency: UUID
    manager: UUID | None
    kind: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    review_due: datetime | None
    last_contact: datetime | None
    tasks_open: int
    tasks_late: int
    next_due: date | None
    close_reason: str = ""
    has_sign: bool = False

    @property
    def urgency(self) -> tuple[str, int]:
        """Why it is where it is in today's list (a code), and the order (lower first)."""
        now = clock.now()
        if self.has_sign:
            return "early_sign", -1
        if self.tasks_late:
            return "tasks_late", 0
        if self.review_due and self.review_due <= now:
            return "review_due", 1
        if self.last_contact is None or (now - self.last_contact).days >= 14:
            return "no_contact", 2
        return "on_track", 3


def outlines_of(rows: QuerySet[Case]) -> list[Outline]:
    """The outlines of these rows, in their order; what stands beside each is read for it alone."""
    contacts = Contact.objects.filter(case=OuterRef("pk")).order_by("-at").values("at")
    tasks = Task.objects.filter(case=OuterRef("pk"), done_at__isnull=True).order_by()
    late = tasks.filter(due__lt=clock.today())
    signs = Sign.objects.filter(case=OuterRef("pk"), answered_at__isnull=True)
    told = rows.annotate(
        last_contact=Subquery(contacts[:1]),
        tasks_open=Coalesce(_counted(tasks), 0),
        tasks_late=Coalesce(_counted(late), 0),
        next_due=Subquery(tasks.order_by("due").values("due")[:1]),
        has_sign=Exists(signs),
    )
    return [
        Outline(
            id=row.id, person=row.person_id, agency=row.agency_id, manager=row.manager, kind=row.kind,
            state=row.state, opened_at=row.opened_at, closed_at=row.closed_at, review_due=row.review_due,
            last_contact=row.last_contact, tasks_open=row.tasks_open, tasks_late=row.tasks_late,
            next_due=row.next_due, close_reason=row.close_reason,
            has_sign=row.has_sign and row.state == "open",
        )
        for row in told
    ]  # fmt: skip


def _counted(rows: QuerySet[Task]) -> Subquery:
    return Subquery(rows.values("case").annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def _pressing(outline: Outline) -> tuple[int, date]:
    return outline.urgency[1], outline.next_due or date.max


def mine(by: Actor, *, state: str = "open") -> list[Outline]:
    """Cases on whose team the actor is, most urgent first."""
    teams = Member.objects.filter(account=UUID(by.id), until__isnull=True).values("case")
    return sorted(outlines_of(Case.objects.filter(state=state, id__in=teams)), key=_pressing)


def caseload(agency: UUID) -> list[Outline]:
    """All open cases of an agency, most urgent first."""
    return sorted(outlines_of(Case.objects.filter(agency=agency, state="open")), key=_pressing)


def closed_case(agency: UUID | None, case: UUID) -> Outline | None:
    """A closed case of this agency by its outline; None for any other."""
    found = outlines_of(Case.objects.filter(id=case, agency=agency, state="closed")) if agency else []
    return found[0] if found else None


def outlines(cases: Iterable[UUID]) -> list[Outline]:
    """These cases' outlines; those that are not there are left out."""
    return outlines_of(Case.objects.filter(id__in=list(cases)))


def outline(case: UUID) -> Outline:
    """One case's outline; NotFound otherwise."""
    found = outlines([case])
    if not found:
        raise NotFound("case")
    return found[0]


def lock(case: UUID) -> None:
    """Keep other writers of a case out until the transaction ends; NotFound where there is none."""
    if not Case.objects.select_for_update().filter(id=case).first():
        raise NotFound("case")


def of_person(person: UUID) -> list[Outline]:
    """A person's cases, newest first: subjects to ask about."""
    return outlines_of(Case.objects.filter(person__in=people.circle(person)).order_by("-opened_at"))


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A worker of the care team; `until` is None while they are in it."""

    account: UUID
    name: str
    agency: str
    part: str
    since: datetime
    until: datetime | None


def team(case: UUID) -> list[TeamMember]:
    """The care team, those who are in it first: workers, so no permit is asked."""
    rows = Member.objects.filter(case_id=case).order_by("since")
    known = {a.id: a for a in agencies.accounts().filter(id__in=[r.account for r in rows])}
    found = [
        TeamMember(r.account, a.display_name, a.agency.short if a.agency else "", r.part, r.since, r.until)
        for r in rows
        if (a := known.get(r.account))
    ]
    return sorted(found, key=lambda m: m.until is not None)


def thread_readers(case: UUID) -> frozenset[UUID]:
    """Accounts that have a page for the team's thread: those of the team whose role has a caseload."""
    now = Member.objects.filter(case_id=case, until=None).values_list("account", flat=True)
    return frozenset(now) & agencies.able_to("work_cases")


def tasks_due(by: Actor) -> int:
    """How many open tasks the actor owns that are due by today."""
    return Case.objects.filter(
        tasks__owner=UUID(by.id), tasks__done_at__isnull=True, tasks__due__lte=clock.today()
    ).count()


def plans(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `case_plan`: goals in the person's own words, tasks, services, notes."""
    rows = Case.objects.prefetch_related("goals", "tasks__agency")
    return reveal_rows(permits, category="case_plan", rows=rows, values=_plan)


def _plan(case: Case) -> dict[str, object]:
    return {
        "goals": {
            "own_words": case.own_words,
            "strengths": case.strengths,
            "list": [
                {"id": g.id, "text": g.text, "domain": g.domain, "reached_at": g.reached_at}
                for g in case.goals.all()
            ],
        },
        "services": sorted({t.agency.name for t in case.tasks.all()}),
        "tasks": [
            {
                "id": t.id,
                "text": t.text,
                "agency": t.agency.short,
                "due": t.due,
                "done_at": t.done_at,
                "owner": t.owner,
            }
            for t in case.tasks.all()
        ],
        "contact_of_case_manager": case.manager,
        "plan_notes": {"summary": case.summary, "outcome": case.outcome},
    }


def contacts(case: UUID, *, permit: Permit) -> list[dict[str, object]]:
    """Contacts of a case, newest first; the note only where plan notes are permitted."""
    shows = "plan_notes" in permit.fields
    rows = Contact.objects.filter(case_id=case).order_by("-at")
    return [
        {"at": c.at, "by": c.by, "way": c.way, "reached": c.reached, "note": c.note if shows else ""}
        for c in rows
    ]


def ratings(case: UUID, *, permit: Permit) -> list[dict[str, object]]:
    """Ratings of need over time, oldest first; nothing where plan notes are not permitted."""
    if "plan_notes" not in permit.fields:
        return []
    rows = NeedsRating.objects.filter(case_id=case).order_by("at")
    return [{"at": r.at, "ratings": r.ratings, "greatest": r.greatest, "note": r.note} for r in rows]
