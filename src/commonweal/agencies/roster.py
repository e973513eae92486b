"""Who is on duty at a moment, as plain values: read at every step of triage, so in two statements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.agencies.models import Shift
from commonweal.kernel.prepared import Prepared

UNIT = ("call_sign", "kind", "agency__short", "base_lon", "base_lat")
ON_DUTY = Prepared(
    lambda when: (
        Shift.objects.filter(starts__lte=when, ends__gt=when, unit__is_active=True)
        .order_by("unit__call_sign", "starts", "id")
        .values_list("id", "starts", "unit_id", *(f"unit__{name}" for name in UNIT))
    ),
    moments=["when"],
)
ABOARD = Prepared(
    lambda shifts: (
        Shift.crew.through.objects.filter(shift__in=shifts)
        .order_by("id")
        .values_list("shift_id", "account_id", "account__role", "account__languages")
    ),
    lists=["shifts"],
)


@dataclass(frozen=True, slots=True)
class Member:
    """One worker aboard: account, role, and languages spoken (codes, with spaces between)."""

    id: UUID
    role: str
    languages: str


@dataclass(frozen=True, slots=True)
class Manned:
    """A unit in the shift that it works now. `base` is (lon, lat), None where it is not known."""

    id: UUID
    call_sign: str
    kind: str
    agency: str
    base: tuple[float, float] | None
    starts: datetime
    crew: tuple[Member, ...] = ()


def roster(when: datetime, *, with_crew: bool = True) -> list[Manned]:
    """Active units whose shift covers the moment, by call sign; of two shifts the one begun last counts.

    Without `with_crew` nobody is read who is aboard: `crew` is empty.
    """
    rows = {row[2]: row for row in ON_DUTY.rows(when=when)}
    crews = _crews([row[0] for row in rows.values()]) if with_crew else {}
    return [
        Manned(unit, sign, kind, agency, _point(lon, lat), starts, tuple(crews.get(shift, ())))
        for shift, starts, unit, sign, kind, agency, lon, lat in rows.values()
    ]


def _crews(shifts: list[UUID]) -> dict[UUID, list[Member]]:
    found: dict[UUID, list[Member]] = defaultdict(list)
    for shift, account, role, languages in ABOARD.rows(shifts=shifts):
        found[shift].append(Member(account, role, languages))
    return found


def _point(lon: float | None, lat: float | None) -> tuple[float, float] | None:
    return None if lon is None or lat is None else (lon, lat)
