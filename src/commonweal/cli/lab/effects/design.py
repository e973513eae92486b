"""A design file: which columns of which data, and the options."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from commonweal.cli.lab.effects.data import Data
from commonweal.cli.tables import BadFile, Row, rows

COMMON = ("missing", "level", "seed")


class Design:
    """A design file: its columns, its options and its data."""

    def __init__(self, file: Path, found: Mapping[str, object]) -> None:
        self.file, self.found = file, found
        options = found.get("options") or {}
        if not isinstance(options, Mapping):
            raise self.bad("options", options, "write an object, {}")
        self.options: Mapping[str, object] = options

    def bad(self, field: str, value: object, remedy: str) -> BadFile:
        """A refusal of one field, to be raised."""
        return BadFile(f"{self.file}, field {field}: {value!r}; {remedy}")

    def allow(self, options: Sequence[str], without: Sequence[str] = ()) -> None:
        """Refuse options that the design does not know, and fields that it cannot use."""
        known = (*options, *COMMON)
        for name in self.options:
            if name not in known:
                raise self.bad(
                    f"options.{name}", self.options[name], f"no such option; use {', '.join(known)}"
                )
        for name in without:
            if self.found.get(name):
                said = "this design takes none; remove it"
                raise self.bad(name, self.found[name], said)

    def column(self, field: str) -> str:
        """The column that a field of the design names."""
        value = self.found.get(field)
        if not isinstance(value, str) or not value:
            raise self.bad(field, value, "name a column of the data")
        return value

    def has(self, field: str) -> bool:
        """Whether a field is given."""
        return bool(self.found.get(field))

    def names(self, field: str) -> list[str]:
        """The columns that a list of the design names; one name may stand alone."""
        value = self.found.get(field) or []
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(name, str) and name for name in found):
            raise self.bad(field, value, "write a list of columns of the data")
        return [str(name) for name in found]

    def option(self, field: str) -> str | None:
        """An option as text; None where it is not given."""
        value = self.options.get(field)
        return None if value is None else str(value)

    def word(self, field: str, allowed: Sequence[str]) -> str:
        """An option that is one of some words, the first where it is not given."""
        value = self.options.get(field, allowed[0])
        if value not in allowed:
            raise self.bad(f"options.{field}", value, f"use one of {', '.join(allowed)}")
        return str(value)

    def number(self, field: str, default: float | None = None) -> float:
        """An option as a number."""
        value = self.options.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.bad(f"options.{field}", value, "give a number")
        return float(value)

    def whole(self, field: str, default: int) -> int:
        """An option as a whole number, zero or more where the default is."""
        value = self.options.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int) or (value < 0 <= default):
            raise self.bad(f"options.{field}", value, "give a whole number")
        return value

    def numbers(self, field: str) -> list[float] | None:
        """An option as a list of numbers; None where it is not given."""
        value = self.options.get(field)
        if value is None:
            return None
        found = [value] if isinstance(value, int | float) and not isinstance(value, bool) else value
        good = isinstance(found, list) and all(
            isinstance(x, int | float) and not isinstance(x, bool) for x in found
        )
        if not good:
            raise self.bad(f"options.{field}", value, "give a list of numbers")
        return [float(str(x)) for x in found] if isinstance(found, list) else None

    @property
    def level(self) -> float:
        """The coverage of intervals."""
        value = self.number("level", 0.95)
        if not 0 < value < 1:
            raise self.bad("options.level", value, "give a share between 0 and 1, 0.95 for instance")
        return value

    @property
    def seed(self) -> int:
        """Where chance starts."""
        return self.whole("seed", 0)

    @cached_property
    def path(self) -> Path:
        """The data file, beside the design."""
        return self.file.parent / self.column("data")

    def read(self, fields: Sequence[str]) -> Data:
        """Columns of the data."""
        return Data(self.path, fields, self.word("missing", ("refuse", "drop")) == "drop")

    def data(self) -> list[Row]:
        """The rows of the data file."""
        found = list(rows(self.path))
        if not found:
            raise BadFile(
                f"{self.column('data')}, line 1: no rows below the header; nothing to estimate from"
            )
        return found

    def day(self, field: str) -> date:
        """An option that must be a day."""
        text = self.option(field) or ""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.bad(f"options.{field}", text, "is no date; write YYYY-MM-DD") from None
