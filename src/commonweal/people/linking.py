"""A linkage run over agencies' records: the engine compares, the pairs wait for a steward.

Victim-service records never enter: not even hashed (34 USC 12291(b)(2); 28 CFR 94.115). Nor do
sealed and expunged ones. The engine's compiled part takes a second to read: it is read by a run alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commonweal.kernel.actors import Actor
from commonweal.people.links import propose
from commonweal.people.models import LinkDecision, SourceRecord
from commonweal.people.sampling import keep_run
from commonweal.people.unspoken import comparable

if TYPE_CHECKING:
    from commonweal.engines.linkage import Record


def _rows(agencies: Collection[UUID]) -> QuerySet[SourceRecord]:
    found = SourceRecord.objects.filter(agency_id__in=agencies, is_barred=False).exclude(
        agency__kind="victim_service_provider"
    )
    return found.select_related("agency").order_by("id")


def _records(agencies: Collection[UUID]) -> Iterator[Record]:
    from commonweal.engines.linkage import Record

    for row in _rows(agencies).iterator(chunk_size=1_000):
        yield Record(
            id=str(row.id),
            source=str(row.agency_id),
            origin=row.agency.kind,
            given=row.given,
            family=row.family,
            born=row.born,
            sex=row.sex,
            address=row.address,
            phone=row.phone,
            ssn_last4=row.ssn_last4,
        )


def _never() -> frozenset[frozenset[str]]:
    kept = LinkDecision.objects.filter(verdict="never", undone_at__isnull=True)
    return frozenset(frozenset((str(a), str(b))) for a, b in kept.values_list("left_id", "right_id"))


@transaction.atomic
def run_linkage(*, by: Actor, agencies: Collection[UUID]) -> int:
    """Compare the records of these agencies and queue likely pairs for review; how many are new.

    Of agencies whose records are not spoken of only the actor's own takes part (`people.unspoken`).

    Evidence is kept as weights in bits by field, without values. Pairs that are one person already, that a
    steward called two people, or that wait already are left out. The comparison is kept beside later ones.
    """
    from commonweal.engines.linkage import Settings, link

    agencies = comparable(agencies, by.agency)
    records = list(_records(agencies))
    found = link(records, Settings(must_not_link=_never()))
    keep_run(by, agencies, records, found)
    pairs = [
        (UUID(p.left), UUID(p.right), p.probability, [dict(asdict(e)) for e in p.evidence])
        for p in found.pairs
    ]
    return propose(by=by, pairs=pairs, model=found.model.version)
