"""Past calls under two versions of a protocol: load moved, risks missed, and who is moved more than others.

Intervals are Wilson's at 95 % (E. B. Wilson, JASA 22, 1927). A group is marked where its interval does not
reach the share of everybody else: a reason to read its calls, not a proof of unfairness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal.engines.numerics.intervals import Interval, wilson

SMALLEST = 30  # calls below which a group is counted with the others


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group's calls moved, and the interval of that share; `apart` from everybody else's."""

    group: str
    calls: int
    moved: int
    interval: Interval
    rest: float
    apart: bool

    @property
    def share(self) -> float:
        """The part of the group's calls that moved, 0 to 1."""
        return self.moved / self.calls if self.calls else 0.0


@dataclass(slots=True)
class Weighing:
    """Calls added one by one; what came of them by both versions."""

    calls: int = 0
    old: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    old_missed: int = 0
    new_missed: int = 0
    _groups: dict[str, Counter[str]] = field(default_factory=dict)
    _less: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, old: str, new: str, *, urgent: bool, groups: Mapping[str, str]) -> bool:
        """One call: its tier by each version, whether it was met as urgent, its group of each kind.

        Returns whether the new version would miss a risk that the old one meets. A risk is missed where a
        call that was met as urgent would be T3 or lower.
        """
        self.calls += 1
        self.old[old] += 1
        self.new[new] += 1
        if old != new:
            self.moves[old, new] += 1
        was_missed, is_missed = urgent and old >= "T3", urgent and new >= "T3"
        self.old_missed += was_missed
        self.new_missed += is_missed
        for kind, group in groups.items():
            self._groups.setdefault(kind, Counter())[group] += 1
            if new > old:
                self._less.setdefault(kind, Counter())[group] += 1
        return is_missed and not was_missed

    def shares(self, kind: str) -> list[Share]:
        """Of each group of a kind, the share that the new version would meet less urgently, largest first.

        Groups of fewer than thirty calls are counted together under "".
        """
        sizes, moved = Counter[str](), Counter[str]()
        for group, calls in self._groups.get(kind, Counter()).items():
            name = group if calls >= SMALLEST else ""
            sizes[name] += calls
            moved[name] += self._less.get(kind, Counter())[group]
        everybody, every_move = sizes.total(), moved.total()
        found = [_share(name, sizes[name], moved[name], everybody, every_move) for name in sizes]
        return sorted(found, key=lambda one: -one.share)

    def interval(self, count: int) -> Interval:
        """The interval of a share of all calls."""
        return wilson(count, self.calls) if self.calls else Interval(0.0, 1.0)


def _share(group: str, calls: int, moved: int, everybody: int, every_move: int) -> Share:
    others = everybody - calls
    rest = (every_move - moved) / others if others else 0.0
    interval = wilson(moved, calls)
    apart = bool(others) and not interval.low <= rest <= interval.high
    return Share(group, calls, moved, interval, rest, apart)
