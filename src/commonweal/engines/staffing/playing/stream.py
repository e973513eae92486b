"""One replication's calls with everything that chance decides about them, drawn before anything is played.

Each type of call and each question (when, how long, how patient) has its own stream of chance, so that two
scenarios that share their demand meet the same calls, the same work and the same patience (common random
numbers), whatever else differs.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.plans import DAY
from commonweal.engines.staffing.playing.spread import Spread
from commonweal.engines.staffing.playing.world import Arrivals, CallType, Chance, Listed, Slot, World

Ints = npt.NDArray[np.int64]
HOURS = 168


@dataclass(frozen=True, eq=False)
class Stream:
    """Calls by index, in order of time; follow-ups come last and begin when their parents end (`at` inf).

    `types`: call x (as received, after re-triage). `hand_off`, `patience`, `retriage`: minutes from the call,
    inf for never. `stay`: call x (received, re-triaged) x way x slot, minutes from the last arrival to the
    release. `follow`: index of the follow-up or -1; `follow_after`: minutes until it falls due. `source`: the
    index of the listed call it repeats, or -1.
    """

    at: Floats
    atom: Ints
    types: Ints
    hand_off: Floats
    patience: Floats
    retriage: Floats
    stay: npt.NDArray[np.float64]
    follow: Ints
    follow_after: Floats
    source: Ints

    def __len__(self) -> int:
        return len(self.at)


def drawn(world: World, seed: int, replication: int, *, as_logged: bool = False) -> Stream:
    """The calls of a replication; `as_logged` plays the log's own days in their own order."""
    chance = Chances(seed, replication)
    at, atom, kind, source = _arrived(world, chance, as_logged)
    order = np.argsort(at, kind="stable" if world.calls else None)  # times drawn are never equal
    at, atom, kind, source = at[order], atom[order], kind[order], source[order]
    marks = [_marked(world, kind, chance, "call")]
    follow, after, parents = _followed(world, kind, chance)
    if len(parents):
        to = np.array([_index(world, _type(world, k).follow_up) for k in kind[parents].tolist()])
        marks.append(_marked(world, to, chance, "follow-up"))
        at = np.concatenate([at, np.full(len(parents), np.inf)])
        atom, source = np.append(atom, atom[parents]), np.append(source, np.full(len(parents), -1))
    types, hand_off, patience, retriage, stay = (
        np.concatenate(part) if len(part) > 1 else part[0] for part in zip(*marks, strict=True)
    )
    _as_recorded(world, source, types, stay)
    pad = len(at) - len(follow)
    return Stream(
        at, atom, types, hand_off, patience, retriage, stay,
        np.append(follow, np.full(pad, -1)), np.append(after, np.zeros(pad)), source,
    )  # fmt: skip


@dataclass(frozen=True)
class Chances:
    """Independent streams of chance, by name."""

    seed: int
    replication: int

    def of(self, *names: str) -> np.random.Generator:
        """The generator of a name, the same for the same seed, replication and name."""
        key = crc32("\0".join(names).encode())
        return np.random.default_rng([self.seed, self.replication, key])


def _arrived(world: World, chance: Chances, as_logged: bool) -> tuple[Floats, Ints, Ints, Ints]:
    at, atom, kind, source = _logged(world, chance, as_logged)
    parts = [(at, atom, kind, source)]
    by_type: defaultdict[str, list[Arrivals]] = defaultdict(list)
    for one in world.arrivals:
        by_type[one.type].append(one)
    for name, ones in by_type.items():
        when, where = _poisson(ones, world.days, chance.of("arrivals", name))
        which = np.full(len(when), world.type_names.index(name))
        parts.append((when, where, which, np.full(len(when), -1)))
    at, atom, kind, source = (np.concatenate(part) for part in zip(*parts, strict=True))
    return at, atom, kind, source


def _poisson(ones: Sequence[Arrivals], days: int, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """A Poisson process whose rate is constant within each hour of the week: (minutes, atoms)."""
    atoms = np.array([one.atom for one in ones])
    if all(len(one.per_hour) == 1 for one in ones):
        heap = np.cumsum([24 * days * one.per_hour[0] for one in ones])
        count = int(rng.poisson(heap[-1]))
        if len(ones) == 1:
            return rng.random(count) * (days * DAY), np.full(count, ones[0].atom)
        which = np.searchsorted(heap, rng.random(count) * heap[-1], side="right")
        return rng.random(count) * (days * DAY), atoms[np.minimum(which, len(ones) - 1)]
    rates = np.array([one.per_hour * (HOURS // len(one.per_hour)) for one in ones])
    times = np.bincount(np.arange(24 * days) % HOURS, minlength=HOURS)  # how often each hour comes round
    heap = np.cumsum(rates * times)
    count = int(rng.poisson(heap[-1]))
    cell = np.minimum(np.searchsorted(heap, rng.random(count) * heap[-1], side="right"), heap.size - 1)
    hour = cell % HOURS
    week = (rng.random(count) * times[hour]).astype(np.int64)
    minutes = ((week * HOURS + hour) + rng.random(count)) * 60
    return minutes, atoms[cell // HOURS]


def _logged(world: World, chance: Chances, as_logged: bool) -> tuple[Floats, Ints, Ints, Ints]:
    """The log, or whole days of it drawn again, each from days of its weekday (see `days_like`)."""
    calls = world.calls
    at = np.array([call.at for call in calls], dtype=np.float64)
    source = np.arange(len(calls))
    if calls and world.resample and not as_logged:
        rng, by_day = chance.of("days"), (at // DAY).astype(np.int64)
        rows = [np.flatnonzero(by_day == day) for day in range(world.days)]
        picked = [int(rng.choice(days_like(day, world.days))) for day in range(world.days)]
        source = np.concatenate([rows[day] for day in picked])
        moved = np.concatenate([np.full(len(rows[p]), (d - p) * DAY) for d, p in enumerate(picked)])
        at = at[source] + moved
    atom = np.array([call.atom for call in calls], dtype=np.int64)[source]
    names = {name: number for number, name in enumerate(world.type_names)}
    kind = np.array([names[call.type] for call in calls], dtype=np.int64)[source]
    return at, atom, kind, source


def days_like(day: int, days: int) -> list[int]:
    """Days of the same weekday; where there are fewer than three, working days or weekends; else all."""
    same = list(range(day % 7, days, 7))
    alike = [d for d in range(days) if (d % 7 >= 5) == (day % 7 >= 5)]
    return next((some for some in (same, alike) if len(some) >= 3), list(range(days)))


Marks = tuple[Ints, Floats, Floats, Floats, npt.NDArray[np.float64]]


def _marked(world: World, kind: Ints, chance: Chances, role: str) -> Marks:
    """Types before and after re-triage, hand-off, patience, minutes to re-triage, stays; for each call."""
    count, names = len(kind), world.type_names
    types = np.stack([kind, kind], axis=1)
    hand_off, patience, retriage = np.zeros(count), np.full(count, np.inf), np.full(count, np.inf)
    stay = np.zeros((count, 2, *_widest(world)))
    for number in _kinds_in(kind):
        rows, name = np.flatnonzero(kind == number), names[number]
        found, salt = world.types[name], (role, name)
        hand_off[rows] = _drawn(found.hand_off, len(rows), chance, *salt, "hand-off")
        if found.patience is not None:
            patience[rows] = _drawn(found.patience, len(rows), chance, *salt, "patience")
        if found.retriage is not None and found.retriage.share > 0:
            turns = chance.of(*salt, "turns").random(len(rows)) < found.retriage.share
            when = _drawn(found.retriage.after, len(rows), chance, *salt, "turns after")
            retriage[rows] = np.where(turns, when, np.inf)
            types[rows, 1] = names.index(found.retriage.to)
        for stage, staged in enumerate((name, names[int(types[rows[0], 1])])):
            if stage == 0 or staged != name:
                _stays(world.types[staged], stay, (rows, stage), chance, (*salt, staged))
    return types, hand_off, patience, retriage, stay


def _stays(
    found: CallType, stay: npt.NDArray[np.float64], rows: tuple[Ints, int], chance: Chances,
    salt: tuple[str, ...],
) -> None:  # fmt: skip
    """Fill in how long each slot's unit stays. A slot's chance is the same in every way of its type."""
    which, stage = rows
    for way, slots in enumerate(found.ways):
        for place, slot in enumerate(slots):
            stay[which, stage, way, place] = _drawn(slot.stay, len(which), chance, *salt, f"slot {place}")


def _drawn(spread: Spread, count: int, chance: Chances, *names: str) -> Floats:
    if spread.is_fixed:
        return np.full(count, spread.mean)
    return spread.at(chance.of(*names).random(count))


def _followed(world: World, kind: Ints, chance: Chances) -> tuple[Ints, Floats, Ints]:
    """For each call its follow-up's index (or -1) and delay; and the calls that have one, in order."""
    has, after = np.zeros(len(kind), dtype=np.bool_), np.zeros(len(kind))
    for number in _kinds_in(kind):
        if (follow_up := _type(world, number).follow_up) is None:
            continue
        rows, name = np.flatnonzero(kind == number), world.type_names[number]
        has[rows] = chance.of("follows", name).random(len(rows)) < follow_up.share
        after[rows] = _drawn(follow_up.after, len(rows), chance, "follows after", name)
    parents = np.flatnonzero(has)
    follow = np.full(len(kind), -1, dtype=np.int64)
    follow[parents] = len(kind) + np.arange(len(parents))
    return follow, after, parents


def _as_recorded(world: World, source: Ints, types: Ints, stay: npt.NDArray[np.float64]) -> None:
    """Where the log says how long a kind stayed, that is how long it stays."""
    recorded = _recorded(world)
    if recorded is None:
        return
    rows = np.flatnonzero(source >= 0)
    for stage in (0, 1):
        known = recorded[source[rows], types[rows, stage]]
        stay[rows, stage] = np.where(np.isnan(known), stay[rows, stage], known)


@lru_cache(maxsize=4)
def _recorded(world: World) -> npt.NDArray[np.float64] | None:
    """Listed call x type x way x slot: the minutes that the log gives, NaN where it gives none."""
    if not any(call.scene for call in world.calls):
        return None
    table = np.full((len(world.calls), len(world.types), *_widest(world)), np.nan)
    for number, found in enumerate(world.types.values()):
        for way, slots in enumerate(found.ways):
            for place, slot in enumerate(slots):
                if slot.hand_off is None:
                    table[:, number, way, place] = [_minutes(call, slot) for call in world.calls]
    return table


def _minutes(call: Listed, slot: Slot) -> float:
    """What a log says of a slot: by one of its kinds, or for all ("*")."""
    scene = call.scene or {}
    return next((scene[k] for k in (*sorted(slot.kinds), "*") if k in scene), np.nan)


def _widest(world: World) -> tuple[int, int]:
    """Most ways of a type, and most slots of a way."""
    ways = [found.ways for found in world.types.values()]
    return max(len(way) for way in ways), max(len(slots) for way in ways for slots in way)


def _kinds_in(kind: Ints) -> list[int]:
    """Which types of call there are, by number, each once."""
    return np.flatnonzero(np.bincount(kind)).tolist()


def _type(world: World, number: int) -> CallType:
    return world.types[world.type_names[number]]


def _index(world: World, follow_up: Chance | None) -> int:
    assert follow_up is not None  # only calls that have one are asked
    return world.type_names.index(follow_up.to)
