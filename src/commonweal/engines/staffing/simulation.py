"""One run of a call list under a plan: who was free, who went, how long people waited.

Discrete events in order of time; the dispatch policy is handed in, so that the simulation sends whom the
live desk would send.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import nan

from commonweal.engines.numerics import Place
from commonweal.engines.staffing.plans import DAY, Plan, PlannedUnit

GIVE_UP = 240.0  # minutes after which a call that nobody could answer counts as unserved
FREE, ON, OFF, CALL = range(4)  # at one moment: units come free, come on, go off, then calls arrive


@dataclass(frozen=True)
class SimCall:
    """A call: minutes from Monday midnight, its place, what it needs, and minutes from arrival to clearing.

    `needs` is for the policy to read (a response model, say); lower `priority` goes first.
    """

    id: str
    at: float
    place: Place
    needs: str
    service_minutes: float
    priority: int = 3

    def __post_init__(self) -> None:
        """Refuse calls before the start and services shorter than nothing."""
        if not self.at >= 0 or not self.service_minutes >= 0:
            raise ValueError(
                f"call {self.id}: at {self.at}, service {self.service_minutes}; give zero or more"
            )


@dataclass(frozen=True)
class FreeUnit:
    """A unit that could go now, as the policy sees it."""

    id: str
    kind: str
    place: Place
    minutes_on_duty: float


Travel = Callable[[Place, Place], float]
Policy = Callable[[SimCall, Sequence[FreeUnit], Travel], Sequence[str]]


@dataclass(frozen=True)
class Served:
    """A call that was answered: minutes from the call until the `first` unit came, and until all had."""

    call: SimCall
    units: tuple[str, ...]
    first: float
    complete: float


@dataclass(frozen=True)
class Run:
    """What happened. `free_share` is, by hour of the day, the share of time with somebody free."""

    served: tuple[Served, ...]
    unserved: tuple[SimCall, ...]
    busy_share: dict[str, float]
    free_share: tuple[float, ...]


@dataclass
class Worker:
    """A planned unit's state as time goes by."""

    plan: PlannedUnit
    spans: list[tuple[float, float]]
    duty: tuple[float, float] = (0.0, 0.0)
    busy_until: float = 0.0
    scene: Place | None = None
    back_home_at: float = 0.0
    busy_minutes: float = 0.0

    def is_free(self, now: float) -> bool:
        """On duty and not with anybody."""
        return self.duty[0] <= now < self.duty[1] and self.busy_until <= now

    def place(self, now: float) -> Place:
        """At the last scene until it could have driven home, then at home."""
        return self.scene if self.scene is not None and now < self.back_home_at else self.plan.home


@dataclass
class Clock:
    """Time with somebody free, by hour of the day."""

    last: float = 0.0
    anyone_free: bool = False
    free: list[float] = field(default_factory=lambda: [0.0] * 24)
    passed: list[float] = field(default_factory=lambda: [0.0] * 24)

    def advance(self, now: float) -> None:
        """Book the time since the last event, hour by hour."""
        for start, end in by_hour(self.last, now):
            hour = int(start // 60) % 24
            self.passed[hour] += end - start
            self.free[hour] += (end - start) * self.anyone_free
        self.last = now


def by_hour(start: float, end: float) -> Iterator[tuple[float, float]]:
    """Cut a span at full hours."""
    while start < end:
        stop = min(end, (start // 60 + 1) * 60)
        yield start, stop
        start = stop


@dataclass
class Simulation:
    """The state of a run; `simulate` is the way in."""

    travel: Travel
    policy: Policy
    give_up: float
    workers: dict[str, Worker]
    waiting: list[SimCall] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    unserved: list[SimCall] = field(default_factory=list)
    ends: list[tuple[float, int, int, str]] = field(default_factory=list)

    def free_units(self, now: float) -> list[FreeUnit]:
        """Who could go now, in the order of the plan."""
        return [
            FreeUnit(w.plan.id, w.plan.kind, w.place(now), now - w.duty[0])
            for w in self.workers.values()
            if w.is_free(now)
        ]

    def answer_waiting(self, now: float) -> None:
        """Offer those who wait, most urgent first, to the policy while anybody is free."""
        self.drop_given_up(now)
        free = self.free_units(now)
        for call in sorted(self.waiting, key=lambda call: (call.priority, call.at, call.id)):
            if not free:
                return
            chosen = tuple(self.policy(call, free, self.travel))
            if chosen:
                self.waiting.remove(call)
                self.commit(call, chosen, {unit.id: unit.place for unit in free}, now)
                free = [unit for unit in free if unit.id not in chosen]

    def drop_given_up(self, now: float) -> None:
        """Calls that waited too long are counted, not forgotten."""
        self.unserved += [call for call in self.waiting if now - call.at > self.give_up]
        self.waiting = [call for call in self.waiting if now - call.at <= self.give_up]

    def commit(self, call: SimCall, chosen: tuple[str, ...], places: dict[str, Place], now: float) -> None:
        """Send `chosen`; all stay until the slowest has come and the service is over."""
        if not set(chosen) <= set(places) or len(set(chosen)) < len(chosen):
            raise ValueError(
                f"policy: sent {chosen} to call {call.id}; it may send only units handed in, once"
            )
        minutes = [self.travel(places[id], call.place) for id in chosen]
        done = now + max(minutes) + call.service_minutes
        for id in chosen:
            worker = self.workers[id]
            worker.busy_until, worker.scene = done, call.place
            worker.busy_minutes += done - now
            worker.back_home_at = done + self.travel(call.place, worker.plan.home)
            heappush(self.ends, (done, FREE, len(self.served), id))
        waited = now - call.at
        self.served.append(Served(call, chosen, waited + min(minutes), waited + max(minutes)))


def simulate(
    calls: Sequence[SimCall],
    plan: Plan,
    travel: Travel,
    policy: Policy,
    *,
    days: int,
    give_up: float = GIVE_UP,
) -> Run:
    """Play `calls` over `days` from a Monday midnight.

    A unit whose shift ends while it is with somebody stays until done and takes nothing new. Calls still
    waiting at the end are unserved. Pure: no randomness of its own.
    """
    horizon = days * DAY
    workers = {unit.id: Worker(unit, unit.spans(horizon)) for unit in plan.units}
    state = Simulation(travel, policy, give_up, workers)
    state.ends = [*duty_events(workers), *call_events(calls, horizon)]
    heapify(state.ends)
    clock = Clock()
    while state.ends:
        now, kind, index, id = heappop(state.ends)
        clock.advance(min(now, horizon))
        if kind == ON:
            worker = state.workers[id]
            worker.duty = worker.spans[index]
        elif kind == CALL:
            state.waiting.append(calls[index])
        if kind != OFF and state.waiting:
            state.answer_waiting(now)
        clock.anyone_free = any(worker.is_free(now) for worker in state.workers.values())
    clock.advance(horizon)
    shares = (f / p if p else nan for f, p in zip(clock.free, clock.passed, strict=True))
    return Run(
        served=tuple(state.served),
        unserved=tuple(sorted([*state.unserved, *state.waiting], key=lambda call: call.at)),
        busy_share={id: busy_share(worker) for id, worker in state.workers.items()},
        free_share=tuple(shares),
    )


def busy_share(worker: Worker) -> float:
    """Minutes with people over minutes on duty; above 1 with much overtime, 0 for a unit never on duty."""
    duty = sum(end - start for start, end in worker.spans)
    return worker.busy_minutes / duty if duty else 0.0


def duty_events(workers: dict[str, Worker]) -> Iterator[tuple[float, int, int, str]]:
    """Shifts beginning and ending."""
    for id, worker in workers.items():
        for index, (start, end) in enumerate(worker.spans):
            yield start, ON, index, id
            yield end, OFF, index, id


def call_events(calls: Sequence[SimCall], horizon: float) -> Iterator[tuple[float, int, int, str]]:
    """Calls coming in; those after the horizon are left out."""
    for index, call in enumerate(calls):
        if call.at < horizon:
            yield call.at, CALL, index, call.id
