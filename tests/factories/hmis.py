"""Small HUD HMIS exports, invented: one shelter, two clients, and whatever a test puts over them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from commonweal.adapters.hmis_csv.spec import Column, load

Cells = Mapping[str, str]
STAMP = "2023-01-02 03:04:05"
GIVEN = {
    "ExportID": "1", "UserID": "u1", "OrganizationID": "o1", "ProjectID": "p1", "ResProjectID": "p1",
    "PersonalID": "c1",
    "EnrollmentID": "e1", "HouseholdID": "h1", "ExportDate": "2023-06-30 08:00:00",
    "ExportStartDate": "2022-01-01", "ExportEndDate": "2023-06-30", "SourceName": "Quayside HMIS",
    "ImplementationID": "quayside", "SoftwareName": "Invented", "HashStatus": "1",
    "OrganizationName": "Harbor Shelter", "VictimServiceProvider": "0", "ProjectName": "Night shelter",
    "OperatingStartDate": "2020-01-01", "ProjectType": "0", "EntryDate": "2023-01-02",
    "RelationshipToHoH": "1", "ExitDate": "2023-02-01", "Destination": "101", "FirstName": "Marisol",
    "LastName": "Quintero", "SSN": "900112345", "DOB": "1980-05-06", "RecordType": "200",
    "TypeProvided": "200", "DateProvided": "2023-01-03", "InformationDate": "2023-01-02",
    "DisabilityType": "9",
}  # fmt: skip
SECOND = {"PersonalID": "c2", "EnrollmentID": "e2", "HouseholdID": "h2"}


def value(column: Column, lists: Mapping[str, frozenset[str]]) -> str:
    """A value that the column takes."""
    if column.name in GIVEN:
        return GIVEN[column.name]
    if not column.needed:
        return ""
    if column.kind == "code":
        return sorted(lists[column.listed], key=int)[0]
    return {"date": "2023-01-02", "moment": STAMP, "whole": "0"}.get(column.kind, "x")


def rows(year: int) -> dict[str, list[dict[str, str]]]:
    """The rows of a sound export by file: one of each, and a second client with an enrolment."""
    spec = load(year)
    found = {
        file: [{column.name: value(column, spec.lists) for column in columns}]
        for file, columns in spec.files.items()
    }
    for file in ("Client.csv", "Enrollment.csv"):
        first = found[file][0]
        found[file].append({**first, **{k: v for k, v in SECOND.items() if k in first}})
    found["Export.csv"][0]["CSVVersion"] = spec.version
    return found


def write(folder: Path, year: int = 2024, over: Mapping[str, Sequence[Cells]] | None = None) -> Path:
    """An export in a folder; `over` puts cells over the rows of a file, by place, and adds rows beyond."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, made in rows(year).items():
        changed = [dict(row) for row in made]
        for place, cells in enumerate((over or {}).get(file, ())):
            if place < len(changed):
                changed[place].update(cells)
            else:
                changed.append({**made[0], **cells})
        keep(folder / file, load(year).names(file), changed)
    return folder


def keep(path: Path, names: Sequence[str], made: Sequence[Cells]) -> None:
    """One file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(made)


def loaded(path: Path) -> list[dict[str, str]]:
    """The rows of one file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
