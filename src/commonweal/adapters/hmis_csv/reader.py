"""An HMIS export to rows that may be kept: the door of this adapter.

folder = open_folder(path)
for item in read(folder):
    match item:
        case Row(): ...       # may be kept
        case Reject(): ...    # file, line, field, value, reason, remedy
        case Doubt(): ...     # kept, and odd
        case Notice(): ...    # about a whole file
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from commonweal.adapters.files.answers import FileRefused, Notice, Reject
from commonweal.adapters.files.spec import ProfileError
from commonweal.adapters.hmis_csv.admission import Admission, admit
from commonweal.adapters.hmis_csv.folder import CORE, Folder, Line
from commonweal.adapters.hmis_csv.hashes import hashed_doubts
from commonweal.adapters.hmis_csv.relations import Ledger, owner
from commonweal.adapters.hmis_csv.rows import Doubt, Fault, Row, checked, shown
from commonweal.adapters.hmis_csv.spec import Codes, read_lists
from commonweal.adapters.hmis_csv.stays import Stays

__all__ = [
    "Doubt", "FileRefused", "Folder", "Item", "Notice", "ProfileError", "Reject", "Row", "open_folder",
    "read", "read_lists",
]  # fmt: skip

Item = Row | Reject | Doubt | Notice
FIX = "Correct the row at its source and export again"
HELD = (
    "{:,} row(s) that belong to a victim service provider, or to an organization that does not say in "
    "VictimServiceProvider that it is none, were held back: not read, not listed, not kept"
)
STOPPED = (
    "nothing of this export was read: without Export, Organization, Project, Client and Enrollment "
    "no row stands"
)


def open_folder(path: Path, lists: Codes | None = None) -> Folder:
    """The folder of an export, with a site's own pick lists where given. Raises FileRefused."""
    folder = Folder(path)
    folder.year = folder.year.with_lists(lists or {})
    return folder


def read(folder: Folder) -> Iterator[Item]:
    """Yield what the export holds, file by file in the order in which they refer back; nothing is raised."""
    if refused := _unusable(folder):
        yield from refused
        yield Notice(folder.path.name, STOPPED)
        return
    reading = Reading(folder)
    for file in folder.year.files:
        yield from reading.rows(file)
    yield from reading.stays.doubts()
    yield from reading.notices()


def _unusable(folder: Folder) -> list[Reject]:
    """Refusals of files without which nothing stands; Export.csv also needs one row."""
    refused = []
    for file in CORE:
        try:
            opened = folder.open(file)
            if file == "Export.csv" and not any(isinstance(line, Line) for line in opened.lines()):
                raise FileRefused(file, "row", "", "has no row", "Export it again; it says what was exported")
        except FileRefused as error:
            refused.append(error.reject)
    return refused


class Reading:
    """One export while it is read."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.year = folder, folder.year
        self.admission: Admission = admit(folder)
        self.ledger, self.stays = Ledger(), Stays()
        self.latest, self.hash_status = "", ""

    def rows(self, file: str) -> Iterator[Item]:
        """The rows of one file, and words about it."""
        try:
            opened = self.folder.open(file)
        except FileRefused as error:
            yield error.reject
            return
        for line in opened.lines():
            if isinstance(line, Reject):
                yield line
            elif self.admission.is_open(file, line.cells):
                yield from self._row(file, line)
            else:
                self.admission.held += 1
        yield from opened.notices()

    def _row(self, file: str, line: Line) -> Iterator[Item]:
        values, faults, doubts = checked(self.year, file, line, self.latest)
        row = self._made(file, line.number, values)
        faults = faults or self._stray(row) or list(self.ledger.faults(row))
        again = None if faults else self.ledger.twice(row)
        if isinstance(again, Fault):
            faults = [again]
        if faults:
            self.ledger.refuse(file, row.key, row.line)
            yield from (_reject(row, fault) for fault in faults)
            return
        yield from doubts
        yield from hashed_doubts(row, self.hash_status)
        if isinstance(again, Doubt):
            yield again
        self._keep(row)
        yield row

    def _made(self, file: str, line: int, values: Mapping[str, str]) -> Row:
        key = values[self.year.files[file][0].name]
        project = owner(values, self.admission.enrolments)
        person, enrolment = values.get("PersonalID", ""), values.get("EnrollmentID", "")
        return Row(file, line, key, project, person, enrolment, values)

    def _stray(self, row: Row) -> list[Fault]:
        """A client whom no enrolment that may be read names; a project that stands under a shut one too."""
        owners = self.ledger.kept["Organization.csv"]
        if row.file == "Project.csv" and row.key in self.admission.shut_projects:
            reason = "stands under a second organization that may not be read"
            return [Fault("ProjectID", row.key, reason)] if row.values["OrganizationID"] in owners else []
        if row.file != "Client.csv" or row.key in self.admission.clients:
            return []
        return [Fault("PersonalID", row.key, "has no enrolment in a project of this export that may be read")]

    def _keep(self, row: Row) -> None:
        self.ledger.keep(row)
        self.stays.note(row)
        if row.file == "Export.csv":
            self.latest, self.hash_status = row.values["ExportDate"][:10], row.values["HashStatus"]

    def notices(self) -> Iterator[Notice]:
        """Words about the export as a whole."""
        name = self.folder.path.name
        texts = [*self.ledger.notices(), *self.folder.doubles()]
        texts += [f"{other} is no file of the format and was not read" for other in self.folder.others()]
        if self.admission.held:
            texts.append(HELD.format(self.admission.held))
        yield from (Notice(name, text) for text in texts)


def _reject(row: Row, fault: Fault) -> Reject:
    return Reject(row.file, row.line, fault.field, shown(fault.field, fault.value), fault.reason, FIX)
