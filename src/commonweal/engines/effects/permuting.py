"""Inference from who might have been treated instead, for when few were; and the wild cluster bootstrap.

With few treated clusters, clustered errors are far too small (MacKinnon & Webb 2018). What stays true
is the permutation of the treatment over the clusters: under no effect, the estimate is one of those that the
other assignments give (Fisher 1935; Abadie, Diamond & Hainmueller 2010).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, inf, isfinite, prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.fixed_effects import Codes, Within
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats, Interval, generator

LISTED = 2_000  # assignments up to which all are tried
WORK = 60_000_000  # rows times assignments that are worth computing
TIES = 1e-9
BATCH = 2_000_000  # cells computed at once


@dataclass(frozen=True)
class Shuffled:
    """Estimates under other assignments: `estimates[0]` is the one that happened.

    `carried[p]` is how much of a true effect of one the p-th assignment would show; `total` is how many
    assignments there are, `listed` whether all of them were tried.
    """

    estimates: Floats
    carried: Floats
    total: float
    listed: bool

    @property
    def smallest_p(self) -> float:
        """No p-value below this can come out, however great the effect."""
        alike = int((np.abs(np.abs(self.carried) - abs(self.carried[0])) < TIES).sum()) if self.listed else 1
        return max(alike, 1) / len(self.estimates)

    @property
    def p_value(self) -> float:
        """The share of assignments whose estimate lies as far from zero as the one that happened."""
        size = abs(self.estimates[0])
        return float((np.abs(self.estimates) >= size * (1 - TIES) - 1e-300).mean())

    def interval(self, level: float = 0.95) -> Interval:
        """All effects that the permutation test does not reject; unbounded where it can reject none."""
        own, others, carried = self.estimates[0], self.estimates[1:], self.carried[1:]
        within = np.abs(carried) < 1 - TIES
        with np.errstate(divide="ignore", invalid="ignore"):
            one, two = (own - others) / (1 - carried), (own + others) / (1 + carried)
        low = np.where(within, np.minimum(one, two), -inf)
        high = np.where(within, np.maximum(one, two), inf)
        left = int(np.floor((1 - level) * len(self.estimates) + TIES))
        lows, highs = np.sort(np.append(low, -inf)), np.sort(np.append(high, inf))[::-1]
        return Interval(float(lows[left]), float(highs[left]), level)


class Sweep(Protocol):
    """Takes out of columns what a model knows beside the treatment."""

    @property
    def weights(self) -> Floats:
        """What each row counts."""
        ...

    def out(self, values: Floats) -> Floats:
        """What is left of one column (n,), or of each column of (n, k)."""
        ...


def assignments(
    starts: Floats, most: int, seed: int = 0, blocks: Codes | None = None
) -> tuple[Floats, float, bool]:
    """Other ways the starts could have fallen on the clusters, shape (ways, clusters), the real one first.

    Also how many there are, and whether all are in the list (else they are drawn, the real one among them).
    With `blocks` the draw was made within each block of clusters.
    """
    places = [np.arange(len(starts))]
    if blocks is not None:
        places = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    total = prod(ways_of(starts[place]) for place in places)
    if total <= most:
        parts = [every_way(starts[place]) for place in places]
        order = np.concatenate(places)
        joined = [np.concatenate(ways) for ways in product(*parts)]
        listed = np.array(joined)[:, np.argsort(order)]
        own = (listed == starts).all(axis=1)
        return np.vstack([listed[own], listed[~own]]), float(total), True
    rng = generator(seed)
    drawn = np.tile(starts, (most - 1, 1))
    for place in places:
        drawn[:, place] = rng.permuted(drawn[:, place], axis=1)
    return np.vstack([starts, drawn]), float(total) if total < 10**300 else inf, False


def ways_of(starts: Floats) -> int:
    """In how many ways these starts could fall on as many clusters."""
    total, left = 1, len(starts)
    for count in np.unique(starts[np.isfinite(starts)], return_counts=True)[1].tolist():
        total, left = total * comb(left, count), left - count
    return total


def every_way(starts: Floats) -> list[Floats]:
    """All of them."""
    begun, counts = np.unique(starts[np.isfinite(starts)], return_counts=True)
    return list(spread(begun.tolist(), counts.tolist(), len(starts)))


def spread(begun: Sequence[float], counts: Sequence[int], clusters: int) -> Iterator[Floats]:
    """Every way to give each start to so many clusters."""
    if not begun:
        yield np.full(clusters, inf)
        return
    for way in spread(begun[1:], counts[1:], clusters):
        free = np.flatnonzero(~np.isfinite(way))
        for chosen in combinations(free.tolist(), counts[0]):
            found = way.copy()
            found[list(chosen)] = begun[0]
            yield found


def shuffled(  # the rows' geometry, and what the treatment is measured against
    residual: Floats,
    within: Sweep,
    controls: Floats,
    time: Floats,
    cluster: Codes,
    starts: Floats,
    seed: int = 0,
    most: int = LISTED,
) -> Shuffled:
    """Estimates of a linear two-way model under permuted starts.

    `residual` is the outcome with fixed effects and covariates out, `controls` the covariates with fixed
    effects out; `starts` the first treated time of each cluster; `most` how many assignments to try.
    """
    listed = assignments(starts, worth(most, len(residual)), seed)
    return tried(residual, within, controls, lambda some: time[:, None] >= some.T[cluster], listed)


def worth(most: int, rows: int) -> int:
    """How many assignments of so many rows are worth computing, at most."""
    return int(min(most, max(99, WORK // rows)))


def tried(
    residual: Floats,
    within: Sweep,
    controls: Floats,
    placed: Callable[[Floats], NDArray[np.bool_]],
    ways: tuple[Floats, float, bool],
) -> Shuffled:
    """The same under given assignments; `placed` says which rows some of them treat, shape (rows, ways)."""
    weights, (listed, total, are_all) = within.weights, ways
    ready = np.linalg.pinv(controls.T @ (controls * weights[:, None])) @ (controls * weights[:, None]).T

    def left(some: Floats) -> Floats:
        columns = within.out(placed(some).astype(np.float64))
        return columns - controls @ (ready @ columns) if controls.shape[1] else columns

    both = np.column_stack([residual, left(listed[:1])[:, 0]]) * weights[:, None]
    found = np.zeros((len(listed), 2))
    batch = max(1, BATCH // len(residual))
    for place in range(0, len(listed), batch):
        columns = left(listed[place : place + batch])
        size = weights @ columns**2
        told = (columns.T @ both) / np.where(size > 1e-12, size, np.inf)[:, None]
        found[place : place + batch] = told
    estimates, carried = found.T
    return Shuffled(estimates, carried, total, are_all)


def by_permutation(finding: Finding, shuffle: Shuffled, treated: int, code: str = "few_treated") -> Finding:
    """The finding with the permutation's p and interval in place of the usual; `code` says why."""
    conventional = {
        "interval": [finding.interval.low, finding.interval.high], "p_value": finding.p_value,
        "why_not": f"{treated} treated clusters: standard errors are too small below ten",
    }  # fmt: skip
    told = {"conventional": conventional, "randomisation": in_short(shuffle)}
    cautions = [Caution.of(code, clusters=treated, smallest=round(shuffle.smallest_p, 4))]
    changed = Finding(
        finding.estimate, finding.std_error, shuffle.interval(finding.interval.level), shuffle.p_value,
        f"{finding.method}+randomisation_inference", finding.scale, finding.cautions,
        finding.aggregates, finding.weights, finding.diagnostics,
    )  # fmt: skip
    return changed.beside(told, cautions)


def in_short(shuffle: Shuffled) -> dict[str, object]:
    """A permutation as diagnostics."""
    return {
        "p_value": shuffle.p_value, "smallest_attainable_p": shuffle.smallest_p,
        "assignments": shuffle.total if isfinite(shuffle.total) else None,
        "tried": len(shuffle.estimates), "all_tried": shuffle.listed,
    }  # fmt: skip


def wild_bootstrap(
    column: Floats, outcome: Floats, within: Within, cluster: Codes, seed: int = 0, draws: int = 1999
) -> dict[str, object]:
    """The wild cluster bootstrap of t with the null imposed (Cameron, Gelbach & Miller 2008).

    Rademacher weights: all of them up to eleven clusters, else drawn.
    `column` and `outcome` have fixed effects and covariates out.
    """
    clusters, weights = int(cluster.max()) + 1, within.weights
    size = float(weights @ column**2)
    scores = np.zeros((clusters, clusters))
    for place in range(clusters):
        part = within.out(np.where(cluster == place, outcome, 0.0))
        part = part - column * (float((weights * column) @ part) / size)
        scores[:, place] = np.bincount(cluster, weights * column * part, clusters)
    sums = np.bincount(cluster, weights * column * outcome, clusters)
    signs = wild_signs(clusters, draws, generator(seed))
    spread_ = np.sqrt(((signs @ scores.T) ** 2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.abs(signs @ sums) / spread_
    own = np.abs(sums.sum()) / np.sqrt((scores.sum(axis=1) ** 2).sum())
    p_value = float((ratios[np.isfinite(ratios)] >= own * (1 - TIES)).mean())
    return {"p_value": p_value, "draws": len(signs), "clusters": clusters, "null_imposed": True}


def wild_signs(clusters: int, draws: int, rng: np.random.Generator) -> Floats:
    """Weights of mean zero and variance one: all signs where they are few, else drawn."""
    if clusters <= 11:
        bits = (np.arange(2**clusters)[:, None] >> np.arange(clusters)) & 1
        return np.where(bits == 1, 1.0, -1.0)
    return np.where(rng.integers(0, 2, (draws, clusters)) == 1, 1.0, -1.0)
