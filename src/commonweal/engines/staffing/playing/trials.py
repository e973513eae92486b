"""Many replications: means with intervals; two deployments on the same calls, with the paired difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats, Interval
from commonweal.engines.staffing.playing.crews import Policy
from commonweal.engines.staffing.playing.loop import play
from commonweal.engines.staffing.playing.measuring import MEASURES, TOTALS, measured
from commonweal.engines.staffing.playing.plain import play_plainly
from commonweal.engines.staffing.playing.record import Told, unheard
from commonweal.engines.staffing.playing.stream import drawn
from commonweal.engines.staffing.playing.tables import ground_of
from commonweal.engines.staffing.playing.world import World


@dataclass(frozen=True)
class Mean:
    """A mean over replications and the interval of that mean (Student's t, one value a replication)."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Findings:
    """Means by name of the measure: all calls, by type of call, workload by unit, mean response by atom."""

    overall: Mapping[str, Mean]
    by_type: Mapping[str, Mapping[str, Mean]]
    workload: Mapping[str, Mean]
    by_atom: tuple[Mean, ...]
    weekly_cost: float
    replications: int
    calls_played: int


@dataclass(frozen=True)
class Paired:
    """Two deployments on the same calls; each difference is other less base, paired by replication."""

    base: Findings
    other: Findings
    overall: Mapping[str, Mean]
    by_type: Mapping[str, Mapping[str, Mean]]
    by_atom: tuple[Mean, ...]


@dataclass(frozen=True)
class Trial:
    """How to try: the seed, how often, at which level, and whom to tell how far it is."""

    seed: int = 1
    replications: int = 20
    level: float = 0.95
    told: Told = unheard

    def __post_init__(self) -> None:
        """Refuse what gives no interval."""
        if self.replications < 2:
            raise ValueError(f"replications: {self.replications}; an interval takes two or more")
        if self.seed < 0:
            raise ValueError(f"seed: {self.seed}; give a whole number from 0 up")
        if not 0 < self.level < 1:
            raise ValueError(f"level: {self.level}; give a share between 0 and 1, such as 0.95")


def rows(world: World, trial: Trial, policy: Policy | None = None, *, is_plain: bool = False) -> Floats:
    """Replication x measure (see `Numbers.flat`), then the number of calls played.

    A policy handed in is asked by the plain player, which `is_plain` also asks for without one.
    """
    is_plain = is_plain or policy is not None
    ground = None if is_plain else ground_of(world)
    found = []
    for replication in range(trial.replications):
        stream = drawn(world, trial.seed, replication)
        record = play_plainly(world, stream, policy) if is_plain else play(world, stream, ground)
        found.append(np.append(measured(world, stream, record).flat(), len(stream)))
        trial.told(replication + 1, trial.replications)
    return np.stack(found)


def findings(world: World, table: Floats, level: float) -> Findings:
    """Means of a table of rows."""
    means = [mean(table[:, column], level) for column in range(table.shape[1] - 1)]
    overall, by_type, workload, by_atom = _parted(world, means)
    return Findings(
        overall, by_type, {u.id: m for u, m in zip(world.units, workload, strict=True)}, tuple(by_atom),
        world.weekly_cost, len(table), int(table[:, -1].sum()),
    )  # fmt: skip


def simulated(world: World, trial: Trial, policy: Policy | None = None) -> Findings:
    """What a deployment gives."""
    return findings(world, rows(world, trial, policy), trial.level)


def paired(
    base: World, other: World, trial: Trial, policies: tuple[Policy | None, Policy | None] = (None, None)
) -> Paired:
    """What `other` changes. ValueError where the two do not share atoms and types of call."""
    if base.atoms != other.atoms or base.type_names != other.type_names:
        raise ValueError("call_types: the two scenarios differ in atoms or types of call; give both the same")
    tables = [rows(world, trial, p) for world, p in zip((base, other), policies, strict=True)]
    return compared((base, other), tables, trial.level)


def compared(worlds: tuple[World, World], tables: Sequence[Floats], level: float) -> Paired:
    """Two tables of the same replications, side by side."""
    (base, other), (one, two) = worlds, tables
    head = len(MEASURES) + len(TOTALS) + len(MEASURES) * len(base.types)
    change = two[:, :head] - one[:, :head]
    by_atom = two[:, -1 - base.atoms : -1] - one[:, -1 - base.atoms : -1]
    overall, by_type, _, _ = _parted(base, [mean(change[:, c], level) for c in range(head)])
    atoms = tuple(mean(by_atom[:, a], level) for a in range(base.atoms))
    return Paired(findings(base, one, level), findings(other, two, level), overall, by_type, atoms)


Parts = tuple[dict[str, Mean], dict[str, dict[str, Mean]], list[Mean], list[Mean]]


def _parted(world: World, means: Sequence[Mean]) -> Parts:
    """A flat row back in its parts."""
    names, wide = [*MEASURES, *TOTALS], len(MEASURES)
    overall = dict(zip(names, means, strict=False))
    by_type = {}
    for number, kind in enumerate(world.types):
        start = len(names) + number * wide
        by_type[kind] = dict(zip(MEASURES, means[start : start + wide], strict=False))
    rest = list(means[len(names) + wide * len(world.types) :])
    return overall, by_type, rest[: len(world.units)], rest[len(world.units) :]


def mean(draws: Floats, level: float) -> Mean:
    """The mean of the draws that are numbers, with Student's interval; none: NaN; one: without interval."""
    seen = draws[np.isfinite(draws)]
    if len(seen) == 0:
        return Mean(float("nan"), Interval(float("nan"), float("nan"), level))
    middle = float(seen.mean())
    if len(seen) == 1:
        return Mean(middle, Interval(float("nan"), float("nan"), level))
    from scipy.special import stdtrit

    error = float(seen.std(ddof=1)) / float(np.sqrt(len(seen)))
    half = float(stdtrit(len(seen) - 1, 0.5 + level / 2)) * error
    return Mean(middle, Interval(middle - half, middle + half, level))
