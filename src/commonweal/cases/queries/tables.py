"""What may be seen of a hub-table discussion, by filter and by who is in the room."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.cases.models import Discussion, Presence, Seat, Table
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class DiscussionView:
    """One discussion as the viewer may see it now. `person` is None unless names may be asked for."""

    id: UUID
    table: UUID
    number: int
    stage: int
    origin: str
    kind: str
    age_band: str
    sex: str
    situation: str
    risk_factors: tuple[str, ...]
    protective_factors: tuple[str, ...]
    is_aer: bool | None
    aer_reasons: tuple[str, ...]
    lead: str
    plan: str
    plan_due: datetime | None
    conclusion: str
    person: UUID | None
    seats: tuple[tuple[str, str, bool], ...]  # agency, part, still in the room
    is_origin: bool = False
    my_part: str = "present"


def tables_of(by: Actor) -> QuerySet[Table]:
    """Tables where the actor has a seat."""
    return (
        Table.objects.filter(seats__account=UUID(by.id), seats__until__isnull=True)
        .distinct()
        .order_by("name")
    )


def tables() -> QuerySet[Table]:
    """Every table with its charter, by name: workers and agreements, so no permit is asked."""
    return Table.objects.select_related("charter").order_by("name")


@dataclass(frozen=True, slots=True)
class Chair:
    """A seat taken: who sits for which agency, since when."""

    account: UUID
    name: str
    agency: str
    since: datetime


def chairs(table: UUID) -> list[Chair]:
    """The seats taken now, by agency."""
    rows = Seat.objects.filter(table_id=table, until__isnull=True).select_related("agency")
    names = agencies.names([str(r.account) for r in rows])
    found = [Chair(r.account, names[str(r.account)], r.agency.name, r.since) for r in rows]
    return sorted(found, key=lambda chair: (chair.agency, chair.name))


def discussions(by: Actor, table: UUID) -> list[tuple[UUID, int, int, str, datetime]]:
    """(id, number, stage, conclusion, opened) where the actor is or was in the room, newest first."""
    rows = (
        Discussion.objects.filter(table_id=table, presences__account=UUID(by.id))
        .distinct()
        .order_by("-number")
    )
    return [(d.id, d.number, d.stage, d.conclusion, d.created_at) for d in rows]


@dataclass(frozen=True, slots=True)
class Door:
    """A discussion in the list: its number and filter; `is_inside` says whether the viewer may open it."""

    id: UUID
    number: int
    stage: int
    conclusion: str
    opened_at: datetime
    is_inside: bool


def doors(by: Actor, table: UUID) -> list[Door]:
    """Discussions where the actor is or was in the room, newest first, without anything said in them."""
    account = UUID(by.id)
    rows = Discussion.objects.filter(table_id=table, presences__account=account).distinct()
    inside = set(
        Presence.objects.filter(account=account, left_at__isnull=True).values_list("discussion", flat=True)
    )
    return [
        Door(d.id, d.number, d.stage, d.conclusion, d.created_at, d.id in inside)
        for d in rows.order_by("-number")
    ]


def seats(table: UUID) -> list[tuple[str, str]]:
    """(agency, worker) of the seats taken, by agency: workers, so no permit is asked."""
    rows = Seat.objects.filter(table_id=table, until__isnull=True).select_related("agency")
    names = agencies.names([str(r.account) for r in rows])
    return sorted((r.agency.name, names[str(r.account)]) for r in rows)


def room(by: Actor, discussion: UUID) -> DiscussionView:
    """The discussion for someone in its room; NotFound for everyone else, and for those who have left.

    Filter two shows no name; from filter three `person` may be asked for through the gate.
    """
    found = (
        Discussion.objects.select_related("origin", "lead")
        .prefetch_related("presences__agency")
        .filter(id=discussion)
        .first()
    )
    inside = found and any(p.account == UUID(by.id) and p.left_at is None for p in found.presences.all())
    if found is None or not inside:
        raise NotFound("discussion")
    own = found.origin_id == by.agency
    return DiscussionView(
        found.id,
        found.table_id,
        found.number,
        found.stage,
        found.origin.short,
        found.kind,
        found.age_band,
        found.sex,
        found.situation,
        tuple(found.risk_factors),
        tuple(found.protective_factors),
        found.is_aer,
        tuple(found.aer_reasons),
        found.lead.short if found.lead else "",
        found.plan if found.stage == 4 else "",
        found.plan_due,
        found.conclusion,
        found.person_id if own or found.stage >= 3 else None,
        tuple((p.agency.short, p.part, p.left_at is None) for p in found.presences.all()),
        own,
        next(p.part for p in found.presences.all() if p.account == UUID(by.id) and p.left_at is None),
    )


def figures(table: UUID) -> dict[str, dict[str, int]]:
    """Counts of concluded discussions by conclusion and risk category, to be asked as totals."""
    rows = Discussion.objects.filter(table_id=table, concluded_at__isnull=False)
    by_conclusion: Counter[str] = Counter()
    by_risk: Counter[str] = Counter()
    for row in rows:
        by_conclusion[row.conclusion] += 1
        by_risk.update({str(f).split(".")[0] for f in row.risk_factors})
    return {"conclusion": dict(by_conclusion), "risk": dict(by_risk)}
