"""One fiscal year to the other: cell by cell, by the decisions of packs/hmis/2026.yaml."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from commonweal.adapters.files.answers import FileRefused, Reject
from commonweal.adapters.hmis_csv.decisions import Decisions
from commonweal.adapters.hmis_csv.folder import Folder, Line, Opened
from commonweal.adapters.hmis_csv.rows import checked
from commonweal.adapters.hmis_csv.spec import YEARS, Change, Recoding, Year, changes, recodings
from commonweal.adapters.hmis_csv.values import read_value

AND = "; "  # between the name of a code that was replaced and what stood there before


class Converter:
    """Rows of one year as rows of another; what is done to them is counted in `decisions`."""

    def __init__(self, source: Year, target: Year) -> None:
        """Lay out what changes between the two; nothing does where they are the same year."""
        self.source, self.target = source, target
        self.decisions = Decisions(source.year, target.year)
        self._is_forward = source.year < target.year
        same = source.year == target.year
        self._changes: Sequence[Change] = () if same else changes()
        self._recodings: Sequence[Recoding] = () if same else recodings()
        for one in self._changes:
            self.decisions.expect(one, is_forward=self._is_forward)

    def row(self, file: str, cells: Mapping[str, str]) -> dict[str, str]:
        """The values of one row under the columns of the target year, dates and codes tidied."""
        values = self._tidied(file, cells)
        for one in self._changes:
            if one.file == file:
                self._apply(one, values)
        for code in self._recodings:
            if code.file == file:
                self._recode(code, values)
        if file == "Export.csv" and values.get("CSVVersion") != self.target.version:
            self.decisions.note(
                file, "CSVVersion", "mapped", f"It names the format; now {self.target.version}."
            )
            values["CSVVersion"] = self.target.version
        return {name: values.get(name, "") for name in self.target.names(file)}

    def _tidied(self, file: str, cells: Mapping[str, str]) -> dict[str, str]:
        values: dict[str, str] = {}
        for column in self.source.files[file]:
            given = cells.get(column.name, "")
            found = read_value(column, given, self.source.lists)
            values[column.name] = given.strip() if found.fault else found.text
            if values[column.name] != given.strip():
                why = "The same value in the form that the format wants (ISO 8601 days, plain numbers)."
                self.decisions.note(file, column.name, "mapped", why)
        return values

    def _apply(self, one: Change, values: dict[str, str]) -> None:
        """Make one change to a row, forwards or back."""
        leaves, comes = ("drop", "add") if self._is_forward else ("add", "drop")
        for name in one.columns:
            if one.act == leaves:
                self.decisions.met(one, name, values.pop(name, ""))
            elif one.act == comes:
                values[name] = one.fill if self._is_forward else one.back
                self.decisions.met(one, name, values[name])
        if one.act == "rename":
            old, new = (one.columns[0], one.to) if self._is_forward else (one.to, one.columns[0])
            values[new] = values.pop(old, "")
            self.decisions.met(one, new, values[new])
        elif one.act == "kind" and not self._is_forward:
            self._shorten(one, values)

    def _shorten(self, one: Change, values: dict[str, str]) -> None:
        name = one.columns[0]
        limit = next(column.length for column in self.target.files[one.file] if column.name == name)
        if len(values[name]) > limit:
            values[name] = values[name][:limit]
            self.decisions.met(one, name, values[name])

    def _recode(self, one: Recoding, values: dict[str, str]) -> None:
        """Put another code where this one is not known; put it back where its name was kept."""
        if any(values.get(key) != value for key, value in one.when):
            return
        kept = values.get(one.keep_in, "")
        if one.only == self.source.year and values.get(one.column) == one.code:
            values[one.column] = one.to
            values[one.keep_in] = f"{one.name}{AND}{kept}" if kept else one.name
            why = f"{self.target.year} has no code {one.code} ({one.name}); its name stands in {one.keep_in}."
        elif one.only == self.target.year and values.get(one.column) == one.to and _names(one, kept):
            values[one.column], values[one.keep_in] = one.code, kept.removeprefix(one.name).removeprefix(AND)
            why = f"{self.target.year} has a code of its own for {one.name}."
        else:
            return
        self.decisions.note(one.file, one.column, "mapped", why)


def _names(one: Recoding, kept: str) -> bool:
    """Whether a text is what was kept of a recoded name."""
    return kept == one.name or kept.startswith(one.name + AND)


def convert(folder: Folder, target: Year, out: Path) -> Decisions:
    """Write the export of a folder in the format of another year; returns the decisions, which it writes too.

    Every row that can be split into cells is carried, also one whose values are at fault: those are listed.
    Raises FileRefused where the folder lacks Export.csv or Client.csv, or `out` is the folder itself.
    """
    _check(folder, out)
    out.mkdir(parents=True, exist_ok=True)
    work = Converter(folder.year, target)
    for file in target.files:
        _convert_file(folder, file, work, out)
    work.decisions.left_out = folder.others()
    work.decisions.write(out / "decisions.json")
    return work.decisions


def _check(folder: Folder, out: Path) -> None:
    for file in ("Export.csv", "Client.csv"):
        folder.open(file)
    if out.exists() and not out.is_dir():
        raise FileRefused(str(out), "--out", "", "is a file", "Name a folder")
    if out.resolve() == folder.path.resolve():
        raise FileRefused(str(out), "--out", "", "is the folder that is read", "Name another folder")


def _convert_file(folder: Folder, file: str, work: Converter, out: Path) -> None:
    """One file; a missing one is written with its header alone, and the decisions say so."""
    try:
        opened: Opened | None = folder.open(file)
    except FileRefused as error:
        work.decisions.problem(file, 0, error.reject.field, error.reject.value, error.reject.reason)
        opened = None
    names = work.target.names(file)
    with (out / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for line in opened.lines() if opened else ():
            if (values := _carried(line, file, work)) is not None:
                writer.writerow(values[name] for name in names)
    if opened:
        work.decisions.header(file, opened.extra, opened.missing)


def _carried(line: Line | Reject, file: str, work: Converter) -> dict[str, str] | None:
    work.decisions.read[file] += 1
    if isinstance(line, Reject):
        work.decisions.problem(file, line.line, line.field, "", f"{line.reason}; not carried")
        return None
    values = work.row(file, line.cells)
    work.decisions.written[file] += 1
    for field, value, reason in _faults(line, values, file, work.target):
        work.decisions.problem(file, line.number, field, value, f"{reason}; carried as it came")
    return values


def _faults(line: Line, values: Mapping[str, str], file: str, year: Year) -> Iterator[tuple[str, str, str]]:
    """What the target year would refuse in a converted row."""
    _, faults, _ = checked(year, file, Line(line.number, values, ""), "")
    yield from faults


def other(year: int) -> int:
    """The other of the two fiscal years."""
    return YEARS[0] if year == YEARS[1] else YEARS[1]
