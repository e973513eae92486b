"""An agency's stored rows to a folder in the format of a fiscal year.

Free text that a spreadsheet would run is guarded; ids, codes, amounts and days stay as they are (0018).
"""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from commonweal.adapters.files.answers import FileRefused
from commonweal.adapters.hmis_csv.convert import Converter
from commonweal.adapters.hmis_csv.decisions import Decisions
from commonweal.adapters.hmis_csv.spec import Year, load
from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.formulas import guarded, runs
from commonweal.kernel.ids import new_id

GUARDED = "A spreadsheet would run this text: an apostrophe before it keeps it text."


def deliver(*, by: Actor, agency: str, year: int, out: Path) -> Counter[str]:
    """Write the 24 files and decisions.json; returns rows by file. Rows of another year are converted.

    NotFound where the agency has no rows; FileRefused where the folder holds files already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileRefused(str(out), "--out", "", "is not an empty folder", "Name a new one")
    home, target = _home(agency), load(year)
    rows = cases.hand_over_hmis(by=by, agency=home)
    out.mkdir(parents=True, exist_ok=True)
    converters = {other: Converter(load(other), target) for other in (2024, 2026)}
    mark, written = new_id().hex, Counter[str]()
    with ExitStack() as stack:
        used = converters[min(converters) if year == max(converters) else max(converters)]
        writers = {
            file: stack.enter_context(_Sheet(out / file, target, file, used.decisions))
            for file in target.files
        }
        for came_in, file, content in rows:
            if file == "Export.csv":
                continue
            values = converters[came_in].row(file, content)
            if file == "Client.csv":
                _say_partial(values)
            writers[file].row({**values, **({"ExportID": mark} if "ExportID" in values else {})})
            written[file] += 1
        writers["Export.csv"].row(_export(home, target, mark))
    written["Export.csv"] = 1
    used.decisions.read = used.decisions.written = written
    used.decisions.write(out / "decisions.json")
    return written


def _say_partial(values: dict[str, str]) -> None:
    """A number of which four digits are left is partial (2), also where all of it was reported (1)."""
    if values["SSN"].startswith("xxxxx") and values["SSNDataQuality"] == "1":
        values["SSNDataQuality"] = "2"


class _Sheet:
    """One file being written, its header first."""

    def __init__(self, path: Path, year: Year, file: str, decisions: Decisions) -> None:
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._names, self._file, self._decisions = year.names(file), file, decisions
        self._text = {one.name: one.length for one in year.files[file] if one.kind == "text"}
        self._writer = csv.writer(self._stream)
        self._writer.writerow(self._names)

    def __enter__(self) -> _Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def row(self, values: dict[str, str]) -> None:
        """Write one row."""
        self._writer.writerow([self._cell(name, values.get(name, "")) for name in self._names])

    def _cell(self, name: str, value: str) -> str:
        """Free text with its guard, within the length that the format allows; anything else as it is."""
        if name not in self._text or not runs(value):
            return value
        self._decisions.note(self._file, name, "mapped", GUARDED)
        return guarded(value)[: self._text[name] or None]


def _home(agency: str) -> UUID:
    """The agency of a name, or the only one that has rows. Invalid where that is not one."""
    if agency:
        found = agencies.agencies().filter(name__iexact=agency.strip()).first()
        if found is None:
            raise Invalid("--agency", agency, "No agency has this name.")
        return found.id
    having = cases.hmis_agencies()
    if len(having) != 1:
        raise Invalid("--agency", "", f"{len(having)} agencies have HMIS rows here; name the one to export.")
    return having[0]


def _export(agency: UUID, year: Year, mark: str) -> dict[str, str]:
    """The row that says what this export is; of the source's own, what still holds."""
    own = next((dict(c) for _, c in cases.export_rows_of(agency)), {})
    today = clock.now().strftime("%Y-%m-%d %H:%M:%S")
    name = agencies.agency(agency).name
    return {
        "SourceType": "1",
        "ExportStartDate": "1900-01-01",
        "ExportEndDate": today[:10],
        "SourceName": name[:50],
        "ImplementationID": name,
        "ExportPeriodType": "3",
        "ExportDirective": "2",
        "HashStatus": "1",
        **{key: value for key, value in own.items() if value},
        "ExportID": mark, "ExportDate": today, "SoftwareName": "Commonweal", "SoftwareVersion": "",
        "CSVVersion": year.version,
    }  # fmt: skip
