"""Averages of group-time effects, and the influence of estimated weights (Callaway & Sant'Anna 2021, 3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.numerics import Floats


@dataclass(frozen=True)
class Weighed:
    """An estimate by a name, and each unit's influence on it."""

    name: str
    estimate: float
    influence: Floats


@dataclass(frozen=True)
class Averages:
    """Group-time effects: column n of `influences` belongs to `groups[n]` at `times[n]`."""

    groups: Floats
    times: Floats
    effects: Floats
    influences: Floats
    starts: Floats
    weights: Floats

    def share(self, group: float) -> tuple[float, Floats]:
        """How large a share of all units a group is, and each unit's part in it."""
        part = self.weights * (self.starts == group)
        return float(part.mean()), part - part.mean()

    def by_size(self, places: Sequence[int] | NDArray[np.intp], name: str) -> Weighed:
        """Cells weighed by the sizes of their groups, which are estimated themselves."""
        shares = [self.share(float(self.groups[n])) for n in places]
        sizes, parts = np.array([s for s, _ in shares]), np.column_stack([p for _, p in shares])
        weights, total = sizes / sizes.sum(), float(sizes.sum())
        effects = self.effects[places]
        moved = parts / total - np.outer(parts.sum(axis=1), sizes / total**2)
        influence = self.influences[:, places] @ weights + moved @ effects
        return Weighed(name, float(weights @ effects), influence)

    def simple(self) -> Weighed:
        """All cells after their start, by group size."""
        return self.by_size(np.flatnonzero(self.times >= self.groups), "simple")

    def dynamic(self) -> list[Weighed]:
        """By time since the start."""
        since = self.times - self.groups
        return [self.by_size(np.flatnonzero(since == e), f"{e:.10g}") for e in np.unique(since)]

    def calendar(self) -> list[Weighed]:
        """By time, over all groups that had started."""
        begun = self.times >= self.groups
        return [
            self.by_size(np.flatnonzero(begun & (self.times == t)), f"{t:.10g}")
            for t in np.unique(self.times[begun])
        ]

    def group(self) -> list[Weighed]:
        """By group, over all times since its start."""
        begun = self.times >= self.groups
        return [
            self.mean([self.one(int(n)) for n in np.flatnonzero(begun & (self.groups == g))], f"{g:.10g}")
            for g in np.unique(self.groups[begun])
        ]

    def one(self, place: int) -> Weighed:
        """One cell."""
        return Weighed("", float(self.effects[place]), self.influences[:, place])

    def mean(self, parts: Sequence[Weighed], name: str = "mean") -> Weighed:
        """The plain mean of several."""
        influence = np.mean([p.influence for p in parts], axis=0)
        return Weighed(name, float(np.mean([p.estimate for p in parts])), influence)

    def over_groups(self, parts: Sequence[Weighed]) -> Weighed:
        """Groups' averages by group size."""
        again = Averages(
            np.array([float(p.name) for p in parts]), np.zeros(len(parts)),
            np.array([p.estimate for p in parts]), np.column_stack([p.influence for p in parts]),
            self.starts, self.weights,
        )  # fmt: skip
        return again.by_size(np.arange(len(parts)), "group")
