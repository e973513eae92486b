"""Packs, plans, paper and drills: operations, no person's values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commonweal.calls import paper
from commonweal.calls.models import DowntimePlan, Drill, Pack, PaperEntry
from commonweal.kernel import clock

DRILL_EVERY = timedelta(days=90)


def downtime_plan(agency: UUID) -> DowntimePlan | None:
    """How a centre keeps ready; None where nobody has said."""
    return DowntimePlan.objects.filter(agency_id=agency).first()


def plans_due() -> list[DowntimePlan]:
    """Plans whose timer has come round: the last try is as long ago as they say, or there was none."""
    now = clock.now()
    rows = DowntimePlan.objects.filter(every_minutes__gt=0).order_by("agency")
    return [
        row for row in rows
        if row.tried_at is None or now - row.tried_at >= timedelta(minutes=row.every_minutes)
    ]  # fmt: skip


def packs(agency: UUID, limit: int = 20) -> list[Pack]:
    """A centre's packs, newest first."""
    return list(Pack.objects.filter(agency_id=agency).order_by("-created_at")[:limit])


def pack(pack_id: UUID) -> Pack | None:
    """One pack."""
    return Pack.objects.filter(id=pack_id).first()


def packs_to_destroy() -> list[Pack]:
    """Packs on the disk whose time has come, or that a newer one of the timer has taken the place of."""
    rows = Pack.objects.filter(removed_at__isnull=True).exclude(file="")
    return list(rows.filter(expires_at__lte=clock.now()).order_by("created_at"))


def superseded(newest: UUID) -> list[Pack]:
    """Earlier packs of the same centre's timer that still lie on the disk, in the same folder.

    Those of the product's own folder have names of their own; a sealed one lies where the last one lay.
    """
    one = Pack.objects.get(id=newest)
    rows = Pack.objects.filter(agency=one.agency_id, reason="timer", removed_at__isnull=True)
    rows = rows.filter(file=one.file) if one.file.startswith("/") else rows.exclude(file__startswith="/")
    return list(rows.exclude(file="").exclude(id=one.id).filter(created_at__lte=one.created_at))


def numbers(of: Pack) -> tuple[list[str], list[str]]:
    """The numbers of a pack as printed: those of its call sheets, those of its encounter sheets."""
    half = of.first + (of.last - of.first + 1) // 2
    calls_, met = range(of.first, half), range(half, of.last + 1)
    return [paper.said(of.year, n) for n in calls_], [paper.said(of.year, n) for n in met]


@dataclass(frozen=True, slots=True)
class Paper:
    """A record that came from paper: its sheet, when it happened and when (and by whom) it was entered."""

    number: str
    kind: str
    record: UUID | None
    happened_at: datetime
    entered_at: datetime
    entered_by: str


def _paper(row: PaperEntry) -> Paper:
    return Paper(row.number, row.kind, row.record, row.happened_at, row.created_at, row.entered_by)


def from_paper(records: Iterable[UUID]) -> dict[UUID, Paper]:
    """Which of these calls or encounters were entered from paper, and how."""
    rows = PaperEntry.objects.filter(record__in=list(records))
    return {row.record: _paper(row) for row in rows if row.record}


def call_on_sheet(number: str) -> UUID | None:
    """The call that a call sheet became; None while it is not entered. Invalid for what is no number."""
    found = PaperEntry.objects.filter(number=str(paper.read(number)), kind="call").first()
    return found.record if found else None


def papers(agency: UUID, limit: int = 50) -> list[Paper]:
    """Sheets of a centre's packs that were entered, latest entry first."""
    rows = PaperEntry.objects.filter(pack__agency=agency).order_by("-created_at")[:limit]
    return [_paper(row) for row in rows]


def drills(agency: UUID) -> list[Drill]:
    """A centre's drills, newest first."""
    return list(Drill.objects.filter(agency_id=agency).select_related("pack").order_by("-created_at")[:20])


def drill_due(agency: UUID) -> bool:
    """Whether no drill has ended in the last ninety days."""
    since = clock.now() - DRILL_EVERY
    return not Drill.objects.filter(agency_id=agency, ended_at__gte=since).exists()
