"""A row of an HSDS table as it was read, and what is said of one that could not be used."""

from __future__ import annotations

from typing import NamedTuple

Cells = dict[str, object]


class Stray(NamedTuple):
    """A row beside the services that could not be joined, or a value of it that was not used: a finding."""

    file: str
    line: int
    field: str
    value: str
    problem: str


class Cell(NamedTuple):
    """One row of a table: its file and line, its cells by the column's plain name."""

    file: str
    line: int
    cells: Cells
    odd: str = ""
