"""Typed words and drawn shapes brought to one form: the same however they are written."""

from string import printable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.places import actions, events, queries
from commonweal.places.geometry import box, checked, contains, distance_km, polygons
from commonweal.places.models import Place
from commonweal.places.words import house_and_street, searchable, to_block
from factories.cast import SETUP

LONS, LATS = some.floats(-179, 179), some.floats(-80, 80)
POINTS = some.tuples(LONS, LATS)


def square(west: float, south: float, size: float) -> dict[str, Any]:
    """A square polygon."""
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


class TestWords:
    """One form for what people type."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Calle Olmo 3", "CALLE  OLMO\t3"),
            ("14 River Street", "14 river st."),
            ("Café Olé", "cafe ole"),
            ("North Saint James Avenue", "n st james ave"),
            ("Cedar and 4th", "Cedar & 4th"),
        ],
    )
    def test_the_same_place_written_twice_is_one(self, one: str, other: str) -> None:
        assert searchable(one) == searchable(other) != ""

    @given(some.text(max_size=60))
    def test_the_form_is_stable_plain_and_in_single_spaces(self, text: str) -> None:
        form = searchable(text)
        assert searchable(form) == form and form == form.strip() and "  " not in form
        assert form.isascii() and form == form.lower()

    @given(some.text(printable, max_size=60))
    def test_letters_alone_decide_and_their_case_does_not(self, text: str) -> None:
        assert searchable(text.upper()) == searchable(text.lower())

    @given(some.integers(0, 99_999), some.text("abc XYZ", min_size=1).map(str.strip).filter(bool))
    def test_a_house_number_and_its_street_come_apart(self, number: int, street: str) -> None:
        assert house_and_street(f" {number}  {street} ") == (number, street)

    @pytest.mark.parametrize("text", ["", "Cedar Ave", "12", "12b Cedar", "-5 Cedar"])
    def test_what_begins_with_no_number_has_none(self, text: str) -> None:
        assert house_and_street(text) is None

    @given(some.integers(0, 99_999), some.text("abc ", min_size=1).map(str.strip).filter(bool))
    def test_doors_of_one_block_are_told_alike(self, number: int, street: str) -> None:
        first = number // 100 * 100
        assert to_block(f"{number} {street}") == to_block(f"{first} {street}, rear")


class TestShapes:
    """Boxes, holes and distances."""

    @given(POINTS, POINTS, POINTS)
    def test_distance_is_a_distance(
        self, a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
    ) -> None:
        """Nothing to itself, the same both ways, never longer by going straight."""
        assert distance_km(a, a) == 0
        assert distance_km(a, b) == pytest.approx(distance_km(b, a))
        assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-6
        assert distance_km(a, b) <= 20_016

    @given(LONS, LATS, some.floats(0.1, 5), LONS, LATS)
    def test_nothing_outside_its_box_is_inside_a_shape(
        self, west: float, south: float, size: float, lon: float, lat: float
    ) -> None:
        assume(west + size <= 180 and south + size <= 90)
        shape = square(west, south, size)
        around = box(shape)
        if contains(shape, lon, lat):
            assert around.west <= lon <= around.east and around.south <= lat <= around.north

    @given(LONS, LATS)
    def test_a_point_on_the_globe_stays_as_it_is(self, lon: float, lat: float) -> None:
        assert checked(lon, lat) == (lon, lat)

    def test_several_polygons_come_apart(self) -> None:
        both = [square(0, 0, 1)["coordinates"], square(5, 5, 1)["coordinates"]]
        assert polygons({"type": "MultiPolygon", "coordinates": both}) == both
        around = box({"type": "MultiPolygon", "coordinates": both})
        assert (around.west, around.south, around.east, around.north) == (0, 0, 6, 6)

    @pytest.mark.parametrize("shape", [{}, {"type": "Polygon", "coordinates": "x"}, {"type": "LineString"}])
    def test_what_is_no_area_says_what_is(self, shape: dict[str, object]) -> None:
        with pytest.raises(Invalid, match="Polygon or MultiPolygon"):
            box(shape)


@pytest.mark.django_db
class TestNoting:
    """The gazetteer takes all places of a list or none, and tells how many."""

    def test_one_bad_place_keeps_all_out(self) -> None:
        good = actions.NewPlace("Library", "common_place", -121.7, 38.2)
        bad = actions.NewPlace("Nowhere", "common_place", -121.7, 98.2)
        with pytest.raises(Invalid, match="latitude"):
            actions.note_places(by=SETUP, places=[good, bad])
        assert not Place.objects.exists() and not JournalLine.objects.exists()

    def test_how_many_is_told(self) -> None:
        rows = [actions.NewPlace(f"Corner {n}", "common_place", -121.7, 38.2) for n in range(3)]
        assert actions.note_places(by=SETUP, places=rows) == 3
        assert JournalLine.objects.get(kind=events.PlacesNoted.kind).data["places"] == 3

    def test_a_place_outside_every_beat_has_none(self) -> None:
        actions.note_places(by=SETUP, places=[actions.NewPlace("Far", "common_place", 10, 10)])
        [found] = queries.find("far")
        assert found.area == "" and found.label == "Far"

    def test_of_one_kind_by_name(self) -> None:
        rows = [
            actions.NewPlace("Zoo", "common_place", 1, 1),
            actions.NewPlace("Base", "base", 1, 1),
            actions.NewPlace("Abbey", "common_place", 1, 1),
        ]
        actions.note_places(by=SETUP, places=rows)
        assert [p.name for p in queries.places("common_place")] == ["Abbey", "Zoo"]
        assert queries.places().count() == 3

    @pytest.mark.parametrize(
        ("km", "found"), [(0.5, ["Here"]), (3, ["Here", "Two"]), (30, ["Here", "Two", "Ten"])]
    )
    def test_nearness_is_in_kilometres(self, km: float, found: list[str]) -> None:
        spots = {"Here": 0.0, "Two": 0.018, "Ten": 0.09}
        rows = [actions.NewPlace(name, "common_place", 0.0, lat) for name, lat in spots.items()]
        actions.note_places(by=SETUP, places=rows)
        assert [p.name for p in queries.near(0.0, 0.0, km=km)] == found
