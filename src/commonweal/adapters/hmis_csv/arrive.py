"""An HMIS export to the rooms: clients to the index of people, every row to the agency's own store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from uuid import UUID

from django.db import transaction

from commonweal.adapters.files.answers import FileRefused, Notice, Reject
from commonweal.adapters.files.sorting import refused
from commonweal.adapters.hmis_csv.admission import admit
from commonweal.adapters.hmis_csv.hashes import is_hashed, names_of
from commonweal.adapters.hmis_csv.reader import Doubt, Folder, Row, read
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.cases import actions as cases
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Remark, Tally, begin, finish, progress
from commonweal.kernel.turns import take_turn
from commonweal.people import actions as people

BATCH = 500
NOTHING = {"given": "", "family": "", "sex": "", "born": None, "ssn_last4": ""}
SEXES = {"0": "female", "1": "male"}  # list 4.21 of 2026; gender of 2024 says no sex


@dataclass
class Arriving:
    """One import while it runs: who acts, whose rows they are, clients' records by their id in the export."""

    by: Actor
    agency: UUID
    year: int
    tally: Tally = field(default_factory=Tally)
    records: dict[str, UUID] = field(default_factory=dict)


def arrive(*, by: Actor, folder: Folder, agency: str = "") -> ImportRun:
    """Take the export in for the named agency (made where missing; default: the export's SourceName)."""
    home = keep_home(by, agency or _source(folder))
    sources = [file for file in folder.year.files if folder.has(file)]
    profile = f"hud_{folder.year.year}"
    record = begin(by=by, kind="hmis", profile=profile, sources=sources, agency=home)
    arriving = Arriving(by, home, folder.year.year)
    _forget(arriving, folder)
    rows = _rows(arriving, folder)
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            take_turn("hmis")
            _take(arriving, batch)
            progress(record, arriving.tally)
    with transaction.atomic():
        return finish(record, arriving.tally)


def _source(folder: Folder) -> str:
    try:
        line = next(iter(folder.open("Export.csv").lines()), None)
    except FileRefused:  # what is wrong with the file is said when it is read
        return "HMIS"
    said = "" if line is None or isinstance(line, Reject) else line.cells.get("SourceName", "")
    return said or "HMIS"


def keep_home(by: Actor, name: str) -> UUID:
    """The agency of a name, made where missing. Invalid for a victim service provider."""
    found = agency_queries.agencies().filter(name__iexact=name.strip()).first()
    if found is None:
        return agencies.open_agency(by=by, name=name, kind="hmis_shelter").id
    if found.kind == "victim_service_provider":
        raise Invalid("--agency", name, "A victim service provider enters nothing here.")
    return found.id


def _forget(arriving: Arriving, folder: Folder) -> None:
    """What came before of projects that this export says are a victim service provider's is deleted.

    The clients' records in the index of people stay as empty shells, since links may hang on them.
    """
    found = admit(folder)
    gone, clients = cases.forget_hmis(
        by=arriving.by, agency=arriving.agency, projects=sorted(found.shut_projects),
        clients=sorted(found.shut_clients), organizations=sorted(found.barred),
    )  # fmt: skip
    for client in clients:
        people.file_record(
            by=arriving.by, agency=arriving.agency, external_id=f"hmis:{client}", values=NOTHING
        )
    if gone:
        arriving.tally.notices.append(f"{gone:,} row(s) kept before, of what is now held back, were deleted.")


def _rows(arriving: Arriving, folder: Folder) -> Iterator[Row]:
    """The rows; what is said beside them goes into the tally as it comes."""
    tally = arriving.tally
    for item in read(folder):
        match item:
            case Row():
                yield item
            case Reject():
                tally.rejects.append(refused(item))
            case Doubt():
                tally.remarks.add(Remark(*item))
            case Notice():
                tally.notices.append(f"{item.file}: {item.text}.")


def _take(arriving: Arriving, batch: list[Row]) -> None:
    kept = [made for row in batch if (made := _made(arriving, row)) is not None]
    filed = cases.file_hmis_rows(by=arriving.by, agency=arriving.agency, year=arriving.year, rows=kept)
    arriving.tally.accepted += filed.accepted
    arriving.tally.updated += filed.updated
    arriving.tally.unchanged += filed.unchanged


def _made(arriving: Arriving, row: Row) -> cases.ProgrammeRow | None:
    values = dict(row.values)
    try:
        if row.file == "Client.csv":
            values["SSN"] = last_four(values["SSN"])
            arriving.records[row.key] = _client(arriving, row)
    except Invalid as fault:
        arriving.tally.rejects.append(Rejected(row.file, row.line, fault.field, "", fault.remedy))
        return None
    return cases.ProgrammeRow(
        file=row.file,
        key=row.key,
        project=row.project,
        record=arriving.records.get(row.person),
        content=values,
    )


def _client(arriving: Arriving, row: Row) -> UUID:
    """The client's record in the index of people; names that were hashed stay out of it."""
    values = row.values
    given, family = names_of(values)
    four = last_four(values["SSN"])[-4:]
    known = {
        "given": given[:80], "family": family[:80], "sex": SEXES.get(values.get("Sex", ""), ""),
        "born": date.fromisoformat(values["DOB"]) if values["DOB"] else None,
        "ssn_last4": four if four.isdigit() else "",
    }  # fmt: skip
    external = f"hmis:{row.key}"
    found, _ = people.file_record(by=arriving.by, agency=arriving.agency, external_id=external, values=known)
    return found.id


def last_four(ssn: str) -> str:
    """A social security number of which the last four digits are left; a digest stays as it is."""
    plain = ssn.replace("-", "")
    return plain if not plain or is_hashed(plain) else "xxxxx" + plain[-4:]
