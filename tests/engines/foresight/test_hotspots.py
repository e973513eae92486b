"""Hot spots: the grid loses no land, a map marks no more than it may, no model sees what is to come."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.foresight.grid import Grid, laid
from commonweal.engines.foresight.hotspots import (
    Ask,
    Events,
    Standing,
    Trial,
    captured,
    chosen,
    earlier_origins,
    judge,
    marked,
    standings,
    trial,
)
from commonweal.engines.foresight.surfaces import NAIVE, SURFACES, Past
from commonweal.engines.numerics import Interval

TOWN = laid(shapely.box(0, 0, 20, 20), 1.0)
DAYS = 900
few = settings(max_examples=25)


def town_events(n: int, hot: int, seed: int, grid: Grid = TOWN) -> Events:
    """`n` events over three years, half of them in `hot` cells that stay hot."""
    rng = np.random.default_rng(seed)
    anywhere = rng.integers(0, grid.areas.size, n)
    places = rng.choice(grid.areas.size, hot, replace=False)
    cells = np.where(rng.random(n) < 0.5, rng.choice(places, n), anywhere)
    return Events(grid, cells, np.sort(rng.uniform(0, DAYS, n)))


corners = st.tuples(st.floats(-50, 50), st.floats(-50, 50))


@few
@given(st.lists(corners, min_size=3, max_size=6, unique=True), st.floats(0.7, 30))
def test_no_land_is_lost(points: list[tuple[float, float]], side: float) -> None:
    """The cells' areas sum to the boundary's, and none is larger than a cell."""
    area = shapely.convex_hull(shapely.multipoints(points))
    if area.area < 1:
        return
    grid = laid(area, side)
    assert grid.area == pytest.approx(area.area)
    assert grid.areas.max() <= side * side * (1 + 1e-9)


@few
@given(st.lists(corners, min_size=1, max_size=20), st.floats(0.7, 9))
def test_a_point_lies_in_its_own_square(points: list[tuple[float, float]], side: float) -> None:
    """Points inside have a cell around them; those beyond have none."""
    area = shapely.Point(0, 0).buffer(30)
    grid = laid(area, side)
    x, y = np.array(points, dtype=np.float64).T
    for px, py, cell in zip(x, y, grid.cells_of(x, y), strict=True):
        assert (cell >= 0) == bool(shapely.intersects_xy(area, px, py))
        if cell >= 0:
            west, south, east, north = grid.square(cell)
            assert west - 1e-9 <= px <= east + 1e-9 and south - 1e-9 <= py <= north + 1e-9


@pytest.mark.parametrize(("area", "side", "said"), [
    (shapely.box(0, 0, 1, 1), 0.0, "side"), (shapely.box(0, 0, 1, 1), 1e-6, "cells"),
    (shapely.Point(0, 0), 1.0, "boundary"), (shapely.Polygon(), 1.0, "boundary"),
])  # fmt: skip
def test_no_grid_of_nothing(area: shapely.Geometry, side: float, said: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(ValueError, match=said):
        laid(area, side)


@few
@given(st.integers(0, 1000), st.floats(0.003, 0.5), st.sampled_from(sorted(SURFACES)))
def test_a_map_keeps_to_its_share(seed: int, share: float, name: str) -> None:
    """It marks no more land than asked, catches no more than the best map, and PEI never passes 1."""
    events = town_events(120, 6, seed)
    score = SURFACES[name](events.before(600))
    chosen_cells = marked(score, TOWN, share)
    assert TOWN.areas[chosen_cells].sum() <= share * TOWN.area * (1 + 1e-6)
    assert len(set(chosen_cells.tolist())) == chosen_cells.size
    now = trial(events, 600, Ask(share=share, days=200), {name: SURFACES[name]})
    assert -1e-9 <= now.pai[name] <= now.best + 1e-9


@few
@given(st.integers(0, 1000), st.integers(1, 399))
def test_ties_are_shared_out(seed: int, cells: int) -> None:
    """Where all scores are equal, a share of the land catches that share of the events, in any order."""
    future = np.random.default_rng(seed).poisson(1.0, TOWN.areas.size).astype(np.float64)
    caught = captured(np.zeros(TOWN.areas.size), future, TOWN, cells / 400)
    assert caught == pytest.approx(future.sum() * cells / 400)


@few
@given(st.integers(0, 1000), st.sampled_from(sorted(SURFACES)), st.floats(200, 800))
def test_no_model_sees_what_is_to_come(seed: int, name: str, origin: float) -> None:
    """Events at the origin or later change nothing of the map made for it."""
    events = town_events(200, 5, seed)
    known = events.days < origin
    cut = Events(TOWN, events.cells[known], events.days[known])
    assert np.array_equal(SURFACES[name](events.before(origin)), SURFACES[name](cut.before(origin)))


@settings(max_examples=5)
@given(st.integers(0, 1000), st.floats(300, 700))
def test_the_contest_is_over_before_the_choice(seed: int, origin: float) -> None:
    """Every earlier horizon has ended; a verdict does not change with what comes after its own."""
    ask = Ask(share=0.05, days=30)
    events = town_events(150, 5, seed)
    assert all(one + ask.days <= origin + 1e-6 for one in earlier_origins(events, ask, origin))
    known = events.days < origin + ask.days
    cut = Events(TOWN, events.cells[known], events.days[known])
    assert judge(events, [origin], ask).origins == judge(cut, [origin], ask).origins


@few
@given(st.sampled_from(sorted(SURFACES)), st.integers(0, 1000))
def test_every_surface_scores_every_cell(name: str, seed: int) -> None:
    """Finite on land, also for a town where nothing ever happened."""
    grid = laid(shapely.Point(0, 0).buffer(8), 1.0)
    for n in (0, 1, 60):
        rng = np.random.default_rng(seed)
        cells = rng.choice(np.flatnonzero(grid.areas > 0), n)
        score = SURFACES[name](Past(grid, cells, rng.uniform(0, 700, n)))
        assert score.shape == grid.areas.shape and np.isfinite(score[grid.areas > 0]).all()


def test_the_naive_count_is_shown_unless_a_model_has_shown_itself() -> None:
    """A bound below 0.95, too few trials, or no gain at all: the naive count, called that."""

    def one(ratio: float, low: float, trials: int) -> Standing:
        return Standing("kernel", ratio, Interval(low, 2.0, 0.95), trials)

    assert chosen([one(1.2, 0.96, 20)], Ask()) == "kernel"
    for passed_over in (
        one(1.2, 0.94, 20),
        one(1.2, 0.96, 5),
        one(0.99, 0.96, 20),
        one(1.2, float("nan"), 20),
    ):
        assert chosen([passed_over], Ask()) == NAIVE
    assert chosen([], Ask()) == NAIVE


def test_ratios_by_hand() -> None:
    """Twice the naive count everywhere is a ratio of 2 with no doubt; empty horizons say nothing."""
    trials = [Trial(n, 9, {NAIVE: 2.0, "double": 4.0}, 9.0) for n in range(8)] + [
        Trial(9, 0, {NAIVE: float("nan"), "double": float("nan")}, float("nan"))
    ]
    first, second = standings(trials, Ask())
    assert (first.method, first.ratio, first.interval.low, first.trials) == ("double", 2.0, 2.0, 8)
    assert (second.method, second.ratio) == (NAIVE, 1.0)
    assert standings(trials[-1:], Ask()) == []


def test_a_town_whose_hot_corner_moves() -> None:
    """When need moves house each year, recent counts are chosen, and beat the count of all history."""
    rng = np.random.default_rng(4)
    days = np.sort(rng.uniform(0, 2200, 6000))
    year = (days // 365).astype(np.int64)
    cells = np.where(rng.random(6000) < 0.6, year * 37 + rng.integers(0, 6, 6000), rng.integers(0, 400, 6000))
    verdict = judge(
        Events(TOWN, cells, days), [1300.0, 1400.0, 1650.0, 1750.0, 2000.0, 2100.0], Ask(share=0.02)
    )
    assert verdict.ratio is not None and verdict.ratio.ratio > 1.2 and verdict.ratio.is_shown()
    assert {one.method for one in verdict.origins} <= {"count of one year", "fading count", "self-exciting"}


def test_a_town_where_nothing_happens() -> None:
    """No events in the horizon: no figures, no ratio, and nobody claims a model."""
    quiet = Events(TOWN, np.array([3, 4]), np.array([1.0, 2.0]))
    verdict = judge(quiet, [400.0], Ask())
    assert verdict.ratio is None and verdict.method == NAIVE
    assert verdict.origins[0].pai is None and verdict.origins[0].method == NAIVE


@pytest.mark.parametrize(
    ("change", "said"), [({"share": 0.0}, "share"), ({"share": 1.0}, "share"), ({"days": 0.0}, "days")]
)
def test_questions_without_sense(change: dict[str, float], said: str) -> None:
    """Refused, and named."""
    with pytest.raises(ValueError, match=said):
        Ask(**change)  # type: ignore[arg-type]


def test_events_out_of_order_are_refused() -> None:
    """So are events without a cell, and questions without an origin."""
    with pytest.raises(ValueError, match="order"):
        Events(TOWN, np.array([1, 2]), np.array([2.0, 1.0]))
    with pytest.raises(ValueError, match="cells"):
        Events(TOWN, np.array([1]), np.array([2.0, 3.0]))
    with pytest.raises(ValueError, match="origins"):
        judge(town_events(5, 1, 0), [], Ask())
