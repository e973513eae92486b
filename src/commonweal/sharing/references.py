"""Which records stand together, by id alone: for an officer with a call's or a request's number in hand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.kernel.actors import Subject
from commonweal.people import queries as people
from commonweal.sharing.facts import origins
from commonweal.sharing.models import Holding, Request

UNSPOKEN = ("part2_program", "victim_service_provider", "lifeline_988")
"""Origins of records that are never pointed at: their being there is not acknowledged (defaults, stage 1)."""


def kind_of(scope: str) -> str:
    """The kind of record that a scope of a hold or an order means."""
    return "source_record" if scope == "record" else scope


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands beside a record: its kind, the call it stands under, since when it is kept. No content."""

    kind: str
    call: UUID | None
    since: datetime


def references(ids: Iterable[UUID]) -> dict[UUID, Reference]:
    """The references of records by their ids; what is sealed or nothing is kept of is left out."""
    rows = Holding.objects.filter(subject__in=set(ids), is_sealed=False, is_expunged=False)
    rows = rows.exclude(source_program__in=UNSPOKEN)
    return {r.subject: Reference(r.kind, r.call, r.created_at) for r in rows}


def spoken(subjects: Sequence[Subject]) -> frozenset[Subject]:
    """Of these records those whose being there may be said to who works with the person.

    Nothing sealed or expunged, nothing from where a presence is not acknowledged, nothing unknown.
    """
    return frozenset(
        one for one, origin in origins(subjects).items()
        if origin.source_program not in UNSPOKEN and not origin.flags & {"record_sealed", "record_expunged"}
    )  # fmt: skip


def calls_of(persons: Collection[UUID], most: int = 2) -> dict[UUID, list[UUID]]:
    """The newest calls that each person stands in (under any of their ids), by the id that was asked for."""
    whose = {member: person for person in persons for member in (person, *people.circle(person))}
    rows = Holding.objects.filter(person__in=whose, kind="call", is_sealed=False, is_expunged=False)
    rows = rows.exclude(source_program__in=UNSPOKEN)
    found: dict[UUID, list[UUID]] = {}
    for person, call in rows.order_by("-created_at", "-id").values_list("person", "subject")[:2000]:
        mine = found.setdefault(whose[person], [])
        if len(mine) < most:
            mine.append(call)
    return found


def requests_of(persons: Collection[UUID]) -> dict[UUID, list[str]]:
    """The numbers of the requests about each person, newest first."""
    whose = {member: person for person in persons for member in (person, *people.circle(person))}
    found: dict[UUID, list[str]] = {}
    rows = Request.objects.filter(person__in=whose).order_by("-number").values_list("person", "number")
    for person, number in rows:
        if person is not None:
            found.setdefault(whose[person], []).append(number)
    return found


def person_of_request(number: str) -> UUID | None:
    """Whom a request is about, by its number; None for no such request, and for public records."""
    found = Request.objects.filter(number__iexact=number.strip()).first()
    return found.person_id if found else None


def under(call: UUID, kind: str) -> list[UUID]:
    """The records of one kind that stand under a call; `person` gives the people who stand in it.

    What is sealed, and what comes from where nothing is acknowledged, is not there.
    """
    rows = Holding.objects.filter(call=call, is_sealed=False, is_expunged=False)
    rows = rows.exclude(source_program__in=UNSPOKEN)
    if kind == "person":
        found = rows.filter(person__isnull=False).values_list("person", flat=True)
        return sorted({people.survivor(one) for one in found if one})
    return sorted(rows.filter(kind=kind).values_list("subject", flat=True))


def kept_from_agent(request: Request, about: Sequence[Subject]) -> frozenset[UUID]:
    """Records that the representative who asks may not have: treatment that a minor agreed to alone.

    Nothing of it goes to a parent without the minor's own consent, nor that it is there (42 CFR 2.14).
    """
    agent = request.representative
    if agent is None or "minor_part2" not in agent.limits or not about:
        return frozenset()
    return frozenset(s.id for s, one in origins(about).items() if one.source_program == "part2_program")
