"""Two answers to one question: kept side by side until a person of the team says which stands."""

from uuid import UUID

from django.db import transaction

from commonweal.encounters import events
from commonweal.encounters.actions.recording import amend, put
from commonweal.encounters.changes import Change
from commonweal.encounters.models import Divergence, Encounter
from commonweal.encounters.records import CLINICAL_ROLES, locked, present, writing
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound

CHOICES = ("offered", "standing")
LATE = "Written on a phone without network before the record was closed."


def diverge(*, by: Actor, found: Encounter, change: Change) -> Divergence:
    """Keep what a phone offered beside what stands; a worker's later version takes the earlier's place."""
    last = writing(found, change.field)
    kept, _is_new = Divergence.objects.update_or_create(
        encounter=found,
        field=change.field,
        account=UUID(by.id),
        settled_at__isnull=True,
        defaults={
            "operation": change.id,
            "offered": change.value,
            "offered_at": change.at,
            "standing": getattr(found, change.field),
            "standing_by": last.by,
            "standing_at": last.at,
        },
    )
    journal.write(
        by=by,
        event=events.VersionsDiverged(encounter=found.id, divergence=kept.id, field=change.field),
    )
    return kept


@transaction.atomic
def settle(*, by: Actor, divergence: UUID, keep: str) -> Divergence:
    """A person of the team chooses; both versions stay with the record. A second choice changes nothing.

    `keep`: "offered" (what came from the phone) or "standing" (what stands now).
    """
    row = Divergence.objects.filter(id=divergence).first()
    if row is None:
        raise NotFound("divergence")
    found = locked(row.encounter_id)
    present(by, found)
    row = Divergence.objects.select_for_update().get(id=divergence)
    if row.field == "clinical_impression" and by.policy_role not in CLINICAL_ROLES:
        raise NotFound("divergence")
    if keep not in CHOICES:
        raise Invalid("keep", keep, f"Use: {', '.join(CHOICES)}.")
    if row.settled_at is not None:
        return row
    row.standing = getattr(found, row.field)  # what stands at the moment of the choice
    row.settled_at, row.settled_by, row.kept = clock.now(), by.id, keep
    row.save()
    if keep == "offered" and found.state == "closed":
        amend(by=by, encounter=found.id, reason=LATE, **{row.field: row.offered})
    elif keep == "offered":
        put(by=by, found=found, values={row.field: row.offered}, operations={row.field: row.operation})
    event = events.DivergenceSettled(encounter=found.id, divergence=row.id, field=row.field, kept=keep)
    journal.write(by=by, event=event)
    return row
