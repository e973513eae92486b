"""Places by what people type, areas by point, minutes by the hour."""

from datetime import UTC, datetime
from math import cos, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.kernel.errors import Invalid
from commonweal.places import actions, queries
from commonweal.places.geometry import box, contains
from factories.cast import SETUP

LONS, LATS = st.floats(-179, 179), st.floats(-80, 80)
NOON = datetime(2026, 3, 11, 20, 0, tzinfo=UTC)  # 13:00 on a Wednesday in Los Angeles
RUSH = datetime(2026, 3, 12, 0, 30, tzinfo=UTC)  # 17:30
NIGHT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # 02:00


def square(west: float, south: float, size: float) -> dict[str, Any]:
    """A square polygon."""
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def with_hole() -> dict[str, Any]:
    """A square of side 4 with a square hole of side 2 in its middle."""
    outer, hole = square(0, 0, 4), square(1, 1, 2)
    return {"type": "Polygon", "coordinates": [outer["coordinates"][0], hole["coordinates"][0]]}


@pytest.fixture
def town(db: None) -> None:
    """Four places and two beats."""
    actions.draw_area(by=SETUP, code="B1", name="West beat", kind="beat", geometry=square(-122, 38, 0.5))
    actions.draw_area(by=SETUP, code="B2", name="East beat", kind="beat", geometry=square(-121.5, 38, 0.5))
    place = actions.NewPlace
    actions.note_places(
        by=SETUP,
        places=[
            place("Riverside Library", "common_place", -121.7, 38.2, "12 River St"),
            place("Mercy Hospital", "common_place", -121.3, 38.3, "900 Hospital Rd"),
            place("400 block of Cedar Ave", "block", -121.601, 38.202, precision="block"),
            place("Café Olé", "common_place", -121.69, 38.21, "14 River Street"),
        ],
    )


class TestFinding:
    """What is typed finds what is meant."""

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("riv", "Riverside Library"),
            ("Riverside library", "Riverside Library"),
            ("hospital mercy", "Mercy Hospital"),
            ("900 hospital road", "Mercy Hospital"),
            ("mercy hopsital", "Mercy Hospital"),
            ("rivreside libary", "Riverside Library"),
            ("cafe ole", "Café Olé"),
            ("14 river street", "Café Olé"),
        ],
    )
    def test_beginnings_words_accents_and_slips_of_the_hand(self, town: None, typed: str, found: str) -> None:
        """The best match comes first."""
        assert queries.find(typed)[0].name == found

    def test_a_house_number_finds_its_block_and_says_so(self, town: None) -> None:
        """412 lies on the 400 block; the point is the block's."""
        found = queries.find("412 Cedar Avenue")[0]
        assert (found.name, found.precision) == ("412 Cedar Ave", "block")
        assert (found.lon, found.lat) == (-121.601, 38.202)

    @pytest.mark.parametrize("typed", ["", "x", "   ", "qqqq zzzz wwww"])
    def test_nothing_typed_and_nonsense_find_nothing(self, town: None, typed: str) -> None:
        """An empty list, not everything."""
        assert queries.find(typed) == []

    def test_never_more_than_asked_for(self, town: None) -> None:
        """A list under a field is short."""
        assert len(queries.find("ri", limit=1)) == 1

    def test_the_same_place_again_is_corrected_not_doubled(self, town: None) -> None:
        """By name and address."""
        again = actions.NewPlace("Mercy Hospital", "common_place", -121.31, 38.31, "900 Hospital Rd")
        actions.note_places(by=SETUP, places=[again])
        rows = queries.places().filter(name="Mercy Hospital")
        assert [(row.lon, row.area and row.area.code) for row in rows] == [(-121.31, "B2")]

    def test_near_places_come_nearest_first(self, town: None) -> None:
        """Only what lies within the distance."""
        names = [place.name for place in queries.near(-121.7, 38.2, km=2)]
        assert names == ["Riverside Library", "Café Olé"]


class TestAreas:
    """Points in polygons."""

    def test_a_point_has_one_beat_and_outside_has_none(self, town: None) -> None:
        """The place itself remembers it."""
        found = queries.area_of(-121.7, 38.2)
        assert found is not None and found.code == "B1"
        assert queries.area_of(-100, 38.2) is None and queries.area_of(-121.7, 38.2, "district") is None

    def test_a_cell_is_told_by_its_beat_and_the_nearest_place(self, town: None) -> None:
        """Outside everything it has neither."""
        assert queries.cell_named(queries.cell_of(-121.7, 38.2)) == ("West beat", "Riverside Library")
        assert queries.cell_named(queries.cell_of(-121.9, 38.4)) == ("West beat", "")
        assert queries.cell_named(queries.cell_of(-100, 38.2)) == ("", "")

    def test_a_redrawn_area_keeps_its_code_and_moves_its_box(self, town: None) -> None:
        """Drawn again, not doubled."""
        actions.draw_area(by=SETUP, code="B1", name="West beat", kind="beat", geometry=square(10, 10, 1))
        assert queries.area_of(-121.7, 38.2) is None
        assert queries.area_of(10.5, 10.5) is not None and queries.areas("beat").count() == 2

    def test_a_hole_is_outside(self) -> None:
        """Even-odd."""
        assert contains(with_hole(), 0.5, 0.5) and not contains(with_hole(), 2, 2)

    def test_several_polygons_are_one_area(self) -> None:
        """A county with an island."""
        both = [square(0, 0, 1)["coordinates"], square(5, 5, 1)["coordinates"]]
        county = {"type": "MultiPolygon", "coordinates": both}
        assert contains(county, 0.5, 0.5) and contains(county, 5.5, 5.5) and not contains(county, 3, 3)

    @given(west=st.floats(-100, 100), south=st.floats(-60, 60), size=st.floats(0.01, 20), lon=LONS, lat=LATS)
    def test_a_square_holds_just_what_its_box_holds(
        self, west: float, south: float, size: float, lon: float, lat: float
    ) -> None:
        """Away from the edge, the plain reading and the crossing count agree."""
        shape = square(west, south, size)
        around = box(shape)
        sides = (lon - around.west, lon - around.east, lat - around.south, lat - around.north)
        edge = min(abs(distance) for distance in sides)
        if edge > 1e-9:
            inside = around.west < lon < around.east and around.south < lat < around.north
            assert contains(shape, lon, lat) == inside

    @pytest.mark.parametrize(
        "broken",
        [
            {"type": "Point", "coordinates": [0, 0]},
            {"type": "Polygon"},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            {"type": "Polygon", "coordinates": [[[0, 0], [210, 0], [1, 1], [0, 0]]]},
            {"type": "Polygon", "coordinates": [[["a", "b"], [1, 0], [1, 1], ["a", "b"]]]},
            {"type": "Polygon", "coordinates": [[[0], [1], [1], [0]]]},
            {"type": "Polygon", "coordinates": [[None, [1, 0], [1, 1], None]]},
            {"type": "Polygon", "coordinates": [1, 2, 3]},
            {"type": "Polygon", "coordinates": []},
            {"type": "MultiPolygon", "coordinates": []},
            {"type": "MultiPolygon", "coordinates": [[]]},
            {"type": "MultiPolygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        ],
    )
    def test_a_broken_polygon_is_refused_with_its_remedy(self, db: None, broken: dict[str, Any]) -> None:
        """Nothing is stored."""
        with pytest.raises(Invalid):
            actions.draw_area(by=SETUP, code="X", name="X", kind="beat", geometry=broken)
        assert not queries.areas().exists()

    def test_unknown_kinds_are_refused(self, db: None) -> None:
        """Of areas and of places."""
        with pytest.raises(Invalid, match="Use one of"):
            actions.draw_area(by=SETUP, code="X", name="X", kind="kingdom", geometry=square(0, 0, 1))
        with pytest.raises(Invalid, match="Use one of"):
            actions.note_places(by=SETUP, places=[actions.NewPlace("X", "castle", 0, 0)])

    @pytest.mark.parametrize(("lon", "lat"), [(181, 0), (-181, 0), (0, 91), (0, -210), (float("nan"), 0)])
    def test_a_point_off_the_globe_is_refused(self, lon: float, lat: float) -> None:
        """By name of the coordinate."""
        with pytest.raises(Invalid, match="itude"):
            queries.checked_point(lon, lat)


class TestPrivacy:
    """To the block, never to the door."""

    @given(number=st.integers(1, 99_999))
    def test_a_block_is_a_hundred(self, number: int) -> None:
        """The house number is gone."""
        block = queries.to_block(f"{number} Cedar Ave, Apt 3")
        assert block == f"{number // 100 * 100} block of Cedar Ave"

    def test_an_address_without_number_loses_what_follows_the_comma(self) -> None:
        """Cedar and 4th stays what it is."""
        assert queries.to_block("Cedar Ave and 4th St, behind the shop") == "Cedar Ave and 4th St"
        assert queries.to_block("") == ""

    @given(lon=LONS, lat=LATS)
    def test_the_block_point_is_near_and_shared_by_neighbours(self, lon: float, lat: float) -> None:
        """Within a hexagon's reach, and the same for every door in it."""
        near = queries.block_point(lon, lat)
        assert queries.distance_km((lon, lat), near) < 0.13
        assert queries.block_point(*near) == near

    @given(lon=LONS, lat=LATS)
    def test_a_cell_surrounds_its_point(self, lon: float, lat: float) -> None:
        """Its outline is closed and no farther than a kilometre away."""
        ring = queries.cell_ring(queries.cell_of(lon, lat))
        assert ring[0] == ring[-1] and len(ring) >= 6
        assert all(queries.distance_km((lon, lat), corner) < 1.4 for corner in ring)


class TestTravel:
    """A straight line at a speed by the hour."""

    @given(lon=LONS, lat=LATS, east=st.floats(0, 0.3), north=st.floats(0, 0.3))
    def test_farther_is_never_sooner_and_the_way_back_is_as_long(
        self, lon: float, lat: float, east: float, north: float
    ) -> None:
        """And never less than turnout."""
        start, end = (lon, lat), (lon + east, lat + north)
        half = (lon + east / 2, lat + north / 2)
        there = queries.travel_minutes(start, end, NOON)
        assert there == pytest.approx(queries.travel_minutes(end, start, NOON))
        assert 0.8 - 1e-9 <= queries.travel_minutes(start, half, NOON) <= there + 1e-6

    def test_rush_hour_is_slower_than_noon_and_night_is_faster(self) -> None:
        """By the clock of the site, not by UTC."""
        start, end = (-121.6, 38.5), (-121.5, 38.5)
        rush, noon, night = (queries.travel_minutes(start, end, at) for at in (RUSH, NOON, NIGHT))
        assert rush > noon > night

    def test_a_known_distance(self) -> None:
        """One degree of latitude is 111.2 km."""
        assert queries.distance_km((0, 0), (0, 1)) == pytest.approx(111.195, abs=0.01)
        assert queries.distance_km((0, 60), (1, 60)) == pytest.approx(111.195 * cos(radians(60)), abs=0.01)

    def test_it_says_what_it_is(self) -> None:
        """Nobody may take it for a route."""
        assert "not a route" in queries.TRAVEL_BASIS


def test_the_base_map_holds_outlines_and_named_points(town: None) -> None:
    """As GeoJSON that a map draws without a tile server."""
    found: Any = queries.base_map()
    kinds = [feature["properties"]["kind"] for feature in found["features"]]
    assert found["type"] == "FeatureCollection"
    assert kinds.count("beat") == 2 and kinds.count("common_place") == 3 and "block" not in kinds
