"""The journal: append in the caller's transaction, seal into a hash chain, verify, tail.

Writers never queue behind each other: a line is unchained when written. One sealer then gives
committed lines a gap-free sequence and a digest over the one before (Schneier and Kelsey 1999).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DatabaseError, DataError, connection, transaction
from django.db.models import Count, Max, Q

from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Unwritable
from commonweal.kernel.events import Event
from commonweal.kernel.models import Cursor, JournalLine, Seal

GENESIS = "0" * 64
NEAR, WINDOW, WHOLE = 500, 20_000, None  # how far below the highest sealed id a sealer looks for late lines
_COLUMNS = ("at", "actor", "agency", "kind", "about", "subject", "purpose", "data")
_AT_ONCE = 500  # lines in one statement
_LOCK = 7_239_845_102  # one sealer at a time (PostgreSQL advisory lock; SQLite has one writer anyway)


def _line(by: Actor, event: Event, purpose: str) -> JournalLine:
    return JournalLine(
        actor=by.id,
        agency=str(by.agency or ""),
        kind=event.kind,
        about=event.subject_kind,
        subject=event.subject,
        purpose=purpose,
        data=event.payload(),
    )


@contextmanager
def _or_stop() -> Iterator[None]:
    """A line that cannot be kept ends the act it belongs to, in words that say so."""
    try:
        yield
    except DataError:
        raise
    except DatabaseError as fault:
        raise Unwritable from fault


def write(*, by: Actor, event: Event, purpose: str = "") -> JournalLine:
    """Append one line; it stands or falls with the caller's transaction."""
    return _append([_line(by, event, purpose)])[0]


def write_many(*, by: Actor, events: Iterable[Event], purpose: str = "") -> list[JournalLine]:
    """Append many lines, all or none, in order, 500 to a statement; returns them with their ids."""
    lines = [_line(by, event, purpose) for event in events]
    if 0 < len(lines) <= _AT_ONCE:
        return _append(lines)
    with transaction.atomic():
        for start in range(0, len(lines), _AT_ONCE):
            _append(lines[start : start + _AT_ONCE])
    return lines


def _append(lines: list[JournalLine]) -> list[JournalLine]:
    """Every act comes through here: its statement is composed once for each number of lines."""
    values = [value for line in lines for value in _stored(line)]
    with _or_stop(), connection.cursor() as into:
        into.execute(_insertion(len(lines)), values)
        for line, (number,) in zip(lines, into.fetchall(), strict=True):
            line.id, line._state.adding, line._state.db = number, False, connection.alias
    return lines


@lru_cache(maxsize=_AT_ONCE)
def _insertion(count: int) -> str:
    row = f"({', '.join(['%s'] * len(_COLUMNS))})"
    rows = ", ".join([row] * count)
    return f"INSERT INTO {JournalLine._meta.db_table} ({', '.join(_COLUMNS)}) VALUES {rows} RETURNING id"


def _stored(line: JournalLine) -> tuple[Any, ...]:
    """A line as the database takes it, in the order of the columns."""
    at, said = connection.ops.adapt_datetimefield_value(line.at), json.dumps(line.data)
    return at, line.actor, line.agency, line.kind, line.about, line.subject, line.purpose, said


def digest(previous: str, sequence: int, line: JournalLine) -> str:
    """SHA-256 over the previous digest and the canonical form of the line (UTC microseconds)."""
    body = [line.id, line.at.timestamp(), line.actor, line.agency, line.kind, line.about]
    body += [line.subject, line.purpose]
    text = json.dumps([previous, sequence, *body, line.data], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal(*, limit: int = 5_000, back: int | None = WINDOW) -> int:
    """Seal committed lines that have no seal yet, oldest first; returns how many.

    A line is committed after its id was given, so that later ids may be sealed before it. `back`: how far
    below the highest sealed id is looked. `NEAR` costs little and serves each round of a worker; what a
    long transaction held back is found by `WINDOW` (every few seconds) or `WHOLE` (hourly).
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = Seal.objects.order_by("-sequence").first()
        floor = 0 if back is None else (Seal.objects.aggregate(top=Max("line_id"))["top"] or 0) - back
        waiting = JournalLine.objects.filter(id__gt=floor, seal__isnull=True).order_by("id")[:limit]
        seals = list(_chain(last, waiting))
        Seal.objects.bulk_create(seals, batch_size=1_000)
    return len(seals)


def _chain(last: Seal | None, lines: Iterable[JournalLine]) -> Iterator[Seal]:
    sequence, previous = (last.sequence, last.digest) if last else (0, GENESIS)
    for line in lines:
        sequence += 1
        previous = digest(previous, sequence, line)
        yield Seal(sequence=sequence, line=line, digest=previous)


def seal_all() -> int:
    """Seal until nothing waits; returns how many lines were sealed."""
    total = 0
    while done := seal(back=WHOLE if total == 0 else WINDOW):
        total += done
    return total


def tail(after: int, limit: int = 500) -> Sequence[Seal]:
    """Sealed lines with a sequence above `after`, in order, with their lines."""
    return list(Seal.objects.filter(sequence__gt=after).select_related("line").order_by("sequence")[:limit])


def follow(
    after: int, *, only: Collection[str] | None = None, without: Collection[str] = (), limit: int = 500
) -> tuple[Sequence[Seal], int]:
    """Sealed lines above `after` of the kinds that a reader minds, and how far it has read with them.

    What it does not mind is passed over in the database: most lines say that somebody looked at something.
    """
    top = position()
    if top <= after:
        return (), after
    rows = Seal.objects.filter(sequence__gt=after, sequence__lte=top)
    rows = rows if only is None else rows.filter(line__kind__in=only)
    rows = rows.exclude(line__kind__in=without) if without else rows
    found = list(rows.select_related("line").order_by("sequence")[:limit])
    return found, found[-1].sequence if len(found) == limit else top


def about(subject: UUID, *, kind: str = "", limit: int = 100) -> Sequence[JournalLine]:
    """Lines about one thing, newest first, of one kind where given."""
    lines = JournalLine.objects.filter(subject=str(subject)).order_by("-id")
    return list((lines.filter(kind=kind) if kind else lines)[:limit])


def count(kind: str, *, since: datetime) -> int:
    """How many lines of a kind were written since a moment."""
    return JournalLine.objects.filter(kind=kind, at__gte=since).count()


def latest(kind: str) -> JournalLine | None:
    """The newest line of a kind; None where there is none."""
    return JournalLine.objects.filter(kind=kind).order_by("-at", "-id").first()


Tally = tuple[str, str, str, str, str, str, int]


def tally(kinds: Collection[str], *, since: datetime, until: datetime, limit: int) -> list[Tally]:
    """Distinct lines of the gate and how often each was written, the most frequent first.

    A row: actor, agency, purpose, kind of record, record, category, count.
    """
    lines = JournalLine.objects.filter(kind__in=kinds, at__gte=since, at__lt=until)
    names = ("actor", "agency", "purpose", "about", "subject", "data__category")
    counted = lines.values_list(*names).annotate(n=Count("id")).order_by("-n", "actor", "subject")
    return list(counted[:limit])


def newest() -> int:
    """The id of the newest line, sealed or not; 0 for an empty journal."""
    return JournalLine.objects.aggregate(top=Max("id"))["top"] or 0


def has_moved(after: int, rooms: Sequence[str]) -> bool:
    """Whether one of these rooms (or kinds, such as `sharing.sealed`) has a line since the id `after`."""
    lines = JournalLine.objects.filter(id__gt=after)
    return any(lines.filter(Q(kind__startswith=f"{room}.") | Q(kind=room)).exists() for room in rooms)


def position() -> int:
    """The highest sealed sequence; 0 for an empty journal."""
    return Seal.objects.aggregate(top=Max("sequence"))["top"] or 0


def unsealed() -> int:
    """How many lines wait for the sealer."""
    return JournalLine.objects.filter(seal__isnull=True).count()


def cursor(name: str) -> int:
    """How far the reader `name` has come."""
    return Cursor.objects.get_or_create(name=name)[0].sequence


def advance(name: str, sequence: int) -> None:
    """Note that the reader `name` has handled everything up to `sequence`."""
    Cursor.objects.update_or_create(name=name, defaults={"sequence": sequence})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many lines hold, the last digest, and the first fault in words."""

    checked: int
    head: str
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether every stored line matches its seal."""
        return not self.fault


def verify(checkpoint: tuple[int, str] | None = None) -> Verdict:
    """Recompute the chain from stored rows and compare with the seals.

    `checkpoint` is a (sequence, digest) kept elsewhere: a journal rewritten as a whole still fails it.
    """
    previous, expected = GENESIS, 0
    rows = Seal.objects.select_related("line").order_by("sequence").iterator(chunk_size=5_000)
    for found in rows:
        expected += 1
        if found.sequence != expected:
            return Verdict(expected - 1, previous, f"line {expected} is missing")
        previous = digest(previous, expected, found.line)
        if previous != found.digest:
            return Verdict(expected - 1, previous, f"line {expected} was changed after it was sealed")
        if checkpoint and checkpoint[0] == expected and checkpoint[1] != previous:
            return Verdict(expected - 1, previous, f"line {expected} differs from the checkpoint")
    if checkpoint and checkpoint[0] > expected:
        fault = f"the journal ends at {expected}, before checkpoint {checkpoint[0]}"
        return Verdict(expected, previous, fault)
    return Verdict(expected, previous)
