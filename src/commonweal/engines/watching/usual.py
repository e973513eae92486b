"""What is usual: people looked at in an hour, of a worker and of their role."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from commonweal.engines.watching.rules import Rules

LEAST = 20  # hours at work below which a history tells nothing


@dataclass(frozen=True, slots=True)
class Habit:
    """Mean and standard deviation of people an hour at work, and over how many hours."""

    mean: float = 0.0
    deviation: float = 0.0
    hours: int = 0


def habit(counts: Iterable[int]) -> Habit:
    """The habit behind counts of people an hour; hours without a look-up are not at work and left out."""
    worked = sorted(count for count in counts if count > 0)
    if not worked:
        return Habit()
    mean = sum(worked) / len(worked)
    spread = sum((count - mean) ** 2 for count in worked) / len(worked)
    return Habit(mean, sqrt(spread), len(worked))


def unusual_above(own: Habit, peers: Habit, rules: Rules) -> float:
    """People an hour from which it is many: above the pack's floor, the worker's history and the role's."""
    ceilings = [rules.numbers["many"]]
    for one in (own, peers):
        if one.hours >= LEAST:
            ceilings.append(one.mean + rules.numbers["deviations"] * one.deviation)
    return max(ceilings)
