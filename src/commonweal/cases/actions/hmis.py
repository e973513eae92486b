"""Rows of an HMIS: taken in once, and handed back to the agency whose they are."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commonweal.agencies import queries as agencies
from commonweal.cases import events
from commonweal.cases.models import HmisRow
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import queries as sharing

NAMED = ("FirstName", "MiddleName", "LastName", "NameSuffix", "SSN", "DOB")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """One row to file: the file and its key, whose project, the client's record in the index of people."""

    file: str
    key: str
    project: str
    record: UUID | None
    content: Mapping[str, str]

    def fingerprint(self) -> str:
        """SHA-256 of what the row says: the same row is known again, whichever export brought it."""
        said = {k: v for k, v in self.content.items() if k != "ExportID"}
        return hashlib.sha256(json.dumps([said, str(self.record)], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Filed:
    """How many rows were new, changed, and the same as before."""

    accepted: int
    updated: int
    unchanged: int


@transaction.atomic
def file_hmis_rows(*, by: Actor, agency: UUID, year: int, rows: Sequence[ProgrammeRow]) -> Filed:
    """File rows of one agency's export; the same agency, file and key is the same row.

    Invalid for an agency that is a victim service provider: it keeps a comparable database of its own.
    """
    if agencies.agency(agency).kind == "victim_service_provider":
        remedy = "A victim service provider enters nothing here (34 USC 12291(b)(2))."
        raise Invalid("agency", str(agency), remedy)
    wanted = {(row.file, row.key): row for row in rows}
    known = _known(agency, wanted)
    prints = {place: row.fingerprint() for place, row in wanted.items()}
    new = [place for place in wanted if place not in known]
    moved = [place for place, found in known.items() if found.fingerprint != prints[place]]
    now = clock.now()
    made = [HmisRow(agency_id=agency, created_at=now, file=file, key=key) for file, key in new]
    changed = [known[place] for place in moved]
    for row in (*made, *changed):
        _write(row, year, wanted[row.file, row.key], prints[row.file, row.key])
    HmisRow.objects.bulk_create(made, batch_size=200)
    fields = ("year", "project", "record", "identity", "content", "fingerprint")
    HmisRow.objects.bulk_update(changed, fields, batch_size=100)
    event = events.HmisRowsFiled(agency=agency, accepted=len(new), updated=len(moved))
    if new or moved:
        journal.write(by=by, event=event)
    return Filed(len(new), len(moved), len(rows) - len(new) - len(moved))


def _known(agency: UUID, wanted: Mapping[tuple[str, str], ProgrammeRow]) -> dict[tuple[str, str], HmisRow]:
    keys: dict[str, list[str]] = defaultdict(list)
    for file, key in wanted:
        keys[file].append(key)
    found: dict[tuple[str, str], HmisRow] = {}
    for file, listed in keys.items():
        same = HmisRow.objects.select_for_update().filter(agency_id=agency, file=file, key__in=listed)
        found.update({(row.file, row.key): row for row in same})
    return found


def _write(row: HmisRow, year: int, given: ProgrammeRow, mark: str) -> None:
    row.year, row.project, row.record_id = year, given.project, given.record
    row.identity = {name: given.content[name] for name in NAMED if name in given.content}
    row.content = {name: value for name, value in given.content.items() if name not in NAMED}
    row.fingerprint = mark


@transaction.atomic
def forget_hmis(
    *, by: Actor, agency: UUID, projects: Sequence[str], clients: Sequence[str], organizations: Sequence[str]
) -> tuple[int, list[str]]:
    """Delete what turned out to be a victim service provider's; how many rows, and the clients among them."""
    own = HmisRow.objects.filter(agency_id=agency)
    named = Q(file="Client.csv", key__in=clients) | Q(file="Organization.csv", key__in=organizations)
    gone = own.filter(Q(project__in=projects) | named)
    known = list(gone.filter(file="Client.csv").values_list("key", flat=True))
    number, _ = gone.delete()
    if number:
        journal.write(by=by, event=events.HmisRowsForgotten(agency=agency, rows=number))
    return number, known


def hand_over_hmis(*, by: Actor, agency: UUID) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    """Give an agency its own rows back, as (fiscal year, file, values); the journal says so before the first.

    Rows of somebody whose record was sealed or expunged stay behind. NotFound where the agency has none.
    """
    own = HmisRow.objects.filter(agency_id=agency).exclude(record__in=sharing.barred("source_record"))
    rows = own.order_by("file", "created_at", "id")
    if not (number := rows.count()):
        raise NotFound("HMIS rows of this agency")
    with transaction.atomic():
        journal.write(by=by, event=events.HmisRowsHandedOver(agency=agency, rows=number))
    return ((row.year, row.file, {**row.content, **row.identity}) for row in rows.iterator(2_000))


def export_rows_of(agency: UUID) -> list[tuple[int, Mapping[str, str]]]:
    """What an agency's exports said of themselves, the latest first; it names no client."""
    rows = HmisRow.objects.filter(agency_id=agency, file="Export.csv").order_by("-created_at", "-id")
    return [(row.year, row.content) for row in rows]


def hmis_agencies() -> list[UUID]:
    """The agencies that have rows here."""
    found = HmisRow.objects.order_by("agency").values_list("agency", flat=True).distinct()
    return list(found)
