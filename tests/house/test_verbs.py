"""Whatever a room can do, somebody can have done: by a screen, a program, a command, an event or another act.

A generated county calls rooms directly. What only it calls works in every demonstration and at no real site.
"""

import importlib
import inspect
import re
from collections.abc import Iterator

from .commonweal_contracts import ROOMS
from .repository import SOURCE

ARCHIVES = {
    "agencies.bring_roster", "calls.bring_past", "directory.bring_capacity",
    "encounters.bring_past", "referrals.bring_past", "training.bring_past",
}  # fmt: skip
"""Years of records of another product, brought in whole: no product asks for them yet."""
WAITING = {
    "calls.recode": "a call's kind is corrected by the import of its centre, not yet by hand",
    "foresight.activate_model": "models ship with the product; a site cannot register its own yet",
    "foresight.register_model": "as above",
    "places.note_places": "a site's places come by `commonweal import places`, in lots",
}
"""Verbs without a door, each with the reason: it gets shorter, never longer."""


def verbs() -> Iterator[tuple[str, str]]:
    """Room and name of each public act: a function of a room's door that says by whom it is done."""
    for room in sorted(ROOMS):
        door = importlib.import_module(f"commonweal.{room}.actions")
        for name, found in vars(door).items():
            if inspect.isfunction(found) and not name.startswith("_") and _is_act(found, room):
                yield room, name


def _is_act(found: object, room: str) -> bool:
    assert inspect.isfunction(found)
    plain = inspect.unwrap(found)
    return plain.__module__.startswith(f"commonweal.{room}.") and "by" in inspect.signature(plain).parameters


def _called() -> dict[str, list[str]]:
    """The text of the product without the generated county, in which each act should be found."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        if "demo" not in path.relative_to(SOURCE).parts and "migrations" not in path.parts:
            found[str(path)] = path.read_text().splitlines()
    return found


def unreached() -> set[str]:
    """Acts that are named nowhere but where they are written and offered."""
    lines = [line for text in _called().values() for line in text]
    said = "\n".join(line for line in lines if not re.match(r"\s*(def |from |import |\"\w+\",)", line))
    named = set(re.findall(r"\b(\w+)\(", said)) | set(re.findall(r"\.(\w+)\b", said))
    return {f"{room}.{name}" for room, name in verbs() if name not in named}


def test_every_act_can_be_done_by_somebody() -> None:
    assert unreached() - ARCHIVES - set(WAITING) == set()


def test_what_waits_for_a_door_waits_still() -> None:
    """Once it has one it is struck off here."""
    assert (ARCHIVES | set(WAITING)) - unreached() == set()
