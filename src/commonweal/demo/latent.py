"""A county whose need is known: people who slip and steady, and what of it agencies get to see.

Each person is steady or slipping, week by week. Slipping brings crises and visits to an emergency department;
a referral that is kept steadies them, one that is missed does not. Who slips is never seen by anybody, so a
ranking can be judged against it. In this county help works and lasts: of those with as many crises behind
them half have been helped since, which a plain count does not see. All of it is generated, and every history
says so (`SYNTHETIC`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

SYNTHETIC = "generated: nobody real"
WEEK = 7.0
GROUPS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "language": (("en", 0.72), ("es", 0.28)),
    "sex": (("f", 0.49), ("m", 0.51)),
    "age": (("18-34", 0.38), ("35-54", 0.36), ("55+", 0.26)),
}
# Chance a week: of beginning to slip, of steadying by oneself; of a kept referral: that it steadies
SLIPS, STEADIES, HELPED = 0.03, 0.003, 0.95
LASTS = 0.03  # of the chance to slip is left for those whom a kept referral steadied
SLIPPING, STEADY = 0.25, 0.004  # crises a week
REFERRED, KEPT = 0.9, 0.45  # of crises that lead to a referral; of referrals that are kept
VISIT = 0.3  # of crises that go on to an emergency department


@dataclass(frozen=True, slots=True)
class Lived:
    """One generated person: what agencies saw, as (day, kind), and in which weeks they were slipping."""

    key: str
    groups: Mapping[str, str]
    happenings: tuple[tuple[float, str], ...]
    slipping: tuple[bool, ...]
    mark: str = SYNTHETIC


def county(people: int, weeks: int, seed: int) -> Iterator[Lived]:
    """So many people over so many weeks; the same seed, the same county."""
    random = np.random.default_rng(seed)
    for number in range(people):
        yield _life(f"g{number:06d}", weeks, random)


def _life(key: str, weeks: int, random: np.random.Generator) -> Lived:
    groups = {
        name: str(random.choice([v for v, _ in shares], p=[p for _, p in shares]))
        for name, shares in GROUPS.items()
    }
    frailty, slips, was_helped = float(random.gamma(2.0, 0.5)), random.random() < 0.1, False
    seen: list[tuple[float, str]] = []
    states: list[bool] = []
    for week in range(weeks):
        chance = STEADIES if slips else SLIPS * frailty * (LASTS if was_helped else 1.0)
        slips ^= random.random() < chance
        states.append(slips)
        for _ in range(random.poisson(SLIPPING if slips else STEADY * frailty)):
            told, helped = _crisis(WEEK * (week + random.random()), random)
            seen += told
            slips, was_helped = slips and not helped, was_helped or helped
    return Lived(key, groups, tuple(sorted(seen)), tuple(states))


def _crisis(day: float, random: np.random.Generator) -> tuple[list[tuple[float, str]], bool]:
    """What is seen of one crisis, and whether it ended in help that steadies."""
    seen = [(day, "crisis")]
    if random.random() < VISIT:
        seen.append((day + 0.1, "ed_visit"))
    if random.random() >= REFERRED:
        return seen, False
    kept = random.random() < KEPT
    seen.append((day + 2 + 4 * random.random(), "referral_kept" if kept else "referral_missed"))
    return seen, kept and random.random() < HELPED
