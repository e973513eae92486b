"""An agency's list of people from another system: its own records, as they came, doubled never.

Nobody is linked by it: each new record stands for a person of its own until a comparison is run and a steward
decides. Records of a victim-service provider take part in no comparison, however they came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol
from uuid import UUID

from django.db import transaction

from commonweal.kernel import imports
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.ids import new_id
from commonweal.kernel.imports import ImportRun, Rejected, Remark, Tally
from commonweal.kernel.turns import take_turn
from commonweal.people.filing import file_record
from commonweal.people.models import SourceRecord
from commonweal.people.past import PastRecord, bring_records
from commonweal.people.values import check, fingerprint

BATCH = 2_000


class Doubt(Protocol):
    """Something odd in a row that is kept: the column, what stands there, what is odd."""

    @property
    def field(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def problem(self) -> str: ...


class PersonTold(Protocol):
    """One person as a reader tells of them (adapters.people_csv.reader.PersonRow has this shape).

    `values` are as `file_record` takes them; `title` is the id's column, for messages.
    """

    @property
    def source_file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...
    @property
    def findings(self) -> Sequence[Doubt]: ...


def import_people(
    *, by: Actor, rows: Iterable[PersonTold], agency: UUID, profile: str, sources: Iterable[str],
    tally: Tally | None = None, run: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """File the people of one agency's list; the run's counts say what became of each row.

    A row is known by (agency, external id): the same values count as unchanged, others as updated. Each
    batch is one transaction, so that a run that was cut off is simply run again. The reader's rejects are
    put in `tally` by the caller while the rows are read. `run` goes on with a run that was begun before.
    """
    counts = tally or Tally()
    record = run or imports.begin(by=by, kind="people", profile=profile, sources=sources, agency=agency)
    record.agency = agency
    for batch in _batches(_told_once(rows, counts)):
        with transaction.atomic():
            take_turn(f"people:{agency}")
            _take(by, batch, agency, counts)
            imports.progress(record, counts)
    with transaction.atomic():
        return imports.finish(record, counts)


def _batches(rows: Iterable[PersonTold]) -> Iterator[list[PersonTold]]:
    reader = iter(rows)
    while batch := list(islice(reader, BATCH)):
        yield batch


def _told_once(rows: Iterable[PersonTold], counts: Tally) -> Iterator[PersonTold]:
    """Each id of a file once. Told again alike, it is unchanged; told otherwise, the second is rejected.

    Taking both would never settle: every run would update the record twice. A later file may tell of a
    person anew. What a reader doubted goes to the list of findings.
    """
    file, last, seen = "", 0, dict[str, tuple[str, int]]()
    for row in rows:
        if row.source_file != file or row.line <= last:  # two files may have one name
            file, seen = row.source_file, {}
        last = row.line
        mark, line = seen.setdefault(row.external_id, (fingerprint(row.values), row.line))
        if line != row.line and mark != fingerprint(row.values):
            counts.rejects.append(_told_otherwise(row, line))
            continue
        for doubt in row.findings:
            counts.remarks.add(Remark(file, row.line, doubt.field, doubt.value, doubt.problem))
        if line != row.line:
            counts.unchanged += 1
            counts.again(file, row.line, row.external_id, f"line {line}")
            continue
        yield row


def _told_otherwise(row: PersonTold, line: int) -> Rejected:
    reason = (
        f"line {line} has the same id with other content and was kept. Remove the line that is wrong, or "
        "give each person an id of their own, and import the file again"
    )
    return Rejected(row.source_file, row.line, row.title, row.external_id[:200], reason)


def _take(by: Actor, batch: Sequence[PersonTold], agency: UUID, counts: Tally) -> None:
    """File one batch: new records at once under one line of the journal, changed ones each under its own."""
    stored = SourceRecord.objects.filter(agency=agency, external_id__in={row.external_id for row in batch})
    known = {x: (mark, barred) for x, mark, barred in stored.values_list(*_KNOWN)}
    fresh: dict[str, PastRecord] = {}
    for row in batch:
        if fault := _impossible(row):
            counts.rejects.append(fault)
            continue
        mark, is_barred = known.get(row.external_id, ("", False))
        if is_barred or mark == fingerprint(row.values):
            counts.unchanged += 1  # what is sealed or expunged stays as it is, and nobody is told why
            continue
        counts.updated += bool(mark)
        counts.accepted += not mark
        if not mark or row.external_id in fresh:
            fresh[row.external_id] = _new(row, agency)
        else:
            file_record(by=by, agency=agency, external_id=row.external_id, values=row.values)
        known[row.external_id] = (fingerprint(row.values), False)
    if fresh:
        bring_records(by=by, records=list(fresh.values()))


_KNOWN = ("external_id", "fingerprint", "is_barred")


def _impossible(row: PersonTold) -> Rejected | None:
    """What the room would not take, as a row of the list of rejects; the value stays in the file."""
    try:
        check(row.values)
    except Invalid as fault:
        return Rejected(row.source_file, row.line, fault.field, "", fault.remedy)
    return None


def _new(row: PersonTold, agency: UUID) -> PastRecord:
    return PastRecord(agency=agency, external_id=row.external_id, values=row.values, person=new_id())
