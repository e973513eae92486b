"""Service deserts: need whose nearest service with room is too far away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from commonweal.engines.foresight.cells import centre
from commonweal.engines.numerics import Place, checked_place

Travel = Callable[[Place, Place], float | None]


@dataclass(frozen=True)
class Service:
    """Where help is given. `available` is free capacity now; None when nobody has said."""

    id: str
    place: Place
    available: float | None = None

    def __post_init__(self) -> None:
        """Refuse a place off the globe and capacity below zero."""
        object.__setattr__(self, "place", checked_place("place", self.place))
        if self.available is not None and not self.available >= 0:
            raise ValueError(f"available: {self.available} of service {self.id}; give zero or more, or None")


@dataclass(frozen=True)
class CellAccess:
    """How far the nearest service with room is from a cell's centre; None where none can be reached."""

    cell: str
    need: float
    nearest: str | None
    minutes: float | None
    beyond: bool


@dataclass(frozen=True)
class Deserts:
    """Cells by unmet need, most first. `share_beyond` is of the need, not of the land; None without need."""

    cells: tuple[CellAccess, ...]
    need: float
    need_beyond: float
    share_beyond: float | None
    beyond_minutes: float
    services_counted: int
    services_without_room: int
    services_unknown: int


def service_desert(
    need_by_cell: Mapping[str, float],
    services: Sequence[Service],
    travel: Travel,
    *,
    beyond_minutes: float = 30.0,
    count_unknown: bool = False,
) -> Deserts:
    """Which cells lie beyond `beyond_minutes` of every service with room, weighted by need.

    `travel(from, to)` gives minutes, or None where there is no way. Services whose capacity nobody has
    stated count only with `count_unknown`. Calls `travel` once for each cell and counted service.
    """
    if not beyond_minutes >= 0:
        raise ValueError(f"beyond_minutes: {beyond_minutes}; give zero or more")
    if bad := next((cell for cell, need in need_by_cell.items() if not need >= 0), None):
        raise ValueError(f"need_by_cell: {need_by_cell[bad]} in cell {bad}; need is zero or more")
    open_services = [s for s in services if (count_unknown if s.available is None else s.available > 0)]
    cells = [access(cell, need, open_services, travel, beyond_minutes) for cell, need in need_by_cell.items()]
    total, beyond = sum(c.need for c in cells), sum(c.need for c in cells if c.beyond)
    return Deserts(
        cells=tuple(sorted(cells, key=lambda c: (not c.beyond, -c.need, c.cell))),
        need=total,
        need_beyond=beyond,
        share_beyond=beyond / total if total > 0 else None,
        beyond_minutes=beyond_minutes,
        services_counted=len(open_services),
        services_without_room=sum(s.available == 0 for s in services),
        services_unknown=sum(s.available is None for s in services),
    )


def access(cell: str, need: float, services: Sequence[Service], travel: Travel, limit: float) -> CellAccess:
    """The nearest of `services` from a cell's centre."""
    here = centre(cell)
    reached = [(minutes, s.id) for s in services if (minutes := travel(here, s.place)) is not None]
    if not reached:
        return CellAccess(cell, need, None, None, True)
    minutes, nearest = min(reached)
    return CellAccess(cell, need, nearest, minutes, minutes > limit)
