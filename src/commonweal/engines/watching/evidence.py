"""Evidence and what it adds up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from commonweal.engines.watching.rules import Rules


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One reason by its code in the pack, and the number that its sentence names (0 where it names none)."""

    code: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Flag:
    """A pattern that a look-up fits: score 0 to 1, and the reasons, strongest first."""

    pattern: str
    score: float
    evidence: tuple[Evidence, ...]


def score(evidence: Iterable[Evidence], rules: Rules) -> float:
    """One minus the product of the doubts (Pearl 1988, 4.3.2): another reason never lowers it; 0 for none."""
    codes = sorted({one.code for one in evidence})
    return 1.0 - prod(1.0 - rules.weights[code] for code in codes)


def weigh(pattern: str, evidence: Iterable[Evidence], rules: Rules) -> Flag | None:
    """The flag of a pattern, or None where its evidence stays under the pack's threshold.

    Evidence that the pattern does not count is left out.
    """
    counted = {one.code: one for one in sorted(evidence) if one.code in rules.counts[pattern]}
    total = score(counted.values(), rules)
    if not counted or total < rules.thresholds[pattern] - 1e-9:
        return None
    reasons = sorted(counted.values(), key=lambda one: (-rules.weights[one.code], one.code))
    return Flag(pattern, round(total, 4), tuple(reasons))
