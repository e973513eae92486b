"""Minutes by road: the plain answer of Floyd and Warshall beside it, one-way streets, and what cannot be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall

from commonweal.engines.staffing.roads import Roads, Street, of_streets


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(0, 40), st.integers(0, 10**6))
def test_it_finds_the_shortest_ways(nodes: int, ways: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, end = rng.integers(0, nodes, ways), rng.integers(0, nodes, ways)
    minutes = rng.choice([0.0, 0.001, 1.0, 2.5, 400.0], ways)
    table = np.full((nodes, nodes), np.inf)
    np.minimum.at(table, (start, end), minutes)
    np.fill_diagonal(table, 0.0)
    plain = table.copy()
    for middle in range(nodes):
        plain = np.minimum(plain, plain[:, middle : middle + 1] + plain[middle])
    every = np.arange(nodes)
    roads = Roads.of(nodes, start, end, minutes)
    assert roads.matrix(every, every) == pytest.approx(plain)
    some = rng.integers(0, nodes, 1)
    assert roads.matrix(every, some) == pytest.approx(plain[:, some])
    positive = np.where(table == 0, 0.0005, table)
    assert (floyd_warshall(positive) >= plain - 1e-9).all()


def test_streets_meet_where_they_share_a_point_and_go_one_way_where_they_say_so() -> None:
    a, b, c = (-77.0, 38.8), (-77.0, 38.81), (-77.0, 38.82)
    roads = of_streets([Street([a, b], "residential"), Street([b, c], one_way=True, kmh=60)])
    ends = roads.nearest([a, c])
    table = roads.matrix(ends, ends)
    assert table[0, 1] == pytest.approx(1.112 * 60 / 32 + 1.112 * 60 / 60, rel=1e-3)
    assert np.isinf(table[1, 0])
    slow = of_streets([Street([a, b], "residential"), Street([b, c], one_way=True, kmh=60)], pace=0.5)
    assert slow.matrix(ends, ends)[0, 1] == pytest.approx(2 * table[0, 1])


def test_roads_that_cannot_be_name_the_field() -> None:
    with pytest.raises(ValueError, match="streets: none"):
        of_streets([Street([(0.0, 0.0)])])
    with pytest.raises(ValueError, match="minutes: holds a negative"):
        Roads.of(2, np.array([0]), np.array([1]), np.array([-1.0]))
    with pytest.raises(ValueError, match="name nodes 0 to 1"):
        Roads.of(2, np.array([0]), np.array([7]), np.array([1.0]))
