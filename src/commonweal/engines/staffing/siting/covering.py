"""Covering models as integer programmes (HiGHS), made small before they are solved.

LSCP: C. Toregas et al., Operations Research 19 (1971) 1363-1373. MCLP: R. Church, C. ReVelle, Papers of the
Regional Science Association 32 (1974) 101-118. MEXCLP: M. Daskin, Transportation Science 17 (1983) 48-70.
Backup coverage: K. Hogan, C. ReVelle, Management Science 32 (1986) 1434-1444.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from commonweal.engines.staffing.siting.interchange import Ground
from commonweal.engines.staffing.siting.median import searched
from commonweal.engines.staffing.siting.problem import Costs, Impossible, Sited, Siting, gap_of

WHOLE = 1e-6
PATIENT = 60.0  # seconds, where none were given


class Unanswered(Impossible):
    """An integer programme without an answer; `is_proven` where there is none."""

    def __init__(self, words: str, is_proven: bool) -> None:
        super().__init__(words)
        self.is_proven = is_proven


class Groups(NamedTuple):
    """Places that the same sites cover, taken together: their weight and, by row, those sites."""

    weight: Costs
    reach: npt.NDArray[np.bool_]


Units = npt.NDArray[np.intp]


class Solved(NamedTuple):
    """Units by site, and the bound of the objective."""

    units: Units
    bound: float


def grouped(asked: Siting) -> Groups:
    """Places with demand that some site covers, joined where the same sites do."""
    reach = asked.within.copy()
    reach[:, list(asked.closed)] = False
    counts = (asked.demand > 0) & reach.any(axis=1)
    rows, inverse = np.unique(np.packbits(reach[counts], axis=1), axis=0, return_inverse=True)
    weight = np.bincount(inverse.ravel(), asked.demand[counts], len(rows)).astype(np.float64)
    return Groups(weight, np.unpackbits(rows, axis=1, count=asked.sites).astype(np.bool_))


def mclp(asked: Siting) -> Sited:
    """The most demand covered by p sites."""
    groups = grouped(asked)
    found = _once(asked, groups)
    covered = _worth(groups, found.units, [1.0])
    return _sited(asked, found, covered, _shares(asked, covered))


def _once(asked: Siting, groups: Groups) -> Solved:
    """Maximal covering: the integer programme, and where its time ends, the p-median of what is not covered.

    R. D. Galvao, C. ReVelle, European Journal of Operational Research 88 (1996) 114-123.
    """
    seconds = asked.seconds or PATIENT
    try:
        found = _levels(replace(asked, seconds=seconds / 2), groups, [1.0], 1)
    except Unanswered:
        found = Solved(_any(asked), float(groups.weight.sum()))
    covered = _worth(groups, found.units, [1.0])
    if gap_of(covered, found.bound) < WHOLE:
        return found
    assert asked.p is not None
    ground = Ground(np.where(groups.reach, 0.0, groups.weight[:, None]), asked.opened, _most(asked, 1) > 0)
    search = searched(ground, asked.p, 0.0, seconds / 4)
    whole = float(groups.weight.sum())
    units = ground.mask(search.best).astype(np.intp) if whole - search.upper > covered else found.units
    return Solved(units, min(found.bound, whole - search.proven))


def mexclp(asked: Siting) -> Sited:
    """The most demand expected to be covered by p units, each busy a share q of the time on its own.

    Several units may stand at one site. The k-th unit within reach adds (1 - q) q^(k-1).
    """
    assert asked.p is not None
    groups, q = grouped(asked), asked.busy
    worth = [(1 - q) * q**k for k in range(asked.p if q > 0 else 1)]
    solved = _levels(asked, groups, worth, asked.p)
    covered = _worth(groups, solved.units, worth)
    return _sited(asked, solved, covered, _shares(asked, covered))


def backup(asked: Siting) -> Sited:
    """The most demand covered twice, among the choices that cover the most demand once (BACOP1's order)."""
    groups = grouped(asked)
    once = _once(asked, groups)
    try:
        twice = _levels(asked, groups, [0.0, 1.0], 1, floor=_worth(groups, once.units, [1.0]))
    except Unanswered:
        twice = once._replace(bound=float(groups.weight.sum()))
    primary, second = (_worth(groups, twice.units, worth) for worth in ([1.0], [0.0, 1.0]))
    return _sited(asked, twice, second, {"primary": primary, "backup": second} | _shares(asked, primary))


def _worth(groups: Groups, units: Units, worth: Sequence[float]) -> float:
    """What units are worth, by counting."""
    within = np.minimum(groups.reach @ units, len(worth))
    return float(groups.weight @ np.concatenate([[0.0], np.cumsum(worth)])[within])


def _levels(
    asked: Siting, groups: Groups, worth: Sequence[float], most: int, floor: float | None = None
) -> Solved:
    """Units by site that make the most of demand: the k-th unit in reach of a place is worth `worth[k]`.

    `floor`: the demand that must be covered once at least.
    """
    assert asked.p is not None
    places, deep, sites = len(groups.weight), len(worth), asked.sites
    if places == 0:
        return Solved(_any(asked), 0.0)
    reach = csr_array(groups.reach.astype(float))
    blocks = [eye_array(places) for _ in worth]
    rules = [LinearConstraint(hstack([reach, *(-b for b in blocks)], format="csr"), 0, np.inf)]
    count = np.concatenate([np.ones(sites), np.zeros(places * deep)])
    rules.append(LinearConstraint(csr_array(count[None, :]), asked.p, asked.p))
    if floor is not None:
        first = np.concatenate([np.zeros(sites), groups.weight, np.zeros(places * (deep - 1))])
        rules.append(LinearConstraint(csr_array(first[None, :]), floor * (1 - 1e-9), np.inf))
        ones, rest = eye_array(places), csr_array((places, sites))
        rules.append(LinearConstraint(hstack([rest, ones, -ones], format="csr"), 0, np.inf))
    gain = np.concatenate([np.zeros(sites), *(groups.weight * w for w in worth)])
    least = np.concatenate([_least(asked), np.zeros(places * deep)])
    upper = np.concatenate([_most(asked, most), np.ones(places * deep)])
    whole = np.concatenate([np.ones(sites), np.zeros(places * deep)])
    found = solved(-gain, whole, Bounds(least, upper), rules, asked)
    return Solved(found.units, -found.bound)


def solved(
    cost: Costs, whole: Costs, bounds: Bounds, rules: Sequence[LinearConstraint], asked: Siting
) -> Solved:
    """An integer programme whose first variables are the units by site; Impossible where none was found."""
    seconds = asked.seconds or PATIENT
    found = milp(
        cost,
        integrality=whole,
        bounds=bounds,
        constraints=rules,
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise Unanswered(f"seconds: no answer was found in {seconds:.0f}; give it more", found.status == 2)
    bound = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
    return Solved(np.rint(found.x[: asked.sites]).astype(np.intp), float(bound))


def _least(asked: Siting) -> Costs:
    least = np.zeros(asked.sites)
    least[list(asked.opened)] = 1
    return least


def _most(asked: Siting, most: int) -> Costs:
    upper = np.full(asked.sites, float(most))
    upper[list(asked.closed)] = 0
    return upper


def _any(asked: Siting) -> Units:
    """Any p units, where no place can be covered at all."""
    assert asked.p is not None
    units = _least(asked).astype(np.intp)
    free = [site for site in asked.may_open.tolist() if not units[site]]
    units[free[: asked.p - int(units.sum())]] = 1
    units[asked.may_open[0]] += asked.p - int(units.sum())
    return units


def _shares(asked: Siting, covered: float) -> dict[str, float]:
    whole = float(asked.demand.sum())
    return {"demand": whole, "share": covered / whole if whole else 0.0}


def _sited(asked: Siting, found: Solved, objective: float, detail: dict[str, float]) -> Sited:
    """The answer; its bound cannot lie below what the sites are counted to be worth."""
    bound = max(found.bound, objective)
    bound = objective if gap_of(objective, bound) < WHOLE else bound
    sites = np.repeat(np.arange(asked.sites), found.units)
    nearest = nearest_within(asked, np.flatnonzero(found.units))
    return Sited(sites.tolist(), nearest, objective, bound, gap_of(objective, bound), detail)


def nearest_within(asked: Siting, standing: Units) -> list[int]:
    """The nearest open site of each place within the radius, -1 where none is."""
    nearest = standing[asked.cost[:, standing].argmin(axis=1)]
    covered = asked.within[:, standing].any(axis=1)
    return list(np.where(covered, nearest, -1).tolist())
