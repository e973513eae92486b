"""What past calls asked of one kind of unit: where, in which hour of the week, for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from zoneinfo import ZoneInfo

from commonweal.calls import queries as calls
from commonweal.calls.queries import Counted
from commonweal.engines.disclosure import Permit
from commonweal.engines.foresight import centre
from commonweal.kernel import clock
from commonweal.planning.changes import Spot
from commonweal.planning.moves import WEEK
from commonweal.planning.trying import SERVICE_MINUTES, window

MINUTE = timedelta(minutes=1)
LONGEST = 480.0
ASSUMED = frozenset({"crisis_team", "co_response"})  # where none was sent: calls about behavioural health
FEW_IN_AREA = 11  # areas with fewer calls are told together


@dataclass(frozen=True)
class Asked:
    """One call: minutes from the first Monday, local; its cell; its area; minutes on scene, to arrive.

    `drove`: minutes from the word to a unit until it was there.
    """

    key: str
    at: float
    cell: int
    area: str
    scene: float | None
    arrived: float | None
    priority: int
    drove: float | None = None


@dataclass(frozen=True)
class Demand:
    """Calls of whole weeks. `cells` are the centres (lon, lat) that calls name by number; drives at noon.

    `is_assumed`: no unit of the kind was ever sent; all calls about behavioural health stand in.
    """

    calls: tuple[Asked, ...]
    cells: tuple[Spot, ...]
    weeks: int
    delay: float
    without_place: int
    noon: datetime
    is_assumed: bool = False

    @cached_property
    def scenes(self) -> tuple[float, ...]:
        """Minutes on scene that the records tell; the usual where they tell none."""
        return tuple(c.scene for c in self.calls if c.scene is not None) or (SERVICE_MINUTES,)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The area of each cell by number; an area of few calls, and calls without one, under ""."""
        named = {c.cell: c.area for c in self.calls}
        many: dict[str, int] = {}
        for call in self.calls:
            many[named[call.cell]] = many.get(named[call.cell], 0) + 1
        return tuple(named[n] if many[named[n]] >= FEW_IN_AREA else "" for n in range(len(self.cells)))


def demanded(
    permits: Mapping[str, Permit], kind: str, zone: ZoneInfo, on_file: Sequence[Counted] | None = None
) -> Demand:
    """Past calls to which the kind was sent, as the permits allow; nobody in them.

    Times of arrival are not kept for calls that stand in: other units arrived then. `on_file`: the calls of
    the window, where they have been read already.
    """
    span, noon = window(zone), clock.now().astimezone(zone).replace(hour=12, minute=0)
    if span is None:
        return Demand((), (), 1, 0.0, 0, noon)
    read = calls.extract(permits, *span) if on_file is None else on_file
    rows = [c for c in read if not c.is_cancelled and not c.is_duplicate]
    found = [c for c in rows if kind in c.sent]
    is_assumed = not found and kind in ASSUMED
    if is_assumed:
        found = [c for c in rows if c.is_behavioural]
    numbers = {cell: n for n, cell in enumerate(sorted({c.cell for c in found if c.cell}))}
    start = span[0].replace(tzinfo=None)
    made = []
    for c in found:
        if c.cell:
            local = c.received.astimezone(zone).replace(tzinfo=None)
            at = max(0.0, (local - start) / MINUTE)
            made.append(
                Asked(
                    str(c.key),
                    at,
                    numbers[c.cell],
                    c.area,
                    _scene(c),
                    None if is_assumed else _arrived(c),
                    c.priority or 3,
                    None if is_assumed else _drove(c),
                )
            )
    waits = [(c.dispatched - c.received) / MINUTE for c in found if c.dispatched]
    weeks = max(1, round((span[1] - span[0]) / WEEK))
    kept = tuple(c for c in made if c.at < weeks * 7 * 1440)
    delay = median([w for w in waits if 0 <= w < 240] or [0.0])
    return Demand(
        kept, tuple(centre(c) for c in numbers), weeks, delay, len(found) - len(made), noon, is_assumed
    )


def _scene(call: Counted) -> float | None:
    if call.cleared and call.on_scene and call.cleared > call.on_scene:
        return min((call.cleared - call.on_scene) / MINUTE, LONGEST)
    return None


def _arrived(call: Counted) -> float | None:
    minutes = (call.on_scene - call.received) / MINUTE if call.on_scene else -1.0
    return minutes if 0 <= minutes < 240 else None


def _drove(call: Counted) -> float | None:
    if not call.on_scene or not call.dispatched or call.on_scene < call.dispatched:
        return None
    return (call.on_scene - call.dispatched) / MINUTE
