"""The p-centre: the smallest radius within which p sites reach every place with demand.

By halving over the distances that occur (E. Minieka, SIAM Review 12 (1970) 138-139): each radius is tried as
a set cover. The bound is the next distance after the largest radius proven to be too small.
"""

from dataclasses import replace

import numpy as np

from commonweal.engines.staffing.siting.cover_all import cover_by
from commonweal.engines.staffing.siting.problem import Impossible, Sited, Siting, gap_of


def p_center(asked: Siting) -> Sited:
    """Solve exactly, unless a set cover could not be settled in its time: then the bound says how near."""
    assert asked.p is not None
    allowed, wanted = asked.may_open, asked.demand > 0
    cost = asked.cost[np.ix_(np.flatnonzero(wanted), allowed)]
    radii = np.unique(cost[np.isfinite(cost)])
    if not len(radii):
        return _answer(asked, sorted(asked.opened) or allowed[:1].tolist(), 0.0)
    low = int(np.searchsorted(radii, cost.min(axis=1).max()))
    high, best, proven = len(radii) - 1, None, radii[min(low, len(radii) - 1)]
    while low <= high:
        middle = (low + high) // 2
        found, is_proven = cover_by(replace(asked, model="lscp", radius=float(radii[middle])), asked.p)
        if found is not None:
            best, high = found, middle - 1
            continue
        low = middle + 1
        if is_proven:
            proven = max(proven, radii[min(low, len(radii) - 1)])
    if best is None:
        raise Impossible(f"p: {asked.p} sites cannot reach every place at any cost; raise p, or close fewer")
    return _answer(asked, best.tolist(), float(proven))


def _answer(asked: Siting, sites: list[int], proven: float) -> Sited:
    """The sites, filled up to p by those that shorten the longest ways."""
    assert asked.p is not None
    chosen = list(sites)
    free = [site for site in asked.may_open.tolist() if site not in chosen]
    while len(chosen) < asked.p and free:
        nearest = asked.cost[:, chosen].min(axis=1)
        total = [float((np.minimum(nearest, asked.cost[:, s]) * asked.demand).sum()) for s in free]
        chosen.append(free.pop(int(np.argmin(total))))
    standing = np.array(sorted(chosen), dtype=np.intp)
    nearest = standing[asked.cost[:, standing].argmin(axis=1)]
    ways = asked.cost[np.arange(asked.places), nearest][asked.demand > 0]
    objective = float(ways.max(initial=0.0))
    bound = min(proven, objective)
    return Sited(standing.tolist(), nearest.tolist(), objective, bound, gap_of(objective, bound))
