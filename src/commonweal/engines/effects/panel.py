"""Difference in differences over a panel, by least squares with unit and time effects."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from commonweal.engines.effects.values import Caution, Effect, PanelRow
from commonweal.engines.numerics import Floats, Interval

Codes = NDArray[np.intp]
FEW_CLUSTERS = 30
ROUNDS = 10_000


def codes(labels: Sequence[object]) -> Codes:
    """Each label as its place among the different ones."""
    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return np.array([places[label] for label in labels], dtype=np.intp)


def without_effects(values: Floats, weights: Floats, groupings: Sequence[Codes]) -> Floats:
    """`values` less their weighted group means, group after group, until nothing is left to take away.

    Alternating projections (Guimaraes & Portugal 2010); ValueError when they do not settle.
    """
    left = values.astype(np.float64)
    scale = max(float(np.abs(left).max(initial=0.0)), 1e-300)
    sums = [np.bincount(group, weights) for group in groupings]
    for _ in range(ROUNDS):
        moved = 0.0
        for group, total in zip(groupings, sums, strict=True):
            mean = np.bincount(group, weights * left) / total
            left = left - mean[group]
            moved = max(moved, float(np.abs(mean).max()))
        if moved <= 1e-13 * scale:
            return left
    raise ValueError("rows: unit and time effects cannot be told apart; check that units share periods")


def did(rows: Sequence[PanelRow], level: float = 0.95) -> Effect:
    """The mean change in outcome where and when `treated`, against units and times where it was not.

    Two-way fixed effects, standard errors clustered by unit (CR1), Student's t with clusters - 1 degrees.
    Where units started at different times the estimate mixes comparisons with units already treated
    (Goodman-Bacon 2021): a caution says so.
    """
    if not rows:
        raise ValueError("rows: empty; hand in one row for each unit and time")
    units, times = codes([row.unit for row in rows]), codes([row.time for row in rows])
    weights = np.array([row.weight for row in rows], dtype=np.float64)
    if not (weights > 0).all():
        raise ValueError("weight: zero or below; leave such rows out")
    groupings = (units, times)
    outcome = without_effects(np.array([row.outcome for row in rows], dtype=np.float64), weights, groupings)
    treated = without_effects(np.array([row.treated for row in rows], dtype=np.float64), weights, groupings)
    spread = float((weights * treated**2).sum())
    if spread < 1e-9:
        raise ValueError("treated: no unit differs from the others over time; nothing to compare with")
    estimate = float((weights * treated * outcome).sum()) / spread
    residual = outcome - treated * estimate
    scores = np.bincount(units, weights * treated * residual)
    clusters, periods = int(units.max()) + 1, int(times.max()) + 1
    correction = clusters / max(clusters - 1, 1) * (len(rows) - 1) / max(len(rows) - periods - 1, 1)
    error = sqrt(correction * float((scores**2).sum())) / spread
    interval, p_value = student(estimate, error, clusters - 1, level)
    return Effect(
        estimate,
        error,
        interval,
        p_value,
        "difference",
        "two_way_fixed_effects",
        tuple(panel_doubts(rows, clusters)),
        {"treated_mean": float(np.mean([row.outcome for row in rows if row.treated]))},
        {"rows": len(rows), "units": clusters, "times": periods},
    )


def student(estimate: float, error: float, freedom: int, level: float) -> tuple[Interval, float]:
    """Interval and two-sided p by Student's t; everything when one cluster leaves no freedom."""
    if freedom < 1:
        return Interval(float("-inf"), float("inf"), level), 1.0
    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    p_value = 2 * float(stdtr(freedom, -abs(estimate) / error)) if error > 0 else float(estimate == 0)
    return Interval(estimate - half, estimate + half, level), p_value


def panel_doubts(rows: Sequence[PanelRow], clusters: int) -> Iterator[Caution]:
    """What a reader should know about the panel."""
    starts: dict[str, float] = {}
    seen: defaultdict[str, set[float]] = defaultdict(set)
    for row in rows:
        seen[row.unit].add(row.time)
        if row.treated:
            starts[row.unit] = min(row.time, starts.get(row.unit, row.time))
    if len(starts) == len(seen):
        yield Caution.of("no_untreated_units")
    if len(set(starts.values())) > 1:
        yield Caution.of("staggered_start", starts=len(set(starts.values())))
    if len(starts) < 5:
        yield Caution.of("few_units", units=len(starts))
    if clusters < FEW_CLUSTERS:
        yield Caution.of("few_clusters", clusters=clusters)
    if any(len([t for t in seen[unit] if t < start]) < 2 for unit, start in starts.items()):
        yield Caution.of("trend_untestable")
