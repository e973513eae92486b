"""Reads of what phones sent: versions that wait for a choice, and what is held of shut-out phones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from commonweal.agencies import queries as agencies
from commonweal.encounters.models import Divergence, Encounter, Held, Lease
from commonweal.encounters.records import writing
from commonweal.engines.disclosure import Permit
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import reveal

PARTS = {
    name: label.removeprefix("encounter_narrative.")
    for label, names in Encounter.labels.items()
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Diverged:
    """Two versions of one answer, without the answers: which field, who wrote each, when."""

    id: UUID
    encounter: UUID
    field: str
    offered_by: UUID
    offered_at: datetime
    standing_by: str
    standing_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldPhone:
    """A phone that was shut out and sent what it had kept: how many changes wait, since when."""

    lease: UUID
    device: UUID
    account: UUID
    changes: int
    since: datetime


def divergences(encounters: Collection[UUID] | None = None) -> list[Diverged]:
    """Those that wait for a choice, oldest first: of some encounters, or of all."""
    rows = Divergence.objects.filter(settled_at__isnull=True).order_by("created_at")
    rows = rows if encounters is None else rows.filter(encounter__in=encounters)
    return [
        Diverged(r.id, r.encounter_id, r.field, r.account, r.offered_at, r.standing_by, r.standing_at)
        for r in rows
    ]


def versions(permits: Mapping[Subject, Permit]) -> dict[UUID, tuple[object, object]]:
    """What stands and what was offered, by divergence, only where the permit opens the field's part.

    Subjects are encounters; for the clinical part `clinical_part` of the same id.
    """
    found: dict[UUID, tuple[object, object]] = {}
    for subject, permit in permits.items():
        is_clinical = subject.kind == "clinical_part"
        rows = Divergence.objects.filter(encounter=subject.id, settled_at__isnull=True).select_related(
            "encounter"
        )
        for row in rows:
            part = PARTS.get(row.field, "")
            if is_clinical != (part == "clinical_impression"):
                continue
            name = "behaviours_observed" if part == "operational" else part
            told = reveal(
                permit, category="encounter_narrative", subject=subject,
                values={name: (getattr(row.encounter, row.field), row.offered)},
            )  # fmt: skip
            pair = told.get(name)
            if isinstance(pair, tuple):
                found[row.id] = pair
    return found


def written(encounters: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """By encounter and field, the version in which the field was written last; names nobody."""
    rows = Encounter.objects.filter(id__in=encounters)
    return {row.id: {name: writing(row, name).version for name in (row.written or {})} for row in rows}


def held_phones(by: Actor) -> list[HeldPhone]:
    """Phones of the keeper's agency of which changes wait for a decision, longest first."""
    kept = agencies.agency_devices(by).values_list("id", flat=True)
    rows = (
        Held.objects.filter(decided_at__isnull=True, lease__device__in=kept)
        .values("lease", "lease__device", "lease__account")
        .annotate(changes=Count("id"), since=Min("created_at"))
        .order_by("since")
    )
    return [
        HeldPhone(r["lease"], r["lease__device"], r["lease__account"], r["changes"], r["since"]) for r in rows
    ]


def lease_end(lease: UUID) -> datetime | None:
    """Until when a phone may work without network; None for a lease that is not there."""
    return Lease.objects.filter(id=lease).values_list("expires_at", flat=True).first()


def account_of(lease: UUID) -> UUID | None:
    """Whose lease it is; None for one that is not there."""
    return Lease.objects.filter(id=lease).values_list("account", flat=True).first()
