"""Past encounters brought in whole: from another system's archive, or a generated county."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commonweal.encounters import events
from commonweal.encounters.models import Assessment, Encounter, FollowUp
from commonweal.kernel import bulk, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import actions as sharing

BATCH = 2_000
TRY_FIELDS = ("id", "encounter", "at", "by", "way", "reached")


def bring_past(
    *,
    by: Actor,
    fields: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    programs: Mapping[UUID, str],
    tries: Sequence[Sequence[Any]] = (),
) -> int:
    """Insert closed encounters in batches, each part held under its own agency. Returns how many.

    `fields` are names of Encounter (with `id`, `agency`, `clinical_agency`, `person`, `call`); `tries` are
    the contacts after them (TRY_FIELDS each).
    """
    reader, count = iter(rows), 0
    while batch := list(islice(reader, BATCH)):
        with transaction.atomic():
            bulk.insert(Encounter, fields, ([row[f] for f in fields] for row in batch))
            sharing.hold_past(by=by, rows=[_holding(row, "encounter", "agency", programs) for row in batch])
            clinical = [row for row in batch if row["clinical_agency"]]
            sharing.hold_past(
                by=by, rows=[_holding(row, "clinical_part", "clinical_agency", programs) for row in clinical]
            )
        count += len(batch)
    with transaction.atomic():
        bulk.insert(FollowUp, TRY_FIELDS, tries)
        journal.write(by=by, event=events.PastBrought(encounters=count))
    return count


def _holding(
    row: Mapping[str, Any], kind: str, owner: str, programs: Mapping[UUID, str]
) -> tuple[Subject, UUID, UUID | None, UUID | None, str]:
    return Subject(kind, row["id"]), row[owner], row["person"], row["call"], programs[row[owner]]


def standing_together(ids: frozenset[UUID]) -> frozenset[UUID]:
    """Encounters of these assessments, and assessments of these encounters."""
    pairs = Assessment.objects.filter(Q(id__in=ids) | Q(encounter__in=ids)).values_list("id", "encounter")
    return frozenset(one for pair in pairs for one in pair if one)
