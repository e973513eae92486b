"""Import a directory: good records kept, bad ones listed, a second run accepts none."""

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from commonweal.directory import events
from commonweal.directory.actions.filing import file_service
from commonweal.directory.entries import Record
from commonweal.directory.models import Service
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Tally, begin, finish, progress
from commonweal.kernel.turns import take_turn

BATCH = 200


def import_services(
    *, by: Actor, profile: str, sources: Iterable[str], rows: Iterable[Record | Rejected],
    tally: Tally | None = None, run: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """File every record, in batches of one transaction each; the run holds counts and the lists.

    A record counts once, however many services it holds; a service that its record no longer holds becomes
    inactive. An identity that comes twice in one run with other content is rejected: taking turns would
    never settle. With the same content it counts as unchanged, and the list of findings names both lines.
    """
    counts, seen, stream = tally or Tally(), Seen(), iter(rows)
    record = run or begin(by=by, kind="directory", profile=profile, sources=sources)
    while batch := list(islice(stream, BATCH)):
        with transaction.atomic():
            take_turn("directory")
            for row in batch:
                _take(by, row, counts, seen)
            progress(record, counts)
    with transaction.atomic():
        finish(record, counts)
        journal.write(by=by, event=events.DirectoryImported(run=record.id, profile=profile))
    return record


Seen = dict[str, tuple[str, str, int]]  # by identity: content, file, line


def _take(by: Actor, row: Record | Rejected, tally: Tally, seen: Seen) -> None:
    if isinstance(row, Rejected):
        tally.rejects.append(row)
        return
    mark = " ".join(entry.fingerprint() for entry in row.entries)
    known, file, line = seen.setdefault(row.key, (mark, row.file, row.line))
    if known != mark:
        reason = (
            f"line {line} of {file} has the same identity with other content and was kept; "
            "give each record its own, or remove one"
        )
        tally.rejects.append(Rejected(row.file, row.line, "identity", _name(row), reason))
        return
    if (file, line) != (row.file, row.line):
        tally.again(row.file, row.line, _name(row), f"line {line} of {file}")
    try:
        with transaction.atomic():
            outcome = _file(by, row)
    except Invalid as fault:
        tally.rejects.append(Rejected(row.file, row.line, fault.field, str(fault.value)[:200], fault.remedy))
        return
    setattr(tally, outcome, getattr(tally, outcome) + 1)


def _name(row: Record) -> str:
    """What a reader of the list knows a record by."""
    return row.entries[0].name[:200] if row.entries else row.key[:200]


def _file(by: Actor, row: Record) -> str:
    """File the services of one record: accepted where all are new, unchanged where none moved."""
    filed = [file_service(by=by, entry=entry) for entry in row.entries]
    outcomes = {outcome for _, outcome in filed}
    kept = [service.id for service, _ in filed]
    source = row.entries[0].source if row.entries else ""
    record = row.key[:200]
    Service.objects.filter(id__in=kept).exclude(record=record).update(record=record)
    gone = Service.objects.filter(source=source, record=record, status="active").exclude(id__in=kept)
    if gone.update(status="inactive"):
        outcomes.add("updated")
    return outcomes.pop() if len(outcomes) == 1 else "updated"
