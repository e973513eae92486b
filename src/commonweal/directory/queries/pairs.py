"""Pairs of entries that may be one service: waiting, decided, side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from commonweal.directory.models import Service, ServicePair
from commonweal.directory.queries.services import Detail, service
from commonweal.kernel import days
from commonweal.kernel.errors import NotFound

__all__ = ["Beside", "Line", "ServicePair", "beside", "family", "pairs", "stands_for", "standing_ids"]


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of both entries; `level` as the comparison found it, empty where it was not compared."""

    field: str
    left: str
    right: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A pair with both entries in full and their facts side by side."""

    pair: ServicePair
    left: Detail
    right: Detail
    lines: tuple[Line, ...]


def pairs(state: str = "open") -> QuerySet[ServicePair]:
    """Pairs that wait (most alike first), or those decided (`apart`, `merged`; latest first)."""
    order = ("-score", "id") if state == "open" else ("-decided_at", "-id")
    whole = ServicePair.objects.select_related("left__provider", "right__provider", "survivor")
    return whole.filter(state=state).order_by(*order)


def beside(pair: UUID) -> Beside:
    """One pair side by side; NotFound for an unknown one."""
    found = ServicePair.objects.select_related("left", "right", "survivor").filter(id=pair).first()
    if found is None:
        raise NotFound("service pair")
    left, right = service(found.left_id), service(found.right_id)
    levels = {str(e["field"]): str(e["level"]) for e in found.evidence}
    a, b = _facts(left), _facts(right)
    lines = tuple(Line(f, a[f], b[f], levels.get(f, "")) for f in a if a[f] or b[f])
    return Beside(found, left, right, lines)


def _facts(one: Detail) -> dict[str, str]:
    row, said = one.row, one.summary
    return {
        "name": row.name,
        "organization": said.provider,
        "phone": ", ".join(number for number, _extension, _words in one.phones),
        "address": "; ".join(one.places),
        "url": row.url,
        "description": row.description[:600],
        "eligibility": row.eligibility[:300],
        "hours": "; ".join(one.hours_text),
        "languages": ", ".join(name or code for code, name in one.spoken),
        "source": row.source,
        "assured_at": days.said(row.assured_at),
    }


def stands_for(service: UUID) -> UUID:
    """The id of the entry that stands for this one: its own, unless it was merged into another."""
    return standing_ids([service])[service]


def standing_ids(services: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each id, that of the entry that stands for it; unknown ids stand for themselves."""
    wanted: Sequence[UUID] = list(services)
    led = Service.objects.filter(id__in=wanted, merged_into__isnull=False)
    into = dict(led.values_list("id", "merged_into_id"))
    return {one: into.get(one) or one for one in wanted}


def family(service: UUID) -> frozenset[UUID]:
    """All entries of one service: the one that stands, and those that lead to it."""
    head = stands_for(service)
    return frozenset(Service.objects.filter(merged_into=head).values_list("id", flat=True)) | {head}
