"""Set cover: the fewest sites that reach everybody (LSCP), and whether p of them can."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog
from scipy.sparse import csr_array

from commonweal.engines.staffing.siting.covering import WHOLE, Unanswered, Units, nearest_within, solved
from commonweal.engines.staffing.siting.problem import Impossible, Sited, Siting, gap_of

Reach = npt.NDArray[np.bool_]


def lscp(asked: Siting) -> Sited:
    """The fewest sites that cover every place with demand; Impossible where one lies too far from all."""
    reach = reach_of(asked)
    lost = np.flatnonzero(~reach.any(axis=1) & (asked.demand > 0))
    if len(lost):
        raise Impossible(
            f"radius: {asked.radius} reaches place {lost[0]} from no site that may open; "
            "raise it, or ask for mclp"
        )
    rows = needed(reach[asked.demand > 0], asked)
    count = np.ones(asked.sites)
    least, most = _limits(asked)
    rules = [LinearConstraint(csr_array(rows.astype(float)), 1, np.inf)] if len(rows) else []
    found = solved(count, count, Bounds(least, most), rules, asked)
    objective = float(found.units.sum())
    bound = min(objective, float(np.ceil(found.bound - WHOLE)))
    standing = np.flatnonzero(found.units)
    nearest = nearest_within(asked, standing) if len(standing) else [-1] * asked.places
    return Sited(standing.tolist(), nearest, objective, bound, gap_of(objective, bound))


def reach_of(asked: Siting) -> Reach:
    """Places x sites: within the radius, and the site may open."""
    reach = asked.within.copy()
    reach[:, list(asked.closed)] = False
    return reach


def needed(reach: Reach, asked: Siting) -> Reach:
    """The rows that decide: without those that a locked site covers or that a harder one implies."""
    rows = np.unique(reach[~reach[:, list(asked.opened)].any(axis=1)], axis=0)
    if not len(rows):
        return rows
    size = rows.sum(axis=1)
    rows = rows[np.argsort(size, kind="stable")]
    size = np.sort(size)
    shared = rows.astype(np.float32) @ rows.astype(np.float32).T
    inside = shared >= size[:, None] - 0.5  # row i lies inside row j
    np.fill_diagonal(inside, False)
    found: Reach = rows[~inside.any(axis=0)]
    return found


def cover_by(asked: Siting, p: int) -> tuple[Units | None, bool]:
    """(sites that cover everybody with p at most, or None; whether it is proven that there are none).

    Greedily first, then by the linear relaxation, last by the integer programme in its time.
    """
    reach = reach_of(asked)[asked.demand > 0]
    if not reach.any(axis=1).all():
        return None, True
    rows = needed(reach, asked)
    chosen = _greedy(rows, sorted(asked.opened))
    if len(chosen) <= p:
        return np.array(chosen, dtype=np.intp), False
    least, most = _limits(asked)
    relaxed = linprog(
        np.ones(asked.sites), A_ub=csr_array(-rows.astype(float)), b_ub=-np.ones(len(rows)),
        bounds=np.column_stack([least, most]),
    )  # fmt: skip
    if relaxed.status == 0 and relaxed.fun > p + WHOLE:
        return None, True
    return _settled(rows, p, asked)


def _settled(rows: Reach, p: int, asked: Siting) -> tuple[Units | None, bool]:
    least, most = _limits(asked)
    rules = [
        LinearConstraint(csr_array(rows.astype(float)), 1, np.inf),
        LinearConstraint(csr_array(np.ones((1, asked.sites))), 0, p),
    ]
    try:
        found = solved(np.zeros(asked.sites), np.ones(asked.sites), Bounds(least, most), rules, asked)
    except Unanswered as fault:
        return None, fault.is_proven
    return np.flatnonzero(found.units), False


def _greedy(rows: Reach, chosen: list[int]) -> list[int]:
    """Again and again the site that covers most of what is left."""
    found, left = list(chosen), rows
    while len(left):
        found.append(int(left.sum(axis=0).argmax()))
        left = left[~left[:, found[-1]]]
    return found


def _limits(asked: Siting) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    least, most = np.zeros(asked.sites), np.ones(asked.sites)
    least[list(asked.opened)], most[list(asked.closed)] = 1, 0
    return least, most
