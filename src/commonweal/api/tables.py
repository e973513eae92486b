"""Hub tables: a discussion through its four filters; who is not in its room finds none."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Part, Size, actor_of, page_of, part, permits
from commonweal.api.people import Wanted, who_is_meant
from commonweal.cases import actions, queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.people import queries as people

router = Router(tags=["tables"])


class TableOut(Schema):
    """A table where you have a seat."""

    id: UUID
    name: str
    objectives: str


class Door(Schema):
    """A discussion by number and filter; `is_inside` says whether you may open it."""

    id: UUID
    number: int
    stage: int
    conclusion: str
    opened_at: datetime
    is_inside: bool


class SituationIn(Schema):
    """What the own agency cannot settle alone, without name, birth date or address."""

    situation: str = Field(max_length=4_000)
    age_band: str = Field(min_length=1, max_length=16)
    sex: str = Field("", max_length=16)
    risks: list[str] = []


class SeatOut(Schema):
    """An agency in the room, its part, and whether it is still there."""

    agency: str
    part: str
    is_inside: bool


class Discussion(Schema):
    """A discussion as you may see it at its filter; `named` only from filter three, through the gate."""

    id: UUID
    table: UUID
    number: int
    stage: int
    origin: str
    age_band: str
    sex: str
    situation: str
    risk_factors: list[str]
    protective_factors: list[str]
    is_aer: bool | None
    lead: str
    plan: str
    plan_due: datetime | None
    conclusion: str
    seats: list[SeatOut]
    named: list[Part]


class TableWords(Schema):
    """What an act may carry: `protective` and `aer_reasons` (weigh), `part`, `plan`, `conclusion`."""

    protective: list[str] = []
    aer_reasons: list[str] = []
    part: str = Field("", max_length=16)
    plan: str = Field("", max_length=8_000)
    conclusion: str = Field("", max_length=48)


def _view(by: Actor, discussion: UUID) -> Discussion:
    found = actions.read_room(by=by, discussion=discussion)
    named = []
    if found.person and (found.stage >= 3 or found.is_origin):
        opened = permits(by, "identity", "care_coordination", people.records_of(found.person))
        named = [part(one) for one in people.identities(opened)]
    same = {n: getattr(found, n) for n in Discussion.model_fields if n not in ("seats", "named")}
    seats = [SeatOut(agency=a, part=p, is_inside=inside) for a, p, inside in found.seats]
    return Discussion(seats=seats, named=named, **same)


@router.get("/", response=list[TableOut], summary="Tables where you have a seat")
def mine(request: HttpRequest) -> list[TableOut]:
    """Scope sit_at_tables."""
    found = queries.tables_of(actor_of(request, "sit_at_tables"))
    return [TableOut(id=t.id, name=t.name, objectives=t.objectives) for t in found]


def _seated(by: Actor, table: UUID) -> None:
    if table not in {t.id for t in queries.tables_of(by)}:
        raise NotFound("table")


@router.get("/{uuid:table}/discussions", response=list[Door], summary="Discussions where you are or were")
def discussions(
    request: HttpRequest, response: HttpResponse, table: UUID,
    page: Number = 1, limit: Size = 50,
) -> list[Door]:  # fmt: skip
    """Scope sit_at_tables: newest first, without anything said in them."""
    by = actor_of(request, "sit_at_tables")
    _seated(by, table)
    rows = page_of(request, response, queries.doors(by, table), page, limit)
    return [Door(**{name: getattr(row, name) for name in Door.model_fields}) for row in rows]


@router.post("/{uuid:table}/discussions", response={201: Discussion}, summary="Bring a situation")
def bring(request: HttpRequest, table: UUID, body: SituationIn) -> tuple[int, Discussion]:
    """Filter one: nobody else sees it yet."""
    by = actor_of(request, "sit_at_tables")
    made = actions.open_discussion(by=by, table=table, **body.model_dump())
    return 201, _view(by, made.id)


@router.get("/discussions/{uuid:discussion}", response=Discussion, summary="One discussion")
def discussion(request: HttpRequest, discussion: UUID) -> Discussion:
    """For those in its room, as much as its filter shows."""
    return _view(actor_of(request, "sit_at_tables"), discussion)


@router.post("/discussions/{uuid:discussion}/person", response=Discussion, summary="Say whom you mean")
def name(request: HttpRequest, discussion: UUID, body: Wanted) -> Discussion:
    """By the originating agency, before filter three; the table still learns no name."""
    by = actor_of(request, "sit_at_tables")
    queries.room(by, discussion)
    person = who_is_meant(by, body, "care_coordination")
    actions.name_person(by=by, discussion=discussion, person=person)
    return _view(by, discussion)


Act = Callable[[Actor, UUID, TableWords], object]
ACTS: dict[str, Act] = {
    "weigh": lambda by, d, w: actions.note_situation(
        by=by, discussion=d, protective=w.protective, aer_reasons=w.aer_reasons
    ),
    "on": lambda by, d, w: actions.move_on(by=by, discussion=d),
    "stay": lambda by, d, w: actions.stay_as(by=by, discussion=d, part=w.part),
    "leave": lambda by, d, w: actions.leave_room(by=by, discussion=d),
    "plan": lambda by, d, w: actions.plan_together(by=by, discussion=d, plan=w.plan.strip()),
    "conclude": lambda by, d, w: actions.conclude(by=by, discussion=d, conclusion=w.conclusion),
}
ENDS = ("leave", "conclude")


@router.post(
    "/discussions/{uuid:discussion}/{act}", response={200: Discussion, 204: None}, summary="Act in the room"
)
def act(
    request: HttpRequest, discussion: UUID, act: Literal["weigh", "on", "stay", "leave", "plan", "conclude"],
    body: TableWords,
) -> tuple[int, Discussion | None]:  # fmt: skip
    """Out of turn it is a 409 that says what stands. Leaving and concluding end your sight of it (204)."""
    by = actor_of(request, "sit_at_tables")
    ACTS[act](by, discussion, body)
    return (204, None) if act in ENDS else (200, _view(by, discussion))
