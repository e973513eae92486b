"""Calls of the past: by span for the board's film, and by person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commonweal.calls.models import Call
from commonweal.kernel import clock
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


def numbered_calls(number: str) -> list[UUID]:
    """The calls that carry an incident number, at whatever centre."""
    rows = Call.objects.filter(number=number.strip()).order_by("received")
    return list(rows.values_list("id", flat=True)[:20])


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


@dataclass(frozen=True, slots=True)
class Repeat:
    """Somebody about whom calls came again and again: by opaque ids, how often, and the latest call."""

    person: UUID
    calls: int
    last: UUID
    last_at: datetime


def repeats(agency: UUID, *, days: int = 30, at_least: int = 3) -> list[Repeat]:
    """People with several calls to a centre in the days before now, most calls first."""
    since = clock.now() - timedelta(days=days)
    rows = Call.objects.filter(agency=agency, person__isnull=False, received__gte=since)
    by_person: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for call, person, received in rows.values_list("id", "person", "received"):
        by_person[person].append((received, call))
    merged: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for circle in set(people.circles(by_person).values()):
        mine = [person for person in by_person if person in circle]
        merged[min(mine)] = [one for person in mine for one in by_person[person]]
    found = [
        Repeat(person, len(seen), max(seen)[1], max(seen)[0])
        for person, seen in merged.items()
        if len(seen) >= at_least
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.calls, one.last_at))


def of_person(person: UUID) -> list[Subject]:
    """Calls about a person, newest first: subjects to ask about, no values."""
    ids = Call.objects.filter(person__in=people.circle(person)).order_by("-received")
    return [Subject("call", id_) for id_ in ids.values_list("id", flat=True)]
