"""Reads of this room: need by cell and hour of the week, and where no service with room is near."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from commonweal.calls import queries as calls
from commonweal.directory import queries as directory
from commonweal.engines.disclosure import Permit
from commonweal.engines.foresight import (
    CellCount,
    Deserts,
    Event,
    HourCount,
    Need,
    Service,
    Window,
    centre,
    hour_counts,
    hour_of_week,
    naive_count,
    service_desert,
)
from commonweal.foresight.partitions import broken, manifest
from commonweal.foresight.proving import Proof, proof
from commonweal.foresight.questions import HOURS, Question
from commonweal.foresight.standings import (
    bands,
    has_opted_out,
    models,
    open_objections,
    own_objections,
    standings_of,
)
from commonweal.foresight.views import VIEWS
from commonweal.foresight.views import seen as view
from commonweal.kernel import clock
from commonweal.places import queries as places
from commonweal.sharing.queries import floor

__all__ = [
    "HOURS",
    "VIEWS",
    "CellCount",
    "Deserts",
    "HourCount",
    "Need",
    "Picture",
    "Proof",
    "Question",
    "bands",
    "broken",
    "has_opted_out",
    "manifest",
    "models",
    "open_objections",
    "own_objections",
    "proof",
    "standings_of",
    "view",
]

Wanted = Callable[[calls.Counted], bool]


@dataclass(frozen=True, slots=True)
class Picture:
    """Need as reported: by cell and hour where calls carry a place, by hour for all of them."""

    need: Need | None
    hours: tuple[HourCount, ...]
    natures: tuple[tuple[str, int], ...]
    total: int
    without_place: int


def picture(permits: Mapping[str, Permit], question: Question) -> Picture:
    """Count what was reported; nothing is forecast, no person is in it."""
    window = Window(question.start, question.end)
    asked_for = calls.extract(permits, question.start, question.end, question.about)
    found = [c for c in asked_for if question.wants(c)]
    placed = [Event(centre(c.cell), c.received) for c in found if c.cell]
    least, zone, hours = floor(), question.zone, question.hours
    need = naive_count(placed, window, zone=zone, hours=hours, threshold=least) if placed else None
    asked = frozenset(question.hours)
    within = [c for c in found if hour_of_week(c.received, question.zone) in asked]
    return Picture(need, _by_hour(found, question), _natures(within), len(within), len(found) - len(placed))


def _by_hour(found: list[calls.Counted], question: Question) -> tuple[HourCount, ...]:
    """Every hour of the week, over calls with and without a place; small ones hidden, and none alone."""
    counts = dict.fromkeys(range(168), 0)
    for call in found:
        counts[hour_of_week(call.received, question.zone)] += 1
    weeks = max(1, round((question.end - question.start).total_seconds() / 604_800))
    return tuple(hour_counts(counts, dict.fromkeys(counts, weeks), floor()))


def _natures(found: list[calls.Counted]) -> tuple[tuple[str, int], ...]:
    """Natures by count, commonest first. Ask the gate for these totals before they are shown."""
    counts: dict[str, int] = {}
    for call in found:
        counts[call.nature] = counts.get(call.nature, 0) + 1
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def deserts(need: Need, topic: str, beyond_minutes: float, *, count_unknown: bool) -> Deserts:
    """Cells whose nearest service of a need with room is more than so many minutes away.

    Services whose room nobody has stated count only with `count_unknown`. Travel is a straight line
    lengthened for streets (places.TRAVEL_BASIS), at noon.
    """
    rows = directory.search(need=topic, limit=500).rows
    services = [
        Service(str(row.id), (row.lon, row.lat), _room(row.room))
        for row in rows
        if row.lon is not None and row.lat is not None
    ]
    noon = clock.now().replace(hour=20, minute=0)

    @lru_cache(maxsize=100_000)
    def travel(a: tuple[float, float], b: tuple[float, float]) -> float | None:
        return places.travel_minutes(a, b, noon)

    by_cell = {cell.cell: float(cell.count) for cell in need.cells if cell.count}
    return service_desert(
        by_cell, services, travel, beyond_minutes=beyond_minutes, count_unknown=count_unknown
    )


def _room(said: directory.Room | None) -> float | None:
    if said is None or (said.is_open and said.available is None):
        return None
    return float(said.available or 0) if said.is_open else 0.0
