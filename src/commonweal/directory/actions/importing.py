"""Import a directory: good rows kept, bad ones listed, a second run accepts none."""

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from commonweal.directory import events
from commonweal.directory.actions.filing import file_service
from commonweal.directory.entries import Entry
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import Rejected, Tally, finish
from commonweal.kernel.models import ImportRun

BATCH = 200


def import_services(
    *, by: Actor, profile: str, sources: Iterable[str], rows: Iterable[tuple[str, int, Entry] | Rejected]
) -> ImportRun:
    """File every row, in batches of one transaction each; the run holds counts and the rejects file.

    A row is (file, line, entry), or a reject the reader made. An id that comes twice in one run with other
    content is rejected: one of the two must be wrong, and taking turns would never settle.
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


def _take(by: Actor, row: tuple[str, int, Entry] | Rejected, tally: Tally, seen: dict[str, str]) -> None:
    if isinstance(row, Rejected):
        tally.rejects.append(row)
        return
    file, line, entry = row
    mark = entry.fingerprint()
    if seen.setdefault(entry.external_id, mark) != mark:
        reason = "this id came before in this run with other content; give each service its own id"
        tally.rejects.append(Rejected(file, line, "external_id", entry.external_id, reason))
        return
    try:
        with transaction.atomic():
            outcome = file_service(by=by, entry=entry)[1]
    except Invalid as fault:
        tally.rejects.append(Rejected(file, line, fault.field, str(fault.value)[:200], fault.remedy))
        return
    setattr(tally, outcome, getattr(tally, outcome) + 1)
