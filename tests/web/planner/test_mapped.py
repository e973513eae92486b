"""Rosters on the map with their table; amounts of money as each language writes numbers."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from commonweal.kernel.actors import system
from commonweal.places import actions as places
from commonweal.web.planner.beside import columns
from commonweal.web.planner.mapped import MINUTES, maps
from commonweal.web.templatetags.measures import dollars, dollars_more

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}


def side(**areas: float | None) -> dict:
    """One roster's answer: nine in ten within so many minutes, by area."""
    told = {code: {"p90": minutes, "calls": 20.0} for code, minutes in areas.items()}
    return {"areas": told, "bases": [("T1", -121.5, 38.5)]}


@pytest.fixture(name="beats")
def the_beats(db) -> None:
    for code in ("B1", "B2"):
        places.draw_area(by=system("setup"), code=code, name=code, kind="beat", geometry=SQUARE)


def test_each_roster_has_its_map_with_minutes_by_area_and_where_units_wait(beats) -> None:
    found = maps({"sides": [side(B1=12.34, B2=None), side(B1=9.0, B2=30.0)]}, ["Evenings"])
    assert [title.partition(":")[0] for _name, title, _layers in found] == ["Now", "Evenings"]
    shaded = [layers[1]["data"]["features"] for _name, _title, layers in found]
    assert [[f["properties"] for f in one] for one in shaded] == [
        [{"name": "B1", "minutes": 12.3}],
        [{"name": "B1", "minutes": 9.0}, {"name": "B2", "minutes": 30.0}],
    ]
    homes = found[0][2][2]["data"]["features"]
    assert homes[0]["geometry"]["coordinates"] == [-121.5, 38.5] and homes[0]["properties"] == {"sign": "T1"}


def test_where_no_area_tells_anything_there_is_no_map(beats) -> None:
    assert maps({"sides": [side(), side()]}, ["x"]) == []
    assert maps({"sides": [{"areas": {"": {"p90": 5.0}}, "bases": []}]}, []) == []


def test_shades_grow_darker_with_the_minutes() -> None:
    marks, colours = zip(*MINUTES, strict=True)
    lights = [sum(int(colour[n : n + 2], 16) for n in (1, 3, 5)) for colour in colours]
    assert list(marks) == sorted(marks) and lights == sorted(lights, reverse=True)


@pytest.mark.parametrize(
    ("value", "places_", "english"),
    [(340000, 0, "$340,000"), (-1250.4, 0, "−$1,250"), (Decimal("12.5"), 2, "$12.50"), (0, 0, "$0")],
)
def test_amounts_in_english(value, places_, english) -> None:
    assert dollars(value, places_) == english


def test_amounts_in_spanish_group_as_spanish_does() -> None:
    with translation.override("es"):
        told = dollars(Decimal("1234567.5"), 2)
        assert told.startswith("$1") and told.endswith(",50") and "," not in told[:-3]
        assert dollars_more(-20.0) == "−$20" and dollars_more(20.0) == "+$20"
    assert dollars_more(0) == "$0" and dollars_more(Decimal("5"), 2) == "+$5.00"


@given(st.integers(-10_000_000, 10_000_000))
def test_no_amount_loses_a_digit_or_its_sign(value: int) -> None:
    for language in ("en", "es"):
        with translation.override(language):
            told = dollars(value)
        digits = "".join(c for c in told if c.isdigit())
        assert int(digits) == abs(value) and told.startswith("−") == (value < 0)


def test_the_average_stands_above_the_areas() -> None:
    def cell(calls: float, p90: float) -> dict[str, float]:
        return {"calls": calls, "p90": p90, "lost": 0.1}

    one = {
        "measures": {"p90": 14.0, "lost": 0.2}, "areas": {"B1": cell(3, 9), "": cell(2, 30)}, "cost": 1.0,
        "on_duty": [1.0] * 168,
    }  # fmt: skip
    rows = columns({"sides": [one]}, [])["areas"]
    assert [row[0] for row in rows] == ["All areas together", "B1", "Areas of few calls together"]
    assert rows[0][1:] == ("5.0", [("14.0", "20.0")])
