"""Distances: known cities, and the laws of a metric."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.numerics import Place, checked_place, haversine_km

places = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def test_paris_to_london() -> None:
    assert haversine_km((2.3522, 48.8566), (-0.1278, 51.5074)) == pytest.approx(343.6, abs=0.5)


def test_one_degree_of_latitude() -> None:
    assert haversine_km((-90.0, 30.0), (-90.0, 31.0)) == pytest.approx(111.195, abs=0.001)


@given(places, places, places)
def test_it_is_a_metric(a: Place, b: Place, c: Place) -> None:
    assert haversine_km(a, a) == 0
    assert haversine_km(a, b) == pytest.approx(haversine_km(b, a), abs=1e-6)
    assert haversine_km(a, c) <= haversine_km(a, b) + haversine_km(b, c) + 1e-6
    assert haversine_km(a, b) <= 20016


@pytest.mark.parametrize("place", [(0.0, 210.0), (181.0, 0.0), (float("nan"), 0.0)])
def test_a_place_off_the_globe_is_refused(place: Place) -> None:
    with pytest.raises(ValueError, match="scene.*no place on the globe"):
        checked_place("scene", place)
