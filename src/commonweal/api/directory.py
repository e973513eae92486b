"""Services, their room, and which fit. Reading services is public; posting room and fitting are not."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.agencies import queries as agencies
from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.directory import actions
from commonweal.directory import queries as directory
from commonweal.kernel.errors import Invalid

router = Router()


class Room(Schema):
    """The latest word on capacity; `confidence` halves with age. `available` null: number unknown.

    Places that are `held` for somebody on the way are off `available` already.
    """

    available: int | None
    held: int = 0
    waiting: int | None
    is_open: bool
    note: str
    at: datetime
    source: str
    confidence: float


class Service(Schema):
    """A service in brief. Distance in kilometres; `is_open` null where hours are unknown."""

    id: UUID
    name: str
    provider: str
    needs: list[str]
    languages: list[str]
    phone: str
    address: str
    lon: float | None
    lat: float | None
    distance: float | None
    is_open: bool | None
    room: Room | None
    alert: str


class Search(Schema):
    """What is looked for: words, a need by its code, a language spoken, a place to be near."""

    q: str = Field(default="", max_length=500)
    need: str = ""
    language: str = ""
    open_now: bool = False
    lon: float | None = None
    lat: float | None = None
    page: int = Field(1, strict=True)


class ServicePage(Schema):
    """One page of services."""

    total: int
    items: list[Service]


class Opening(Schema):
    """A weekly opening, local time; closing at or before opening runs past midnight."""

    day: int
    opens: str
    closes: str


class Detail(Service):
    """A service in full."""

    description: str
    eligibility: str
    minimum_age: int | None
    maximum_age: int | None
    application: str
    fees: str
    week: list[Opening]
    hours_text: list[str]
    documents: list[str]
    costs: list[str]
    places: list[str]


class NeedOut(Schema):
    """A need with its names."""

    code: str
    en: str
    es: str


class RoomIn(Schema):
    """A post of room; `source` "phone" where you were told by telephone."""

    available: int | None = None
    waiting: int | None = None
    is_open: bool = True
    note: str = Field("", max_length=200)
    source: str = "provider"


class FitIn(Schema):
    """Whom to find services for: needs, most pressing first, and plain facts; nothing of it is kept."""

    needs: list[str]
    facts: dict[str, object] = {}
    lon: float | None = None
    lat: float | None = None
    language: str = "en"
    limit: int = Field(10, ge=1, le=50)


class Fit(Schema):
    """One service for one person."""

    service: Service
    fits: bool
    is_certain: bool
    score: float
    reasons: list[str]
    misfits: list[str]
    to_ask: list[str]
    would_fit_if: list[str]


def _room(room: directory.Room | None) -> Room | None:
    if room is None:
        return None
    return Room(
        available=room.available, held=room.held, waiting=room.waiting, is_open=room.is_open, note=room.note,
        at=room.at,
        source=room.source, confidence=round(room.confidence, 4),
    )  # fmt: skip


def _brief(s: directory.Summary) -> dict[str, object]:
    return {
        "id": s.id, "name": s.name, "provider": s.provider, "needs": list(s.topics),
        "languages": list(s.languages), "phone": s.phone, "address": s.address,
        "lon": s.lon, "lat": s.lat, "distance": s.distance,
        "is_open": s.is_open, "room": _room(s.room), "alert": s.alert,
    }  # fmt: skip


def _near(lon: float | None, lat: float | None) -> tuple[float, float] | None:
    if (lon is None) != (lat is None):
        raise Invalid("lon" if lon is None else "lat", None, "Give both longitude and latitude, or neither.")
    return (lon, lat) if lon is not None and lat is not None else None


@router.get("/services", response=ServicePage, auth=None, summary="All services")
def everything(
    request: HttpRequest, language: str = "", open_now: bool = False, page: int = 1
) -> dict[str, object]:
    """The directory itself, twenty a page. What somebody needs, and where they are, is asked by POST."""
    return _found(Search(language=language, open_now=open_now, page=page))


@router.post("/services/search", response=ServicePage, auth=None, summary="Find services")
def services(request: HttpRequest, body: Search) -> dict[str, object]:
    """By words, need, language, nearness and open now; twenty a page, nearest first near a place.

    By POST, so that a need stands in no address (decision record 0011); nothing of it is kept.
    """
    return _found(body)


def _found(asked: Search) -> dict[str, object]:
    found = directory.search(
        text=asked.q, need=asked.need, language=asked.language, near=_near(asked.lon, asked.lat),
        open_now=asked.open_now, limit=20, offset=20 * (min(max(asked.page, 1), 1_000) - 1),
    )  # fmt: skip
    return {"total": found.total, "items": [_brief(row) for row in found.rows]}


@router.get("/services/{uuid:service}", response=Detail, auth=None, summary="One service")
def service(request: HttpRequest, service: UUID) -> dict[str, object]:
    """Everything public about one service. Asked for an entry that was merged, the one that stands for it."""
    service = directory.stands_for(service)
    found = directory.service(service)
    row = found.row
    week = [{"day": s.day, "opens": f"{s.opens:%H:%M}", "closes": f"{s.closes:%H:%M}"} for s in found.week]
    return _brief(found.summary) | {
        "description": row.description, "eligibility": row.eligibility, "minimum_age": row.minimum_age,
        "maximum_age": row.maximum_age, "application": row.application_process, "fees": row.fees,
        "week": week,
        "hours_text": list(found.hours_text), "documents": list(found.documents), "costs": list(found.costs),
        "places": list(found.places),
    }  # fmt: skip


@router.get("/services/{uuid:service}/capacity", response=list[Room], auth=None, summary="Posts of room")
def posts(request: HttpRequest, service: UUID) -> list[Room | None]:
    """The latest fifty posts, newest first."""
    service = directory.stands_for(service)
    directory.receiver(service)
    return [_room(room) for room in directory.history(service)]


@router.post("/services/{uuid:service}/capacity", response=Room, summary="Post room")
def post(request: HttpRequest, service: UUID, body: RoomIn) -> Room | None:
    """Scope answer_referrals for the own service; send_referrals or take_calls with source "phone"."""
    actor = actor_of(request)
    actions.post_capacity(
        by=actor, service=service, available=body.available, waiting=body.waiting, is_open=body.is_open,
        note=body.note, source="phone" if body.source == "phone" else "provider",
    )  # fmt: skip
    return _room(directory.capacity(directory.stands_for(service)))


class TwinsOut(Schema):
    """Two entries that may be one service: how alike (0 to 1; null where a person paired them), and why."""

    id: UUID
    left: UUID
    left_name: str
    right: UUID
    right_name: str
    score: float | None
    evidence: list[dict[str, str]]
    state: str
    survivor: UUID | None


class TwinsVerdict(Schema):
    """`merge` needs the entry that stays (`survivor`); `reopen` takes a decision back."""

    verdict: Literal["merge", "apart", "reopen"]
    survivor: UUID | None = None


def _twins(pair: directory.ServicePair) -> dict[str, object]:
    return {
        "id": pair.id, "left": pair.left_id, "left_name": pair.left.name, "right": pair.right_id,
        "right_name": pair.right.name, "score": pair.score, "evidence": pair.evidence, "state": pair.state,
        "survivor": pair.survivor_id,
    }  # fmt: skip


@router.get("/twins", response=list[TwinsOut], summary="Services listed twice")
def twins(
    request: HttpRequest, response: HttpResponse, state: Literal["open", "merged", "apart"] = "open",
    page: Number = 1, limit: Size = 50,
) -> list[dict[str, object]]:  # fmt: skip
    """Scope administer: pairs that wait, most alike first; or those decided, latest first."""
    actor_of(request, "administer")
    return [_twins(one) for one in page_of(request, response, directory.pairs(state), page, limit)]


@router.post("/twins/{uuid:pair}/decide", response=TwinsOut, summary="One service, or two")
def decide_twins(request: HttpRequest, pair: UUID, body: TwinsVerdict) -> dict[str, object]:
    """Scope administer. A merging and a parting are remembered across imports, and can be taken back."""
    by, found = actor_of(request, "administer"), directory.beside(pair).pair
    if body.verdict == "merge":
        if body.survivor not in (found.left_id, found.right_id):
            raise Invalid("survivor", body.survivor, "Give the id of the entry that stays, one of the two.")
        goes = found.right_id if body.survivor == found.left_id else found.left_id
        actions.merge_services(by=by, survivor=body.survivor, merged=goes)
    elif body.verdict == "apart":
        actions.part_services(by=by, left=found.left_id, right=found.right_id)
    else:
        actions.reopen_pair(by=by, pair=pair)
    return _twins(directory.beside(pair).pair)


class ProviderOut(Schema):
    """A provider: how many services it has in use, and who receives its referrals."""

    id: UUID
    name: str
    services: int
    agency: UUID | None
    delivery: str
    referral_email: str


class ReachIn(Schema):
    """Who receives: an agency's desk (`inbox`), a mailbox (`mail`), or a system of theirs (`fhir`)."""

    agency: UUID | None = None
    delivery: Literal["inbox", "mail", "fhir"] = "inbox"
    referral_email: str = Field("", max_length=254)


def _provider(found: directory.Provider) -> dict[str, object]:
    return {
        "id": found.id, "name": found.name, "services": directory.offered_by(found.id).count(),
        "agency": found.agency_id, "delivery": found.delivery, "referral_email": found.referral_email,
    }  # fmt: skip


@router.get("/providers", response=list[ProviderOut], summary="Who receives referrals")
def providers(
    request: HttpRequest, response: HttpResponse, unreached: bool = False, page: Number = 1, limit: Size = 50,
) -> list[dict[str, object]]:  # fmt: skip
    """Scope administer: providers by name; with `unreached` those for whom nobody receives."""
    actor_of(request, "administer")
    rows = page_of(request, response, directory.providers(unreached=unreached), page, limit)
    return [_provider(one) for one in rows]


@router.post("/providers/{uuid:provider}/reach", response=ProviderOut, summary="Say who receives referrals")
def reach(request: HttpRequest, provider: UUID, body: ReachIn) -> dict[str, object]:
    """Scope administer. Referrals sent from now on go this way."""
    by, found = actor_of(request, "administer"), directory.provider(provider)
    if body.agency is not None and not agencies.agencies().filter(id=body.agency).exists():
        raise Invalid("agency", body.agency, "Choose an agency of the list, or none.")
    kept = actions.keep_provider(
        by=by, provider=found.id, name=found.name, agency=body.agency, delivery=body.delivery,
        referral_email=body.referral_email,
    )  # fmt: skip
    return _provider(kept)


@router.get("/needs", response=list[NeedOut], auth=None, summary="Needs")
def needs(request: HttpRequest) -> list[dict[str, str]]:
    """The vocabulary of needs, in two languages."""
    return [{"code": n.code, "en": n.en, "es": n.es} for n in directory.vocabulary().values()]


@router.post("/fitting", response=list[Fit], summary="Which services fit")
def fitting(request: HttpRequest, body: FitIn) -> list[dict[str, object]]:
    """Scope send_referrals. Ranked, with why, why not, what to ask; facts that must not count are refused."""
    actor_of(request, "send_referrals")
    found = directory.fitting(
        needs=body.needs, person_facts=body.facts, near=_near(body.lon, body.lat), language=body.language,
        limit=body.limit,
    )  # fmt: skip
    return [
        {
            "service": _brief(fit.summary), "fits": fit.fits, "is_certain": fit.is_certain,
            "score": fit.score,
            "reasons": list(fit.reasons), "misfits": list(fit.misfits), "to_ask": list(fit.to_ask),
            "would_fit_if": list(fit.would_fit_if),
        }
        for fit in found
    ]  # fmt: skip
