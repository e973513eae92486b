"""A lot that anybody can repeat: by hand, in any order of the list, in ten years."""

import hashlib
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.effects.drawing import drawn, drawn_in_blocks, evenly, lot, seal, text_of

AREAS = ("East", "Harbor", "North", "Old town", "South", "West")
STEPS = (("2027-01-04", 2), ("2027-03-01", 2), ("2027-05-03", 2))
names = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12, unique=True)


def test_the_same_list_seed_and_schedule_give_the_same_order_for_ever() -> None:
    """Worked out once with sha256sum; a change here would break every draw that was ever registered."""
    found = drawn(AREAS, STEPS, "0123456789abcdef")
    ranked = sorted(AREAS, key=lambda area: hashlib.sha256(f"0123456789abcdef\n{area}".encode()).digest())
    assert [found[area] for area in ranked] == [name for name, count in STEPS for _ in range(count)]
    assert lot("seed", "East") == hashlib.sha256(b"seed\nEast").hexdigest()


@given(names, st.text(max_size=20), st.randoms())
def test_the_order_in_which_units_are_named_decides_nothing(
    units: list[str], seed: str, chance: Random
) -> None:
    places = evenly([str(n) for n in range(min(3, len(units)))], len(units))
    again = list(units)
    chance.shuffle(again)
    assert drawn(units, places, seed) == drawn(again, places, seed)
    assert seal(units, places, seed) == seal(again, places, seed)
    assert Counter(drawn(units, places, seed).values()) == dict(places)


@given(names, st.integers(1, 12))
def test_steps_are_shared_out_evenly(units: list[str], steps: int) -> None:
    if steps > len(units):
        with pytest.raises(ValueError, match="at most one step a unit"):
            evenly([str(n) for n in range(steps)], len(units))
        return
    counts = [count for _, count in evenly([str(n) for n in range(steps)], len(units))]
    assert sum(counts) == len(units) and max(counts) - min(counts) <= 1


def test_each_unit_has_an_equal_chance_of_each_step() -> None:
    seen = Counter((area, step) for n in range(900) for area, step in drawn(AREAS, STEPS, str(n)).items())
    assert len(seen) == 18 and all(230 < count < 370 for count in seen.values())


def test_blocks_are_drawn_apart() -> None:
    blocks = {"large": AREAS[:3], "small": AREAS[3:]}
    places = {name: [("first", 1), ("second", 2)] for name in blocks}
    found = drawn_in_blocks(blocks, places, "s")
    for units in blocks.values():
        assert Counter(found[unit] for unit in units) == {"first": 1, "second": 2}
    assert drawn_in_blocks(blocks, places, "s") == found
    assert any(drawn_in_blocks(blocks, places, str(n)) != found for n in range(5))


@pytest.mark.parametrize(
    ("units", "places", "says"),
    [
        (("a", "a"), [("x", 2)], "'a' stands twice"),
        (("a", "b"), [("x", 1)], "places: 1 for 2 units"),
        (("a", "b"), [("x", 2), ("y", 0)], "places: 2 for 2 units"),
    ],
)
def test_what_cannot_be_drawn_is_named(
    units: tuple[str, ...], places: list[tuple[str, int]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        drawn(units, places, "s")


def test_the_seal_is_of_the_text() -> None:
    text = text_of(AREAS, STEPS, "s")
    assert seal(AREAS, STEPS, "s") == hashlib.sha256(text.encode()).hexdigest()
    assert seal(AREAS, STEPS, "t") != seal(AREAS, STEPS, "s") != seal(AREAS[1:], STEPS, "s")
