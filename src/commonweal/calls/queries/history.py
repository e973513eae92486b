"""Calls of the past: by span for the board's film, by person, and as measures for the rooms above."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.calls.models import STAGES, Call
from commonweal.kernel.actors import Subject
from commonweal.people import queries as people


@dataclass(frozen=True, slots=True)
class Past:
    """A call that was under way in a span: only its id, tier, state and minutes to each stage."""

    id: UUID
    tier: str
    state: str
    discipline: str
    minutes: float | None


def history(start: datetime, end: datetime, *, limit: int = 200, agency: UUID | None = None) -> list[Past]:
    """Calls received in the span, newest first; what they say takes permits (`facts`)."""
    rows = Call.objects.filter(received__gte=start, received__lt=end).order_by("-received")
    if agency:
        rows = rows.filter(agency=agency)
    return [Past(c.id, c.tier, c.state, c.discipline, _minutes(c.received, c.on_scene)) for c in rows[:limit]]


def span_of_history() -> tuple[datetime, datetime] | None:
    """When the first and the last stored call came in; None while there is none."""
    first = Call.objects.order_by("received").values_list("received", flat=True).first()
    last = Call.objects.order_by("-received").values_list("received", flat=True).first()
    return (first, last) if first and last else None


def count_between(start: datetime, end: datetime) -> int:
    """How many calls came in: a number about nobody."""
    return Call.objects.filter(received__gte=start, received__lt=end).count()


def _minutes(start: datetime, end: datetime | None) -> float | None:
    return round((end - start).total_seconds() / 60, 1) if end else None


def of_person(person: UUID) -> list[Subject]:
    """Calls about a person, newest first: subjects to ask about, no values."""
    ids = Call.objects.filter(person__in=people.circle(person)).order_by("-received")
    return [Subject("call", id_) for id_ in ids.values_list("id", flat=True)]


@dataclass(frozen=True, slots=True)
class Measured:
    """One call as rooms above measure it, inside the product only: never shown as a row.

    What comes of it leaves as totals through the gate (`sharing.actions.ask_totals`).
    """

    id: UUID
    agency: UUID
    person: UUID | None
    source: str
    discipline: str
    nature: str
    tier: str
    response: str
    state: str
    cell: str
    area: str
    language: str
    is_bh_intake: bool | None
    is_bh_cleared: bool | None
    is_overridden: bool
    dispositions: tuple[str, ...]
    times: dict[str, datetime]
    units: tuple[str, ...]

    @property
    def received(self) -> datetime:
        """When it came in (UTC)."""
        return self.times["received"]


def measured(start: datetime, end: datetime, agency: UUID | None = None) -> Iterator[Measured]:
    """Every call received in the span, oldest first, for counting; flat memory."""
    rows = Call.objects.filter(received__gte=start, received__lt=end).order_by("received")
    if agency:
        rows = rows.filter(agency=agency)
    for call in rows.prefetch_related("assignments__unit").iterator(chunk_size=2_000):
        yield Measured(
            id=call.id, agency=call.agency_id, person=call.person_id, source=call.source,
            discipline=call.discipline, nature=call.nature, tier=call.tier, response=call.response,
            state=call.state, cell=call.cell, area=call.area, language=call.language,
            is_bh_intake=call.is_bh_intake, is_bh_cleared=call.is_bh_cleared,
            is_overridden=call.is_overridden, dispositions=tuple(call.dispositions),
            times={s: moment for s in STAGES if (moment := getattr(call, s)) is not None},
            units=tuple(a.unit.kind for a in call.assignments.all()),
        )  # fmt: skip
