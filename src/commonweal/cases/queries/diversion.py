"""Diversions: the team's view by the plan's permit, the prosecutor's by gate and agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db.models import QuerySet

from commonweal.cases.lead import agreement
from commonweal.cases.models import Charge, Diversion
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import reveal

ORDER = ("pending", "lapsed", "held", "filed", "declined")  # what waits for a decision comes first


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One charge of the office."""

    id: UUID
    docket: str
    offence: str
    state: str
    held_until: date | None

    @property
    def is_open(self) -> bool:
        """Whether a decision may still be made."""
        return self.state not in ("declined", "filed")

    @property
    def days_left(self) -> int | None:
        """Days until a hold ends; None where nothing is held."""
        return (self.held_until - clock.today()).days if self.state == "held" and self.held_until else None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One line of the work group."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class DiversionView:
    """A diversion as far as its reader may see it; what is kept from them is empty."""

    case: UUID
    attorney: UUID | None
    door: str
    state: str
    began_at: datetime | None
    handed_over_at: datetime | None
    handoff_minutes: int | None
    intake_due: datetime | None
    intake_at: datetime | None
    answers: Mapping[str, str]
    list_version: str
    override: str
    charges: Sequence[ChargeRow]
    notes: Sequence[NoteRow]

    @property
    def is_late(self) -> bool:
        """Whether the intake is past its day."""
        return self.intake_at is None and self.intake_due is not None and self.intake_due < clock.now()


def diversion_of(case: UUID, *, permit: Permit) -> DiversionView | None:
    """All of it, for a permit on the plan's notes; None where the case came by no door yet."""
    found = _rows().filter(case=case).first()
    if found is None:
        return None
    values = {"plan_notes": _whole(found)}
    shown = reveal(permit, category="case_plan", subject=Subject("case", case), values=values)
    return cast("DiversionView | None", shown.get("plan_notes"))


def _rows() -> QuerySet[Diversion]:
    return Diversion.objects.prefetch_related("charges", "notes")


def _whole(found: Diversion) -> DiversionView:
    waited = found.handed_over_at - found.began_at if found.handed_over_at else None
    return DiversionView(
        case=found.case_id, attorney=found.attorney_id, door=found.door, state=found.state,
        began_at=found.began_at, handed_over_at=found.handed_over_at,
        handoff_minutes=int(waited / timedelta(minutes=1)) if waited else None, intake_due=found.intake_due,
        intake_at=found.intake_at, answers=found.answers, list_version=found.list_version,
        override=found.override, charges=_charges(found), notes=_notes(found),
    )  # fmt: skip


def _charges(found: Diversion) -> list[ChargeRow]:
    rows = sorted(found.charges.all(), key=lambda c: (ORDER.index(c.state), str(c.held_until), c.docket))
    return [ChargeRow(c.id, c.docket, c.offence, c.state, c.held_until) for c in rows]


def _notes(found: Diversion) -> list[NoteRow]:
    return [NoteRow(n.at, n.by, n.text) for n in sorted(found.notes.all(), key=lambda n: n.at, reverse=True)]


def docket(by: Actor) -> list[Subject]:
    """Diversions of a prosecutor's own office, undecided charges first: subjects to ask about."""
    if by.role != "prosecutor" or by.agency is None:
        return []
    found = Diversion.objects.filter(attorney=by.agency).exclude(state="closed")
    waits = set(Charge.objects.filter(state="pending").values_list("diversion", flat=True))
    rows = sorted(found, key=lambda d: (d.id not in waits, d.began_at))
    return [Subject("case", d.case_id) for d in rows]


def docket_rows(by: Actor, permits: Mapping[Subject, Permit]) -> list[DiversionView]:
    """What a prosecutor sees: the charges of their own office always, the rest by permit and agreement.

    `permits` are on referral_status. Without one a row has its charges and nothing else: no door, no state,
    no word of the work group. Answers, contacts, needs and the plan are never in it.
    """
    listed = docket(by)
    rows = _rows().filter(case__in=[subject.id for subject in listed], attorney=by.agency)
    by_case = {row.case_id: row for row in rows}
    order = [subject for subject in listed if subject.id in by_case]
    return [_limited(by_case[subject.id], permits.get(subject)) for subject in order]


def _limited(found: Diversion, permit: Permit | None) -> DiversionView:
    sees: frozenset[str] = frozenset()
    if permit is not None:
        values = {"status": agreement().prosecutor_sees}
        shown = reveal(
            permit, category="referral_status", subject=Subject("case", found.case_id), values=values
        )
        sees = cast("frozenset[str]", shown.get("status") or sees)
    return DiversionView(
        case=found.case_id, attorney=found.attorney_id,
        door=found.door if "door" in sees else "", state=found.state if "state" in sees else "",
        began_at=None, handed_over_at=None, handoff_minutes=None, intake_due=None,
        intake_at=found.intake_at if "intake_kept" in sees else None, answers={}, list_version="",
        override="", charges=_charges(found), notes=_notes(found) if "work_group" in sees else [],
    )  # fmt: skip


def parties(case: UUID) -> tuple[UUID | None, UUID | None]:
    """The case's manager and the prosecuting agency, for handlers; None each where there is none."""
    found = Diversion.objects.select_related("case").filter(case=case).first()
    return (found.case.manager, found.attorney_id) if found else (None, None)
