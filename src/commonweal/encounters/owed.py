"""Contacts that are owed after a crisis: when, whose, and what was tried. By opaque ids, no outcome."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from commonweal.encounters.following import follows_up
from commonweal.encounters.models import Encounter
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Owed:
    """One contact that is owed: how often it was tried since the encounter, and when last."""

    encounter: UUID
    person: UUID | None
    started_at: datetime
    due: datetime
    account: UUID | None
    tries: int
    last_try: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether its time has come."""
        return self.due <= clock.now()

    @property
    def when(self) -> str:
        """overdue, today or later, by the day where the site is."""
        if self.is_late:
            return "overdue"
        return "today" if clock.day(self.due) == clock.today() else "later"


def _owed(rows: QuerySet[Encounter]) -> list[Owed]:
    counted = rows.annotate(tries=Count("follow_ups"), last_try=Max("follow_ups__at"))
    return [
        Owed(
            row.id, row.person_id, row.started_at, row.follow_up_due, row.follow_up_by, row.tries,
            row.last_try,
        )
        for row in counted.order_by("follow_up_due")
        if row.follow_up_due is not None
    ]  # fmt: skip


def owed(by: Actor, before: datetime) -> list[Owed]:
    """Contacts that this worker may make, due before a moment, soonest first."""
    if by.agency is None:
        return []
    own = Q(agency_id=by.agency) | Q(clinical_agency_id=by.agency)
    rows = Encounter.objects.filter(own, follow_up_due__lte=before)
    mine = [
        row.id for row in rows
        if follows_up(by, row.team, (row.agency_id, row.clinical_agency_id))
    ]  # fmt: skip
    return _owed(Encounter.objects.filter(id__in=mine))


def owed_after_calls_of(centre: UUID) -> list[Owed]:
    """Contacts whose time has come, after calls of a centre: for its hand-over, whoever is to make them."""
    return _owed(Encounter.objects.filter(call__agency=centre, follow_up_due__lte=clock.now()))


def owed_by_nobody(since: datetime) -> list[tuple[UUID, frozenset[UUID]]]:
    """Contacts whose time came after `since` and that are nobody's, each with its agencies and its centre."""
    rows = Encounter.objects.filter(
        follow_up_by__isnull=True, follow_up_due__lte=clock.now(), follow_up_due__gt=since
    ).values_list("id", "agency", "clinical_agency", "call__agency")  # fmt: skip
    return [(id_, frozenset(one for one in places if one)) for id_, *places in rows]
