"""Units on duty now: shift, crew, status and position together, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls.models import UnitStatus
from commonweal.kernel import clock


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One unit on duty. `place` is where it was last seen, or its base; None where neither is known."""

    unit: agencies.Unit
    shift: agencies.Shift
    crew: tuple[agencies.Account, ...]
    status: str
    place: tuple[float, float] | None
    call: UUID | None
    since: datetime

    @property
    def is_free(self) -> bool:
        """Whether it can be sent now."""
        return self.status == "available" and self.call is None


def on_duty(moment: datetime | None = None, *, with_crew: bool = True) -> list[OnDuty]:
    """Units whose shift covers the moment, by call sign. A unit never heard of is free at its base.

    Without `with_crew` nobody is read who is aboard: `crew` is empty.
    """
    when = moment or clock.now()
    found = agencies.on_duty(when).filter(unit__is_active=True)
    shifts = list(found if with_crew else found.prefetch_related(None))
    states = {row.unit_id: row for row in UnitStatus.objects.filter(unit__in=[s.unit_id for s in shifts])}
    latest = {shift.unit_id: shift for shift in shifts}
    return [_joined(shift, states.get(unit), with_crew) for unit, shift in latest.items()]


def _joined(shift: agencies.Shift, state: UnitStatus | None, with_crew: bool) -> OnDuty:
    unit = shift.unit
    base = (unit.base_lon, unit.base_lat)
    seen = (state.lon, state.lat) if state else (None, None)
    lon, lat = seen if seen[0] is not None else base
    return OnDuty(
        unit=unit,
        shift=shift,
        crew=tuple(shift.crew.all()) if with_crew else (),
        status=state.status if state else "available",
        place=(lon, lat) if lon is not None and lat is not None else None,
        call=state.call_id if state else None,
        since=state.since if state else shift.starts,
    )
