"""What ships under packs/instruments, and what the reader refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from commonweal import packs
from commonweal.engines.needs import Instrument, NeedsError

from .packs_for_tests import INSTRUMENTS, instrument, small

NOT_OURS_TO_WORD = {"cssrs_screener", "tcu_5"}


def test_every_instrument_that_ships_is_listed_here() -> None:
    shipped = {name.split("/")[1].removesuffix(".yaml") for name in packs.names("instruments")}
    assert shipped == {*INSTRUMENTS, "needs_matrix"}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_source_and_licence_stand_beside_each(name: str) -> None:
    found = instrument(name)
    assert found.id == name
    assert found.source and found.licence


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_only_words_that_may_be_shipped_are_shipped(name: str) -> None:
    found = instrument(name)
    assert found.is_worded is (name not in NOT_OURS_TO_WORD)
    for item in found.items:
        assert bool(item.text.en) is bool(item.text.es) is found.is_worded


@pytest.mark.parametrize("name", ["vi_spdat", "lsi_r", "dast_10", "prapare", "stanley_brown"])
def test_instruments_that_may_not_ship_do_not(name: str) -> None:
    assert f"instruments/{name}.yaml" not in packs.names("instruments")


@pytest.mark.parametrize("name", ["phq9", "asq", "cssrs_screener"])
def test_those_that_ask_about_suicide_begin_its_pathway(name: str) -> None:
    assert [alert.id for alert in instrument(name).alerts] == ["suicide"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda i: i.pop("licence"), r"instrument\.licence: None is not text"),
        (lambda i: i.update(wording="maybe"), "'maybe' is not among shipped, agency"),
        (lambda i: i["items"][0].pop("text"), r"items\[0\]\.text\.en"),
        (lambda i: i["items"][1].update(id="gate"), "share an id"),
        (lambda i: i["items"][0].update(only_if={"one": 1}), "'gate' waits for an item that is not above it"),
        (lambda i: i.update(items=[]), "items: are missing"),
        (lambda i: i["items"][0].update(options="scale"), "'scale' is not among yes_no"),
        (lambda i: i["results"].reverse(), "most severe to one last result"),
        (lambda i: i["alerts"][0].pop("when"), "each alert needs a condition"),
        (lambda i: i["results"][0]["when"][0].update(items=["one"]), "either a total or a list"),
        (lambda i: i["results"][0].update(when=[{"items": ["nine"]}]), "'nine' is not among gate"),
        (lambda i: i["options"]["yes_no"][0].update(points=-1), "not a whole number"),
        (lambda i: i["options"]["yes_no"][0].update(points=0.5), "not a whole number"),
    ],
)
def test_a_faulty_instrument_is_refused(edit: Callable[[dict[str, Any]], object], message: str) -> None:
    mapping = small()
    edit(mapping)
    with pytest.raises(NeedsError, match=message):
        Instrument.read(mapping)


def test_words_come_in_both_languages() -> None:
    item = instrument("gad7").items[3]
    assert (item.text.said_in("en"), item.text.said_in("es-MX")) == (
        "Trouble relaxing",
        "Dificultad para relajarse",
    )
