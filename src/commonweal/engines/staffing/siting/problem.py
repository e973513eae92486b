"""Where to stand: the question, checked, and the answer with its bound."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Model = Literal["p_median", "p_center", "lscp", "mclp", "mexclp", "backup"]
MODELS: tuple[Model, ...] = ("p_median", "p_center", "lscp", "mclp", "mexclp", "backup")
WITH_P, WITH_RADIUS = frozenset(MODELS) - {"lscp"}, frozenset(MODELS) - {"p_median", "p_center"}
WITH_CAPACITY = frozenset(["p_median"])
Costs = npt.NDArray[np.float64]
Sites = npt.NDArray[np.intp]
EVEN = 1e-9  # relative; two costs nearer than this are one


class Impossible(ValueError):
    """A question without an answer; the message names field, value and remedy."""


@dataclass(frozen=True, eq=False)
class Siting:
    """Demand to be served from `p` of the candidate sites.

    `demand`: weight by place (calls an hour, people), not negative. `cost`: places x sites, in the caller's
    unit (minutes, miles), not negative; infinite where a site cannot serve a place. `radius` in that unit:
    nearer or equal counts as covered. `busy`: the share of time that a unit is out (Daskin's q). `opened` are
    in every answer, `closed` in none. `capacity`: the demand that a site can take. `seconds` may go into it
    (left out: by model and size), less where an answer within `gap` of its bound is found before.
    """

    model: Model
    demand: Costs
    cost: Costs
    p: int | None = None
    radius: float | None = None
    busy: float = 0.0
    opened: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    capacity: Costs | None = None
    seconds: float | None = None
    gap: float = 1e-4

    def __post_init__(self) -> None:
        """Refuse what no answer could fit; Impossible."""
        _check_tables(self)
        _check_numbers(self)
        _check_sites(self)

    @property
    def places(self) -> int:
        """How many places have demand."""
        return int(self.cost.shape[0])

    @property
    def sites(self) -> int:
        """How many candidates there are."""
        return int(self.cost.shape[1])

    @property
    def budget(self) -> float:
        """Seconds of processor time that may go into the answer."""
        return 0.3 + self.cost.size / 400_000 if self.seconds is None else self.seconds

    @property
    def may_open(self) -> Sites:
        """Candidates that are not closed."""
        return np.array([s for s in range(self.sites) if s not in self.closed], dtype=np.intp)

    @property
    def within(self) -> npt.NDArray[np.bool_]:
        """Places x sites: whether a site lies within the radius of a place."""
        if self.radius is None:
            raise Impossible("radius: missing; give the largest cost that counts as covered")
        covered: npt.NDArray[np.bool_] = self.cost <= self.radius * (1 + EVEN)
        return covered


@dataclass(frozen=True)
class Sited:
    """An answer. `bound` is proven: no choice of sites does better than it. `gap` is relative, 0 is optimal.

    `assignment`: the site of each place, -1 where none serves it. A site stands in `sites` as often as it has
    units. `detail`: further totals of the model, by name.
    """

    sites: Sequence[int]
    assignment: Sequence[int]
    objective: float
    bound: float
    gap: float
    detail: dict[str, float] = field(default_factory=dict)


def gap_of(objective: float, bound: float) -> float:
    """The relative distance of an objective from its bound."""
    return abs(objective - bound) / max(abs(objective), abs(bound), 1e-12) if objective != bound else 0.0


def _check_tables(asked: Siting) -> None:
    if asked.model not in MODELS:
        raise Impossible(f"model: {asked.model!r} is not known; use one of: {', '.join(MODELS)}")
    if asked.cost.ndim != 2 or 0 in asked.cost.shape:
        raise Impossible("cost: give one row for each place of demand, with one number for each site")
    if asked.demand.shape != (asked.places,):
        raise Impossible(f"demand: {len(asked.demand)} numbers for {asked.places} rows of cost; give as many")
    for name, values in (("demand", asked.demand), ("cost", asked.cost)):
        if np.isnan(values).any() or (values < 0).any():
            raise Impossible(f"{name}: holds a negative value or none; give numbers from 0 up")
    if not np.isfinite(asked.demand).all():
        raise Impossible("demand: holds an infinite value; give the weight of each place")


def _check_numbers(asked: Siting) -> None:
    if asked.model in WITH_P and (asked.p is None or asked.p < 1):
        raise Impossible(f"p: {asked.p}; give how many sites to open, 1 or more")
    if asked.model in WITH_RADIUS and (asked.radius is None or not asked.radius >= 0):
        raise Impossible(f"radius: {asked.radius}; give the largest cost that counts as covered")
    if asked.seconds is not None and not asked.seconds > 0:
        raise Impossible(f"seconds: {asked.seconds}; give how long it may take, above 0")
    if not 0 <= asked.gap < 1:
        raise Impossible(f"gap: {asked.gap}; give a share from 0 (the proven best) up to 1")
    if not 0 <= asked.busy < 1:
        raise Impossible(f"busy: {asked.busy}; give a share of time from 0 up to, not including, 1")
    if asked.capacity is None:
        return
    if asked.model not in WITH_CAPACITY:
        raise Impossible(f"capacity: is not part of {asked.model}; leave it out, or ask for p_median")
    if asked.capacity.shape != (asked.sites,) or not (asked.capacity >= 0).all():
        raise Impossible(f"capacity: give {asked.sites} numbers from 0 up, one for each site")


def _check_sites(asked: Siting) -> None:
    for name, chosen in (("open", asked.opened), ("closed", asked.closed)):
        for site in sorted(chosen):
            if not 0 <= site < asked.sites:
                raise Impossible(f"{name}: {site} is no site; they are 0 to {asked.sites - 1}")
    if both := sorted(asked.opened & asked.closed):
        raise Impossible(f"closed: {both[0]} is also in open; leave it out of one of them")
    if asked.model not in WITH_P or asked.p is None:
        return
    if len(asked.opened) > asked.p:
        raise Impossible(f"open: {len(asked.opened)} sites are locked open, p is {asked.p}; raise p")
    free = asked.sites - len(asked.closed)
    if asked.p > free and asked.model != "mexclp":
        raise Impossible(f"p: {asked.p} sites of {free} that may open; lower p, or close fewer")
