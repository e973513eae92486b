"""The compiled player: the same run as the plain one, call by call, some hundred times as fast."""

import numpy as np

from commonweal.engines.numerics.compiled import compiled_leaf, compiled_loop, compiled_part
from commonweal.engines.staffing.plans import DAY
from commonweal.engines.staffing.playing.record import (
    ABANDONED,
    CALL,
    COMING,
    LEAVE,
    LOST,
    OFF,
    ON,
    PAUSE,
    RETRIAGE,
    SERVED,
    WAITING,
    Record,
    counted_spans,
)  # fmt: skip
from commonweal.engines.staffing.playing.sending import (
    FROM_ANOTHER,
    HIGH,
    NOBODY,
    QUEUE,
    answer_all,
    answer_for,
    attempt,
    book,
    dequeue,
    enqueue,
    push,
    rest,
    sooner,
)  # fmt: skip
from commonweal.engines.staffing.playing.stream import Stream
from commonweal.engines.staffing.playing.tables import (
    AT,
    BEGAN,
    BUSY,
    CALL_OF,
    COMPLETE,
    DONE,
    ENDS,
    FIRST,
    HEAPED,
    IS_BUSY,
    IS_FREE,
    IS_OFF,
    LASTS,
    LEFT,
    LEG_A,
    LEG_B,
    MISSED,
    ON_BREAK,
    OVERRUN,
    OWED,
    PENDING,
    PRE_EMPTED,
    QUEUED,
    REMAIN,
    SENDINGS,
    SENT_AT,
    STAGE,
    STATE,
    STATUS,
    WAY,
    Asked,
    Events,
    Ground,
    State,
    asked_of,
    events_of,
    fresh,
    ground_of,
)  # fmt: skip
from commonweal.engines.staffing.playing.world import World


@compiled_part
def pop(s: State) -> None:
    """Drop the first of the heap."""
    s.lengths[HEAPED] -= 1
    count, place = s.lengths[HEAPED], 0
    time, kind, index = s.heap_time[count], s.heap_what[count, 0], s.heap_what[count, 1]
    while 2 * place + 1 < count:
        down = 2 * place + 1
        if down + 1 < count and sooner(
            s.heap_time[down + 1], s.heap_what[down + 1, 0], s.heap_what[down + 1, 1],
            s.heap_time[down], s.heap_what[down, 0], s.heap_what[down, 1],
        ):  # fmt: skip
            down += 1
        if not sooner(s.heap_time[down], s.heap_what[down, 0], s.heap_what[down, 1], time, kind, index):
            break
        s.heap_time[place] = s.heap_time[down]
        s.heap_what[place, 0], s.heap_what[place, 1] = s.heap_what[down, 0], s.heap_what[down, 1]
        place = down
    s.heap_time[place] = time
    s.heap_what[place, 0], s.heap_what[place, 1] = kind, index


@compiled_leaf
def next_unit(s: State) -> int:
    """The unit whose release or return comes first, -1 where none is planned."""
    first, found = np.inf, -1
    for u in range(len(s.next)):  # no branches: which one is first cannot be foreseen
        time = s.next[u]
        first = time if time < first else first
    if first == np.inf:
        return found
    for u in range(len(s.next)):
        if s.next[u] == first:
            if s.units[u, STATE] == IS_BUSY:  # a release goes before the end of a break
                return u
            found = u if found < 0 else found
    return found


@compiled_leaf
def happen_to_unit(g: Ground, c: Asked, s: State, u: int, now: float) -> None:
    """A release, or the end of a break."""
    if s.units[u, STATE] == IS_BUSY:
        call = s.units[u, CALL_OF]
        s.units[u, CALL_OF] = -1
        book(g, s, u, now)
        rest(g, s, u, now, c.atom[call])
        s.calls[call, REMAIN] -= 1
        if s.calls[call, REMAIN] == 0:
            s.calls[call, STATUS], s.clock[call, DONE] = SERVED, now
            if c.follow[call] >= 0:
                follow(g, c, s, call, now)
    else:
        s.units[u, STATE], s.next[u] = IS_FREE, np.inf
    if s.units[u, STATE] == IS_FREE:
        answer_for(g, c, s, u, now)


@compiled_part
def follow(g: Ground, c: Asked, s: State, call: int, now: float) -> None:
    """The follow-up of a call that is done comes in, unless that would be after the days that are played."""
    later = c.follow[call]
    if later < 0 or not now + c.follow_after[call] < g.numbers[HIGH]:
        return
    at = now + c.follow_after[call]
    s.clock[later, AT] = at
    push(s, at + c.hand_off[later], CALL, later)
    if c.retriage[later] < np.inf:
        push(s, at + c.retriage[later], RETRIAGE, later)
    if c.patience[later] <= c.hand_off[later]:
        push(s, at + c.patience[later], LEAVE, later)


@compiled_part
def begin_shift(g: Ground, c: Asked, s: State, span: int, now: float) -> None:
    """A unit comes on duty, at home unless it is still at work."""
    u = int(g.spans[span, 0])
    busy = s.units[u, STATE] == IS_BUSY
    if busy:
        s.times[u, OVERRUN] += max(0.0, now - s.times[u, ENDS])
        s.units[u, MISSED] += s.units[u, OWED]
        s.times[u, PENDING], s.units[u, OWED] = 0.0, 0
    else:
        s.units[u, STATE] = IS_FREE
        s.units[u, LEG_A], s.units[u, LEG_B] = g.home[u], g.home[u]
        s.times[u, LEFT], s.times[u, LASTS] = now, 0.0
    s.times[u, BEGAN], s.times[u, ENDS] = g.spans[span, 1], g.spans[span, 2]
    if not busy:
        answer_for(g, c, s, u, now)


@compiled_part
def end_shift(g: Ground, s: State, span: int) -> None:
    """A shift ends; who is at work stays until done."""
    u = int(g.spans[span, 0])
    if s.units[u, STATE] != IS_BUSY:
        s.units[u, STATE], s.next[u] = IS_OFF, np.inf


@compiled_part
def pause(g: Ground, s: State, row: int, now: float) -> None:
    """A break falls due: now for who is free, after the call for who is not."""
    u, long = int(g.pauses[row, 0]), g.pauses[row, 1]
    if now >= s.times[u, ENDS] or s.units[u, STATE] == IS_OFF:
        return
    if s.units[u, STATE] == IS_BUSY:
        s.times[u, PENDING] += long
        s.units[u, OWED] += 1
        return
    s.next[u] = long + (s.next[u] if s.units[u, STATE] == ON_BREAK else now)
    s.units[u, STATE] = ON_BREAK


@compiled_part
def offer(g: Ground, c: Asked, s: State, call: int, now: float) -> bool:
    """Try one call; where that took units from another, try all that wait."""
    sent = attempt(g, c, s, call, now)
    if sent == FROM_ANOTHER:
        answer_all(g, c, s, now)
    return sent != NOBODY


@compiled_leaf
def happen_to_call(g: Ground, c: Asked, s: State, kind: int, call: int, now: float) -> None:
    """A call reaches the dispatcher, turns out to be something else, or is given up."""
    status = s.calls[call, STATUS]
    if kind == CALL:
        if status == COMING:
            s.calls[call, STATUS] = WAITING
            if not offer(g, c, s, call, now):
                if g.numbers[QUEUE] >= 0 and s.lengths[QUEUED] >= g.numbers[QUEUE]:
                    s.calls[call, STATUS] = LOST
                else:
                    enqueue(g, c, s, call)
        return
    if status != COMING and status != WAITING:
        return
    if status == WAITING:
        dequeue(s, call)
    if kind == LEAVE:
        s.calls[call, STATUS] = ABANDONED
        return
    s.calls[call, STAGE] = 1
    if status == WAITING and not offer(g, c, s, call, now):
        enqueue(g, c, s, call)


@compiled_leaf
def happen(g: Ground, c: Asked, s: State, kind: int, index: int, now: float) -> None:
    """One planned event."""
    if kind == ON:
        begin_shift(g, c, s, index, now)
    elif kind == OFF:
        end_shift(g, s, index)
    elif kind == PAUSE:
        pause(g, s, index, now)
    else:
        happen_to_call(g, c, s, kind, index, now)


@compiled_leaf
def is_next(s: State, now: float, kind: int, index: int, source: int) -> bool:
    """Whether the first of the heap comes before what was found; a unit's own event wins at one moment."""
    if source == 1:
        return bool(s.heap_time[0] < now)
    return sooner(s.heap_time[0], s.heap_what[0, 0], s.heap_what[0, 1], now, kind, index)


@compiled_loop
def run(g: Ground, c: Asked, s: State, planned: Events) -> None:
    """Everything in order: what was planned, what units do, what follow-ups bring."""
    place, count, u, sendings = 0, len(planned.time), -1, -1
    while True:
        if sendings != s.lengths[SENDINGS]:  # who comes first has not changed where nothing happened to units
            u, sendings = next_unit(s), s.lengths[SENDINGS]
        now, kind, index, source = np.inf, 99, -1, -1
        if place < count:
            now, kind, index, source = planned.time[place], planned.kind[place], planned.number[place], 0
        if u >= 0 and s.next[u] <= now:  # releases and returns go before all else at their moment
            now, source = s.next[u], 1
        if s.lengths[HEAPED] > 0 and is_next(s, now, kind, index, source):
            now, kind, index, source = s.heap_time[0], s.heap_what[0, 0], s.heap_what[0, 1], 2
        if source < 0:
            return
        if source == 1:
            happen_to_unit(g, c, s, u, now)
            sendings = -1
            continue
        if source == 0:
            place += 1
        else:
            pop(s)
        happen(g, c, s, kind, index, now)
        if kind <= PAUSE:  # a shift or a break
            sendings = -1


def play(world: World, stream: Stream, ground: Ground | None = None) -> Record:
    """Play one replication; `ground` may be handed in where a world is played often."""
    if world.rules.policy == "live":
        raise ValueError("policy: live; the live desk's policy is a function: hand it to play_plainly")
    ground = ground_of(world) if ground is None else ground
    state = fresh(ground, stream)
    run(ground, asked_of(stream), state, events_of(ground, stream))
    window = (world.warm_up * DAY, world.horizon)
    spans, units = ground.spans, range(len(ground.home))
    return Record(
        status=state.calls[:, STATUS], at=state.clock[:, AT], sent=state.clock[:, SENT_AT],
        first=state.clock[:, FIRST], complete=state.clock[:, COMPLETE], done=state.clock[:, DONE],
        way=state.calls[:, WAY], units=state.sent, pre_empted=state.calls[:, PRE_EMPTED],
        stage=state.calls[:, STAGE], busy=state.times[:, BUSY],
        duty=np.array([counted_spans(spans[spans[:, 0] == u][:, 1:], window) for u in units]),
        overrun=state.times[:, OVERRUN], missed_breaks=state.units[:, MISSED],
    )  # fmt: skip
