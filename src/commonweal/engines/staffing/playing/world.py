"""A deployment to be played: units, kinds of call and what each needs, roads, and the rules of dispatch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from commonweal.engines.staffing.plans import DAY, WEEK, Shift, merged
from commonweal.engines.staffing.playing.spread import Spread

POLICIES = ("closest", "preference", "live")
MOST_KINDS = 60
DRAIN = DAY  # units go on for a day after the last call may come, so that what is begun ends
Cube = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slot:
    """One unit that a call needs: any of `kinds`, for `scene` minutes after all needed units have come.

    With `hand_off` it leaves that much after all have come instead: it hands over to the others.
    """

    kinds: frozenset[str]
    scene: Spread
    hand_off: Spread | None = None

    def __post_init__(self) -> None:
        """Refuse a slot that nobody can fill."""
        if not self.kinds:
            raise ValueError("kinds: empty; name at least one kind of unit")

    @property
    def stay(self) -> Spread:
        """Minutes between the last arrival and this unit's release."""
        return self.scene if self.hand_off is None else self.hand_off


@dataclass(frozen=True)
class Chance:
    """With probability `share`, after so many minutes, a call becomes or is followed by the type `to`."""

    share: float
    after: Spread
    to: str

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 1."""
        if not 0 <= self.share <= 1:
            raise ValueError(f"share: {self.share}; give a share from 0 to 1")


@dataclass(frozen=True)
class CallType:
    """What calls of a type need: `ways` to meet them, best first, each so many slots filled at once.

    Lower `priority` goes first. `hand_off`: minutes until the call reaches the dispatcher. `patience`: until
    the caller gives up while nobody is assigned (None: never). `pre_empts`: may divert units still travelling
    to a less urgent call whose type `yields`. `retriage`: while waiting, it may turn out to be another type.
    `follow_up`: work that it leaves behind, at the same place, once it is done.
    """

    priority: int
    ways: tuple[tuple[Slot, ...], ...]
    hand_off: Spread = field(default_factory=Spread)
    patience: Spread | None = None
    pre_empts: bool = False
    yields: bool = True
    retriage: Chance | None = None
    follow_up: Chance | None = None

    def __post_init__(self) -> None:
        """Refuse a type that nothing meets."""
        if not self.ways or not all(self.ways):
            raise ValueError("requires: empty; give at least one way, each with at least one slot")


@dataclass(frozen=True)
class Unit:
    """A unit: kind, atom where it waits, weekly shifts (none: always on duty), minutes to get going.

    `breaks`: (minutes after the start of each shift, minutes long); one due at work is taken after.
    """

    id: str
    kind: str
    home: int
    shifts: tuple[Shift, ...] = ()
    breaks: tuple[tuple[float, float], ...] = ()
    turnout: float = 0.0
    hourly_cost: float = 0.0

    def spans(self, horizon: float) -> list[tuple[float, float]]:
        """Times on duty from 0 up to `horizon`, merged; a shift that began in the week before counts."""
        if not self.shifts:
            return [(0.0, horizon)]
        starts = [(s.start + w * WEEK, s.hours * 60) for w in range(-1, int(horizon // WEEK) + 1)
                  for s in self.shifts]  # fmt: skip
        cut = [(max(a, 0.0), min(a + long, horizon)) for a, long in starts]
        return merged([(a, b) for a, b in cut if a < b])


@dataclass(frozen=True)
class Listed:
    """A call of a log: minutes from Monday midnight, type, atom; scene minutes by kind where they are known.

    `observed`: minutes from the call until the last needed unit came, where the log says so.
    """

    id: str
    at: float
    type: str
    atom: int
    scene: Mapping[str, float] | None = None
    observed: float | None = None


@dataclass(frozen=True)
class Arrivals:
    """Calls of a type in an atom: per hour, one number or one for each of the 168 hours of the week."""

    type: str
    atom: int
    per_hour: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse rates below zero and weeks of another length."""
        if len(self.per_hour) not in (1, 168) or not all(0 <= r < float("inf") for r in self.per_hour):
            raise ValueError(f"per_hour: {len(self.per_hour)} numbers; give 1 or 168, each zero or more")


@dataclass(frozen=True)
class Rules:
    """How units are sent. `queue`: how many may wait (0: none, the call is lost; None: without limit).

    `preference`: for the policy of that name, by atom, ids of units, best first; others are never sent there.
    `last_call`: minutes before the end of a shift in which only calls of `urgent` priority are taken.
    """

    policy: str = "closest"
    preference: tuple[tuple[str, ...], ...] = ()
    queue: int | None = None
    last_call: float = 0.0
    urgent: int = 1

    def __post_init__(self) -> None:
        """Refuse policies that are not known."""
        if self.policy not in POLICIES:
            raise ValueError(f"policy: {self.policy!r} is not known; use one of: {', '.join(POLICIES)}")
        if self.queue is not None and self.queue < 0:
            raise ValueError(f"queue: {self.queue}; give zero or more, or leave it out")


@dataclass(frozen=True, eq=False)
class World:
    """Everything that is the same in each replication.

    `travel`: minutes, period x atom x atom; `periods`: the period of each of the 24 hours. `days`: how long
    calls come in; those of the first `warm_up` days are played but not counted. `resample`: whole days of
    `calls` are drawn again for each replication.
    """

    name: str
    units: tuple[Unit, ...]
    types: Mapping[str, CallType]
    travel: Cube
    days: int
    calls: tuple[Listed, ...] = ()
    arrivals: tuple[Arrivals, ...] = ()
    periods: tuple[int, ...] = (0,) * 24
    rules: Rules = field(default_factory=Rules)
    warm_up: float = 0.0
    resample: bool = True
    target: float = 15.0
    places: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be played; the message names field, value and remedy."""
        for fault in (_unit_faults(self), _type_faults(self), _road_faults(self), _demand_faults(self)):
            if first := next(iter(fault), None):
                raise ValueError(first)

    @property
    def atoms(self) -> int:
        """How many places there are."""
        return int(self.travel.shape[-1])

    @property
    def horizon(self) -> float:
        """Minutes in which calls come in."""
        return self.days * DAY

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of unit, in order of the alphabet."""
        return tuple(sorted({unit.kind for unit in self.units}))

    @cached_property
    def type_names(self) -> tuple[str, ...]:
        """Types of call, in the order given."""
        return tuple(self.types)

    @property
    def weekly_cost(self) -> float:
        """Money a week: hours on duty times their cost."""
        return sum(unit.hourly_cost * _weekly_hours(unit) for unit in self.units)


def _weekly_hours(unit: Unit) -> float:
    """Hours on duty in a week, taken from the second of two: what began on Sunday counts."""
    return sum(max(0.0, b - max(a, WEEK)) for a, b in unit.spans(2 * WEEK)) / 60


def _unit_faults(world: World) -> Iterable[str]:
    ids = [unit.id for unit in world.units]
    if not ids:
        yield "units: empty; give at least one"
    for twin in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"units: {twin!r} comes twice; give each unit its own id"
    if len(world.kinds) > MOST_KINDS:
        yield f"units: {len(world.kinds)} kinds; at most {MOST_KINDS} can be told apart"
    for unit in world.units:
        if not 0 <= unit.home < world.atoms:
            yield f"units: home {unit.home} of {unit.id} is no atom; they are 0 to {world.atoms - 1}"
        if unit.turnout < 0 or unit.hourly_cost < 0:
            yield f"units: turnout {unit.turnout} or cost {unit.hourly_cost} of {unit.id}; give zero or more"
        for after, long in unit.breaks:
            if after < 0 or long <= 0:
                yield f"units: break ({after}, {long}) of {unit.id}; give minutes from 0 and a length above 0"


def _type_faults(world: World) -> Iterable[str]:
    if not world.types:
        yield "call_types: empty; describe at least one"
    for name, found in world.types.items():
        for part, chance in (("retriage", found.retriage), ("follow_up", found.follow_up)):
            if chance and chance.to not in world.types:
                yield f"call_types.{name}.{part}.to: {chance.to!r} is no call type; use one of: " + ", ".join(
                    world.types
                )
        for slots in found.ways:
            for slot in slots:
                if (
                    world.rules.policy != "live"
                    and not slot.kinds & set(world.kinds)
                    and len(found.ways) == 1
                ):
                    yield (
                        f"call_types.{name}.requires: no unit is of kind {' or '.join(sorted(slot.kinds))}; "
                        f"the units are: {', '.join(world.kinds)}"
                    )


def _road_faults(world: World) -> Iterable[str]:
    shape = world.travel.shape
    if len(shape) != 3 or shape[1] != shape[2] or 0 in shape:
        yield "travel: give one row for each atom, with the minutes to each atom"
        return
    if not np.isfinite(world.travel).all() or (world.travel < 0).any():
        yield "travel: holds a negative or missing value; give minutes, zero or more"
    if len(world.periods) != 24 or not all(0 <= p < shape[0] for p in world.periods):
        yield "travel: the periods of the day do not cover 24 hours; begin one at hour 0"
    if world.rules.policy == "preference":
        known = {unit.id for unit in world.units}
        if len(world.rules.preference) != world.atoms:
            yield f"preference: {len(world.rules.preference)} rows; give one for each of {world.atoms} atoms"
        for row in world.rules.preference:
            for id in row:
                if id not in known:
                    yield f"preference: {id!r} is no unit; use their ids"


def _demand_faults(world: World) -> Iterable[str]:
    if world.days < 1 or not 0 <= world.warm_up < world.days:
        yield f"days: {world.days} with {world.warm_up} to warm up; give a day or more, fewer to warm up"
    if not world.calls and not world.arrivals:
        yield "calls: none, and no arrivals; give a list of calls or rates of arrival"
    everything: tuple[Listed | Arrivals, ...] = (*world.calls, *world.arrivals)
    for one in everything:
        where = f"calls: {one.id!r}" if isinstance(one, Listed) else "arrivals"
        if one.type not in world.types:
            yield f"{where}: type {one.type!r} is not among call_types: {', '.join(world.types)}"
        if not 0 <= one.atom < world.atoms:
            yield f"{where}: atom {one.atom}; atoms are 0 to {world.atoms - 1}"
    for call in world.calls:
        if not 0 <= call.at < world.horizon:
            yield f"calls: {call.id!r} at minute {call.at}; give 0 to {world.horizon:g} ({world.days} days)"
