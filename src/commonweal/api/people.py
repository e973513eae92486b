"""People: found through the gate, as the agencies know them; and links between records, reviewed.

Names never travel in an address: searching is a POST. What must not be acknowledged is absent.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Day, Number, Part, Size, actor_of, page_of, part, permit, permits
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import actions, queries
from commonweal.sharing import queries as trust
from commonweal.sharing.actions import Circumstances

router = Router(tags=["people"])
SEEKERS = ("take_calls", "work_field", "work_cases", "keep_records")
Reason = Literal["emergency", "care_coordination", "treatment", "administration"]


class Said(Schema):
    """What a person says of themselves; three letters of a name, a date of birth, or seven digits."""

    given: str = Field("", max_length=80)
    family: str = Field("", max_length=80)
    born: Day | None = None
    phone: str = Field("", max_length=32)


class PeopleSearch(Said):
    """Whom to look for, why, and under which call where there is one."""

    purpose: Reason = "care_coordination"
    call: UUID | None = None


class Wanted(Said):
    """A record that was found (`record`), or who to keep a new record of."""

    record: UUID | None = None


class Found(Part):
    """A record that may be meant: how alike (0 to 100), and what the gate shows of it."""

    person: UUID
    score: float


class Evidence(Schema):
    """One field's weight in bits for or against one person."""

    field: str
    weight: float | None
    level: str


class Pair(Schema):
    """Two records that may be one person."""

    id: UUID
    left: UUID
    right: UUID
    probability: float
    model: str
    state: str


class PairCard(Pair):
    """A pair side by side, as far as the gate shows either side, with the evidence."""

    sides: list[Part]
    evidence: list[dict[str, object]]


class Verdict(Schema):
    """`same` links; `never` remembers that they are two people."""

    verdict: Literal["same", "never"]


class Person(Schema):
    """The person a record stands with now."""

    person: UUID


class Decision(Schema):
    """What was decided on two records, by whom and when."""

    id: UUID
    left: UUID
    right: UUID
    verdict: str
    probability: float | None
    by: str
    at: datetime
    undone_at: datetime | None


def who_is_meant(
    by: Actor, said: Wanted, purpose: str, *, call: UUID | None = None, placeholder: UUID | None = None
) -> UUID:
    """The person of a record that the gate shows to this actor, or of a new record of the own agency."""
    if said.record:
        permit(by, "identity", purpose, Subject("source_record", said.record), Circumstances(incident=call))
        return queries.person_of(said.record)
    if by.agency is None:
        raise NotFound("agency")
    if not (said.given.strip() or said.family.strip()):
        raise Invalid("given", "", "Write at least one name.")
    values = {
        "given": said.given.strip(),
        "family": said.family.strip(),
        "phone": said.phone,
        "born": said.born,
    }
    filed, _outcome = actions.file_record(
        by=by, agency=by.agency, external_id=f"api-{uuid4()}", values=values, person=placeholder
    )
    return filed.person_id


@router.post("/search", response=list[Found], summary="Find a person, through the gate")
def search(request: HttpRequest, body: PeopleSearch) -> list[Found]:
    """Candidates that your permits open, best first; each is journalled before it is sent."""
    by = actor_of(request, *SEEKERS)
    many = queries.candidates(
        given=body.given, family=body.family, born=body.born, phone=body.phone, limit=queries.MOST
    )
    found = dict(trust.nearest(by, many))
    opened = permits(by, "identity", body.purpose, list(found), Circumstances(incident=body.call))
    persons = queries.persons(opened)
    return [
        Found(
            person=queries.survivor(persons[one.subject]), score=found[one.subject], **part(one).model_dump()
        )
        for one in queries.identities(opened)
    ]


@router.get("/{uuid:person}/records", response=list[Part], summary="A person as the agencies know them")
def records(
    request: HttpRequest, person: UUID, purpose: Reason = "care_coordination", call: UUID | None = None
) -> list[Part]:
    """Records that your permits open; where none is open there is no such person."""
    by = actor_of(request, *SEEKERS)
    opened = permits(by, "identity", purpose, queries.records_of(person), Circumstances(incident=call))
    return _or_nobody([part(one) for one in queries.identities(opened)])


@router.get("/{uuid:person}/safety", response=list[Part], summary="What helps, and dated cautions")
def safety(
    request: HttpRequest, person: UUID, purpose: Reason = "emergency", call: UUID | None = None
) -> list[Part]:
    """Response plans first, then cautions, as far as your permits open them."""
    by, said = actor_of(request, *SEEKERS), Circumstances(incident=call)
    plans = permits(by, "safety_alerts", purpose, queries.plans_of(person), said)
    cautions = permits(by, "safety_alerts", purpose, queries.cautions_of(person), said)
    return _or_nobody([part(one) for one in (*queries.plans(plans), *queries.cautions(cautions))])


def _or_nobody(parts: list[Part]) -> list[Part]:
    if not parts:
        raise NotFound("person")
    return parts


def _steward(request: HttpRequest) -> tuple[Actor, UUID]:
    """Who keeps the records of an agency, and the agency."""
    by = actor_of(request, "keep_records")
    if by.agency is None:
        raise NotFound("agency")
    return by, by.agency


def _pair(found: queries.Pair) -> dict[str, object]:
    return {
        "id": found.id, "left": found.left.id, "right": found.right.id, "probability": found.probability,
        "model": found.model, "state": found.state,
    }  # fmt: skip


@router.get("/pairs", response=list[Pair], summary="Pairs to review")
def pairs(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[dict[str, object]]:  # fmt: skip
    """Scope keep_records: proposals that touch records of the own agency, most probable first."""
    by, own = _steward(request)
    waiting = queries.proposals(trust.reviewer(by, own))
    return [_pair(found) for found in page_of(request, response, waiting, page, limit)]


@router.get("/pairs/{uuid:pair}", response=PairCard, summary="One pair, side by side")
def pair(request: HttpRequest, pair: UUID) -> dict[str, object]:
    """Both sides as far as the gate shows them, and what speaks for one person and what against."""
    by, own = _steward(request)
    found = queries.proposal(pair, trust.reviewer(by, own))
    opened = permits(by, "identity", "administration", [found.left, found.right])
    sides = [part(one) for one in queries.identities(opened)]
    read = frozenset.intersection(*(p.fields for p in opened.values())) if len(opened) > 1 else frozenset()
    return _pair(found) | {"sides": sides, "evidence": [dict(e) for e in queries.spoken(found, read)]}


@router.post("/pairs/{uuid:pair}/decide", response=Pair, summary="One person, or never")
def decide(request: HttpRequest, pair: UUID, body: Verdict) -> dict[str, object]:
    """A link can be undone; "never" is remembered."""
    by, own = _steward(request)
    found = queries.proposal(pair, trust.reviewer(by, own))
    left, right = found.left.id, found.right.id
    if body.verdict == "never":
        actions.never(by=by, left=left, right=right)
    else:
        actions.link(
            by=by, left=left, right=right, probability=found.probability,
            evidence=[dict(e) for e in found.evidence], model=found.model,
        )  # fmt: skip
    return _pair(queries.proposal(pair, trust.reviewer(by, own)))


@router.post("/records/{uuid:record}/split", response=Person, summary="Part a record from its person")
def split(request: HttpRequest, record: UUID) -> dict[str, UUID]:
    """A record of the own agency; the pairs are remembered as never again."""
    by, own = _steward(request)
    subject = Subject("source_record", record)
    origin = queries.origins([subject]).get(subject)
    if origin is None or origin.agency != own:
        raise NotFound("record")
    return {"person": actions.split(by=by, record=record).id}


@router.get("/decisions", response=list[Decision], summary="What was decided")
def decisions(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[dict[str, object]]:  # fmt: skip
    """On records of the own agency, newest first."""
    by, own = _steward(request)
    found = queries.decisions(trust.reviewer(by, own), limit=page * limit + 1)
    shown = page_of(request, response, found, page, limit)
    return [{name: getattr(d, name) for name in Decision.model_fields} for d in shown]


@router.post("/decisions/{uuid:decision}/undo", response={204: None}, summary="Take a decision back")
def undo(request: HttpRequest, decision: UUID) -> tuple[int, None]:
    """The records stand as they did before."""
    by, own = _steward(request)
    if decision not in {d.id for d in queries.decisions(trust.reviewer(by, own), limit=10_000)}:
        raise NotFound("decision")
    actions.undo(by=by, decision=decision)
    return 204, None
