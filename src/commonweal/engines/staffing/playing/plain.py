"""The plain player: a heap of events and objects. The compiled player must agree with it, call by call.

It also takes a dispatch policy handed in, such as the live desk's own.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from math import floor, inf, nan

import numpy as np

from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.plans import DAY
from commonweal.engines.staffing.playing.crews import Asking, Crew, Free, Job, Policy, fitted
from commonweal.engines.staffing.playing.record import (
    ABANDONED,
    BACK,
    CALL,
    COMING,
    LEAVE,
    LOST,
    OFF,
    ON,
    PAUSE,
    RELEASE,
    RETRIAGE,
    SENT,
    SERVED,
    WAITING,
    Record,
    counted_spans,
)  # fmt: skip
from commonweal.engines.staffing.playing.stream import Stream
from commonweal.engines.staffing.playing.world import DRAIN, CallType, World


class Player:
    """One run; `play_plainly` is the way in."""

    def __init__(self, world: World, stream: Stream, policy: Policy | None) -> None:
        self.world, self.stream, self.policy = world, stream, policy
        self.types = list(world.types.values())
        self.crews = [Crew(n, u, (u.home, u.home)) for n, u in enumerate(world.units)]
        self.jobs = [Job(n, float(at)) for n, at in enumerate(stream.at)]
        self.heap: list[tuple[float, int, int, int]] = []
        self.waiting: list[Job] = []
        self.spans: list[tuple[int, float, float]] = []
        self.pauses: list[tuple[int, float]] = []
        self.window = (world.warm_up * DAY, world.horizon)

    # what is planned from the start

    def plan(self) -> None:
        """Put shifts, breaks and calls on the heap."""
        for number, unit in enumerate(self.world.units):
            for start, end in unit.spans(self.world.horizon + DRAIN):
                heappush(self.heap, (start, ON, len(self.spans), 0))
                heappush(self.heap, (end, OFF, len(self.spans), 0))
                self.spans.append((number, start, end))
                for after, minutes in unit.breaks:
                    if start + after < end:
                        heappush(self.heap, (start + after, PAUSE, len(self.pauses), 0))
                        self.pauses.append((number, minutes))
        for job in self.jobs:
            if job.at < inf:
                self.expect(job)

    def expect(self, job: Job) -> None:
        """A call comes in at `job.at`: what follows from that."""
        index, stream = job.index, self.stream
        heappush(self.heap, (job.at + float(stream.hand_off[index]), CALL, index, 0))
        for kind, after in ((RETRIAGE, stream.retriage[index]), (LEAVE, stream.patience[index])):
            if after < inf:
                heappush(self.heap, (job.at + float(after), kind, index, 0))

    def run(self) -> None:
        """Let everything happen in order of time, kind and number."""
        self.plan()
        acts = {RELEASE: self.release, BACK: self.back, ON: self.on, OFF: self.off, PAUSE: self.pause,
                RETRIAGE: self.retriage, CALL: self.receive, LEAVE: self.leave}  # fmt: skip
        while self.heap:
            now, kind, index, version = heappop(self.heap)
            if kind in (RELEASE, BACK) and self.crews[index].version != version:
                continue
            acts[kind](now, index)
            if kind in (RELEASE, BACK, ON):
                self.answer(now)

    # units

    def release(self, now: float, index: int) -> None:
        """A unit is done with its call."""
        crew = self.crews[index]
        job, crew.call = crew.call, None
        assert job is not None
        crew.version += 1
        self.book(crew, now)
        self.rest(crew, now, (self.atom(job), crew.unit.home))
        job.left -= 1
        if job.left == 0:
            job.status, job.done = SERVED, now
            self.follow(job, now)

    def rest(self, crew: Crew, now: float, leg: tuple[int, int]) -> None:
        """Without a call: off where the shift is over, on a break that is due, else free, on its way home."""
        crew.leg, crew.left, crew.lasts = leg, now, self.minutes(*leg, now)
        if now >= crew.ends:
            crew.state = "off"
            crew.overrun += now - crew.ends
            crew.missed, crew.pending, crew.owed = crew.missed + crew.owed, 0.0, 0
        elif crew.pending > 0:
            crew.state, crew.back_at = "break", now + crew.pending
            crew.pending, crew.owed = 0.0, 0
            heappush(self.heap, (crew.back_at, BACK, crew.number, crew.version))
        else:
            crew.state = "free"

    def back(self, now: float, index: int) -> None:
        """A break is over."""
        crew = self.crews[index]
        crew.version += 1
        crew.state = "free"

    def on(self, now: float, index: int) -> None:
        """A shift begins."""
        number, start, end = self.spans[index]
        crew = self.crews[number]
        if crew.state == "busy":
            crew.overrun += max(0.0, now - crew.ends)
            crew.missed, crew.pending, crew.owed = crew.missed + crew.owed, 0.0, 0
        else:
            crew.state = "free"
            crew.leg, crew.left, crew.lasts = (crew.unit.home, crew.unit.home), now, 0.0
        crew.began, crew.ends = start, end

    def off(self, now: float, index: int) -> None:
        """A shift ends; who is at work stays until done."""
        crew = self.crews[self.spans[index][0]]
        if crew.state in ("free", "break"):
            crew.state = "off"
            crew.version += 1

    def pause(self, now: float, index: int) -> None:
        """A break falls due: now for who is free, after the call for who is not."""
        number, minutes = self.pauses[index]
        crew = self.crews[number]
        if now >= crew.ends or crew.state == "off":
            return
        if crew.state == "busy":
            crew.pending, crew.owed = crew.pending + minutes, crew.owed + 1
            return
        crew.back_at = minutes + (crew.back_at if crew.state == "break" else now)
        crew.state = "break"
        crew.version += 1
        heappush(self.heap, (crew.back_at, BACK, number, crew.version))

    def book(self, crew: Crew, now: float) -> None:
        """Count the time since a unit was sent, within the counted days."""
        low, high = self.window
        crew.busy += max(0.0, min(now, high) - max(crew.since, low))

    # calls

    def receive(self, now: float, index: int) -> None:
        """A call reaches the dispatcher."""
        job = self.jobs[index]
        if job.status != COMING:
            return
        job.status = WAITING
        queue = self.world.rules.queue
        if self.offer(job, now):
            return
        if queue is not None and len(self.waiting) >= queue:
            job.status = LOST
        else:
            self.waiting.append(job)

    def offer(self, job: Job, now: float) -> bool:
        """Try one call; where that took units from another, try all that wait."""
        sent = self.attempt(job, now)
        if sent == 2:
            self.answer(now)
        return sent > 0

    def retriage(self, now: float, index: int) -> None:
        """A call turns out to be of another type, if nobody has gone yet."""
        job = self.jobs[index]
        if job.status in (COMING, WAITING):
            job.stage = 1
        if job.status == WAITING:
            self.waiting.remove(job)
            if not self.offer(job, now):
                self.waiting.append(job)

    def leave(self, now: float, index: int) -> None:
        """Patience ends for a call that nobody was sent to."""
        job = self.jobs[index]
        if job.status == WAITING:
            self.waiting.remove(job)
        if job.status in (COMING, WAITING):
            job.status = ABANDONED

    def follow(self, job: Job, now: float) -> None:
        """The follow-up of a call that is done comes in, unless that would be after the days played."""
        index = int(self.stream.follow[job.index])
        if index >= 0 and now + float(self.stream.follow_after[job.index]) < self.world.horizon:
            later = self.jobs[index]
            later.at = now + float(self.stream.follow_after[job.index])
            self.expect(later)

    # sending

    def answer(self, now: float) -> None:
        """Offer units to those who wait, by priority, then time; from the top again after a pre-emption."""
        again = True
        while again:
            again = False
            for job in sorted(self.waiting, key=lambda job: (self.type(job).priority, job.at, job.index)):
                sent = self.attempt(job, now)
                if sent:
                    self.waiting.remove(job)
                if sent == 2:
                    again = True
                    break

    def attempt(self, job: Job, now: float) -> int:
        """Send units to a call: 0 none, 1 free ones, 2 some that were on their way to another."""
        if self.policy is not None:
            return self.asked(job, now, self.policy)
        for diverting in (False, True) if self.type(job).pre_empts else (False,):
            keys = self.ranked(job, now, diverting)
            for way, slots in enumerate(self.type(job).ways):
                if team := fitted(slots, keys):
                    diverted = any(crew.state == "busy" for crew in team)
                    self.commit(job, way, team, now)
                    return 2 if diverted else 1
        return 0

    def asked(self, job: Job, now: float, policy: Policy) -> int:
        """Ask the policy that was handed in; what it sends must fill one of the type's ways."""
        able = [crew for crew in self.crews if self.may_go(crew, job, now)]
        if not able:
            return 0
        seen = {c.unit.id: (self.reach(c, self.atom(job), now), c) for c in able}
        asking = Asking(self.type_name(job), self.atom(job), self.type(job).priority, now - job.at)
        free = [Free(id, c.unit.kind, m, now - c.began) for id, (m, c) in seen.items()]
        chosen = tuple(policy(asking, free))
        if not chosen:
            return 0
        if not set(chosen) <= set(seen) or len(set(chosen)) < len(chosen):
            raise ValueError(
                f"policy: sent {chosen} to a {asking.type}; it may send only units handed in, once"
            )
        keys = [(seen[id][0], seen[id][1]) for id in chosen]
        for way, slots in enumerate(self.type(job).ways):
            if len(slots) == len(chosen) and (team := fitted(slots, keys)):
                self.commit(job, way, team, now)
                return 1
        raise ValueError(f"policy: sent {chosen}, which meet no way of {asking.type}; mend its requires")

    def ranked(self, job: Job, now: float, diverting: bool) -> list[tuple[float, Crew]]:
        """Who could go, with the key that the policy ranks them by; least first is best."""
        keys = []
        order = self.world.rules.preference[self.atom(job)] if self.world.rules.preference else ()
        for crew in self.crews:
            if self.may_go(crew, job, now) or (diverting and self.may_divert(crew, job, now)):
                if self.world.rules.policy != "preference":
                    keys.append((self.reach(crew, self.atom(job), now), crew))
                elif crew.unit.id in order:
                    keys.append((float(order.index(crew.unit.id)), crew))
        return keys

    def may_go(self, crew: Crew, job: Job, now: float) -> bool:
        """Free, on duty, and not too near the end of the shift for a call of that priority."""
        rules = self.world.rules
        late = crew.ends - now <= rules.last_call and self.type(job).priority > rules.urgent
        return crew.state == "free" and now < crew.ends and not late

    def may_divert(self, crew: Crew, job: Job, now: float) -> bool:
        """On its way to a less urgent call that yields and where nobody has arrived yet."""
        other = crew.call
        if other is None or now >= other.first or now >= crew.ends or crew.pending > 0:
            return False
        return self.type(other).yields and self.type(other).priority > self.type(job).priority

    def commit(self, job: Job, way: int, team: Sequence[Crew], now: float) -> None:
        """Send a team; each stays its own time after the last has come."""
        atom = self.atom(job)
        minutes = [self.reach(crew, atom, now) for crew in team]
        for crew in team:
            if crew.call is not None:
                self.cancel(crew.call, now)
        there = [now + crew.unit.turnout + m for crew, m in zip(team, minutes, strict=True)]
        job.status, job.way, job.crews, job.left, job.sent = SENT, way, list(team), len(team), now
        job.first, job.complete = min(there), max(there)
        for place, (crew, m) in enumerate(zip(team, minutes, strict=True)):
            crew.leg, crew.left, crew.lasts = (self.near(crew, now), atom), now + crew.unit.turnout, m
            crew.state, crew.call, crew.since = "busy", job, now
            crew.version += 1
            until = job.complete + float(self.stream.stay[job.index, job.stage, way, place])
            heappush(self.heap, (until, RELEASE, crew.number, crew.version))

    def cancel(self, job: Job, now: float) -> None:
        """Units are taken from a call they were travelling to: it waits again, or its patience is over."""
        for crew in job.crews:
            crew.call = None
            crew.version += 1
            self.book(crew, now)
            self.rest(crew, now, (self.near(crew, now), crew.unit.home))
        gone = now >= job.at + float(self.stream.patience[job.index])
        job.status = ABANDONED if gone else WAITING
        job.way, job.crews, job.left = -1, [], 0
        job.sent = job.first = job.complete = nan
        job.pre_empted += 1
        if not gone:
            self.waiting.append(job)

    # where and how far

    def minutes(self, a: int, b: int, now: float) -> float:
        """Travel from atom to atom at this time of day."""
        period = self.world.periods[floor(now / 60) % 24]
        return float(self.world.travel[period, a, b])

    def gone(self, crew: Crew, now: float) -> float:
        """The share of its leg that a unit has behind it."""
        if crew.lasts <= 0 or now >= crew.left + crew.lasts:
            return 1.0
        return 0.0 if now <= crew.left else (now - crew.left) / crew.lasts

    def reach(self, crew: Crew, atom: int, now: float) -> float:
        """Minutes to an atom from where the unit is, between the ends of its leg."""
        share = self.gone(crew, now)
        a, b = crew.leg
        return (1 - share) * self.minutes(a, atom, now) + share * self.minutes(b, atom, now)

    def near(self, crew: Crew, now: float) -> int:
        """The nearer end of its leg."""
        return crew.leg[0] if self.gone(crew, now) < 0.5 else crew.leg[1]

    def atom(self, job: Job) -> int:
        """Where a call is."""
        return int(self.stream.atom[job.index])

    def type(self, job: Job) -> CallType:
        """What a call is now."""
        return self.types[int(self.stream.types[job.index, job.stage])]

    def type_name(self, job: Job) -> str:
        """What a call is now, by name."""
        return self.world.type_names[int(self.stream.types[job.index, job.stage])]


def play_plainly(world: World, stream: Stream, policy: Policy | None = None) -> Record:
    """Play one replication; `policy`, where it is handed in, decides who goes."""
    player = Player(world, stream, policy)
    player.run()
    jobs, crews = player.jobs, player.crews
    wide = stream.stay.shape[3]
    spans = [np.array(u.spans(world.horizon)).reshape(-1, 2) for u in world.units]

    def by_call(name: str) -> Floats:
        return np.array([getattr(job, name) for job in jobs], dtype=np.float64)

    return Record(
        status=np.array([job.status for job in jobs], dtype=np.int64),
        at=by_call("at"), sent=by_call("sent"), first=by_call("first"), complete=by_call("complete"),
        done=by_call("done"), way=np.array([job.way for job in jobs], dtype=np.int64),
        units=np.array([([c.number for c in job.crews] + [-1] * wide)[:wide] for job in jobs], dtype=np.int64
                       ).reshape(-1, wide),
        pre_empted=np.array([job.pre_empted for job in jobs], dtype=np.int64),
        stage=np.array([job.stage for job in jobs], dtype=np.int64),
        busy=np.array([crew.busy for crew in crews]),
        duty=np.array([counted_spans(span, player.window) for span in spans]),
        overrun=np.array([crew.overrun for crew in crews]),
        missed_breaks=np.array([crew.missed for crew in crews], dtype=np.int64),
    )  # fmt: skip
