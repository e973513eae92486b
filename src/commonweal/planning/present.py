"""The roster of one agency's units of a kind as it stands this week; the next one where this has none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Shift, Unit
from commonweal.kernel import clock
from commonweal.planning.moves import WEEK, monday

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Present:
    """Units with their shifts (UTC) that begin in the week from `start`; `others`: agencies besides."""

    agency: UUID
    kind: str
    start: datetime
    units: dict[Unit, list[Span]]
    others: int


def present(agency: UUID, kind: str) -> Present:
    """Units of the agency and kind that have shifts; NotFound for an unknown agency."""
    zone = ZoneInfo(agencies.agency(agency).time_zone)
    start = monday(clock.now(), zone)
    shifts = _shifts(start, kind)
    if not any(s.unit.agency_id == agency for s in shifts):
        start = monday(start + WEEK * 1.5, zone)
        shifts = _shifts(start, kind)
    units: dict[Unit, list[Span]] = {}
    for shift in shifts:
        if shift.unit.agency_id == agency:
            units.setdefault(shift.unit, []).append((shift.starts, shift.ends))
    others = {s.unit.agency_id for s in shifts} - {agency}
    return Present(
        agency, kind, start, dict(sorted(units.items(), key=lambda p: p[0].call_sign)), len(others)
    )


def call_signs(agency: UUID, kind: str) -> frozenset[str]:
    """Call signs of the units with shifts."""
    return frozenset(unit.call_sign for unit in present(agency, kind).units)


def _shifts(start: datetime, kind: str) -> list[Shift]:
    found = agencies.shifts_between(start, start + WEEK).prefetch_related(None)
    return [s for s in found if s.unit.kind == kind and start <= s.starts < start + WEEK]


def mark(roster: Present) -> str:
    """What the roster was, to see whether it has changed since."""
    return "; ".join(
        f"{unit.call_sign} {unit.base_lon} {unit.base_lat} "
        + " ".join(f"{a:%w%H%M}-{b:%w%H%M}" for a, b in sorted(spans))
        for unit, spans in roster.units.items()
    )
