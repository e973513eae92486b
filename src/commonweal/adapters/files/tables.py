"""CSV and XLSX to numbered records of text cells, one shape for both; a bad record never costs a good one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from commonweal.adapters.files.answers import FileRefused, Notice, Reject, shown, until_hopeless
from commonweal.adapters.files.opening import Source, kind
from commonweal.adapters.files.text import Broken, Lines

T = TypeVar("T")
BLANK_LIMIT = 100_000
DELIMITERS = ",;\t|"
RE_EXPORT = "Export the file again; the rows before this line are kept"


class Record(NamedTuple):
    """One record: its first physical line, its cells (as many as the header), its encoding if not UTF-8."""

    line: int
    cells: Sequence[str]
    odd: str


@dataclass
class Table:
    """An opened table: header names as they stand, and its records in order, once.

    Iterate `records()` one time; `notices` is complete afterwards.
    """

    file: str
    header: list[str]
    notices: list[Notice] = field(default_factory=list)
    _rows: Iterator[Record | Reject] = field(default_factory=lambda: iter(()))

    def records(self) -> Iterator[Record | Reject]:
        """Yield records, and a Reject for each one that cannot be split into the header's cells."""
        return self._rows


def items_of(
    table: Table, build: Callable[[Record], T | Reject], empty: str
) -> Iterator[T | Reject | Notice]:
    """A table's records as `build` reads each, its refusals, and at the end what is said of it as a whole.

    `empty` is said of a table that has a header and nothing under it.
    """
    built = (one if isinstance(one, Reject) else build(one) for one in table.records())
    has_rows = False
    for item in until_hopeless(table.file, built):
        has_rows = True
        yield item
    if not has_rows:
        yield Notice(table.file, empty)
    yield from table.notices


def open_table(found: Source, delimiter: str = "", sheet: str = "") -> Table:
    """Open CSV or XLSX by its content. Raises FileRefused where there is no header row to be read."""
    if kind(found) == "xlsx":
        return _workbook(found, sheet)
    return _delimited(found, delimiter)


def _delimited(found: Source, delimiter: str) -> Table:
    stream = found.open()
    lines = Lines(stream)
    header, used = _header(found.name, lines, delimiter)
    table = Table(found.name, header)

    def rows() -> Iterator[Record | Reject]:
        with closing(stream):
            yield from _split(table, lines, used)
        if lines.odd_lines:
            number = "1 line is" if lines.odd_lines == 1 else f"{lines.odd_lines:,} lines are"
            text = f"{number} not UTF-8 and read as cp1252 or latin-1"
            table.notices.append(Notice(found.name, text))

    table._rows = rows()
    return table


def _header(name: str, lines: Lines, delimiter: str) -> tuple[list[str], str]:
    try:
        first = next((line for line in lines if line.strip()), "")
    except Broken as error:
        remedy = "Send CSV (UTF-8) or XLSX"
        raise FileRefused(name, "header", "", f"the first line {error}", remedy) from error
    used = delimiter or max(DELIMITERS, key=first.count)
    try:
        cells = next(csv.reader([first], delimiter=used), [])
    except csv.Error as error:
        raise FileRefused(name, "header", first, f"cannot be split: {error}", "Export it again") from error
    lines.mark()
    return [cell.strip() for cell in cells], used


def _split(table: Table, lines: Lines, delimiter: str) -> Iterator[Record | Reject]:
    """Yield one answer a record; blank lines are skipped, and too many of them end the reading."""
    width, blanks = len(table.header), 0
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.mark()
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _unclosed(table.file, lines, start)
            continue
        except Broken as error:
            yield Reject(table.file, lines.number + 1, "line", "", str(error), RE_EXPORT)
            return
        if len(cells) == width and not lines.nul:
            blanks = 0
            yield Record(start, cells, lines.odd)
        elif not any(cells):
            blanks += len(lines.since)
            if blanks >= BLANK_LIMIT:
                yield Reject(table.file, start, "line", "", f"{blanks:,} blank lines in a row", RE_EXPORT)
                return
        else:
            yield _misfit(table, lines, start, cells)


def _misfit(table: Table, lines: Lines, start: int, cells: list[str]) -> Record | Reject:
    """A record of another width: trailing empty cells are forgiven, a run-away quote is undone."""
    width = len(table.header)
    if lines.nul:
        value = next((cell for cell in cells if "\0" in cell), "")
        return Reject(table.file, start, "row", shown(value), "holds NUL bytes", "Export this row again")
    if len(cells) > width and not any(cells[width:]):
        return Record(start, cells[:width], lines.odd)
    if len(lines.since) > 1:
        return _unclosed(table.file, lines, start)
    reason = f"has {len(cells)} cells where the header has {width}"
    remedy = "Put quotes round cells that hold the delimiter, or export again"
    return Reject(table.file, start, "row", shown(",".join(cells)), reason, remedy)


def _unclosed(file: str, lines: Lines, start: int) -> Reject:
    """Give up the first line of a run-away record and read the others afresh."""
    first, rest = lines.since[0] if lines.since else "", lines.since[1:]
    lines.unread(rest)
    reason = "cannot be split into cells: a quote is opened and never closed, or a cell is too long"
    return Reject(file, start, "row", shown(first.strip()), reason, "Close or double the quote in this line")


def _workbook(found: Source, sheet: str) -> Table:
    rows = _sheet_rows(found, sheet)
    first = next(rows, None)
    if first is None:
        raise FileRefused(found.name, "header", "", "the sheet is empty", "Name the sheet with the table")
    header = [cell.strip() for cell in first[1]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    table = Table(found.name, header)

    def records() -> Iterator[Record | Reject]:
        try:
            for number, cells in rows:
                yield Record(number, (cells + [""] * width)[:width], "")
        except FileRefused as error:
            yield error.reject

    table._rows = records()
    return table


def _sheet_rows(found: Source, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the non-blank rows of one sheet as text, numbered from 1. Raises FileRefused when damaged."""
    from openpyxl import load_workbook  # here, since most files are CSV and this takes a third of a second

    remedy = "Open it in a spreadsheet program and save it again as .xlsx or CSV"
    blanks = 0
    with found.open() as stream:
        # Damaged workbooks make the library raise a dozen unrelated kinds of error: all mean the same here.
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
            if sheet and sheet not in book.sheetnames:
                choice = f"Choose one of: {', '.join(book.sheetnames)}"
                raise FileRefused(found.name, "sheet", sheet, "is not in the workbook", choice)
            chosen = book[sheet] if sheet else book.worksheets[0]
            for number, row in enumerate(chosen.iter_rows(values_only=True), 1):
                cells = [_cell(value) for value in row]
                blanks = 0 if any(cells) else blanks + 1
                if blanks >= BLANK_LIMIT:
                    return
                if not blanks:
                    yield number, cells
        except FileRefused:
            raise
        except Exception as error:
            kind_of_error = type(error).__name__
            raise FileRefused(found.name, "file", kind_of_error, "is a damaged workbook", remedy) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
