"""Encounters: opened, recorded, named, assessed, closed, followed up; read through the gate.

Every act is its team's alone; to anybody else the encounter does not exist.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Part, Purpose, Size, actor_of, page_of, part, permits, tag, unchanged
from commonweal.api.people import Wanted, who_is_meant
from commonweal.api.problems import Denied
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.community import actions as community
from commonweal.encounters import actions, queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing.actions import Refusal, ask, permitted

router = Router(tags=["encounters"])
CATEGORY = "encounter_narrative"


class Outline(Schema):
    """What names nobody: state and times of an encounter."""

    id: UUID
    call: UUID | None
    state: str
    version: int
    started_at: datetime
    ended_at: datetime | None
    follow_up_due: datetime | None


class EncounterCard(Outline):
    """An encounter with the parts that your permits open."""

    parts: list[Part]
    person: UUID | None
    missing: list[str]


class Begin(Schema):
    """A contact to record: under a call or without. `description` stands in for an unknown person."""

    call: UUID | None = None
    description: str = Field("", max_length=300)


class Values(Schema):
    """Fields of the form; only those sent are written. Codes are at /api/v1/encounters/words."""

    contact_type: str | None = None
    consent_to_talk: bool | None = None
    consent_to_photograph: bool | None = None
    presenting_needs: list[str] | None = None
    behaviours: list[str] | None = None
    risks: list[str] | None = None
    techniques: list[str] | None = None
    force: str | None = None
    injured: list[str] | None = None
    hold: str | None = None
    hold_basis: str | None = Field(None, max_length=60)
    transport: str | None = None
    destination: str | None = Field(None, max_length=120)
    arrest_criteria: bool | None = None
    arrest_made: bool | None = None
    services_offered: list[str] | None = None
    services_declined: list[str] | None = None
    disposition: str | None = None
    narrative: str | None = Field(None, max_length=20_000)
    clinical_impression: str | None = Field(None, max_length=20_000)
    shared_note: str | None = Field(None, max_length=20_000)


class Amendment(Values):
    """A correction of a closed record, with its reason."""

    reason: str = Field(max_length=200)


class Screener(Schema):
    """A scored screener: its name, the answers by question, score and band."""

    instrument: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,23}$")  # a code: it stands in the journal
    answers: dict[str, int] = {}
    score: int | None = Field(None, ge=0, le=1_000)
    band: str = Field("", max_length=32)
    urgent: bool = False
    note: str = Field("", max_length=4_000)
    risk_level: str = Field("", max_length=24)


class Kept(Schema):
    """The id of what was kept."""

    id: UUID


class Contact(Schema):
    """A contact after the crisis, made or tried."""

    way: Literal["visit", "phone", "text", "letter"]
    reached: bool
    outcome: str = Field("", max_length=300)
    next_due: datetime | None = None


class ContactOut(Schema):
    """When, how, and whether the person was reached."""

    at: datetime
    way: str
    reached: bool


class CardCode(Schema):
    """The code on the card that lets the person say how it went; shown once."""

    code: str


class Word(Schema):
    """A code of the form in two languages."""

    code: str
    en: str
    es: str


def _mine(by: Actor, encounter: UUID) -> queries.Outline:
    found = queries.outline(encounter)
    if by.id not in found.team:
        raise NotFound("encounter")
    return found


def _outline(found: queries.Outline) -> dict[str, object]:
    return {name: getattr(found, name) for name in Outline.model_fields}


def _written(response: HttpResponse, encounter: UUID) -> dict[str, object]:
    found = queries.outline(encounter)
    tag(response, found.version)
    return _outline(found)


@router.get("/words", response=dict[str, list[Word]], auth=None, summary="The codes of the form")
def words(request: HttpRequest) -> dict[str, list[Word]]:
    """Field by field, in two languages; public."""
    return {
        field: [Word(code=code, en=pair[0], es=pair[1]) for code, pair in codes.items()]
        for field, codes in queries.words().items()
    }


@router.get("/", response=list[Outline], summary="Open encounters of the own team")
def mine(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[dict[str, object]]:  # fmt: skip
    """Scope work_field; the latest first."""
    by = actor_of(request, "work_field")
    return [_outline(o) for o in page_of(request, response, queries.open_for(UUID(by.id)), page, limit)]


@router.post("/", response={201: Outline}, summary="Begin the record of a contact")
def begin(request: HttpRequest, response: HttpResponse, body: Begin) -> tuple[int, dict[str, object]]:
    """Scope work_field. Of a call only by its crew; opening it again gives the open one."""
    by = actor_of(request, "work_field")
    if body.call and UUID(by.id) not in call_queries.crew_of(body.call):
        raise NotFound("call")
    made = actions.open_encounter(by=by, call=body.call, description=body.description)
    return 201, _written(response, made.id)


@router.get("/{uuid:encounter}", response=EncounterCard, summary="One encounter, as far as the gate opens it")
def read(
    request: HttpRequest, response: HttpResponse, encounter: UUID, purpose: Purpose = "care_coordination"
) -> dict[str, object]:
    """The shared and police part, and the clinical part under its own regime; each reading is journalled."""
    by = actor_of(request)
    about = Subject("encounter", encounter)
    answer = ask(by=by, category=CATEGORY, purpose=purpose, about=about)
    opened = queries.narratives(permitted({about: answer}), get_language() or "en")
    if isinstance(answer, Refusal):
        raise Denied(answer)
    if not opened:
        raise NotFound("encounter")
    clinical = queries.clinical_parts(permits(by, CATEGORY, purpose, queries.clinical_of([encounter])))
    found = queries.outline(encounter)
    tag(response, found.version)
    is_team = by.id in found.team
    return _outline(found) | {
        "parts": [part(one) for one in (*opened, *clinical)],
        "person": found.person if is_team else None,
        "missing": actions.lacking(encounter) if is_team else [],
    }


@router.patch("/{uuid:encounter}", response=Outline, summary="Write fields")
def write(request: HttpRequest, response: HttpResponse, encounter: UUID, body: Values) -> dict[str, object]:
    """Scope work_field, by its team. `If-Match` with the version last seen; what is not sent stays."""
    by = actor_of(request, "work_field")
    _mine(by, encounter)
    with unchanged(request, lambda: queries.lock(encounter), lambda: queries.outline(encounter).version):
        actions.record(by=by, encounter=encounter, **body.model_dump(exclude_unset=True, exclude_none=True))
    return _written(response, encounter)


@router.post("/{uuid:encounter}/person", response=Outline, summary="Say who the person is")
def name(request: HttpRequest, response: HttpResponse, encounter: UUID, body: Wanted) -> dict[str, object]:
    """By a record that the gate shows you, or by a new record of the own agency."""
    by = actor_of(request, "work_field")
    found = _mine(by, encounter)
    person = who_is_meant(by, body, "emergency", call=found.call, placeholder=found.person)
    actions.name_person(by=by, encounter=encounter, person=person)
    if found.call:
        calls.identify(by=by, call=found.call, person=person)
    return _written(response, encounter)


@router.post("/{uuid:encounter}/assessments", response={201: Kept}, summary="Keep a screener")
def assess(request: HttpRequest, encounter: UUID, body: Screener) -> tuple[int, dict[str, UUID]]:
    """Scope work_field, by the clinician or crisis team who were there."""
    by = actor_of(request, "work_field")
    _mine(by, encounter)
    return 201, {"id": actions.assess(by=by, encounter=encounter, **body.model_dump()).id}


@router.get("/{uuid:encounter}/assessments", response=list[Part], summary="Screeners, through the gate")
def assessments(request: HttpRequest, encounter: UUID, purpose: Purpose = "care_coordination") -> list[Part]:
    """Those that your permits open; the others, and an encounter that does not exist, are absent."""
    about = queries.assessments_of([encounter])
    opened = permits(actor_of(request), "mh_assessment", purpose, about)
    return [part(shown) for shown in queries.assessments(opened)]


@router.post("/{uuid:encounter}/close", response=Outline, summary="Complete the record")
def close(request: HttpRequest, response: HttpResponse, encounter: UUID) -> dict[str, object]:
    """400 names the first required field that is missing; closing again changes nothing."""
    by = actor_of(request, "work_field")
    _mine(by, encounter)
    actions.close_encounter(by=by, encounter=encounter)
    return _written(response, encounter)


@router.post("/{uuid:encounter}/card", response={201: CardCode}, summary="A card to say how it went")
def card(request: HttpRequest, encounter: UUID) -> tuple[int, dict[str, str]]:
    """Its code opens one answer form and names nobody; it is shown once."""
    by = actor_of(request, "work_field")
    found = _mine(by, encounter)
    return 201, {"code": community.hand_card(by=by, agency=found.agency)}


@router.post("/{uuid:encounter}/amend", response=Outline, summary="Correct a closed record")
def amend(
    request: HttpRequest, response: HttpResponse, encounter: UUID, body: Amendment
) -> dict[str, object]:
    """What stood before is kept with the reason."""
    by = actor_of(request, "work_field")
    _mine(by, encounter)
    values = body.model_dump(exclude_unset=True, exclude_none=True, exclude={"reason"})
    actions.amend(by=by, encounter=encounter, reason=body.reason, **values)
    return _written(response, encounter)


def _follows(by: Actor, encounter: UUID) -> None:
    found = queries.outline(encounter)
    if by.id not in found.team and by.agency not in (found.agency, found.clinical_agency):
        raise NotFound("encounter")


@router.get("/{uuid:encounter}/follow-ups", response=list[ContactOut], summary="Contacts after the crisis")
def follow_ups(request: HttpRequest, encounter: UUID) -> list[ContactOut]:
    """By its team and agencies; no free text."""
    _follows(actor_of(request, "work_field"), encounter)
    return [ContactOut(at=at, way=way, reached=reached) for at, way, reached in queries.follow_ups(encounter)]


@router.post("/{uuid:encounter}/follow-ups", response={201: Kept}, summary="Note a contact after the crisis")
def follow_up(request: HttpRequest, encounter: UUID, body: Contact) -> tuple[int, dict[str, UUID]]:
    """By its team and agencies."""
    by = actor_of(request, "work_field")
    _follows(by, encounter)
    return 201, {"id": actions.follow_up(by=by, encounter=encounter, **body.model_dump()).id}
