"""What may be read at all: nothing of a victim service provider, by construction.

A project is open where its organization's row says 0 in VictimServiceProvider; nothing else opens it. An
enrolment is open under an open project, a client by an open enrolment. What is not open is not checked, not
listed and not kept: it appears as a number. Law: 34 USC 12291(b)(2); 24 CFR 578.57(a)(3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from commonweal.adapters.files.answers import FileRefused, Reject
from commonweal.adapters.hmis_csv.folder import Folder


@dataclass
class Admission:
    """The open organizations, projects, enrolments (to their client and project) and clients of an export.

    `shut` are enrolments under a project that is not open, `held` counts rows that were held back.
    """

    barred: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    enrolments: dict[str, tuple[str, str]] = field(default_factory=dict)
    clients: frozenset[str] = frozenset()
    shut: frozenset[str] = frozenset()
    shut_projects: frozenset[str] = frozenset()
    shut_clients: frozenset[str] = frozenset()
    held: int = 0

    def is_open(self, file: str, cells: Mapping[str, str]) -> bool:
        """Whether a row may be read: its organization, project, enrolment or client is not a shut one's.

        A row that names a project or enrolment which does not exist at all is open, and refused as an orphan.
        """
        if file in ("Organization.csv", "Project.csv"):
            return cells.get("OrganizationID", "") not in self.barred
        if "EnrollmentID" in cells:
            return cells["EnrollmentID"] not in self.shut and self._client_open(cells)
        if file == "Client.csv":
            return self._client_open(cells)
        return all(cells.get(name, "") not in self.shut_projects for name in ("ProjectID", "ResProjectID"))

    def _client_open(self, cells: Mapping[str, str]) -> bool:
        return cells.get("PersonalID", "") not in self.shut_clients


def admit(folder: Folder) -> Admission:
    """Read the keys of organizations, projects and enrolments, and say what is open."""
    said = _organizations(folder)
    barred = frozenset(key for key, flags in said.items() if "1" in flags)
    projects, shut_projects = _projects(folder, said)
    enrolments: dict[str, tuple[str, str]] = {}
    shut: set[str] = set()
    seen: set[str] = set()
    for cells in _cells(folder, "Enrollment.csv"):
        key, person, project = cells["EnrollmentID"], cells["PersonalID"], cells["ProjectID"]
        if project in projects:
            enrolments.setdefault(key, (person, project))
        elif project in shut_projects:
            shut.add(key)
            seen.add(person)
    clients = frozenset(person for key, (person, _) in enrolments.items() if key not in shut)
    return Admission(
        barred=barred, projects=projects, enrolments=enrolments, clients=clients, shut=frozenset(shut),
        shut_projects=shut_projects, shut_clients=frozenset(seen - clients),
    )  # fmt: skip


def _organizations(folder: Folder) -> dict[str, set[str]]:
    """What each organization says of itself, in all rows that bear its id."""
    said: dict[str, set[str]] = {}
    for cells in _cells(folder, "Organization.csv"):
        said.setdefault(cells["OrganizationID"], set()).add(cells["VictimServiceProvider"])
    return said


def _projects(folder: Folder, said: Mapping[str, set[str]]) -> tuple[frozenset[str], frozenset[str]]:
    """Open and shut projects. One with a row under an organization that does not say 0 is shut."""
    open_: set[str] = set()
    shut: set[str] = set()
    for cells in _cells(folder, "Project.csv"):
        is_open = said.get(cells["OrganizationID"]) == {"0"}
        (open_ if is_open else shut).add(cells["ProjectID"])
    return frozenset(open_ - shut), frozenset(shut)


def _cells(folder: Folder, file: str) -> Iterator[Mapping[str, str]]:
    try:
        opened = folder.open(file)
    except FileRefused:
        return
    for line in opened.lines():
        if not isinstance(line, Reject):
            yield line.cells
