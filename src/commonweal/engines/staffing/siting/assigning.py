"""The p-median over the sites that are still open to question, as an integer programme (HiGHS).

S. Elloumi's formulation (Journal of Combinatorial Optimization 19 (2010) 69-83): for each place, and each
distance at which a site lies, whether every nearer site is shut. As many variables as distances, not pairs.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from commonweal.engines.staffing.siting.problem import Costs, Sites

LARGEST = 200_000  # steps of distance; more are not tried


class _Steps(NamedTuple):
    """Every step of distance of every place: what the step costs, and the sites that lie at its beginning."""

    base: float
    rises: list[float]
    begins: list[bool]
    ends: list[bool]
    at: list[Sites]


def settled(
    weighed: Costs, p: int, fixed: Sites, upper: float, seconds: float
) -> tuple[Sites | None, float] | None:
    """The best choice of p columns with `fixed` among them, and a bound; None where nothing was proven.

    A choice is None where no better one than `upper` was found. A place is never served from farther than its
    nearest fixed site.
    """
    limit = weighed[:, fixed].min(axis=1) if len(fixed) else np.full(len(weighed), np.inf)
    steps = _steps(weighed, limit)
    if len(steps.at) > LARGEST or seconds <= 0:
        return None
    sites, count = weighed.shape[1], len(steps.at)
    least = np.concatenate([np.zeros(sites), np.zeros(count)])
    least[fixed] = 1
    found = milp(
        np.concatenate([np.zeros(sites), steps.rises]),
        integrality=np.concatenate([np.ones(sites), np.zeros(count)]),
        bounds=Bounds(least, np.ones(sites + count)),
        constraints=[
            _chains(steps, sites),
            LinearConstraint(csr_array(np.concatenate([np.ones(sites), np.zeros(count)])[None, :]), p, p),
        ],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.status == 2:  # nothing fits: no choice is better than the one at hand
        return None, upper
    lower = found.mip_dual_bound
    chosen = None if found.x is None else np.flatnonzero(found.x[:sites] > 0.5)
    return (chosen, float(lower) + steps.base) if lower is not None else None


def _steps(weighed: Costs, limit: npt.NDArray[np.float64]) -> _Steps:
    found = _Steps(0.0, [], [], [], [])
    base = 0.0
    for costs, most in zip(weighed, limit, strict=True):
        near = np.flatnonzero(costs <= most)
        order = near[np.argsort(costs[near], kind="stable")]
        levels, starts = np.unique(costs[order], return_index=True)
        base += float(levels[0])
        for number, sites in enumerate(np.split(order, starts[1:])):
            is_last = number == len(levels) - 1
            found.rises.append(0.0 if is_last else float(levels[number + 1] - levels[number]))
            found.begins.append(number == 0)
            found.ends.append(is_last)
            found.at.append(sites)
    return found._replace(base=base)


def _chains(steps: _Steps, sites: int) -> LinearConstraint:
    """Step k is taken where step k-1 was and no site stands at its beginning; the last one never is."""
    rows, columns, values = [], [], []
    count = len(steps.at)
    for row, at in enumerate(steps.at):
        rows += [row] * len(at)
        columns += at.tolist()
        values += [1.0] * len(at)
        if not steps.ends[row]:
            rows.append(row)
            columns.append(sites + row)
            values.append(1.0)
        if not steps.begins[row]:
            rows.append(row)
            columns.append(sites + row - 1)
            values.append(-1.0)
    matrix = csr_array((values, (rows, columns)), shape=(count, sites + count))
    return LinearConstraint(matrix, np.array(steps.begins, dtype=float), np.inf)
