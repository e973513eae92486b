"""One service in full, many in brief, and who receives its referrals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from commonweal.directory.holds import minutes_at
from commonweal.directory.hours import Span, in_words, is_open, next_opening, spans
from commonweal.directory.models import Offer, Provider, Schedule, Service
from commonweal.directory.queries.rooms import Room, latest_posts
from commonweal.directory.written import WRITABLE, entry_of, plainly
from commonweal.engines.numerics import haversine_km
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound

FACTS = "topics", "languages", "schedules", "phones", "offers__site"
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A service as a list shows it. `is_open` is None where hours are unknown; distance in kilometres.

    `hold_minutes` is how long it keeps a place for somebody on the way; 0 where it keeps none.
    """

    id: UUID
    name: str
    provider: str
    provider_id: UUID
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    phone: str
    address: str
    lon: float | None
    lat: float | None
    distance: float | None
    is_open: bool | None
    opens_next: datetime | None
    room: Room | None
    status: str
    alert: str
    description: str
    capacity_unit: str
    capacity_total: int | None
    hold_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A service in full; `summary` as in lists, the rest as its page shows it."""

    summary: Summary
    row: Service
    week: tuple[Span, ...]
    hours_text: tuple[str, ...]
    phones: tuple[tuple[str, str, str], ...]
    documents: tuple[str, ...]
    costs: tuple[str, ...]
    places: tuple[str, ...]
    spoken: tuple[tuple[str, str], ...]  # code, name as the directory has it


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives a service's referrals: an agency with accounts, a mailbox, or neither."""

    service: UUID
    service_name: str
    provider: UUID
    provider_name: str
    agency: UUID | None
    email: str
    pathway: str
    delivery: str


def local_now() -> datetime:
    """The present in the instance's zone."""
    return clock.now().astimezone(clock.zone())


def summaries(services: Iterable[UUID], near: Place | None = None) -> dict[UUID, Summary]:
    """Summaries by id, in the order given, in a fixed number of statements; unknown ids are absent."""
    wanted = list(services)
    rows = Service.objects.filter(id__in=wanted).select_related("provider").prefetch_related(*FACTS)
    rooms, moment = latest_posts(wanted), local_now()
    made = {row.id: _summary(row, rooms.get(row.id), moment, near) for row in rows}
    return {i: made[i] for i in wanted if i in made}


def _summary(row: Service, room: Room | None, moment: datetime, near: Place | None) -> Summary:
    site = next((o.site for o in _offers(row) if not o.site.is_confidential), None)
    phones = [p.number for p in row.phones.all()]
    week = week_of(row)
    here = (site.lon, site.lat) if site and site.lon is not None and site.lat is not None else None
    open_ = is_open(week, moment)
    return Summary(
        id=row.id, name=row.name, provider=row.provider.name, provider_id=row.provider_id,
        topics=tuple(t.code for t in row.topics.all()),
        languages=tuple(x.code or x.name for x in row.languages.all()),
        phone=phones[0] if phones else "",
        address=", ".join(part for part in (site.address, site.city) if part) if site else "",
        lon=here[0] if here else None, lat=here[1] if here else None,
        distance=haversine_km(near, here) if near and here else None,
        is_open=open_, opens_next=None if open_ else next_opening(week, moment),
        room=room, status=row.status, alert=row.alert, description=row.description,
        capacity_unit=row.capacity_unit, capacity_total=row.capacity_total,
        hold_minutes=minutes_at(row),
    )  # fmt: skip


def week_of(row: Service) -> list[Span]:
    """The service's weekly spans."""
    return spans((s.byday, s.opens_at, s.closes_at) for s in _schedules(row))


def _offers(row: Service) -> Sequence[Offer]:
    return list(row.offers.all())


def _schedules(row: Service) -> Sequence[Schedule]:
    return list(row.schedules.all())


def service(service_id: UUID) -> Detail:
    """One service in full; NotFound otherwise."""
    facts = (*FACTS, "documents", "costs")
    row = Service.objects.select_related("provider").prefetch_related(*facts).filter(id=service_id).first()
    if row is None:
        raise NotFound("service")
    costs = [f"{c.option} {c.amount or ''} {c.currency if c.amount else ''}".strip() for c in row.costs.all()]
    sites = [o.site for o in _offers(row) if not o.site.is_confidential]
    return Detail(
        summary=_summary(row, latest_posts([row.id]).get(row.id), local_now(), None),
        row=row,
        week=tuple(week_of(row)),
        hours_text=tuple(dict.fromkeys(text for s in _schedules(row) if (text := _hours(s)))),
        phones=tuple((p.number, p.extension, p.description) for p in row.phones.all()),
        documents=tuple(d.document for d in row.documents.all()),
        costs=tuple(costs),
        places=tuple(", ".join(x for x in (s.name, s.address, s.city, s.postal) if x) for s in sites),
        spoken=tuple((x.code, x.name) for x in row.languages.all()),
    )


def _hours(row: Schedule) -> str:
    """As the source wrote it for readers of English; for others days and times, where they are known."""
    told = in_words(row.byday, row.opens_at, row.closes_at)
    is_english = (get_language() or "en").startswith("en")
    return (row.description or told) if is_english else (told or row.description)


def receiver(service_id: UUID) -> Receiver:
    """Who receives referrals for this service; NotFound for an unknown one."""
    row = Service.objects.select_related("provider").filter(id=service_id).first()
    if row is None:
        raise NotFound("service")
    owner = row.provider
    return Receiver(
        row.id,
        row.name,
        owner.id,
        owner.name,
        owner.agency_id,
        owner.referral_email,
        row.pathway,
        owner.delivery,
    )


def is_reached(service_id: UUID) -> bool:
    """Whether a referral to this service comes before anybody: an agency here, or an address for links."""
    owner = receiver(service_id)
    return bool(owner.agency or owner.email)


def providers(words: str = "", *, unreached: bool = False) -> QuerySet[Provider]:
    """Providers by name, each with the number of its services in use; of those `unreached` only.

    Unreached is who has services and neither an agency here nor an address for referrals: what is sent there
    waits for nobody. `words` are looked for in the name.
    """
    standing = Q(services__status="active", services__merged_into=None)
    found: QuerySet[Provider] = Provider.objects.select_related("agency").order_by("name", "id")
    found = found.annotate(offered=Count("services", filter=standing))
    if words.strip():
        found = found.filter(Q(name__icontains=words.strip()) | Q(alternate_name__icontains=words.strip()))
    if unreached:
        found = found.filter(agency=None, referral_email="", offered__gt=0)
    return found


def offered_by(provider_id: UUID) -> QuerySet[Service]:
    """Its services in use, by name."""
    return Service.objects.filter(provider=provider_id, status="active", merged_into=None).order_by(
        "name", "id"
    )


def entries_of(provider_id: UUID) -> QuerySet[Service]:
    """All its entries that were not merged into another, in use or not, by name."""
    return Service.objects.filter(provider=provider_id, merged_into=None).order_by("name", "id")


def entry(service_id: UUID) -> tuple[Service, dict[str, Any]]:
    """A service and what is said of it as plain values, for a form; NotFound where it was merged."""
    row = Service.objects.select_related("provider").filter(id=service_id, merged_into=None).first()
    if row is None:
        raise NotFound("service")
    return row, plainly(entry_of(row), sorted(WRITABLE))


def provider(provider_id: UUID) -> Provider:
    """One provider; NotFound otherwise."""
    found = Provider.objects.filter(id=provider_id).first()
    if found is None:
        raise NotFound("provider")
    return found
