"""A site loads its own geography by command: then addresses are found and maps have their ground."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.cli.main import main
from commonweal.kernel.imports import Tally
from commonweal.places import actions, queries
from commonweal.places.actions import NewPlace
from commonweal.places.prepared import Prepared
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]
Said = dict[str, Any]
Take = Callable[..., tuple[int, Said, str]]
Ring = list[list[float]]
BY_CODE = ("--kind", "beat", "--code", "BEAT", "--name", "LABEL")
ADDRESSES = """Number,Street,City,Zip,Latitude,Longitude
412,Cedar Ave,Harlow,97001,38.202,-121.601
414,Cedar Ave,Harlow,97001,38.2021,-121.6012
12,Río Street,Harlow,97001,38.21,-121.2
"""


@pytest.fixture(name="take")
def import_of(capsys: Capture) -> Take:
    """Import as an operator does: exit code, what --json says, and standard error."""

    def taken(what: str, *arguments: str | Path) -> tuple[int, Said, str]:
        capsys.readouterr()
        code = main(["import", what, *map(str, arguments), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, json.loads(out) if out else {}, err

    return taken


def ring(west: float, south: float, size: float = 0.5) -> Ring:
    """A closed square."""
    corners = [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size), (0.0, 0.0)]
    return [[west + x, south + y] for x, y in corners]


def area(code: object, outline: Ring, **more: object) -> Said:
    """A feature with one ring."""
    said = {"BEAT": code, "LABEL": f"Beat {code}".removesuffix(".0"), **more}
    return {
        "type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [outline]}
    }  # fmt: skip


def point(lon: float, lat: float, **said: object) -> Said:
    """A feature with one point."""
    return {"type": "Feature", "properties": said, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def geojson(folder: Path, *features: object, name: str = "file.geojson", **more: object) -> Path:
    """A GeoJSON file of the operator's."""
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": features}), "utf-8")
    return path


def table(folder: Path, text: str, name: str = "places.csv") -> Path:
    """A CSV file of the operator's."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def sums(said: Said) -> tuple[int, ...]:
    """Accepted, updated, unchanged, rejected; read must be their sum."""
    four = tuple(int(said[key]) for key in ("accepted", "updated", "unchanged", "rejected"))
    assert said["read"] == sum(four)
    return four


def refused(said: Said) -> list[dict[str, str]]:
    """The list of refused rows."""
    return list(csv.DictReader(Path(said["rejects_file"]).read_text("utf-8").splitlines()))


WEST, EAST = area(1, ring(-122, 38)), area(2.0, ring(-121.5, 38))


class TestAStory:
    """A site starts: its beats, its addresses, its landmarks; then the desk finds what callers say."""

    def test_from_two_files_to_an_address_on_the_map(self, take: Take, tmp_path: Path) -> None:
        """What was nowhere is found, in its beat, and the map has its ground."""
        assert queries.find("412 cedar ave") == []
        code, said, _ = take("areas", geojson(tmp_path, WEST, EAST), *BY_CODE)
        assert (code, sums(said)) == (0, (2, 0, 0, 0))
        library = point(-121.7, 38.2, name="Riverside Library", address="12 River St", city="Harlow")
        block = point(-121.6, 38.2, name="400 BLK Cedar Ave")
        named = geojson(tmp_path, library, block, name="named.geojson")
        code, said, _ = take("places", table(tmp_path, ADDRESSES), named)
        assert (code, sums(said)) == (0, (5, 0, 0, 0))
        door = queries.find("412 cedar avenue")[0]
        assert (door.label, door.area) == ("412 Cedar Ave, Harlow, 97001", "Beat 1")
        assert (door.lon, door.lat, door.precision) == (-121.601, 38.202, "exact")
        assert queries.find("12 rio st")[0].area == "Beat 2"
        assert queries.find("riverside lib")[0].kind == "common_place"
        guessed = queries.find("498 cedar ave")[0]
        assert (guessed.name, guessed.precision) == ("498 Cedar Ave", "block")
        ground = queries.base_map()["features"]
        assert isinstance(ground, list)
        assert [one["properties"].get("code") for one in ground] == ["1", "2", None]

    def test_again_doubles_nothing(self, take: Take, tmp_path: Path) -> None:
        """Each file twice: the second run accepts and changes nothing."""
        beats, doors = geojson(tmp_path, WEST, EAST), table(tmp_path, ADDRESSES)
        for expected in ((2, 0, 0, 0), (0, 0, 2, 0)):
            assert sums(take("areas", beats, *BY_CODE)[1]) == expected
        for expected in ((3, 0, 0, 0), (0, 0, 3, 0)):
            assert sums(take("places", doors)[1]) == expected
        assert (queries.areas().count(), queries.places().count()) == (2, 3)

    def test_what_moved_is_brought_up_to_date(self, take: Take, tmp_path: Path) -> None:
        """An outline redrawn and a door moved are updated, all else stays; places learn a new beat."""
        take("areas", geojson(tmp_path, WEST), *BY_CODE)
        take("places", table(tmp_path, ADDRESSES))
        moved = geojson(tmp_path, area(1, ring(-122, 38, 0.25)), EAST)
        assert sums(take("areas", moved, *BY_CODE)[1]) == (1, 1, 0, 0)
        changed = ADDRESSES.replace("-121.6012", "-121.9")
        assert sums(take("places", table(tmp_path, changed))[1]) == (0, 3, 0, 0)
        assert [place.area and place.area.code for place in queries.places("address")] == ["2", None, "1"]

    def test_both_read_past_what_is_bad(self, take: Take, tmp_path: Path) -> None:
        """Good rows are kept, exit code 0; where nothing could be kept it is 2."""
        bad = "12,,,,x,y\n"
        code, said, err = take("places", table(tmp_path, ADDRESSES + bad))
        assert (code, sums(said)) == (0, (3, 0, 0, 1)) and "line 5" in err
        code, said, _ = take("places", table(tmp_path, ADDRESSES.splitlines()[0] + "\n" + bad))
        assert (code, sums(said)) == (2, (0, 0, 0, 1))


BOW = [[-122, 38], [-121, 39], [-121, 38], [-122, 39], [-122, 38]]
OPEN = ring(-122, 38)[:-1] + [[-121.9, 38.1]]


class TestBadAreas:
    """Each bad feature is listed by number, field, value and reason; the good one beside it stands."""

    @pytest.mark.parametrize(
        ("feature", "field", "value", "why"),
        [
            (area(1, OPEN), "geometry", "5 points", "open ring"),
            (area(1, BOW), "geometry", "Self-intersection", "crosses itself"),
            (area(1, ring(-122, 210)), "latitude", "210", "outside -90 to 90"),
            (area(1, ring(-200, 38)), "longitude", "-200", "outside -180 to 180"),
            (area(None, ring(-122, 38)), "BEAT", "", "is missing"),
            (area("  ", ring(-122, 38)), "BEAT", "", "is missing"),
            (area(2, ring(-122, 38)), "code", "2", "Feature 1 has this code too"),
            (area("x" * 33, ring(-122, 38)), "code", "xxx", "Shorten it to 32"),
            (area(1, ring(-122, 38), LABEL=None), "LABEL", "", "is missing"),
            (point(-122, 38, BEAT=1, LABEL="One"), "geometry", "Point", "no Polygon"),
            (area(1, [[]] * 4), "geometry", "Polygon", "longitude and latitude"),
            ({**WEST, "geometry": None}, "geometry", "none", "no Polygon"),
            ("a text", "feature", "a text", "is not a feature"),
        ],
    )
    def test_is_listed_and_costs_no_good_one(
        self, take: Take, tmp_path: Path, feature: object, field: str, value: str, why: str
    ) -> None:
        """The second feature is bad, the first and the third are kept."""
        third = area(3, ring(10, 10))
        _, said, _ = take("areas", geojson(tmp_path, EAST, feature, third), *BY_CODE)
        assert sums(said) == (2, 0, 0, 1)
        [row] = refused(said)
        assert (row["line"], row["field"]) == ("2", field)
        assert value in row["value"].lstrip("'") and why in row["reason"]

    def test_a_code_of_another_kind_is_not_redrawn(self, take: Take, tmp_path: Path) -> None:
        """District 2 does not become of beat 2; with a prefix both stand."""
        file = geojson(tmp_path, EAST)
        take("areas", file, *BY_CODE)
        districts = ("--kind", "district", *BY_CODE[2:])
        code, said, _ = take("areas", file, *districts)
        assert (code, sums(said)) == (2, (0, 0, 0, 1)) and "--prefix" in refused(said)[0]["reason"]
        assert sums(take("areas", file, *districts, "--prefix", "D")[1]) == (1, 0, 0, 0)
        assert [(one.code, one.kind) for one in queries.areas()] == [("2", "beat"), ("D2", "district")]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "is empty"),
            ("name,lat\n", "is no GeoJSON"),
            ("[1, 2]", "is no GeoJSON"),
            ('{"type": "Topology", "objects": {}}', "TopoJSON"),
        ],
    )
    def test_a_file_of_another_kind_is_refused_whole(
        self, take: Take, tmp_path: Path, text: str, why: str
    ) -> None:
        """In words, with exit code 2."""
        code, said, err = take("areas", table(tmp_path, text, "x.geojson"), *BY_CODE)
        assert code == 2 and sums(said)[0] == 0 and why in err

    def test_a_file_that_was_cut_off_keeps_what_came_before(self, take: Take, tmp_path: Path) -> None:
        """The first feature stands; the list says where the file ends."""
        whole = geojson(tmp_path, WEST, EAST).read_text("utf-8")
        _, said, _ = take("areas", table(tmp_path, whole[:-30], "cut.geojson"), *BY_CODE)
        assert sums(said) == (1, 0, 0, 1) and refused(said)[0]["line"] == "2"


class TestSystems:
    """Feet and metres become degrees where somebody says which; else the file is refused, not guessed."""

    METRES = ring(-13_580_977.9, 4_579_425.8, 50_000)  # Web Mercator; its corner is at -122, 38
    CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}

    def test_nothing_says_which(self, take: Take, tmp_path: Path) -> None:
        """Refused whole, with the remedy."""
        code, _, err = take("areas", geojson(tmp_path, area(1, self.METRES)), *BY_CODE)
        assert code == 2 and "not in degrees" in err and "--crs" in err and not queries.areas()

    def test_the_file_or_the_operator_says(self, take: Take, tmp_path: Path) -> None:
        """Both ways lead to the same degrees."""
        told = geojson(tmp_path, area(1, self.METRES), crs=self.CRS)
        silent = geojson(tmp_path, area(1, self.METRES), name="silent.geojson")
        assert sums(take("areas", told, *BY_CODE)[1]) == (1, 0, 0, 0)
        assert sums(take("areas", silent, *BY_CODE, "--crs", "EPSG:3857")[1]) == (0, 0, 1, 0)
        beat = queries.areas().get()
        assert (beat.west, beat.south) == (pytest.approx(-122, abs=1e-5), pytest.approx(38, abs=1e-5))

    def test_an_unknown_system(self, take: Take, tmp_path: Path) -> None:
        """Named in the answer."""
        code, _, err = take("areas", geojson(tmp_path, WEST), *BY_CODE, "--crs", "EPSG:1")
        assert code == 2 and "EPSG:1" in err


class TestBadPlaces:
    """Each bad row is listed by line, field, value, reason and remedy."""

    @pytest.mark.parametrize(
        ("row", "field", "value", "why"),
        [
            ("Park,,,210,-121", "latitude", "210", "outside -90 to 90"),
            ("Park,,,-121,38", "latitude", "-121", "may be swapped"),
            ("Park,,,38,nan", "longitude", "nan", "outside"),
            ("Park,,,north,-121", "lat", "north", "is no number"),
            ("Park,,,,-121", "lat", "", "is missing"),
            (",,,38,-121", "name", "", "neither name nor address"),
            ("Park,,castle,38,-121", "kind", "castle", "Use one of: common_place"),
            (f"{'P' * 121},,,38,-121", "name", "PPP", "Shorten it to 120"),
            ("Library,1 First St,,38,-121.5", "name, address", "Library", "line 2 of places.csv"),
            ("Park,38,-121", "row", "Park", "3 cells where the header has 5"),
        ],
    )
    def test_is_listed_and_costs_no_good_one(
        self, take: Take, tmp_path: Path, row: str, field: str, value: str, why: str
    ) -> None:
        """A bad row between two good ones."""
        lines = ["name,address,kind,lat,lon", "Library,1 First St,,38,-121", row, "Depot,,base,38,-121", ""]
        _, said, _ = take("places", table(tmp_path, "\n".join(lines)))
        assert sums(said) == (2, 0, 0, 1)
        [listed] = refused(said)
        assert (listed["line"], listed["field"]) == ("3", field)
        assert listed["value"].lstrip("'").startswith(value) and why in listed["reason"]

    @pytest.mark.parametrize(
        ("header", "why"),
        [("name,latitude", "lacks the needed column longitude"), ("lat,lon,city", "neither name nor")],
    )
    def test_a_table_without_its_columns(self, take: Take, tmp_path: Path, header: str, why: str) -> None:
        """Refused whole: the remedy is a profile."""
        code, _, err = take("places", table(tmp_path, f"{header}\n1,2{',3' * header.count(',lon')}\n"))
        assert code == 2 and why in err and "profile" in err

    def test_a_row_told_twice_alike_is_unchanged(self, take: Take, tmp_path: Path) -> None:
        """Both lines stand in the findings."""
        _, said, _ = take("places", table(tmp_path, ADDRESSES + ADDRESSES.splitlines()[1] + "\n"))
        assert sums(said) == (3, 0, 1, 0) and said["findings"] == 1


class TestProfiles:
    """A file with columns of its own is read by a profile; one that is wrong is refused by its key."""

    def test_reads_other_columns(self, take: Take, tmp_path: Path) -> None:
        """Several columns make a street; their words become our kinds."""
        said = "name: ours\ncolumns: {number: HSE, street: [PRE, NM], longitude: EE, latitude: NN, kind: K}\n"
        profile = table(tmp_path, said + "kinds: {House: address}\n", "ours.yaml")
        rows = table(tmp_path, "HSE,PRE,NM,K,EE,NN\n7,N,Elm,HOUSE,-121,38\n")
        assert sums(take("places", rows, "--profile", profile)[1]) == (1, 0, 0, 0)
        found = queries.find("7 north elm")[0]
        assert (found.name, found.kind) == ("7 N Elm", "address")

    @pytest.mark.parametrize("text", ["name: x\ncolums: {}\n", "columns: {}\n", "- 1\n"])
    def test_a_wrong_one(self, take: Take, tmp_path: Path, text: str) -> None:
        """Nothing is read."""
        profile = table(tmp_path, text, "wrong.yaml")
        code, _, err = take("places", table(tmp_path, ADDRESSES), "--profile", profile)
        assert code == 2 and "--profile" in err and not queries.places()

    def test_features_one_a_line(self, take: Take, tmp_path: Path) -> None:
        """As some programs write long files."""
        lines = [json.dumps(point(-121, 38, number=n, street="Elm St")) for n in range(5)]
        assert sums(take("places", table(tmp_path, "\n".join(lines), "l.geojson"))[1]) == (5, 0, 0, 0)


RINGS = st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.1, 3))
POINTS = st.lists(st.tuples(st.floats(-4, 7), st.floats(-4, 7)), min_size=1, max_size=20)


class TestProperties:
    """What holds for any file."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(squares=st.lists(RINGS, max_size=4), points=POINTS)
    def test_many_points_find_the_areas_that_one_finds(
        self, squares: list[tuple[float, float, float]], points: list[tuple[float, float]]
    ) -> None:
        """Prepared for many says what `area_of` says of each."""
        queries.areas().delete()
        for number, square in enumerate(squares):
            shape = {"type": "Polygon", "coordinates": [ring(*square)]}
            actions.draw_area(by=SETUP, code=f"B{number}", name="Beat", kind="beat", geometry=shape)
        said = Prepared().holding([x for x, _ in points], [y for _, y in points])
        one_by_one = [queries.area_of(x, y) for x, y in points]
        assert said == [found and found.id for found in one_by_one]

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rows=st.lists(
            st.tuples(st.sampled_from("abc"), st.floats(-200, 200), st.sampled_from(["base", "?"])),
            max_size=12,
        )
    )
    def test_counts_add_up_and_again_accepts_none(self, rows: list[tuple[str, float, str]]) -> None:
        """Whatever the rows: each is counted once, and a second run accepts and updates nothing."""
        queries.places().delete()
        told = [Row("f", n, name, kind, lon, 38.0) for n, (name, lon, kind) in enumerate(rows, 1)]
        first, second = Tally(), Tally()
        for tally in (first, second):
            actions.import_places(by=SETUP, rows=told, profile="x", sources=["f"], tally=tally)
            assert tally.counts()["read"] == len(rows)
        assert first.accepted == queries.places().count()
        assert (second.accepted, second.updated, second.rejected) == (0, 0, first.rejected)

    def test_a_place_noted_by_hand_and_by_file_is_one(self, take: Take, tmp_path: Path) -> None:
        """Name and address tell them apart, whoever wrote them."""
        there = NewPlace("412 Cedar Ave", "address", -121.601, 38.202, "Harlow, 97001")
        actions.note_places(by=SETUP, places=[there])
        assert sums(take("places", table(tmp_path, ADDRESSES))[1]) == (2, 0, 1, 0)


class Row:
    """A place as a reader tells it."""

    def __init__(self, file: str, line: int, name: str, kind: str, lon: float, lat: float) -> None:
        self.file, self.line, self.name, self.kind, self.lon, self.lat = file, line, name, kind, lon, lat
        self.address, self.precision = "", "exact"
