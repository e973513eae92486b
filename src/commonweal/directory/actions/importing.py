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
from commonweal.kernel.imports import ImportRun, Rejected, Tally, finish

BATCH = 200


def import_services(
    *, by: Actor, profile: str, sources: Iterable[str], rows: Iterable[Record | Rejected]
) -> ImportRun:
    """File every record, in batches of one transaction each; the run holds counts and the rejects file.

    A record counts once, however many services it holds; a service that its record no longer holds becomes
    inactive. An identity that comes twice in one run with other content is rejected: taking turns would
    never settle.
    """
    tally, seen, stream = Tally(), dict[str, str](), iter(rows)
    while batch := list(islice(stream, BATCH)):
        with transaction.atomic():
            for row in batch:
                _take(by, row, tally, seen)
    with transaction.atomic():
        run = finish(by=by, kind="directory", profile=profile, sources=sources, tally=tally)
        journal.write(by=by, event=events.DirectoryImported(run=run.id, profile=profile))
    return run


def _take(by: Actor, row: Record | Rejected, tally: Tally, seen: dict[str, str]) -> None:
    if isinstance(row, Rejected):
        tally.rejects.append(row)
        return
    mark = " ".join(entry.fingerprint() for entry in row.entries)
    if seen.setdefault(row.key, mark) != mark:
        reason = "this identity came before in this run with other content; give each record its own"
        tally.rejects.append(Rejected(row.file, row.line, "identity", row.key[:200], reason))
        return
    try:
        with transaction.atomic():
            outcome = _file(by, row)
    except Invalid as fault:
        tally.rejects.append(Rejected(row.file, row.line, fault.field, str(fault.value)[:200], fault.remedy))
        return
    setattr(tally, outcome, getattr(tally, outcome) + 1)


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
