"""A plain value of a parsed file with the path that leads to it, read strictly.

Engines that take their rules as data (protocols, instruments, eligibility) read them through this; the engine
hands in its own class of error.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NoReturn


class Node:
    """One value of a parsed file and where it stands; every reader method refuses what it cannot use."""

    def __init__(self, value: object, path: str, error: type[ValueError] = ValueError) -> None:
        """Wrap a value found at a path such as ``protocol.questions[2].id``; refusals raise ``error``."""
        self._value = value
        self.path = path
        self._error = error

    @property
    def absent(self) -> bool:
        """Whether the value is missing (None)."""
        return self._value is None

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self._value, list | tuple)

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self._value, dict)

    def refuse(self, why: str) -> NoReturn:
        """Raise the error of this reading, naming this place."""
        raise self._error(f"{self.path}: {why}")

    def items(self) -> list[tuple[str, Node]]:
        """The entries of a mapping, in order; none where absent. Keys must be text."""
        if self._value is None:
            return []
        if not isinstance(self._value, dict):
            self.refuse(f"{self._value!r} is not a mapping; write key: value pairs")
        for key in self._value:
            if not isinstance(key, str):
                self.refuse(f"key {key!r} is not text; put it in quotation marks")
        return [(key, Node(value, f"{self.path}.{key}", self._error)) for key, value in self._value.items()]

    def get(self, key: str) -> Node:
        """The entry of a mapping; an absent node where it has none."""
        return dict(self.items()).get(key, Node(None, f"{self.path}.{key}", self._error))

    def only(self, keys: Iterable[str]) -> None:
        """Refuse keys that are not among these."""
        allowed = list(keys)
        for key, node in self.items():
            if key not in allowed:
                node.refuse(f"is not a known key; use {', '.join(allowed)}")

    def list(self) -> list[Node]:
        """The items of a list; none where absent."""
        if self._value is None:
            return []
        if not isinstance(self._value, list | tuple):
            self.refuse(f"{self._value!r} is not a list; write one item a line, each after a dash")
        return [Node(item, f"{self.path}[{index}]", self._error) for index, item in enumerate(self._value)]

    def text(self, default: str | None = None) -> str:
        """Text that is not blank; the default where absent and one is given."""
        if self._value is None and default is not None:
            return default
        if not isinstance(self._value, str) or not self._value.strip():
            self.refuse(f"{self._value!r} is not text; write some (quote yes, no and numbers)")
        return self._value

    def one_of(self, allowed: Iterable[str]) -> str:
        """Text that is one of the allowed values."""
        value, names = self.text(), list(allowed)
        if value not in names:
            self.refuse(f"{value!r} is not among {', '.join(names)}; use one of them")
        return value

    def scalar(self) -> str | int | float | bool:
        """A single text, number or truth value."""
        if not isinstance(self._value, str | int | float | bool):
            self.refuse(f"{self._value!r} is not a single value; write text, a number, true or false")
        return self._value

    def number(self, default: float | None = None) -> float:
        """A finite number; the default where absent and one is given."""
        if self._value is None and default is not None:
            return default
        if isinstance(self._value, bool) or not isinstance(self._value, int | float):
            self.refuse(f"{self._value!r} is not a number; write one")
        if self._value != self._value or abs(self._value) == float("inf"):
            self.refuse("is not a finite number; write one")
        return float(self._value)

    def positive(self) -> float:
        """A number above zero; 1 where absent."""
        value = self.number(1.0)
        if value <= 0:
            self.refuse(f"{value!r} is not above zero; write a positive number")
        return value

    def flag(self) -> bool:
        """True or false; false where absent."""
        if self._value is None:
            return False
        if not isinstance(self._value, bool):
            self.refuse(f"{self._value!r} is neither true nor false; write one of them")
        return self._value

    def day(self) -> date:
        """A calendar day, as a date or as text YYYY-MM-DD."""
        if isinstance(self._value, date) and not isinstance(self._value, datetime):
            return self._value
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.refuse(f"{self._value!r} is not a day; write it as YYYY-MM-DD")
