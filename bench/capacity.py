"""`python -m bench.capacity [DAYS] [SEEDS]`: room that is believed by age and record, against a static board.

Both see the same services, posts at the same moments, and the same people who need a place. The static
board ranks by what was last posted; ours by `engines.matching.chance_of_room`. A worker calls down the
ranking until somebody takes the person; both boards learn each answer's number (one place fewer, or none).
A failed trip is a first choice that has no room. Generated worlds: services differ in turnover, in how
often they post, and in how true a post is when it is written (some overstate). Prints each measure, its
ratio and a paired 95 % interval; exits 1 where ours takes more calls or more failed trips.
"""

import json
import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from commonweal.engines.matching import Room, Service, Settings, chance_of_room

SERVICES, PLACES, HOURLY = 12, (4, 20), 1.6
Rank = Callable[["Board", int, float], float]
PATIENCE = 6  # calls before a person is placed by other means
SETTINGS = Settings()


@dataclass
class Home:
    """One service as it is, and what it last posted."""

    places: int
    stay: float
    every: float
    honest: float
    taken: int = 0
    posted: int = 0
    at: float = 0.0
    leaves: list[float] = field(default_factory=list)


@dataclass
class Board:
    """What one board believes: the last word on each service, its age, and how its words held."""

    free: list[int]
    at: list[float]
    source: list[str]
    accepted: list[int]
    declined: list[int]
    kept: list[int]
    broken: list[int]

    def heard(self, one: int, had_room: bool, now: float) -> None:
        """An answer: it tests the word before it, and is the last word after it."""
        if (self.free[one] > 0) == had_room:
            self.kept[one] += 1
        else:
            self.broken[one] += 1
        counted = self.accepted if had_room else self.declined
        counted[one] += 1
        self.free[one] = max(self.free[one] - 1, 0) if had_room else 0
        self.at[one], self.source[one] = now, "accepted" if had_room else "declined"


def board() -> Board:
    """One that has heard nothing."""
    zeros = [[0] * SERVICES for _ in range(5)]
    return Board(zeros[0], [0.0] * SERVICES, ["provider"] * SERVICES, *zeros[1:])


def static(seen: Board, one: int, now: float) -> float:
    """The posted number: what a board without age or memory ranks by."""
    return float(seen.free[one])


def believed(seen: Board, one: int, now: float) -> float:
    """The chance of room as the product computes it; the posted number only breaks ties."""
    age = max(now - seen.at[one], 0.0)
    room = Room(seen.free[one], True, age, seen.source[one], seen.kept[one], seen.broken[one])
    told = Service(str(one), room=room, accepted=seen.accepted[one], declined=seen.declined[one])
    return chance_of_room(told, SETTINGS) + 1e-6 * seen.free[one]


def played(days: int, seed: int, rank: Rank) -> tuple[float, float, float]:
    """Mean calls a person, share of failed trips, share not placed, under one ranking."""
    world, people = random.Random(seed), random.Random(seed + 10_000)
    homes = [
        Home(world.randint(*PLACES), world.uniform(12, 96), world.choice([2, 6, 12, 48]),
             world.choice([1.0, 1.0, 0.7, 0.3]))
        for _ in range(SERVICES)
    ]  # fmt: skip
    drop_ins = [random.Random(seed * 100 + n) for n in range(SERVICES)]
    seen, calls, trips, lost, count, now = board(), 0, 0, 0, 0, 0.0
    ticks = [0.0] * SERVICES
    while now < days * 24:
        now += people.expovariate(HOURLY)
        for n, home in enumerate(homes):
            _lived(home, drop_ins[n], ticks[n], now)
            ticks[n] = now
            if now - home.at >= home.every:
                home.at, really = now, home.places - home.taken
                seen.free[n] = really if drop_ins[n].random() < home.honest else max(really, home.places // 2)
                seen.at[n], seen.source[n] = now, "provider"
        count += 1
        order = sorted(range(SERVICES), key=lambda one: (-rank(seen, one, now), one))
        for number, one in enumerate(order[:PATIENCE]):
            calls += 1
            has_room = homes[one].taken < homes[one].places
            seen.heard(one, has_room, now)
            trips += number == 0 and not has_room
            if has_room:
                homes[one].taken += 1
                homes[one].leaves.append(now + people.expovariate(1 / homes[one].stay))
                break
        else:
            lost += 1
    return calls / count, trips / count, lost / count


def _lived(home: Home, chance: random.Random, since: float, now: float) -> None:
    """People leave, and others come in by themselves: about nine places of ten are taken."""
    staying = [moment for moment in home.leaves if moment > now]
    home.taken -= len(home.leaves) - len(staying)
    home.leaves = staying
    expected = 0.8 * home.places / home.stay * (now - since)
    for _ in range(sum(chance.random() < expected / 8 for _ in range(8))):
        if home.taken < home.places:
            home.taken += 1
            home.leaves.append(now + chance.expovariate(1 / home.stay))


def compared(days: int, seeds: int) -> dict[str, dict[str, object]]:
    """Each measure under both boards: means, their ratio, the paired difference with its interval."""
    pairs = [(played(days, seed, static), played(days, seed, believed)) for seed in range(1, seeds + 1)]
    found: dict[str, dict[str, object]] = {}
    for place, name in enumerate(("calls_per_person", "failed_trips", "not_placed")):
        before, after = ([pair[side][place] for pair in pairs] for side in (0, 1))
        gaps = [b - a for b, a in zip(after, before, strict=True)]
        mean = sum(gaps) / seeds
        spread = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / max(seeds - 1, 1) / seeds)
        old, new = sum(before) / seeds, sum(after) / seeds
        found[name] = {
            "static": round(old, 4), "believed": round(new, 4), "ratio": round(new / old, 3) if old else None,
            "difference": round(mean, 4),
            "interval": [round(mean - 1.96 * spread, 4), round(mean + 1.96 * spread, 4)],
        }  # fmt: skip
    return found


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    days, seeds = (*given, 60, 20)[0], given[1] if len(given) > 1 else 20
    figures = compared(days, seeds)
    print(json.dumps({"days": days, "worlds": seeds, **figures}, indent=1))
    worse = [n for n in ("calls_per_person", "failed_trips") if float(str(figures[n]["difference"])) >= 0]
    sys.exit(f"a static board did better: {', '.join(worse)}" if worse else 0)
