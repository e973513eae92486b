"""What rows say of each other: a key once, parents that were kept, one person behind an enrolment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from commonweal.adapters.hmis_csv.rows import Doubt, Fault, Row

PARENTS = {
    "OrganizationID": "Organization.csv", "ProjectID": "Project.csv", "ResProjectID": "Project.csv",
    "PersonalID": "Client.csv", "EnrollmentID": "Enrollment.csv", "AssessmentID": "Assessment.csv",
}  # fmt: skip
PRESENT = ("UserID", "ExportID")  # named by every row; one that is not there costs no row
Enrolled = dict[str, tuple[str, str, str]]


class Ledger:
    """The keys met so far: kept ones with their line and content, refused ones with their line."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        self.refused: dict[str, dict[str, int]] = defaultdict(dict)
        self.enrolled: Enrolled = {}  # enrolment to client, project, entry date
        self.absent: dict[tuple[str, str], int] = defaultdict(int)
        self.hanging = 0

    def twice(self, row: Row) -> Fault | Doubt | None:
        """A key that came before: a Doubt where the row is the same, a Fault where it is another."""
        known = self.kept[row.file].get(row.key)
        key = next(iter(row.values))
        if known is None:
            return None
        line, content = known
        if content == hash(tuple(row.values.values())):
            return Doubt(row.file, row.line, key, row.key, f"told already, alike, by line {line}")
        return Fault(key, row.key, f"is the key of line {line} too, which says otherwise and was kept")

    def faults(self, row: Row) -> Iterator[Fault]:
        """Parents that are not there or were refused; somebody else's enrolment; an exit before entry."""
        for column, file in PARENTS.items():
            parent = row.values.get(column, "")
            if not parent or file == row.file or parent in self.kept[file]:
                continue
            yield self._orphan(column, parent, file)
            return
        yield from self._against_enrolment(row)

    def _orphan(self, column: str, parent: str, file: str) -> Fault:
        if line := self.refused[file].get(parent):
            self.hanging += 1
            return Fault(
                column, parent, f"its row in {file} (line {line}) was refused; correct that one first"
            )
        return Fault(column, parent, f"names no row of {file}: an orphan")

    def _against_enrolment(self, row: Row) -> Iterator[Fault]:
        enrolment = self.enrolled.get(row.enrolment)
        if enrolment is None or row.file == "Enrollment.csv":
            return
        person, _, entry = enrolment
        if row.person != person:
            yield Fault("PersonalID", row.person, f"is not the client of enrolment {row.enrolment}")
        elif row.file == "Exit.csv" and row.values["ExitDate"] < entry:
            yield Fault("ExitDate", row.values["ExitDate"], f"lies before the entry date ({entry})")

    def keep(self, row: Row) -> None:
        """Remember a row that was kept, and whom of those it names are not there."""
        self.kept[row.file].setdefault(row.key, (row.line, hash(tuple(row.values.values()))))
        if row.file == "Enrollment.csv":
            self.enrolled[row.key] = (row.person, row.project, row.values["EntryDate"])
        for column in PRESENT:
            named = row.values.get(column, "")
            if named and named not in self.kept[f"{column.removesuffix('ID')}.csv"]:
                self.absent[row.file, column] += 1

    def refuse(self, file: str, key: str, line: int) -> None:
        """Remember a row that was refused, unless one of its key was kept."""
        if key and key not in self.kept[file]:
            self.refused[file].setdefault(key, line)

    def notices(self) -> Iterator[str]:
        """Words about what rows name that is not there, and how many rows hang on a refused one."""
        for (file, column), number in self.absent.items():
            home = f"{column.removesuffix('ID')}.csv"
            yield f"{file}: {number:,} row(s) name in {column} what {home} does not hold"
        if self.hanging:
            yield f"{self.hanging:,} of the refused rows hang on another row that was refused"


def owner(cells: Mapping[str, str], enrolments: Mapping[str, tuple[str, str]]) -> str:
    """The project of a row: its own, or that of its enrolment."""
    return cells.get("ProjectID", "") or enrolments.get(cells.get("EnrollmentID", ""), ("", ""))[1]
