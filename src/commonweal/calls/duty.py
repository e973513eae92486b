"""Units on duty now: shift, crew, status and position together, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls.models import UnitStatus
from commonweal.kernel import clock
from commonweal.kernel.prepared import Prepared

STATES = Prepared(
    lambda units: UnitStatus.objects.filter(unit__in=units).values_list(
        "unit_id", "status", "lon", "lat", "call_id", "since"
    ),
    lists=["units"],
)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One unit on duty. `place` is where it was last seen, or its base; None where neither is known."""

    unit: agencies.Manned
    status: str
    place: tuple[float, float] | None
    call: UUID | None
    since: datetime

    @property
    def crew(self) -> tuple[agencies.Member, ...]:
        """Who is aboard."""
        return self.unit.crew

    @property
    def is_free(self) -> bool:
        """Whether it can be sent now."""
        return self.status == "available" and self.call is None


def on_duty(moment: datetime | None = None, *, with_crew: bool = True) -> list[OnDuty]:
    """Units whose shift covers the moment, by call sign. A unit never heard of is free at its base.

    Without `with_crew` nobody is read who is aboard: `crew` is empty.
    """
    units = agencies.roster(moment or clock.now(), with_crew=with_crew)
    states = {row[0]: row[1:] for row in STATES.rows(units=[unit.id for unit in units])}
    unheard = ("available", None, None, None)
    return [_joined(unit, *states.get(unit.id, (*unheard, unit.starts))) for unit in units]


def _joined(
    unit: agencies.Manned,
    status: str,
    lon: float | None,
    lat: float | None,
    call: UUID | None,
    since: datetime,
) -> OnDuty:
    seen = None if lon is None or lat is None else (lon, lat)
    return OnDuty(unit, status, seen or unit.base, call, since)
