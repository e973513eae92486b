"""A folder of one export: its files found, its year recognised, their headers matched to the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from commonweal.adapters.files.answers import FileRefused, Notice, Reject, shown
from commonweal.adapters.files.opening import Met, source
from commonweal.adapters.files.tables import Table, open_table
from commonweal.adapters.hmis_csv.spec import YEARS, Year, load

CORE = ("Export.csv", "Organization.csv", "Project.csv", "Client.csv", "Enrollment.csv")
MARKS = {2024: "woman", 2026: "sex"}  # columns of Client.csv that only one year has
ALSO = {"hispaniclatinao": "HispanicLatinaeo", "hispaniclatinaeo": "HispanicLatinao"}


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its first physical line, its cells by column name, and an encoding other than UTF-8."""

    number: int
    cells: Mapping[str, str]
    odd: str


class Folder:
    """The files of one export by their names in the format; letter case does not matter."""

    def __init__(self, path: Path, year: int | None = None) -> None:
        """Find the files. Raises FileRefused for no folder, or one whose year cannot be known."""
        if not path.is_dir():
            raise FileRefused(
                str(path), "folder", "", "is not a folder", "Unpack the export; name its folder"
            )
        self.path = path
        self._found = {entry.name.casefold(): entry for entry in sorted(path.iterdir()) if entry.is_file()}
        self.year: Year = load(year or self._year())

    def has(self, file: str) -> bool:
        """Whether the folder holds a file of this name."""
        return file.casefold() in self._found

    def others(self) -> list[str]:
        """CSV files that the format does not know."""
        known = {file.casefold() for file in self.year.files}
        return [p.name for name, p in self._found.items() if name.endswith(".csv") and name not in known]

    def doubles(self) -> list[str]:
        """Words about files with the same content as another, which a slip of the export would leave."""
        met, said = Met(), []
        for file in self.year.files:
            path = self._found.get(file.casefold())
            same = met.before(source(path, file)) if path and path.stat().st_size else ""
            said += [f"{file} has the same content as {same}"] if same else []
        return said

    def open(self, file: str) -> Opened:
        """Open one file. Raises FileRefused where it is missing, empty, no table, or lacks its columns."""
        if not self.has(file):
            raise FileRefused(file, "file", "", "is missing", "Export all files, also those without rows")
        return Opened(file, open_table(source(self._found[file.casefold()], file)), self.year)

    def _year(self) -> int:
        """By the columns of Client.csv, which decide; else by what Export.csv says of itself."""
        header = self._header("Client.csv")
        for year, mark in MARKS.items():
            if mark in header:
                return year
        said = self._version()
        for year in YEARS:
            if str(year) in said:
                return year
        reason = "is of no fiscal year that is known" if header else "has no Client.csv to know its year by"
        remedy = f"Export it again as one of {', '.join(map(str, YEARS))}"
        raise FileRefused(self.path.name, "CSVVersion", said, reason, remedy)

    def _version(self) -> str:
        try:
            table = open_table(source(self._found["export.csv"], "Export.csv"))
        except (KeyError, FileRefused):
            return ""
        names = [name.casefold() for name in table.header]
        first = next((row for row in table.records() if not isinstance(row, Reject)), None)
        return first.cells[names.index("csvversion")] if first and "csvversion" in names else ""

    def _header(self, file: str) -> list[str]:
        try:
            table = open_table(source(self._found[file.casefold()], file))
        except (KeyError, FileRefused):
            return []
        return [name.casefold() for name in table.header]


class Opened:
    """One opened file: its records by the year's column names, and words about its header."""

    def __init__(self, file: str, table: Table, year: Year) -> None:
        """Match the header. Raises FileRefused for a column twice, or a missing one that must be filled."""
        self.file, self._table = file, table
        self.said: list[str] = []
        self.places = self._matched(year)
        self.missing = [column.name for column in year.files[file] if column.name not in self.places]
        self.extra = sorted(set(table.header) - {table.header[at] for at in self.places.values()})
        self._remark(year)

    def _matched(self, year: Year) -> dict[str, int]:
        names = [name.casefold() for name in self._table.header]
        if double := next((name for name in names if name and names.count(name) > 1), ""):
            raise FileRefused(self.file, "header", double, "names this column twice", "Export the file again")
        found: dict[str, int] = {}
        for column in year.files[self.file]:
            spelled = [column.name.casefold(), ALSO.get(column.name.casefold(), "").casefold()]
            at = next((names.index(name) for name in spelled if name in names), None)
            if at is not None:
                found[column.name] = at
            elif column.needed:
                reason = "has no such column, and a value must stand in it"
                raise FileRefused(
                    self.file, column.name, ", ".join(names[:5]), reason, "Export the file again"
                )
        return found

    def _remark(self, year: Year) -> None:
        order = [self.places[name] for name in year.names(self.file) if name in self.places]
        if order != sorted(order):
            self.said.append("its columns stand in another order than the format's; they were read by name")
        if self.missing:
            self.said.append(f"lacks the column(s) {', '.join(self.missing)}, which were read as empty")
        if self.extra:
            self.said.append(f"has column(s) that the format does not know: {shown(', '.join(self.extra))}")

    def lines(self) -> Iterator[Line | Reject]:
        """The records in order, once; a Reject for each that cannot be split into the header's cells."""
        for record in self._table.records():
            if isinstance(record, Reject):
                yield record
            else:
                cells = {name: record.cells[at].strip() for name, at in self.places.items()}
                yield Line(record.line, cells, record.odd)

    def notices(self) -> list[Notice]:
        """Words about the whole file; complete once its lines are read."""
        return [*(Notice(self.file, text) for text in self.said), *self._table.notices]
