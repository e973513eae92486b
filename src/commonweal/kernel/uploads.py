"""Files that a browser handed in: kept until a worker has read them, and who read the lists they left.

An upload waits as an import run that has not started. One worker claims it; should that worker be stopped
in the middle, the run is asked for again, and nothing is doubled.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.kernel import clock, imports, journal, keeping
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import CommonwealError, Conflict, Invalid, NotFound
from commonweal.kernel.events import Event
from commonweal.kernel.ids import new_id
from commonweal.kernel.imports import ImportRun, Tally, run_of
from commonweal.kernel.listings import read_listing

MOST_BYTES = 500_000_000
LISTS = ("rejects", "findings")
PUBLIC = frozenset(["directory"])
"""Kinds of file that tell of services and never of a person."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAsked(Event):
    """A file was handed in to be read."""

    kind: ClassVar[str] = "kernel.import_asked"
    about: ClassVar[str] = "run"
    run: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRead(Event):
    """Somebody took the list of refused or of doubtful rows; `values` whether with what the source wrote."""

    kind: ClassVar[str] = "kernel.import_list_read"
    about: ClassVar[str] = "run"
    run: UUID
    listing: str
    values: bool


def ask(
    *, by: Actor, kind: str, profile: str, name: str, content: Iterable[bytes], agency: UUID | None = None
) -> ImportRun:
    """Keep a file and the run that will read it. Invalid where it is empty or too large."""
    run = ImportRun(
        id=new_id(), kind=kind, profile=profile[:64], sources=[name[:200]], actor=by.id, agency=agency,
        counts=Tally().counts(),
    )  # fmt: skip
    run.upload = f"uploads/{run.id}"
    _keep(_home() / run.upload, name, content)
    with transaction.atomic():
        run.save(force_insert=True)
        journal.write(by=by, event=ImportAsked(run=run.id))
    return run


def ask_again(*, by: Actor, run: UUID) -> None:
    """Let a run that was cut off start again; Conflict where it ended, or its file is gone."""
    with transaction.atomic():
        found = run_of(run)
        if found.finished_at or not found.upload or not file_of(found).is_file():
            raise Conflict("This run cannot start again: hand the file in once more. Nothing is doubled.")
        ImportRun.objects.filter(id=run).update(started_at=None)
        journal.write(by=by, event=ImportAsked(run=run))


def claim() -> ImportRun | None:
    """The oldest upload that waits, now started; each is given to one worker only."""
    waiting = ImportRun.objects.filter(started_at=None, finished_at=None).exclude(upload="")
    for run in waiting.order_by("created_at")[:5]:
        if ImportRun.objects.filter(id=run.id, started_at=None).update(started_at=clock.now()):
            return run_of(run.id)
    return None


def read_next(read: Callable[[ImportRun], None], refused: tuple[type[Exception], ...] = ()) -> bool:
    """Claim the oldest upload and read it; whether there was one.

    A file that `read` refuses (`refused`, or an error of ours) ends its run with the reason in words; any
    other fault ends it too and is logged: the next file must not wait for this one's.
    """
    run = claim()
    if run is None:
        return False
    expected: tuple[type[Exception], ...] = (CommonwealError, *refused)
    try:
        read(run)
    except expected as fault:
        imports.failed(run, str(fault))
    except Exception:
        log.exception("uploads: import run %s failed", run.id)
        imports.failed(run, "A fault of the programme stopped this run; it stands in the log of the service.")
    discard(run)
    return True


def file_of(run: ImportRun) -> Path:
    """Where the file of an upload lies."""
    return _home() / run.upload


def discard(run: ImportRun) -> None:
    """Forget the file of a run that ended; a litigation hold over its day keeps it, and the run says so."""
    day = clock.day(run.created_at)
    if names := keeping.holds(keeping.Record(first=day, last=day)):
        run.notices = [*run.notices, f"The file is kept: litigation hold {', '.join(names)}."]
        run.save(update_fields=["notices"])
        return
    file_of(run).unlink(missing_ok=True)


def is_public(run: ImportRun) -> bool:
    """Whether the file of a run told of no person."""
    return run.kind in PUBLIC and run.agency is None


def may_see_values(by: Actor, run: ImportRun) -> bool:
    """Whether somebody may read what the source wrote in refused rows (defaults.md, section 2).

    A steward of records of the agency whose records they are. To have handed the file in opens nothing:
    who keeps accounts reads no one's record. Rows of a public file are also for those who hand such files in.
    """
    if is_public(run):
        return by.may("keep_records") or by.may("administer")
    return by.agency is not None and run.agency == by.agency and by.may("keep_records")


def listing(*, by: Actor, run: UUID, which: str) -> Iterator[list[str]]:
    """The rows of a list, its header first, journalled; without the values for those who may not see them."""
    found = run_of(run)
    path = {"rejects": found.rejects_file, "findings": found.findings_file}.get(which, "")
    if not path:
        raise NotFound("list")
    values = may_see_values(by, found)
    with transaction.atomic():
        journal.write(by=by, event=ListRead(run=run, listing=which, values=values))
    return read_listing(Path(path), values=values)


def _home() -> Path:
    return Path(settings.COMMONWEAL_HOME)


def _keep(path: Path, name: str, content: Iterable[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = 0
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for block in content:
                size += len(block)
                if size > MOST_BYTES:
                    most = MOST_BYTES // 1_000_000
                    says = "It has more than %(most)s MB; use commonweal import instead."
                    raise Invalid("file", name, says, most=most)
                out.write(block)
        if not size:
            raise Invalid("file", name, "The file is empty. Export it again.")
    except Invalid:
        path.unlink(missing_ok=True)
        raise
