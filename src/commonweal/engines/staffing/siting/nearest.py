"""The p-median's inner loops over each place's sites, nearest first, compiled."""

import numpy as np
import numpy.typing as npt

from commonweal.engines.numerics.compiled import compiled
from commonweal.engines.staffing.siting.problem import Costs, Sites

Ranks = npt.NDArray[np.int32]


def ranked(weighed: Costs) -> tuple[Ranks, Costs]:
    """Sites of each place from the nearest on, and their costs in that order."""
    order = np.argsort(weighed, axis=1, kind="stable").astype(np.int32)
    return order, np.take_along_axis(weighed, order.astype(np.intp), axis=1)


@compiled
def reductions(order: Ranks, costs: Costs, prices: Costs, sites: int) -> Costs:
    """By site, the sum over places of cost less price where that is below nothing."""
    found = np.zeros(sites)
    for place in range(len(prices)):
        price = prices[place]
        for rank in range(order.shape[1]):
            cost = costs[place, rank]
            if cost >= price:
                break
            found[order[place, rank]] += cost - price
    return found


@compiled
def servings(order: Ranks, costs: Costs, prices: Costs, is_open: npt.NDArray[np.bool_]) -> Costs:
    """By place, how many open sites cost less than its price."""
    found = np.zeros(len(prices))
    for place in range(len(prices)):
        for rank in range(order.shape[1]):
            if costs[place, rank] >= prices[place]:
                break
            if is_open[order[place, rank]]:
                found[place] += 1.0
    return found


@compiled
def two_nearest(order: Ranks, costs: Costs, is_open: npt.NDArray[np.bool_]) -> tuple[Sites, Costs, Costs]:
    """By place: the nearest open site, its cost, and the next one's (infinite where it is the only one)."""
    places = len(costs)
    nearest, first, second = np.zeros(places, np.intp), np.full(places, np.inf), np.full(places, np.inf)
    for place in range(places):
        seen = 0
        for rank in range(order.shape[1]):
            if not is_open[order[place, rank]]:
                continue
            if seen == 0:
                nearest[place], first[place], seen = order[place, rank], costs[place, rank], 1
            else:
                second[place] = costs[place, rank]
                break
    return nearest, first, second


@compiled
def swaps(
    order: Ranks, costs: Costs, nearest: Sites, first: Costs, second: Costs, sites: int
) -> tuple[Costs, Costs, Costs]:
    """What a swap saves, in three parts: `saved[in] - lost[out] + kept[out, in]` (R. Whitaker's net gain).

    A place nearer to the entering site than to its own saves the difference, whoever leaves; one whose site
    leaves loses the way to its next, less what the entering site spares it.
    """
    saved, lost, kept = np.zeros(sites), np.zeros(sites), np.zeros((sites, sites))
    for place in range(len(first)):
        out, own, other = nearest[place], first[place], second[place]
        lost[out] += other - own
        for rank in range(order.shape[1]):
            cost = costs[place, rank]
            if cost >= other:
                break
            site = order[place, rank]
            if cost < own:
                saved[site] += own - cost
                kept[out, site] += other - own
            else:
                kept[out, site] += other - cost
    return saved, lost, kept
