"""The drawn ground: closed shapes, addresses where people live, a base map that a map can draw."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.agencies.models import AGENCY_KINDS, UNIT_KINDS
from commonweal.agencies.roles import ROLES
from commonweal.demo import geography, names, organization, pack, shapes
from commonweal.demo.projection import place_at, places_at
from commonweal.places.models import AREA_KINDS
from commonweal.places.queries import distance_km

GROUND = geography.generate(3)
STAFF = organization.generate(3)
LAYERS = ["land", "urban", "park", "water", "river", "street", "road", "rail", "border", "label"]


def mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


# --- ground ----------------------------------------------------------------------------------------


def test_the_base_map_is_geojson_in_drawing_order() -> None:
    made = json.loads(json.dumps(GROUND.basemap()))
    layers = [feature["properties"]["layer"] for feature in made["features"]]
    assert list(dict.fromkeys(layers)) == LAYERS
    for feature in made["features"]:
        if feature["geometry"]["type"] == "Polygon":
            (ring,) = feature["geometry"]["coordinates"]
            assert ring[0] == ring[-1] and len(ring) > 3
    assert len(json.dumps(made)) < 250_000


def test_every_point_lies_in_the_county() -> None:
    west, south = place_at((-1, -1))
    east, north = place_at((41, 36))
    for beat in GROUND.beats:
        assert all(west <= lon <= east and south <= lat <= north for lon, lat in beat.ring)
    assert "beat" in AREA_KINDS


def test_every_address_stands_on_a_block_that_the_desk_can_find() -> None:
    """Whoever types a house number gets a point: each block once, near where its houses are."""
    blocks = {(block.text, block.beat): block for block in GROUND.blocks()}
    assert len(blocks) == len(GROUND.blocks())
    asked = GROUND.addresses(pack.stream(2, "addresses"), [beat.code for beat in GROUND.beats] * 20)
    found = [(address, blocks[address.block, address.beat]) for address in asked]
    away = [distance_km((one.lon, one.lat), (block.lon, block.lat)) for one, block in found]
    assert np.quantile(away, 0.8) < 1


def test_addresses_lie_in_the_beat_that_was_asked_for() -> None:
    random = pack.stream(1, "addresses")
    rings = {beat.code: list(beat.ring) for beat in GROUND.beats}
    wanted = [beat.code for beat in GROUND.beats for _ in range(25)]
    found = GROUND.addresses(random, wanted)
    assert [address.beat for address in found] == wanted
    apart = 0
    for address in found:
        lon, lat = np.array([address.lon]), np.array([address.lat])
        apart += not shapes.inside(rings[address.beat], lon, lat)[0]
    # a block may straddle the line between two beats, a road the shore
    assert apart <= len(found) // 25


def test_addresses_read_like_addresses_and_blocks_hide_the_house() -> None:
    (address,) = GROUND.addresses(pack.stream(2, "one"), ["H1"])
    number, street = address.text.split(" ", 1)
    assert address.block == f"{int(number) // 100 * 100} block of {street}"
    assert address.town == "Harlow"
    assert abs(address.lon - address.block_lon) < 0.005


def test_calls_and_residents_add_up() -> None:
    assert sum(beat.call_share for beat in GROUND.beats) == pytest.approx(1)
    assert sum(beat.residents for beat in GROUND.beats) == pytest.approx(250_000, rel=0.001)


def test_places_know_their_beat_and_town() -> None:
    where = {place.name: (place.beat, place.town) for place in GROUND.places}
    assert where["Lantern House Shelter"] == ("H6", "Harlow")
    assert where["Kessler Falls High School"][1] == "Kessler Falls"


def test_another_seed_draws_another_ground_and_the_same_seed_the_same() -> None:
    assert geography.generate(3).features == GROUND.features
    assert geography.generate(4).features != GROUND.features


@given(st.floats(0, 40), st.floats(0, 35))
def test_one_point_and_many_are_projected_alike(x: float, y: float) -> None:
    assert tuple(places_at(np.array([[x, y]]))[0]) == pytest.approx(place_at((x, y)), abs=2e-6)


UNIT_SQUARE: shapes.Ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
INNER = st.floats(0.05, 0.95)


@given(INNER, INNER, INNER, INNER, INNER, INNER)
def test_cutting_at_the_middle_keeps_what_is_nearer(
    a: float, b: float, c: float, d: float, x: float, y: float
) -> None:
    mine, other, point = (a, b), (c, d), np.array([x, y])
    away = [float(np.hypot(*(point - np.array(seed)))) for seed in (mine, other)]
    if np.hypot(a - c, b - d) < 0.05 or abs(away[0] - away[1]) < 1e-6:
        return
    ring = shapes.nearer(UNIT_SQUARE, mine, other)
    assert bool(shapes.inside(ring, np.array([x]), np.array([y]))[0]) == (away[0] < away[1])


@given(st.integers(0, 10_000), st.floats(0.1, 5))
def test_a_soft_circle_is_closed_and_holds_its_centre(seed: int, radius: float) -> None:
    ring = shapes.blob(np.random.default_rng(seed), (3.0, 4.0), radius)
    assert ring[0] == ring[-1]
    assert shapes.inside(ring, np.array([3.0]), np.array([4.0]))[0]


def test_a_smooth_curve_passes_through_its_points() -> None:
    course = [[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]]
    curve = shapes.smooth(course)
    assert all(any(np.hypot(x - px, y - py) < 1e-9 for x, y in curve) for px, py in course)


# --- who works there --------------------------------------------------------------------------------


def test_agencies_units_and_roles_are_those_of_the_product() -> None:
    assert {agency.kind for agency in STAFF.agencies} <= set(AGENCY_KINDS)
    assert {unit.kind for unit in STAFF.units} <= set(UNIT_KINDS)
    assert {worker.role for worker in STAFF.workers} <= set(ROLES)


def test_every_role_but_the_person_helped_has_somebody() -> None:
    assert {worker.role for worker in STAFF.workers} == set(ROLES) - {"person"}


def test_keys_usernames_and_call_signs_are_unique() -> None:
    for values in (
        [worker.key for worker in STAFF.workers],
        [worker.username for worker in STAFF.workers],
        [unit.call_sign for unit in STAFF.units],
    ):
        assert max(Counter(values).values()) == 1


def test_shifts_follow_the_local_clock_and_carry_a_crew() -> None:
    shifts = STAFF.shifts(date(2025, 11, 1), 2)
    assert all(shift.ends > shift.starts for shift in shifts)
    assert all(shift.crew for shift in shifts if not shift.call_sign.startswith("E"))
    keys = {worker.key for worker in STAFF.workers}
    assert all(key in keys for shift in shifts for key in shift.crew)
    # the clocks go back on 2 November 2025: the night shift of the first lasts an hour longer
    night = next(shift for shift in shifts if shift.call_sign == "1A02")
    assert night.ends - night.starts == timedelta(hours=13)


def test_a_unit_is_on_duty_in_its_hours_alone() -> None:
    night = next(unit for unit in STAFF.units if unit.hours == (18, 6))
    assert [night.on_duty(hour) for hour in (17, 18, 23, 0, 5, 6)] == [False, True, True, True, True, False]
    day = next(unit for unit in STAFF.units if unit.hours == (6, 18))
    assert [day.on_duty(hour) for hour in (5, 6, 17, 18)] == [False, True, True, False]


def test_clinicians_are_always_to_be_had_by_phone() -> None:
    tele = [unit for unit in STAFF.units if unit.kind == "tele"]
    assert all(any(unit.on_duty(hour) for unit in tele) for hour in range(24))


# --- slips of the pen --------------------------------------------------------------------------------

GIVEN = st.sampled_from([*pack.words()["names"]["female"], *pack.words()["names"]["family"]])


@given(GIVEN, st.integers(0, 10_000))
def test_a_mistyped_name_is_one_slip_away(name: str, seed: int) -> None:
    typed = names.mistyped(np.random.default_rng(seed), name)
    assert abs(len(typed) - len(name)) <= 1
    assert typed[0] == name[0]


@given(st.dates(date(1930, 1, 1), date(2012, 12, 31)), st.integers(0, 10_000))
def test_a_misdated_birth_is_another_day(born: date, seed: int) -> None:
    assert names.misdated(np.random.default_rng(seed), born) != born


def test_drawn_spans_have_the_quantiles_they_are_given() -> None:
    levels, quantiles = [0.1, 0.5, 0.9], [10.0, 60.0, 600.0]
    drawn = pack.draw_spans(pack.stream(1, "spans"), levels, quantiles, 40_000)
    assert np.quantile(drawn, levels) == pytest.approx(quantiles, rel=0.06)


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.floats(0.01, 9), min_size=1, max_size=6))
def test_one_and_many_are_drawn_from_the_same_words(table: dict[str, float]) -> None:
    assert pack.one(pack.stream(1, "one"), table) in table
    assert set(pack.pick(pack.stream(1, "many"), table, 20)) <= set(table)
