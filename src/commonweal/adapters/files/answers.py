"""What a reader says besides rows: findings, rejects, notices, and the refusal of a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

SHOWN = 200
HOPELESS = 100_000  # rows refused one after another
T = TypeVar("T")


def shown(value: object) -> str:
    """Return a value fit for a message: printable, at most 200 characters, never a control byte."""
    text = str(value)
    clipped = text if len(text) <= SHOWN else text[:SHOWN] + "..."
    return clipped if clipped.isprintable() else clipped.encode("unicode_escape").decode("ascii")[: SHOWN * 2]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd in a row that is kept as it came: which field, the value found, what is odd about it."""

    field: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is not kept: where it stands, the field and value at fault, why, and what to do.

    `line` counts physical lines from 1 (a sheet's rows, for XLSX); 0 speaks of the file as a whole.
    """

    file: str
    line: int
    field: str
    value: str
    reason: str
    remedy: str

    def sentence(self) -> str:
        """Return one line for a terminal: place, field, value, reason, remedy."""
        place = f"{self.file}, line {self.line}" if self.line else self.file
        value = f" {self.value!r}" if self.value else ""
        return f"{place}: {self.field}{value}: {self.reason}. {self.remedy}."


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark about a whole file that costs no row, such as its encoding or columns that are not used."""

    file: str
    text: str


def lacking(columns: Sequence[str]) -> str:
    """The reason of a file without a column, or several, that its profile needs."""
    if len(columns) == 1:
        return f"lacks the needed column {columns[0]}"
    return f"lacks {len(columns)} needed columns: {', '.join(columns)}"


class FileRefused(Exception):
    """No row can be read from this file; `reject` says why and what to do. The only error a reader raises."""

    def __init__(self, file: str, field: str, value: object, reason: str, remedy: str) -> None:
        self.reject = Reject(file, 0, field, shown(value), reason, remedy)
        super().__init__(self.reject.sentence())


def until_hopeless(file: str, items: Iterable[T | Reject]) -> Iterator[T | Reject]:
    """The items of a file, until so many in a row are refused that it cannot be what it is taken for."""
    refused = 0
    for item in items:
        yield item
        refused = refused + 1 if isinstance(item, Reject) else 0
        if refused >= HOPELESS:
            reason = f"{refused:,} rows one after another could not be kept; the rest was not read"
            yield Reject(file, 0, "file", "", reason, "Check that the profile is the one of this file")
            return
