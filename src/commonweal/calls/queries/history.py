"""Calls of the past: by span for the board's film, and by person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.calls.models import Call
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
