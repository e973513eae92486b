"""A world and a stream as arrays for the compiled loop, and the arrays that it writes into."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.plans import DAY
from commonweal.engines.staffing.playing.record import CALL, LEAVE, OFF, ON, PAUSE, RETRIAGE
from commonweal.engines.staffing.playing.stream import Ints, Stream
from commonweal.engines.staffing.playing.world import DRAIN, World

Cube = npt.NDArray[np.float64]
# columns of the unit tables
STATE, CALL_OF, LEG_A, LEG_B, OWED, MISSED = range(6)
LEFT, LASTS, BEGAN, ENDS, SINCE, PENDING, BUSY, OVERRUN = range(8)
# states of a unit
IS_OFF, IS_FREE, IS_BUSY, ON_BREAK = range(4)
# columns of the call tables
STATUS, STAGE, WAY, REMAIN, PRE_EMPTED, LEAVES = range(6)  # LEAVES: giving up is planned already
AT, SENT_AT, FIRST, COMPLETE, DONE = range(5)
QUEUED, HEAPED, SENDINGS, HOPELESS = range(4)  # lengths, how often somebody was sent, types tried in vain


class Ground(NamedTuple):
    """What a run reads. `spans` and `pauses` have a row each: (unit, start, end) and (unit, minutes)."""

    bit: Ints
    home: Ints
    turnout: Floats
    travel: Cube
    period: Ints
    rank: Floats  # atom x unit, inf for never; one row of nothing where the nearest goes
    priority: Ints
    pre_empts: Ints
    yields: Ints
    slots: Ints  # type x way: how many; 0 for no such way
    masks: npt.NDArray[np.int64]  # type x way x slot: kinds as bits
    any_mask: Ints
    spans: Floats
    pauses: Floats
    numbers: Floats  # last call, urgent priority, queue (-1: no limit), window low, window high


class Asked(NamedTuple):
    """The stream's part."""

    atom: Ints
    types: Ints
    hand_off: Floats
    patience: Floats
    retriage: Floats
    stay: Cube
    follow: Ints
    follow_after: Floats


class State(NamedTuple):
    """What a run writes."""

    units: Ints
    times: Floats
    next: Floats  # by unit, when it is released or back from a break; inf for never
    calls: Ints
    clock: Floats
    sent: Ints
    queue: Ints
    lengths: Ints
    heap_time: Floats
    heap_what: Ints
    key: Floats
    minutes: Floats
    team: Ints
    tried: Floats


class Events(NamedTuple):
    """What is planned from the start, in order."""

    time: Floats
    kind: Ints
    number: Ints


def ground_of(world: World) -> Ground:
    """The world's tables."""
    bit = {kind: 1 << number for number, kind in enumerate(world.kinds)}
    types = list(world.types.values())
    wide = max(len(t.ways) for t in types), max(len(way) for t in types for way in t.ways)
    slots, masks = np.zeros((len(types), wide[0]), dtype=np.int64), np.zeros((len(types), *wide), np.int64)
    for number, found in enumerate(types):
        for way, parts in enumerate(found.ways):
            slots[number, way] = len(parts)
            masks[number, way, : len(parts)] = [sum(bit.get(k, 0) for k in slot.kinds) for slot in parts]
    rules, day = world.rules, world.horizon + DRAIN
    spans = [(n, a, b) for n, unit in enumerate(world.units) for a, b in unit.spans(day)]
    breaks = [(n, a, b, after, long) for n, a, b in spans for after, long in world.units[n].breaks]
    pauses = [(n, long, a + after) for n, a, b, after, long in breaks if a + after < b]
    limit = -1.0 if rules.queue is None else float(rules.queue)
    numbers = [rules.last_call, float(rules.urgent), limit, world.warm_up * DAY, world.horizon]
    return Ground(
        bit=np.array([bit[u.kind] for u in world.units], dtype=np.int64),
        home=np.array([u.home for u in world.units], dtype=np.int64),
        turnout=np.array([u.turnout for u in world.units]),
        travel=np.ascontiguousarray(world.travel, dtype=np.float64),
        period=np.array(world.periods, dtype=np.int64),
        rank=_ranks(world),
        priority=np.array([t.priority for t in types], dtype=np.int64),
        pre_empts=np.array([t.pre_empts for t in types], dtype=np.int64),
        yields=np.array([t.yields for t in types], dtype=np.int64),
        slots=slots,
        masks=masks,
        any_mask=np.bitwise_or.reduce(masks.reshape(len(types), -1), axis=1),
        spans=np.array(spans, dtype=np.float64).reshape(-1, 3),
        pauses=np.array(pauses, dtype=np.float64).reshape(-1, 3),
        numbers=np.array(numbers),
    )


def _ranks(world: World) -> Floats:
    """By atom and unit, the place in the order of preference; inf for never; empty where the nearest goes."""
    if world.rules.policy != "preference":
        return np.zeros((0, len(world.units)))
    ranks = np.full((world.atoms, len(world.units)), np.inf)
    number = {unit.id: n for n, unit in enumerate(world.units)}
    for atom, order in enumerate(world.rules.preference):
        for place, id in reversed(list(enumerate(order))):
            ranks[atom, number[id]] = place
    return ranks


def asked_of(stream: Stream) -> Asked:
    """The stream's tables."""
    return Asked(
        stream.atom, stream.types, stream.hand_off, stream.patience, stream.retriage, stream.stay,
        stream.follow, stream.follow_after,
    )  # fmt: skip


def events_of(ground: Ground, stream: Stream) -> Events:
    """Shifts, breaks and first calls in order of time, kind and number.

    Who gives up is planned here only where that comes before the dispatcher has the call; else when it waits.
    """
    leaves = np.where(stream.patience <= stream.hand_off, stream.at + stream.patience, np.inf)
    spans, pauses, calls = (np.arange(len(x)) for x in (ground.spans, ground.pauses, stream.at))
    planned = [
        (ground.spans[:, 1], ON, spans),
        (ground.spans[:, 2], OFF, spans),
        (ground.pauses[:, 2], PAUSE, pauses),
        (stream.at + stream.retriage, RETRIAGE, calls),
        (stream.at + stream.hand_off, CALL, calls),
        (leaves, LEAVE, calls),
    ]
    real = [(np.isfinite(time), time, kind, which) for time, kind, which in planned]
    time = np.concatenate([time[some] for some, time, _, _ in real])
    kind = np.repeat([kind for _, _, kind, _ in real], [some.sum() for some, _, _, _ in real])
    number = np.concatenate([which[some] for some, _, _, which in real])
    order = np.argsort(time, kind="stable")  # at one moment kinds and numbers keep the order they stand in
    return Events(time[order], kind[order], number[order])


def fresh(ground: Ground, stream: Stream) -> State:
    """Everything before the first event: nobody on duty, no call in."""
    units, calls, wide = len(ground.bit), len(stream), stream.stay.shape[3]
    state = np.zeros((units, 6), dtype=np.int64)
    state[:, CALL_OF] = -1
    state[:, LEG_A] = state[:, LEG_B] = ground.home
    times = np.zeros((units, 8))
    times[:, ENDS] = -np.inf
    table = np.zeros((calls, 6), dtype=np.int64)
    table[:, WAY] = -1
    clock = np.full((calls, 5), np.nan)
    clock[:, AT] = stream.at
    room = 3 * int((stream.follow >= 0).sum()) + int(np.isfinite(stream.patience).sum()) + 1
    return State(
        state, times, np.full(units, np.inf), table, clock, np.full((calls, wide), -1, dtype=np.int64),
        np.zeros(calls + 1, dtype=np.int64), np.zeros(4, dtype=np.int64), np.zeros(room),
        np.zeros((room, 2), dtype=np.int64), np.zeros(units), np.zeros(units),
        np.zeros(wide, dtype=np.int64), np.zeros((wide, 2)),
    )  # fmt: skip
