"""Hot spots judged by what came after: only a model that has shown itself stands beside the naive count.

For each origin, models see only what came before it. Which of them draws the map is decided by a nested
back-test: the same contest at earlier origins, each of whose horizons had ended by then. PAI and PEI as in
Chainey, Tompson & Uhlig (2008) and Hunt (2016).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from commonweal.engines.foresight.grid import Grid, Whole
from commonweal.engines.foresight.surfaces import NAIVE, SURFACES, Past, Surface
from commonweal.engines.numerics import Floats, Interval, generator, percentile_interval

AT_LEAST = 0.95  # of the naive count's PAI, at the lower bound, or the naive count is shown
FEWEST_TRIALS = 6
WARM_DAYS = 180.0
MOST_TRIALS = 60
DRAWN = 6  # trials in a draw of the rule: what half a year of monthly maps may look like


@dataclass(frozen=True, eq=False)
class Events:
    """What was reported: cells (n,) on a grid, times (n,) in days from any fixed day, sorted by time."""

    grid: Grid
    cells: Whole
    days: Floats

    def __post_init__(self) -> None:
        """Refuse what is not sorted, or of unequal length."""
        if self.cells.shape != self.days.shape:
            raise ValueError(f"days: {self.days.size} for {self.cells.size} cells; give one for each")
        if np.any(np.diff(self.days) < 0):
            raise ValueError("days: not in order; sort events by time")

    def before(self, origin: float) -> Past:
        """What was known at an origin."""
        known = int(np.searchsorted(self.days, origin, "left"))
        return Past(self.grid, self.cells[:known], origin - self.days[:known])

    def after(self, origin: float, days: float) -> Floats:
        """Events by cell in the `days` from an origin on; shape (cells,)."""
        first, last = np.searchsorted(self.days, [origin, origin + days], "left")
        return np.bincount(self.cells[first:last], minlength=self.grid.areas.size).astype(np.float64)


@dataclass(frozen=True)
class Ask:
    """How a map is judged: the share of the area that it may mark, for how many days; the seed of draws."""

    share: float = 0.01
    days: float = 30.0
    seed: int = 20_101
    at_least: float = AT_LEAST

    def __post_init__(self) -> None:
        """Refuse shares beyond 0..1 and horizons of nothing."""
        if not 0 < self.share < 1:
            raise ValueError(f"share: {self.share}; the share of the area lies between 0 and 1")
        if not self.days > 0:
            raise ValueError(f"days: {self.days}; the horizon is longer than nothing")


@dataclass(frozen=True)
class Trial:
    """One origin: events in its horizon, the PAI of each model, the best PAI that any map could have had."""

    origin: float
    events: int
    pai: Mapping[str, float]
    best: float


@dataclass(frozen=True)
class Standing:
    """A model over trials: its mean PAI over the naive count's, with a bootstrap interval over trials."""

    method: str
    ratio: float
    interval: Interval
    trials: int

    def is_shown(self, at_least: float = AT_LEAST) -> bool:
        """Whether the rule lets it be published."""
        return self.interval.low >= at_least


@dataclass(frozen=True)
class Judged:
    """One origin as it would have been published: the method chosen before it, and how it did."""

    origin: float
    method: str
    events: int
    pai: float | None
    pei: float | None
    naive_pai: float | None
    chosen_on: int


@dataclass(frozen=True)
class Verdict:
    """All origins, the ratio of what was published to the naive count, and what would be published next."""

    origins: tuple[Judged, ...]
    ratio: Standing | None
    candidates: tuple[Standing, ...]
    method: str


def captured(score: Floats, future: Floats, grid: Grid, share: float) -> float:
    """Events caught when the best cells up to `share` of the area are marked.

    Cells of equal score at the edge share what room is left: the mean over all orders among them.
    """
    land = np.flatnonzero(grid.areas > 0)
    order = land[np.argsort(-score[land], kind="stable")]
    ranked, areas, hits = score[order], grid.areas[order], future[order]
    room = share * grid.area
    edge = ranked[min(int(np.searchsorted(np.cumsum(areas), room)), ranked.size - 1)]
    first, last = np.searchsorted(-ranked, -edge, "left"), np.searchsorted(-ranked, -edge, "right")
    left = room - float(areas[:first].sum())
    part = min(1.0, left / float(areas[first:last].sum()))
    return float(hits[:first].sum() + part * hits[first:last].sum())


def marked(score: Floats, grid: Grid, share: float) -> Whole:
    """The cells of a map, best first, that fit into `share` of the area; equal scores in order of cell."""
    land = np.flatnonzero(grid.areas > 0)
    order = land[np.argsort(-score[land], kind="stable")]
    fits = np.cumsum(grid.areas[order]) <= share * grid.area * (1 + 1e-9)
    return np.asarray(order[fits], dtype=np.int64)


def trial(events: Events, origin: float, ask: Ask, models: Mapping[str, Surface] = SURFACES) -> Trial:
    """Every model at one origin. Without events in the horizon every PAI is nan."""
    past, future, grid = events.before(origin), events.after(origin, ask.days), events.grid
    whole = float(future.sum()) * ask.share

    def pai(score: Floats) -> float:
        return captured(score, future, grid, ask.share) / whole if whole else float("nan")

    density = np.where(grid.areas > 0, future / np.maximum(grid.areas, 1e-300), 0.0)
    found = {name: pai(model(past)) for name, model in models.items()}
    return Trial(origin, int(future.sum()), found, pai(density))


def earlier_origins(events: Events, ask: Ask, before: float) -> list[float]:
    """Origins for the nested back-test: one a horizon from a long enough history on, all ended by then."""
    if not events.days.size:
        return []
    start = float(events.days[0]) + max(WARM_DAYS, 2 * ask.days)
    number = int(np.floor((before - start) / ask.days + 1e-9))
    return [start + n * ask.days for n in range(max(0, number))][-MOST_TRIALS:]


def standings(trials: Sequence[Trial], ask: Ask) -> list[Standing]:
    """Every model's ratio to the naive count over trials with events, best lower bound first.

    The interval is of half a year of maps, not of the long run: six trials a draw. A model
    that is better on the whole, but now and then far worse, does not pass by having been tried often.
    """
    told = [one for one in trials if one.events]
    if not told:
        return []
    draws = generator(ask.seed).integers(0, len(told), (2000, min(DRAWN, len(told))))
    plain = np.array([one.pai[NAIVE] for one in told])
    found = []
    for name in told[0].pai:
        theirs = np.array([one.pai[name] for one in told])
        found.append(_standing(name, theirs, plain, draws))
    return sorted(found, key=lambda s: (-s.interval.low, -s.ratio, s.method))


def _standing(name: str, theirs: Floats, plain: Floats, draws: Whole) -> Standing:
    """The ratio of sums, and its percentile interval; nan where the naive count caught nothing at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = theirs[draws].sum(axis=1) / plain[draws].sum(axis=1)
    ratio = float(theirs.sum() / plain.sum()) if plain.sum() else float("nan")
    return Standing(name, ratio, percentile_interval(ratios), plain.size)


def chosen(found: Sequence[Standing], ask: Ask) -> str:
    """The model for the next map: the best lower bound that meets the rule, else the naive count."""
    for one in found:
        if (
            one.method != NAIVE
            and one.trials >= FEWEST_TRIALS
            and one.ratio > 1
            and one.is_shown(ask.at_least)
        ):
            return one.method
    return NAIVE


def judge(events: Events, origins: Sequence[float], ask: Ask) -> Verdict:
    """Choose at each origin by what came before, then see what happened."""
    if not origins:
        raise ValueError("origins: none; give at least one")
    last = max(origins)
    lattice = earlier_origins(events, ask, last + ask.days)
    contest = [trial(events, origin, ask) for origin in lattice]
    judged, told, shown = [], [], []
    for origin in origins:
        known = [one for one in contest if one.origin + ask.days <= origin + 1e-9]
        method = chosen(standings(known, ask), ask)
        now = trial(events, origin, ask, {NAIVE: SURFACES[NAIVE], method: SURFACES[method]})
        judged.append(_judged(now, method, len(known)))
        told.append(now)
        shown.append(now.pai[method])
    ratio = _published(told, shown, ask)
    candidates = standings(contest, ask)
    return Verdict(tuple(judged), ratio, tuple(candidates), chosen(candidates, ask))


def _judged(now: Trial, method: str, chosen_on: int) -> Judged:
    """One origin's answer; its figures are None where nothing happened in the horizon."""
    if not now.events:
        return Judged(now.origin, method, 0, None, None, None, chosen_on)
    pai = now.pai[method]
    return Judged(now.origin, method, now.events, pai, pai / now.best, now.pai[NAIVE], chosen_on)


def _published(told: Sequence[Trial], shown: Sequence[float], ask: Ask) -> Standing | None:
    """How what was published did against the naive count; None where nothing happened."""
    pairs = [(ours, one.pai[NAIVE]) for ours, one in zip(shown, told, strict=True) if one.events]
    if not pairs:
        return None
    ours, plain = (np.array(side) for side in zip(*pairs, strict=True))
    draws = generator(ask.seed).integers(0, len(pairs), (2000, len(pairs)))
    return _standing("published", ours, plain, draws)
