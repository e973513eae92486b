"""What a phone kept without network comes in: each change exactly once, none over another unseen.

A batch is one transaction: the acts, their journal lines, and the line of each operation, whose id the
database lets in once. A batch that comes twice finds its operations there and is answered "already". A
change of a phone that was shut out is held, sealed, until a person releases or discards it.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from commonweal.agencies import queries as agencies
from commonweal.encounters import events
from commonweal.encounters.actions.applying import Answer, Early, apply, write_fields
from commonweal.encounters.changes import AT_ONCE, Change, id_in, read_change
from commonweal.encounters.models import Held, Lease, Operation
from commonweal.encounters.sealing import close_up, opened
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, in_words

GONE = "This record is not yours, or is not there any more."


def sync(
    *, by: Actor, lease: Lease, operations: Sequence[object], skew_ms: int = 0
) -> list[Answer]:  # fmt: skip
    """Apply a batch in its order; an answer for each change, by its id. Sending it again is safe.

    `skew_ms`: how far our clock is ahead of the phone's. Invalid where the batch itself cannot be read.
    """
    if str(lease.account) != by.id:
        raise NotFound("lease")
    if len(operations) > AT_ONCE:
        raise Invalid("operations", len(operations), "Send at most %(most)s changes at once.", most=AT_ONCE)
    changes, unread = _read(operations, skew_ms)
    try:
        return _sync(by, lease, changes) + unread
    except IntegrityError:  # the same batch came twice at once, and the other one won
        return _sync(by, lease, changes) + unread


def _read(operations: Sequence[object], skew_ms: int) -> tuple[list[Change], list[Answer]]:
    """Changes as they can be read, and refusals of those that cannot: one never holds up the others."""
    changes, refused = [], []
    for raw in operations:
        try:
            changes.append(read_change(raw, skew_ms))
        except Invalid as wrong:
            if not isinstance(raw, Mapping):
                raise
            refused.append(Answer(id_in(raw, "id"), "refused", reason=wrong.remedy[:300]))
    return changes, refused


@transaction.atomic
def _sync(by: Actor, lease: Lease, changes: Sequence[Change]) -> list[Answer]:
    Lease.objects.select_for_update().get(id=lease.id)  # one batch of a phone at a time
    answers = _known(by, changes)
    for batch in _runs([c for c in _first_of_each(changes) if c.id not in answers]):
        found = _tried(by, batch)
        answers |= {one.id: one for one in found}
        rows = [_row(by, lease, c, answers[c.id]) for c in batch if answers[c.id].outcome != "waiting"]
        Operation.objects.bulk_create(rows)
    told = Counter(one.outcome for one in answers.values())
    if set(told) - {"already", "waiting"}:
        journal.write(
            by=by,
            event=events.PhoneSynced(
                lease=lease.id, applied=told["applied"], conflicts=told["conflict"],
                refused=told["refused"], held=0,
            ),
        )  # fmt: skip
    return [answers[change.id] for change in changes]


def _known(by: Actor, changes: Sequence[Change]) -> dict[UUID, Answer]:
    """Answers to what came before; an id of another account is refused, and says nothing of it."""
    rows = Operation.objects.filter(operation__in=[c.id for c in changes])
    found = {}
    for row in rows:
        if str(row.account) != by.id:
            found[row.operation] = Answer(row.operation, "refused", reason=in_words(GONE))
            continue
        outcome = "already" if row.outcome == "applied" else row.outcome
        found[row.operation] = Answer(row.operation, outcome, row.encounter_id, row.version, row.reason)
    return found


def _first_of_each(changes: Sequence[Change]) -> Iterator[Change]:
    """Each id once, in order."""
    first: dict[UUID, Change] = {}
    for change in changes:
        first.setdefault(change.id, change)
    return iter(first.values())


def _runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Neighbouring answers to one record go together, each field once; every other change stands alone."""
    for (kind, _record), group in groupby(changes, key=lambda c: (c.kind, c.record)):
        waiting: dict[str, Change] = {}
        for change in group:
            if kind != "set":
                yield [change]
                continue
            if change.field in waiting:
                yield list(waiting.values())
                waiting = {}
            waiting[change.field] = change
        if waiting:
            yield list(waiting.values())


def _tried(by: Actor, batch: list[Change]) -> list[Answer]:
    """A run, all or none; where it cannot stand whole, each of its changes by itself."""
    try:
        with transaction.atomic():
            return write_fields(by, batch) if batch[0].kind == "set" else [apply(by, batch[0])]
    except Early:
        return [Answer(change.id, "waiting") for change in batch]
    except (Invalid, NotFound, Conflict, DataError) as why:
        if len(batch) > 1:
            return [answer for change in batch for answer in _tried(by, [change])]
        return [Answer(batch[0].id, "refused", reason=_said(why)[:300])]


def _said(why: Exception) -> str:
    """Why a change was not done, in words for its worker."""
    if isinstance(why, Invalid):
        return why.remedy
    return str(why) if isinstance(why, Conflict) else in_words(GONE)


def _row(by: Actor, lease: Lease, change: Change, answer: Answer) -> Operation:
    return Operation(
        operation=change.id, lease=lease, account=UUID(by.id), kind=change.kind, record=change.record,
        encounter_id=answer.encounter, field=change.field, outcome=answer.outcome, reason=answer.reason,
        version=answer.version, happened_at=change.at, skew_ms=change.skew_ms,
    )  # fmt: skip


@transaction.atomic
def quarantine(
    *, by: Actor, lease: Lease, operations: Sequence[object], skew_ms: int = 0
) -> list[Answer]:  # fmt: skip
    """Keep, sealed, what a shut-out phone sends; nothing of it is applied, nothing is told back.

    A change is either sealed by the phone ({"id", "sealed"}) or in the open, and is sealed here.
    """
    if len(operations) > AT_ONCE:
        raise Invalid("operations", len(operations), "Send at most %(most)s changes at once.", most=AT_ONCE)
    Lease.objects.select_for_update().get(id=lease.id)
    sealed = {}
    for raw in operations:
        if not isinstance(raw, Mapping):
            raise Invalid("operations", str(raw)[:40], "Each change is an object with an id and a kind.")
        operation = id_in(raw, "id")
        given = raw.get("sealed")
        if isinstance(given, str):
            opened(lease.id, operation, given)  # only what this phone sealed
        sealed[operation] = given if isinstance(given, str) else close_up(
            lease.id, operation, raw, os.urandom(12)
        )  # fmt: skip
    done = set(Operation.objects.filter(operation__in=sealed).values_list("operation", flat=True))
    there = set(Held.objects.filter(operation__in=sealed).values_list("operation", flat=True))
    rows = [
        Held(operation=one, lease=lease, sealed=text, skew_ms=skew_ms)
        for one, text in sealed.items()
        if one not in done | there
    ]
    Held.objects.bulk_create(rows)
    if rows:
        event = events.PhoneSynced(lease=lease.id, applied=0, conflicts=0, refused=0, held=len(rows))
        journal.write(by=by, event=event)
    return [Answer(one, "already" if one in done else "quarantined") for one in sealed]


@transaction.atomic
def release_held(*, by: Actor, lease: UUID, why: str) -> list[Answer]:
    """Apply what a shut-out phone sent, as its worker's acts, for the keepers of the agency's devices.

    Conflicts are kept beside what stands, as ever; a refusal is told. Nothing is done twice.
    """
    row, held = _waiting(by, lease, why)
    worker = agencies.actor(row.account)
    raws = [_open_held(row, one) for one in held]
    answers = sync(by=worker, lease=row, operations=raws)
    _decide(by, row, held, "released", why)
    return answers


@transaction.atomic
def discard_held(*, by: Actor, lease: UUID, why: str) -> int:
    """Never apply what a shut-out phone sent; it stays, sealed, with the reason. Returns how many changes."""
    row, held = _waiting(by, lease, why)
    _decide(by, row, held, "discarded", why)
    return len(held)


def _open_held(row: Lease, one: Held) -> dict[str, object]:
    return {"skew_ms": one.skew_ms, **opened(row.id, one.operation, one.sealed), "id": str(one.operation)}


def _waiting(by: Actor, lease: UUID, why: str) -> tuple[Lease, list[Held]]:
    """The lease of a phone that this keeper answers for, locked, and what waits of it; NotFound otherwise."""
    row = Lease.objects.select_for_update().filter(id=lease).first()
    if row is None or not agencies.agency_devices(by).filter(id=row.device_id).exists():
        raise NotFound("lease")
    held = list(row.held.filter(decided_at__isnull=True).order_by("created_at", "id"))
    if not held:
        raise NotFound("lease")
    if not why.strip():
        raise Invalid("reason", why, "Say in a few words why, for example: handed in at the front desk.")
    return row, held


def _decide(by: Actor, row: Lease, held: list[Held], decision: str, why: str) -> None:
    row.held.filter(id__in=[one.id for one in held]).update(
        decision=decision, decided_at=clock.now(), decided_by=by.id, why=why.strip()[:200]
    )
    journal.write(by=by, event=events.HeldDecided(lease=row.id, changes=len(held), decision=decision))
