"""What a reading gives, and the checks that one row answers alone: its values, and days in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from commonweal.adapters.hmis_csv.folder import Line
from commonweal.adapters.hmis_csv.spec import Column, Year
from commonweal.adapters.hmis_csv.values import Value, read_value
from commonweal.kernel.formulas import bared

SPANS = {
    "Export.csv": ("ExportStartDate", "ExportEndDate"),
    "Project.csv": ("OperatingStartDate", "OperatingEndDate"),
    "Funder.csv": ("StartDate", "EndDate"),
    "Inventory.csv": ("InventoryStartDate", "InventoryEndDate"),
    "HMISParticipation.csv": ("HMISParticipationStatusStartDate", "HMISParticipationStatusEndDate"),
    "CEParticipation.csv": ("CEParticipationStatusStartDate", "CEParticipationStatusEndDate"),
    "Services.csv": ("FAStartDate", "FAEndDate"),
}
# Days that a plan or a grant may put after the day of the export.
AHEAD = ("EndDate", "StartDate", "DueDate", "MoveInDate")
STAMPS = ("DateCreated", "DateUpdated", "DateDeleted")
HIDDEN = ("FirstName", "MiddleName", "LastName", "NameSuffix", "SSN", "DOB")


class Row(NamedTuple):
    """One row that may be kept: where it stood, its key, whose it is, its values under the year's columns."""

    file: str
    line: int
    key: str
    project: str
    person: str
    enrolment: str
    values: Mapping[str, str]


class Fault(NamedTuple):
    """Why a row may not be kept."""

    field: str
    value: str
    reason: str


class Doubt(NamedTuple):
    """Something odd in a row that is kept. Names, numbers and birthdays are not repeated in lists."""

    file: str
    line: int
    field: str
    value: str
    finding: str


def checked(
    year: Year, file: str, line: Line, latest: str
) -> tuple[dict[str, str], list[Fault], list[Doubt]]:
    """The clean values of one record, with faults and doubts. `latest` is the day of the export, or empty."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    doubts: list[Doubt] = []
    if line.odd:
        doubts.append(Doubt(file, line.number, "record", line.odd, f"not UTF-8; read as {line.odd}"))
    for column in year.files[file]:
        found = _unguarded(column, read_value(column, line.cells.get(column.name, ""), year.lists))
        values[column.name] = found.text
        if found.fault:
            faults.append(Fault(column.name, found.text, found.fault))
        elif found.doubt:
            given = shown(column.name, line.cells.get(column.name, ""))
            doubts.append(Doubt(file, line.number, column.name, given, found.doubt))
    faults += _codes_by_record(year, file, values)
    if not faults:
        faults += _days(file, values, year.files[file], latest)
        doubts += _stamps(file, line.number, values, latest)
    return values, faults, doubts


def _unguarded(column: Column, found: Value) -> Value:
    """Free text without the apostrophe that an export puts before what a spreadsheet would run (0018)."""
    if column.kind != "text" or bared(found.text) == found.text:
        return found
    return Value(bared(found.text), doubt="had an apostrophe against spreadsheets, which was taken off")


def shown(field: str, value: str) -> str:
    """A value as a list may show it: of what names a person, nothing."""
    return "" if field in HIDDEN else value


def _codes_by_record(year: Year, file: str, values: Mapping[str, str]) -> Iterator[Fault]:
    """TypeProvided follows the pick list of its RecordType."""
    if file == "Services.csv" and (listed := year.services.get(values["RecordType"])):
        given = values["TypeProvided"]
        if given and given not in year.lists[listed]:
            reason = f"is no code of {listed}, the list of RecordType {values['RecordType']}"
            yield Fault("TypeProvided", given, reason)


def _days(file: str, values: Mapping[str, str], columns: tuple[Column, ...], latest: str) -> Iterator[Fault]:
    first, last = SPANS.get(file, ("", ""))
    if first and values[first] and values[last] and values[last] < values[first]:
        yield Fault(last, values[last], f"lies before {first} ({values[first]})")
    if not latest or file == "Export.csv":
        return
    for column in columns:
        if column.kind == "date" and values[column.name] > latest and not column.name.endswith(AHEAD):
            yield Fault(column.name, values[column.name], f"lies after the day of the export ({latest})")


def _stamps(file: str, line: int, values: Mapping[str, str], latest: str) -> Iterator[Doubt]:
    for name in STAMPS:
        if latest and values.get(name, "")[:10] > latest:
            yield Doubt(file, line, name, values[name], f"lies after the day of the export ({latest})")
