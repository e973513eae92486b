"""Past calls brought in whole, with their people: from another system's archive, or a generated county."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from commonweal.calls import events
from commonweal.calls.models import Assignment, Call
from commonweal.kernel import bulk, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.ids import new_id
from commonweal.sharing import actions as sharing

BATCH = 5_000


def bring_past(
    *, by: Actor, fields: Sequence[str], rows: Iterable[Mapping[str, Any]], programs: Mapping[UUID, str]
) -> int:
    """Insert cleared calls in batches, each held for its centre (and its person). Returns how many.

    `fields` are names of Call (with `id`, `agency`, `source`, `person`); `programs` the source program of
    each centre. A call from the lifeline stands under its own regime.
    """
    reader, count = iter(rows), 0
    while batch := list(islice(reader, BATCH)):
        with transaction.atomic():
            bulk.insert(Call, fields, ([row[f] for f in fields] for row in batch))
            sharing.hold_past(by=by, rows=[_holding(row, programs) for row in batch])
        count += len(batch)
    with transaction.atomic():
        journal.write(by=by, event=events.CallsImported(run=new_id(), calls=count))
    return count


UNIT_FIELDS = ("id", "call", "unit", "crew", "dispatched", "enroute", "on_scene", "cleared")


def bring_past_units(*, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert who was sent to calls that came by `bring_past`, in batches. Returns how many.

    `rows` have the fields of Assignment, every one of them cleared: the past holds no unit.
    """
    reader, count = iter(rows), 0
    while batch := list(islice(reader, BATCH)):
        with transaction.atomic():
            values = ([new_id(), *(row.get(f) for f in UNIT_FIELDS[1:])] for row in batch)
            bulk.insert(Assignment, UNIT_FIELDS, values)
        count += len(batch)
    return count


def _holding(
    row: Mapping[str, Any], programs: Mapping[UUID, str]
) -> tuple[Subject, UUID, UUID | None, UUID, str]:
    lifeline = row["source"] == "lifeline_988"
    program = "lifeline_988" if lifeline else programs[row["agency"]]
    return Subject("call", row["id"]), row["agency"], row["person"], row["id"], program
