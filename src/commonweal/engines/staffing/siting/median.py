"""The p-median: the smallest total of demand times cost, with a proven bound.

Lagrangian relaxation of "each place is served once" (S. C. Narula, U. I. Ogbu, H. M. Samuelsson, Operations
Research 25 (1977) 709-713) by deflected subgradient steps (P. M. Camerini, L. Fratta, F. Maffioli, Mathem.
Programming Study 3 (1975) 26-34); choices that come near the best are improved by vertex substitution. Sites
whose reduced cost closes the gap are fixed; what stays open is settled by an integer programme (HiGHS).
"""

from dataclasses import dataclass, field
from functools import lru_cache
from time import process_time

import numpy as np

from commonweal.engines.staffing.siting.assigning import settled
from commonweal.engines.staffing.siting.interchange import Ground, Mask, greedy, improved
from commonweal.engines.staffing.siting.nearest import reductions, servings
from commonweal.engines.staffing.siting.problem import Costs, Impossible, Sited, Sites, Siting, gap_of

STEPS, PATIENCE, SMALLEST, TURN = 6000, 30, 2e-3, 0.6
TRIES, SHAKES = 60, 400  # choices that are improved on the way down; shakes of the best one afterwards
NEAR = 1e-9  # relative; a smaller gap is none
PROMISING = 1.1  # a choice within this of the best is improved


@dataclass
class Search:
    """What is known so far: the best choice, the best bound, and the prices and reduced costs behind it."""

    ground: Ground
    p: int
    best: Sites
    upper: float
    prices: Costs
    is_whole: bool
    enough: float
    lower: float = -np.inf
    reduced: Costs = field(default_factory=lambda: np.zeros(0))

    def take(self, chosen: Sites) -> None:
        """Take a choice where it is the best so far."""
        cost = self.ground.total(chosen)
        if cost < self.upper:
            self.best, self.upper = chosen, cost

    def raised(self, lower: float, prices: Costs, reduced: Costs) -> bool:
        """Take a bound where it is the best so far."""
        if lower <= self.lower + 1e-6 * abs(self.upper - self.lower):
            return False
        self.lower, self.prices, self.reduced = lower, prices, reduced
        return True

    def decided(self) -> tuple[Mask, Mask]:
        """(sites in no better choice than the best one, sites in each of them), by their reduced costs."""
        ranks = np.sort(np.where(self.ground.allowed, self.reduced, np.inf))
        last_in, first_out = ranks[self.p - 1], ranks[self.p] if self.p < len(ranks) else np.inf
        slack = self.upper - self.lower - (1 - 1e-6 if self.is_whole else 0)
        out = (self.reduced - last_in > slack) | ~self.ground.allowed
        fixed = (first_out - self.reduced > slack) & ~out
        fixed[list(self.ground.locked)] = True
        return out, fixed

    @property
    def proven(self) -> float:
        """The bound; rounded up where every cost is whole."""
        return min(float(np.ceil(self.lower - 1e-6)) if self.is_whole else self.lower, self.upper)

    @property
    def is_closed(self) -> bool:
        """Whether the best choice is proven to be near enough to the optimum."""
        return self.upper - self.proven <= self.enough * max(1.0, abs(self.upper))


def p_median(asked: Siting) -> Sited:
    """Solve to the wanted gap, or as far as `seconds` of processor time go; the bound holds in either case.

    Impossible where a place can be reached from no site.
    """
    assert asked.p is not None
    begun = process_time()
    allowed = np.ones(asked.sites, dtype=np.bool_)
    allowed[list(asked.closed)] = False
    ground = Ground(asked.demand[:, None] * _priced(asked, allowed), asked.opened, allowed)
    search = searched(ground, asked.p, asked.gap, asked.budget * 0.75)
    if not search.is_closed:
        _close(search, begun + asked.budget)
    chosen = np.sort(search.best)
    nearest = chosen[asked.cost[:, chosen].argmin(axis=1)]
    return Sited(
        chosen.tolist(), nearest.tolist(), search.upper, search.proven, gap_of(search.upper, search.proven)
    )


@lru_cache(maxsize=1)
def _compile() -> None:
    """The loops are compiled at their first use on a machine, outside the time that was given."""
    ground = Ground(np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 2.0]]), frozenset(), np.ones(3, dtype=np.bool_))
    order, costs = ground.nearest_first
    prices, marks = np.ones(2), ground.mask(improved(ground, greedy(ground, 2)))
    servings(order, costs, prices, marks)
    reductions(order, costs, prices, 3)


def searched(ground: Ground, p: int, gap: float, seconds: float) -> Search:
    """The best choice that descent and shaking find in so much processor time, and the bound of all choices.

    It begins with a choice built greedily and improved, whose distances are the first prices.
    """
    _compile()
    begun = process_time()
    best = improved(ground, greedy(ground, p))
    prices = ground.weighed[:, best].min(axis=1)
    is_whole = bool(np.all(np.mod(ground.weighed, 1) == 0))
    search = Search(ground, p, best, ground.total(best), prices, is_whole, max(gap, NEAR))
    _descend(search, begun + seconds * 0.7)
    _shake(search, begun + seconds)
    return search


def _priced(asked: Siting, allowed: Mask) -> Costs:
    """Costs without infinities: more than any answer could save; Impossible where a place is out of reach."""
    finite = np.isfinite(asked.cost)
    lost = ~finite[:, allowed].any(axis=1) & (asked.demand > 0)
    if lost.any():
        place = int(np.flatnonzero(lost)[0])
        raise Impossible(f"cost: no site that may open reaches place {place}; give one a finite cost")
    most = float(asked.cost[finite].max(initial=1.0)) + 1
    weights = asked.demand[asked.demand > 0]
    far = most * asked.places * (float(weights.max(initial=1.0)) / float(weights.min(initial=1.0)))
    return np.where(finite, asked.cost, far)


def _descend(search: Search, deadline: float) -> None:
    """Deflected subgradient steps; the step halves, from the best prices on, where the bound stands still."""
    order, costs = search.ground.nearest_first
    prices, scale, still = search.prices, 1.0, 0
    heading, known = np.zeros(len(prices)), set[bytes]()
    for _ in range(STEPS):
        reduced = reductions(order, costs, prices, len(search.ground.allowed))
        chosen = _cheapest(reduced, search)
        lower = float(prices.sum() + reduced[chosen].sum())
        still = 0 if search.raised(lower, prices, reduced) else still + 1
        _try(search, chosen, known)
        slope = 1.0 - servings(order, costs, prices, search.ground.mask(chosen))
        if not slope.any() or search.is_closed or scale < SMALLEST or process_time() > deadline:
            return
        if still >= PATIENCE:
            scale, still, prices, heading = scale / 2, 0, search.prices, np.zeros(len(prices))
            continue
        heading = slope + TURN * heading
        length = float(heading @ heading)
        prices = prices + scale * max(search.upper - lower, NEAR) / length * heading


def _cheapest(reduced: Costs, search: Search) -> Sites:
    """The p sites of least reduced cost, those locked open among them."""
    ranks = np.where(search.ground.allowed, reduced, np.inf)
    ranks[list(search.ground.locked)] = -np.inf
    cheapest: Sites = np.argpartition(ranks, search.p - 1)[: search.p]
    return np.sort(cheapest)


def _try(search: Search, chosen: Sites, known: set[bytes]) -> None:
    """A choice not seen before that comes near the best is improved."""
    key = chosen.tobytes()
    if key in known or len(known) > TRIES:
        return
    known.add(key)
    if search.ground.total(chosen) < search.upper * PROMISING:
        better = improved(search.ground, chosen)
        known.add(better.tobytes())
        search.take(better)


def _shake(search: Search, deadline: float) -> None:
    """Variable neighbourhood search (P. Hansen, N. Mladenovic, Location Science 5 (1997) 207-226).

    A few sites of the best choice are drawn anew and the rest improved; more of them each time that fails.
    """
    ground, chance, far = search.ground, np.random.default_rng(len(search.prices)), 1
    if len(ground.locked) == search.p or ground.allowed.sum() == search.p:
        return
    for _ in range(SHAKES):
        if search.is_closed or process_time() > deadline:
            return
        before, marks = search.upper, ground.mask(search.best)
        movable = [s for s in search.best.tolist() if s not in ground.locked]
        others = np.flatnonzero(ground.allowed & ~marks)
        count = min(far, len(movable), len(others))
        marks[chance.choice(movable, count, replace=False)] = False
        marks[chance.choice(others, count, replace=False)] = True
        search.take(improved(ground, np.flatnonzero(marks)))
        far = 1 if search.upper < before else far % max(2, search.p // 2) + 1


def _close(search: Search, deadline: float) -> None:
    """Settle exactly what the bound leaves open."""
    ground, (out, fixed) = search.ground, search.decided()
    free = np.flatnonzero(~out)
    left, known = deadline - process_time(), np.flatnonzero(fixed[free])
    answer = settled(ground.weighed[:, free], search.p, known, search.upper, left)
    if answer is None:
        return
    chosen, lower = answer
    if chosen is not None:
        search.take(free[chosen])
    search.lower = max(search.lower, min(lower, search.upper))
