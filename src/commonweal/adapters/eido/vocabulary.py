"""Registry words of EIDO and what they are here: `packs/eido.yaml`, compared without case or marks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from commonweal import packs

NAME = "eido.yaml"


def fold(word: str) -> str:
    """A registry word as it is compared: letters and digits alone."""
    return "".join(char for char in word.casefold() if char.isalnum())


def meaning(table: str, word: str) -> str | None:
    """What a word of a table means here; `none` where it means nothing to us, None where it is unknown."""
    return _table(table).get(fold(word))


def is_caller(role: str) -> bool:
    """Whether a person's role is that of who called."""
    return fold(role) in _callers()


@cache
def _pack() -> Mapping[str, object]:
    found = packs.read(NAME)
    if not isinstance(found, dict):
        raise packs.PackError(f"{NAME} must hold tables of words")
    return found


@cache
def _table(name: str) -> Mapping[str, str]:
    rows = _pack().get(name)
    if not isinstance(rows, dict):
        raise packs.PackError(f"{NAME} must hold a table {name}")
    found: dict[str, str] = {}
    for ours, theirs in rows.items():
        if isinstance(theirs, list):
            found.update({fold(str(one)): str(ours) for one in theirs})
        else:
            found[fold(str(ours))] = str(theirs)
    return found


@cache
def _callers() -> frozenset[str]:
    rows = _pack().get("caller_roles")
    return frozenset(fold(str(one)) for one in rows) if isinstance(rows, list) else frozenset()


@cache
def incident_code(nature: str) -> str:
    """The common incident type code that a nature is told as; the service code where it has none."""
    return next((code.upper() for code, ours in _table("incident_types").items() if ours == nature), "INFO")
