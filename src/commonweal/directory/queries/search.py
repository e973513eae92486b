"""Find services by words, need, language, nearness, and whether they are open now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from commonweal.directory import needs
from commonweal.directory.hours import is_open, spans
from commonweal.directory.listed import listed
from commonweal.directory.models import Language, Offer, Schedule, Service
from commonweal.directory.queries.services import Place, Summary, local_now, summaries
from commonweal.engines.numerics import haversine_km
from commonweal.kernel.errors import Invalid

__all__ = ["Found", "Summary", "languages", "search"]
Hours = tuple[str, time | None, time | None]
FAR = float("inf")
MOST = 3_000  # services weighed in memory where distance or hours decide


@dataclass(frozen=True, slots=True)
class Found:
    """One page of services and how many there are in all."""

    total: int
    rows: tuple[Summary, ...]


def search(
    *, text: str = "", need: str = "", language: str = "", near: Place | None = None, open_now: bool = False,
    limit: int = 20, offset: int = 0,
) -> Found:  # fmt: skip
    """Active services that match everything given: nearest first where `near` is (lon, lat), else by name.

    Every word of `text` must occur (accents and case do not matter); those with it in their name lead.
    A word that is itself a need ("food", "comida") finds by need too, since needs are part of the text.
    `open_now` keeps those whose known hours cover this moment.
    """
    if need:
        needs.checked([need])
    if near is not None and not (-180 <= near[0] <= 180 and -90 <= near[1] <= 90):
        raise Invalid("near", near, "Give longitude (-180 to 180), then latitude (-90 to 90).")
    matches = _matches(text, need, language)
    if near is None and not open_now:
        ids = list(matches.values_list("id", flat=True)[offset : offset + limit])
        return Found(matches.count(), tuple(summaries(ids).values()))
    ids = list(matches.values_list("id", flat=True)[:MOST])
    if open_now:
        ids = _open_now(ids)
    if near is not None:
        ids = _nearest(ids, near)
    return Found(len(ids), tuple(summaries(ids[offset : offset + limit], near).values()))


def _matches(text: str, need: str, language: str) -> QuerySet[Service]:
    words = needs.fold(text).split()[:8]
    found = listed()
    for word in words:
        found = found.filter(search_text__contains=word)
    if need:
        found = found.filter(topics__code=need)
    if language:
        found = found.filter(Q(languages__code=language) | Q(languages__name__iexact=language)).distinct()
    named = Q(*[Q(search_name__contains=word) for word in words]) if words else Q()
    rank = (
        Case(When(named, then=Value(0)), default=Value(1), output_field=IntegerField()) if words else Value(0)
    )
    return found.annotate(rank=rank).order_by("rank", "search_name", "id")


def _open_now(ids: Sequence[UUID]) -> list[UUID]:
    """Those whose known hours cover this moment, in the order given."""
    weeks: dict[UUID, list[Hours]] = defaultdict(list)
    for row in Schedule.objects.filter(service__in=ids):
        weeks[row.service_id].append((row.byday, row.opens_at, row.closes_at))
    moment = local_now()
    return [i for i in ids if is_open(spans(weeks[i]), moment)]


def _nearest(ids: Sequence[UUID], near: Place) -> list[UUID]:
    """Nearest first by the nearest public place of each; those without one last, in the order given."""
    rows = Offer.objects.filter(service__in=ids, site__lon__isnull=False, site__is_confidential=False)
    away: dict[UUID, float] = {}
    for service, lon, lat in rows.values_list("service", "site__lon", "site__lat"):
        if lon is not None and lat is not None:
            away[service] = min(haversine_km(near, (lon, lat)), away.get(service, FAR))
    return sorted(ids, key=lambda i: away.get(i, FAR))


def languages() -> list[tuple[str, str]]:
    """Languages spoken at active services: (code or name, name), by name, once each."""
    rows = Language.objects.filter(service__in=listed()).values_list("code", "name").distinct()
    named: dict[str, str] = {}
    for code, name in rows:
        named.setdefault(code or name, name or code)
    return sorted(named.items(), key=lambda pair: pair[1].casefold())
