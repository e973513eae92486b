"""Who goes, in compiled loops: distances, teams, sending, and taking back what is still on its way."""

from math import floor

import numpy as np

from commonweal.engines.numerics.compiled import compiled_leaf, compiled_part
from commonweal.engines.staffing.playing.record import ABANDONED, LEAVE, SENT, WAITING
from commonweal.engines.staffing.playing.tables import (
    AT,
    BUSY,
    CALL_OF,
    COMPLETE,
    ENDS,
    FIRST,
    HEAPED,
    HOPELESS,
    IS_BUSY,
    IS_FREE,
    IS_OFF,
    LASTS,
    LEAVES,
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
    SINCE,
    STAGE,
    STATE,
    STATUS,
    WAY,
    Asked,
    Ground,
    State,
)  # fmt: skip

LAST_CALL, URGENT, QUEUE, LOW, HIGH = range(5)
FREE_ONLY, DIVERTING = range(2)
NOBODY, FROM_REST, FROM_ANOTHER = range(3)
BITS = 62  # types of call that a set of bits remembers; those after it are tried each time


@compiled_leaf
def sooner(t: float, kind: int, index: int, u: float, other_kind: int, other: int) -> bool:
    """The order of events."""
    if t != u:
        return t < u
    return kind < other_kind or (kind == other_kind and index < other)


@compiled_part
def push(s: State, time: float, kind: int, index: int) -> None:
    """Plan what follows from a follow-up (a binary heap by time, kind and number)."""
    place = s.lengths[HEAPED]
    s.lengths[HEAPED] += 1
    while place > 0:
        up = (place - 1) // 2
        if not sooner(time, kind, index, s.heap_time[up], s.heap_what[up, 0], s.heap_what[up, 1]):
            break
        s.heap_time[place] = s.heap_time[up]
        s.heap_what[place, 0], s.heap_what[place, 1] = s.heap_what[up, 0], s.heap_what[up, 1]
        place = up
    s.heap_time[place] = time
    s.heap_what[place, 0], s.heap_what[place, 1] = kind, index


@compiled_leaf
def minutes(g: Ground, a: int, b: int, now: float) -> float:
    """Travel from atom to atom at this time of day."""
    return float(g.travel[period_at(g, now), a, b])


@compiled_leaf
def period_at(g: Ground, now: float) -> int:
    """Which table of travel holds now."""
    return 0 if len(g.travel) == 1 else int(g.period[floor(now / 60) % 24])


@compiled_leaf
def gone(s: State, u: int, now: float) -> float:
    """The share of its leg that a unit has behind it."""
    left, lasts = s.times[u, LEFT], s.times[u, LASTS]
    if lasts <= 0 or now >= left + lasts:
        return 1.0
    return 0.0 if now <= left else float((now - left) / lasts)


@compiled_leaf
def near(s: State, u: int, now: float) -> int:
    """The nearer end of its leg."""
    return int(s.units[u, LEG_A] if gone(s, u, now) < 0.5 else s.units[u, LEG_B])


@compiled_leaf
def reach(g: Ground, s: State, u: int, atom: int, now: float, period: int) -> float:
    """Minutes to an atom from where the unit is."""
    share = gone(s, u, now)
    there = g.travel[period, s.units[u, LEG_B], atom]
    if share == 1.0:
        return float(there)
    return float((1 - share) * g.travel[period, s.units[u, LEG_A], atom] + share * there)


@compiled_leaf
def type_of(c: Asked, s: State, call: int) -> int:
    """What a call is now."""
    return int(c.types[call, s.calls[call, STAGE]])


@compiled_leaf
def may_go(g: Ground, s: State, u: int, priority: int, now: float) -> bool:
    """Free, on duty, and not too near the end of the shift for a call of that priority."""
    if s.units[u, STATE] != IS_FREE or now >= s.times[u, ENDS]:
        return False
    return bool(s.times[u, ENDS] - now > g.numbers[LAST_CALL] or priority <= g.numbers[URGENT])


@compiled_leaf
def may_divert(g: Ground, c: Asked, s: State, u: int, priority: int, now: float) -> bool:
    """On its way to a less urgent call that yields and where nobody has arrived yet."""
    other = s.units[u, CALL_OF]
    if other < 0 or now >= s.clock[other, FIRST] or now >= s.times[u, ENDS] or s.times[u, PENDING] > 0:
        return False
    kind = type_of(c, s, other)
    return bool(g.yields[kind] == 1 and g.priority[kind] > priority)


@compiled_leaf
def rank_units(g: Ground, c: Asked, s: State, call: int, now: float, how: int) -> int:
    """Write the key of each unit that could go, inf for others, and its minutes; their kinds as bits."""
    atom, kind = c.atom[call], type_of(c, s, call)
    priority, wanted, period = g.priority[kind], g.any_mask[kind], period_at(g, now)
    found = 0
    for u in range(len(g.bit)):
        s.key[u] = np.inf
        if g.bit[u] & wanted == 0:
            continue
        if may_go(g, s, u, priority, now) or (how == DIVERTING and may_divert(g, c, s, u, priority, now)):
            s.minutes[u] = reach(g, s, u, atom, now, period)
            s.key[u] = s.minutes[u] if len(g.rank) == 0 else g.rank[atom, u]
            found |= g.bit[u]
    return found


@compiled_leaf
def next_best(g: Ground, s: State, mask: int, place: int) -> int:
    """The best unit for a slot after the one tried last there, not taken by an earlier slot; -1 for none."""
    best, found = np.inf, -1
    last, last_unit = s.tried[place, 0], s.tried[place, 1]
    for u in range(len(g.bit)):
        key = s.key[u]
        if g.bit[u] & mask == 0 or key >= best or key < last or (key == last and u <= last_unit):
            continue
        taken = False
        for before in range(place):
            taken = taken or s.team[before] == u
        if not taken:
            best, found = key, u
    return found


@compiled_leaf
def find_team(g: Ground, s: State, kind: int, way: int, kinds: int) -> bool:
    """Fill the slots of a way: the best for the first that leaves the others fillable, and so on."""
    slots = g.slots[kind, way]
    if slots == 0:
        return False
    for place in range(slots):  # a slot that nobody fits is found at once, not for each unit of the others
        if g.masks[kind, way, place] & kinds == 0:
            return False
    place = 0
    s.tried[0, 0], s.tried[0, 1] = -1.0, -1.0
    while 0 <= place < slots:
        found = next_best(g, s, g.masks[kind, way, place], place)
        if found < 0:
            place -= 1
            continue
        s.team[place] = found
        s.tried[place, 0], s.tried[place, 1] = s.key[found], found
        place += 1
        if place < slots:
            s.tried[place, 0], s.tried[place, 1] = -1.0, -1.0
    return bool(place == slots)


@compiled_part
def attempt(g: Ground, c: Asked, s: State, call: int, now: float) -> int:
    """Send units to a call: nobody, units at rest, or some that were on their way to another.

    Where the nearest goes and nothing is pre-empted, the place of a call has no part in whether a team stands
    together: a type that was tried in vain stays hopeless until somebody becomes free.
    """
    kind = type_of(c, s, call)
    if (s.lengths[HOPELESS] >> min(kind, BITS)) & 1:
        return NOBODY
    for how in range(1 + g.pre_empts[kind]):
        kinds = rank_units(g, c, s, call, now, how)
        if kinds == 0:
            continue
        for way in range(g.slots.shape[1]):
            if find_team(g, s, kind, way, kinds):
                diverted = False
                for place in range(g.slots[kind, way]):
                    diverted = diverted or s.units[s.team[place], STATE] == IS_BUSY
                commit(g, c, s, call, way, now)
                return FROM_ANOTHER if diverted else FROM_REST
    if kind < BITS and g.pre_empts[kind] == 0 and len(g.rank) == 0:
        s.lengths[HOPELESS] |= 1 << kind
    return NOBODY


@compiled_leaf
def commit(g: Ground, c: Asked, s: State, call: int, way: int, now: float) -> None:
    """Send the team; each stays its own time after the last has come."""
    kind, stage = type_of(c, s, call), s.calls[call, STAGE]
    s.lengths[SENDINGS] += 1
    slots = g.slots[kind, way]
    for place in range(slots):
        u = s.team[place]
        if s.units[u, CALL_OF] >= 0:
            cancel(g, c, s, s.units[u, CALL_OF], now)
    first, complete = np.inf, -np.inf
    for place in range(slots):
        there = now + g.turnout[s.team[place]] + s.minutes[s.team[place]]
        first, complete = min(first, there), max(complete, there)
    s.calls[call, STATUS], s.calls[call, WAY], s.calls[call, REMAIN] = SENT, way, slots
    s.clock[call, SENT_AT], s.clock[call, FIRST], s.clock[call, COMPLETE] = now, first, complete
    for place in range(slots):
        u = s.team[place]
        s.units[u, LEG_A], s.units[u, LEG_B] = near(s, u, now), c.atom[call]
        s.times[u, LEFT], s.times[u, LASTS] = now + g.turnout[u], s.minutes[u]
        s.units[u, STATE], s.units[u, CALL_OF], s.times[u, SINCE] = IS_BUSY, call, now
        s.next[u] = complete + c.stay[call, stage, way, place]
        s.sent[call, place] = u


@compiled_part
def cancel(g: Ground, c: Asked, s: State, call: int, now: float) -> None:
    """Units are taken from a call to which they were travelling: it waits again, or its patience is over."""
    for place in range(s.sent.shape[1]):
        u = s.sent[call, place]
        if u < 0:
            continue
        s.units[u, CALL_OF], s.sent[call, place] = -1, -1
        book(g, s, u, now)
        rest(g, s, u, now, near(s, u, now))
    is_gone = now >= s.clock[call, AT] + c.patience[call]
    s.calls[call, STATUS] = ABANDONED if is_gone else WAITING
    s.calls[call, WAY], s.calls[call, REMAIN] = -1, 0
    s.clock[call, SENT_AT] = s.clock[call, FIRST] = s.clock[call, COMPLETE] = np.nan
    s.calls[call, PRE_EMPTED] += 1
    if not is_gone:
        enqueue(g, c, s, call)


@compiled_leaf
def book(g: Ground, s: State, u: int, now: float) -> None:
    """Count the time since a unit was sent, within the counted days."""
    s.times[u, BUSY] += max(0.0, min(now, g.numbers[HIGH]) - max(s.times[u, SINCE], g.numbers[LOW]))


@compiled_leaf
def rest(g: Ground, s: State, u: int, now: float, atom: int) -> None:
    """Without a call: off where the shift is over, on a break that is due, else free; on its way home."""
    s.units[u, LEG_A], s.units[u, LEG_B] = atom, g.home[u]
    s.times[u, LEFT], s.times[u, LASTS] = now, minutes(g, atom, g.home[u], now)
    s.next[u] = np.inf
    if now >= s.times[u, ENDS]:
        s.units[u, STATE] = IS_OFF
        s.times[u, OVERRUN] += now - s.times[u, ENDS]
        s.units[u, MISSED] += s.units[u, OWED]
        s.times[u, PENDING], s.units[u, OWED] = 0.0, 0
    elif s.times[u, PENDING] > 0:
        s.units[u, STATE], s.next[u] = ON_BREAK, now + s.times[u, PENDING]
        s.times[u, PENDING], s.units[u, OWED] = 0.0, 0
    else:
        s.units[u, STATE], s.lengths[HOPELESS] = IS_FREE, 0


@compiled_leaf
def is_before(g: Ground, c: Asked, s: State, one: int, other: int) -> bool:
    """Whether a waiting call goes before another: by priority, then time, then number."""
    a, b = g.priority[type_of(c, s, one)], g.priority[type_of(c, s, other)]
    if a != b:
        return bool(a < b)
    x, y = s.clock[one, AT], s.clock[other, AT]
    return bool(x < y or (x == y and one < other))


@compiled_part
def enqueue(g: Ground, c: Asked, s: State, call: int) -> None:
    """Put a call where it belongs among those that wait, and plan when its patience ends."""
    place = s.lengths[QUEUED]
    while place > 0 and is_before(g, c, s, call, s.queue[place - 1]):
        s.queue[place] = s.queue[place - 1]
        place -= 1
    s.queue[place] = call
    s.lengths[QUEUED] += 1
    if c.patience[call] < np.inf and s.calls[call, LEAVES] == 0:
        s.calls[call, LEAVES] = 1
        push(s, s.clock[call, AT] + c.patience[call], LEAVE, call)


@compiled_part
def dequeue(s: State, call: int) -> None:
    """Take a call from those that wait."""
    place = 0
    while s.queue[place] != call:
        place += 1
    for later in range(place, s.lengths[QUEUED] - 1):
        s.queue[later] = s.queue[later + 1]
    s.lengths[QUEUED] -= 1


@compiled_part
def answer_all(g: Ground, c: Asked, s: State, now: float) -> None:
    """Offer units to all that wait, in order; from the top again after a pre-emption."""
    place = 0
    while place < s.lengths[QUEUED]:
        call = s.queue[place]
        sent = attempt(g, c, s, call, now)
        if sent == NOBODY:
            place += 1
            continue
        dequeue(s, call)
        if sent == FROM_ANOTHER:
            place = 0


@compiled_leaf
def answer_for(g: Ground, c: Asked, s: State, u: int, now: float) -> None:
    """A unit became free: offer it to those who wait and could use its kind, until it is sent.

    Whoever cannot use it could not be answered a moment ago either, so nothing else needs to be tried.
    """
    s.lengths[HOPELESS] = 0
    place = 0
    while place < s.lengths[QUEUED] and s.units[u, STATE] == IS_FREE:
        call = s.queue[place]
        if g.any_mask[type_of(c, s, call)] & g.bit[u] == 0:
            place += 1
            continue
        sent = attempt(g, c, s, call, now)
        if sent == NOBODY:
            place += 1
            continue
        dequeue(s, call)
        if sent == FROM_ANOTHER:
            answer_all(g, c, s, now)
            return
