"""Where to stand: every model against trying all choices, and bounds that nothing crosses."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.staffing.siting import Impossible, Sited, Siting, locate

RADIUS, BUSY = 4.0, 0.3


@st.composite
def towns(draw: st.DrawFn) -> Siting:
    """Up to eight places and six sites with whole costs, some locked, asked for a p-median."""
    places, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    whole = st.integers(0, 9)
    cost = draw(st.lists(st.lists(whole, min_size=sites, max_size=sites), min_size=places, max_size=places))
    demand = draw(st.lists(st.integers(0, 5), min_size=places, max_size=places))
    closed = draw(st.frozensets(st.integers(0, sites - 1), max_size=sites - 1))
    free = sorted(set(range(sites)) - closed)
    opened = draw(st.frozensets(st.sampled_from(free), max_size=len(free)))
    p = draw(st.integers(max(1, len(opened)), len(free)))
    return Siting(
        "p_median", np.array(demand, float), np.array(cost, float), p=p, radius=RADIUS, busy=BUSY,
        opened=opened, closed=closed, gap=0.0, seconds=20.0,
    )  # fmt: skip


def choices(asked: Siting) -> Iterator[tuple[int, ...]]:
    """Every choice of p sites that the locks allow."""
    free = [s for s in range(asked.sites) if s not in asked.closed]
    return (c for c in combinations(free, asked.p or 0) if asked.opened <= set(c))


def _ways(asked: Siting, chosen: tuple[int, ...]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return np.asarray(asked.cost[:, list(chosen)].min(axis=1))


def median_of(asked: Siting, chosen: tuple[int, ...]) -> float:
    return float(asked.demand @ _ways(asked, chosen))


def centre_of(asked: Siting, chosen: tuple[int, ...]) -> float:
    return float(np.where(asked.demand > 0, _ways(asked, chosen), 0).max())


def reached(asked: Siting, chosen: tuple[int, ...], times: int) -> float:
    """Demand with at least so many units within the radius."""
    return float(asked.demand @ ((asked.cost[:, list(chosen)] <= RADIUS).sum(axis=1) >= times))


def expected(asked: Siting, chosen: tuple[int, ...]) -> float:
    """Demand times the chance that a unit within the radius is free."""
    return float(asked.demand @ (1 - BUSY ** (asked.cost[:, list(chosen)] <= RADIUS).sum(axis=1)))


def _proven(found: Sited, best: float, *, is_least: bool) -> None:
    assert found.objective == pytest.approx(best)
    assert found.gap == pytest.approx(0, abs=1e-6)
    assert found.bound <= best + 1e-6 if is_least else found.bound >= best - 1e-6


@settings(max_examples=60, deadline=None)
@given(towns())
def test_the_median_and_the_centre_are_the_best_of_all(asked: Siting) -> None:
    """Also with sites locked open and shut; every place goes to its nearest site."""
    for model, worth in (("p_median", median_of), ("p_center", centre_of)):
        found = locate(replace(asked, model=model))
        _proven(found, min(worth(asked, c) for c in choices(asked)), is_least=True)
        assert len(found.sites) == asked.p and asked.opened <= set(found.sites)
        assert not asked.closed & set(found.sites)
        served = asked.cost[np.arange(asked.places), list(found.assignment)]
        assert np.array_equal(served, _ways(asked, tuple(found.sites)))


@settings(max_examples=40, deadline=None)
@given(towns())
def test_covering_is_the_best_of_all(asked: Siting) -> None:
    """Once, twice among those that cover most once, and in expectation with several units at a site."""
    once = {c: reached(asked, c, 1) for c in choices(asked)}
    most = max(once.values())
    _proven(locate(replace(asked, model="mclp")), most, is_least=False)
    twice = max(reached(asked, c, 2) for c, covered in once.items() if covered >= most - 1e-9)
    found = locate(replace(asked, model="backup"))
    _proven(found, twice, is_least=False)
    assert found.detail["primary"] == pytest.approx(most)
    free = [s for s in range(asked.sites) if s not in asked.closed]
    crews = [c for c in combinations_with_replacement(free, asked.p or 0) if asked.opened <= set(c)]
    best = max(expected(asked, c) for c in crews)
    _proven(locate(replace(asked, model="mexclp")), best, is_least=False)


@settings(max_examples=60, deadline=None)
@given(towns())
def test_the_fewest_sites_that_reach_everybody(asked: Siting) -> None:
    """Or a refusal that names the place that no site reaches."""
    wanted = replace(asked, model="lscp", p=None)
    free = sorted(set(range(asked.sites)) - asked.closed)
    whole = float(asked.demand.sum())
    sizes = [
        n
        for n in range(len(free) + 1)
        for c in combinations(free, n)
        if asked.opened <= set(c) and reached(asked, c, 1) == whole
    ]
    if sizes:
        _proven(locate(wanted), min(sizes), is_least=True)
    else:
        with pytest.raises(Impossible, match="radius"):
            locate(wanted)


@settings(max_examples=30, deadline=None)
@given(towns(), st.integers(1, 20))
def test_no_site_takes_more_than_it_holds(asked: Siting, room: int) -> None:
    """Capacities are kept and never make the total smaller; where they hold nobody, that is said."""
    limited = replace(asked, capacity=np.full(asked.sites, float(room)))
    try:
        found = locate(limited)
    except Impossible as fault:
        assert str(fault).startswith("capacity:")
        return
    loads = np.bincount(found.assignment, asked.demand, asked.sites)
    assert (loads <= room + 1e-6).all() and set(found.assignment) <= set(found.sites)
    assert found.objective >= locate(asked).objective - 1e-6


def test_a_city_of_which_nobody_tried_all_choices() -> None:
    """Four hundred places: the answer lies within a thousandth of a bound that swapping cannot cross."""
    chance = np.random.default_rng(4)
    places, sites = chance.random((400, 2)), chance.random((80, 2))
    cost = np.hypot(*(places[:, None, axis] - sites[None, :, axis] for axis in (0, 1)))
    asked = Siting("p_median", chance.integers(1, 30, 400).astype(float), cost, p=9, seconds=20.0)
    found = locate(asked)
    assert found.gap < 1e-3 and found.bound <= found.objective
    for site in found.sites:
        for other in set(range(80)) - set(found.sites):
            swapped = tuple(sorted({*found.sites, other} - {site}))
            assert median_of(asked, swapped) >= found.objective - 1e-9


def test_scaling_demand_scales_the_answer() -> None:
    """Twice the calls, twice the total, the same sites."""
    chance = np.random.default_rng(5)
    asked = Siting("p_median", chance.random(40), chance.random((40, 12)), p=4, gap=0.0, seconds=20.0)
    double = replace(asked, demand=asked.demand * 2)
    assert locate(double).sites == locate(asked).sites
    assert locate(double).objective == pytest.approx(2 * locate(asked).objective)


def test_a_unit_that_is_never_out_needs_no_second() -> None:
    """Expected covering with nobody busy is maximal covering."""
    chance = np.random.default_rng(6)
    asked = Siting("mexclp", chance.random(30), chance.random((30, 10)), p=3, radius=0.2)
    assert locate(asked).objective == pytest.approx(locate(replace(asked, model="mclp")).objective)


Asks = Callable[[], object]
ONE = np.ones((2, 2))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("p", {"p": 0}), ("p", {"p": None}), ("p", {"p": 3}), ("closed", {"closed": frozenset([2])}),
        ("open", {"opened": frozenset([-1])}), ("open", {"opened": frozenset([0, 1]), "p": 1}),
        ("closed", {"opened": frozenset([0]), "closed": frozenset([0])}),
        ("demand", {"demand": np.ones(3)}), ("demand", {"demand": np.array([-1.0, 1])}),
        ("demand", {"demand": np.array([np.inf, 1])}), ("cost", {"cost": -ONE}),
        ("cost", {"cost": np.full((2, 2), np.nan)}), ("cost", {"cost": np.ones((2, 0))}),
        ("radius", {"model": "mclp"}), ("radius", {"model": "lscp", "radius": -1.0}),
        ("busy", {"model": "mexclp", "radius": 1.0, "busy": 1.0}), ("model", {"model": "p_mean"}),
        ("capacity", {"model": "mclp", "radius": 1.0, "capacity": np.ones(2)}),
        ("capacity", {"capacity": np.ones(3)}), ("seconds", {"seconds": 0.0}), ("gap", {"gap": 1.0}),
        ("cost", {"cost": np.array([[1.0, 1], [np.inf, np.inf]])}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_names_the_field(field: str, wrong: dict[str, object]) -> None:
    """First word: the field."""
    given_: dict[str, object] = {"model": "p_median", "demand": np.ones(2), "cost": ONE, "p": 1} | wrong
    with pytest.raises(Impossible, match=rf"^{field}: "):
        locate(Siting(**given_))  # type: ignore[arg-type]
