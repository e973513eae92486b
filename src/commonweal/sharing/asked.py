"""Reads of requests, holds, representatives. The queue names nobody; words need `open_request`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.keeping import Record
from commonweal.people import queries as people
from commonweal.sharing.models import (
    Holding,
    LegalHold,
    Letter,
    Redaction,
    Representative,
    Request,
    Statement,
    Step,
)
from commonweal.sharing.receipts import hashed, officer

OPEN = ("received", "verified", "in_work")


@dataclass(frozen=True, slots=True)
class Due:
    """One request of the queue, without anybody in it; `days_left` is negative when overdue."""

    id: UUID
    number: str
    kind: str
    state: str
    received_on: date
    due_on: date
    is_extended: bool
    worked_by: str
    verified_how: str
    outcome: str
    is_late: bool
    days_left: int

    @property
    def is_overdue(self) -> bool:
        """Whether its day is over without an answer."""
        return self.state in OPEN and self.days_left < 0


def _due(row: Request) -> Due:
    same = {
        n: getattr(row, n)
        for n in ("id", "number", "kind", "state", "received_on", "due_on", "worked_by", "verified_how")
    }
    left, late = (row.due_on - clock.today()).days, row.is_late
    return Due(
        **same,
        is_extended=row.extended_at is not None,
        outcome=row.outcome,
        is_late=late,
        days_left=left,
    )


def queue(*, open_only: bool = True) -> list[Due]:
    """Requests by their day, soonest first; else those answered and closed, newest first."""
    if open_only:
        return [_due(r) for r in Request.objects.filter(state__in=OPEN).order_by("due_on", "number")]
    done = Request.objects.exclude(state__in=OPEN).order_by("-answered_on", "-number")
    return [_due(r) for r in done[:200]]


def outline(request: Request) -> Due:
    """The row of a request that was opened."""
    return _due(request)


def is_granted(by: Actor, request: UUID, kind: str) -> bool:
    """Whether a request of that kind was granted, at least in part; for officers, no words are read."""
    officer(by)
    found = Request.objects.filter(id=request).values_list("kind", "outcome").first()
    if found is None:
        raise NotFound("request")
    return found[0] == kind and found[1] in ("granted", "granted_in_part")


def steps(request: UUID) -> QuerySet[Step]:
    """The steps of a request that was opened, oldest first."""
    return Step.objects.filter(request=request).order_by("created_at", "id")


def letters(request: UUID) -> QuerySet[Letter]:
    """The letters of a request that was opened, oldest first."""
    return Letter.objects.filter(request=request).order_by("created_at", "id")


def own_requests(by: Actor) -> QuerySet[Request]:
    """The requests of the person who is signed in, newest first; none for an account without a person."""
    circle = people.circle(by.person) if by.person else frozenset[UUID]()
    return Request.objects.filter(person__in=circle).order_by("-received_on", "-number")


def own_request(by: Actor, request: UUID) -> Request:
    """One of one's own; NotFound for anybody else's."""
    found = own_requests(by).filter(id=request).first()
    if found is None:
        raise NotFound("request")
    return found


def by_code(code: str) -> Due | None:
    """A public-records request by its receipt code; None for an unknown one."""
    found = public_request(code)
    return _due(found) if found else None


def public_request(code: str) -> Request | None:
    """The public-records request of a receipt code."""
    return Request.objects.filter(code_hash=hashed(code)).first() if code.strip() else None


def public_letters(code: str) -> list[Letter]:
    """The letters to whoever holds the code of a public-records request."""
    found = public_request(code)
    return list(letters(found.id)) if found else []


@dataclass(frozen=True, slots=True)
class Beside:
    """Words beside a record: the person's disagreement with it, or how it was amended, and on which day."""

    text: str
    on: date
    is_amendment: bool


def beside(subjects: Iterable[Subject]) -> dict[UUID, list[Beside]]:
    """What stands beside records that the reader was permitted to see, oldest first, by record id."""
    found: dict[UUID, list[Beside]] = {}
    wanted = {s.id for s in subjects}
    for row in Statement.objects.filter(subject__in=wanted).order_by("created_at"):
        words = Beside(row.text, clock.day(row.created_at), row.what == "amendment")
        found.setdefault(row.subject, []).append(words)
    return found


def statements(subjects: Iterable[Subject]) -> dict[UUID, list[str]]:
    """Of that the statements of disagreement alone."""
    found = {record: [w.text for w in words if not w.is_amendment] for record, words in _all(subjects)}
    return {record: texts for record, texts in found.items() if texts}


def amendments(subjects: Iterable[Subject]) -> dict[UUID, list[Beside]]:
    """Of that the amendments alone, with their days (45 CFR 164.526(c)(1))."""
    found = {record: [w for w in words if w.is_amendment] for record, words in _all(subjects)}
    return {record: kept for record, kept in found.items() if kept}


def _all(subjects: Iterable[Subject]) -> Iterable[tuple[UUID, list[Beside]]]:
    return beside(subjects).items()


def amended_under(request: UUID) -> QuerySet[Statement]:
    """The amendments that a request led to, oldest first; for whoever opened the request."""
    return Statement.objects.filter(request=request, what="amendment").order_by("created_at")


def redactions(by: Actor, request: UUID) -> QuerySet[Redaction]:
    """The redaction log of a request, for officers: record, field, exemption; no value is in it."""
    officer(by)
    return Redaction.objects.filter(request=request).order_by("record", "field")


def legal_holds(*, in_force: bool = True) -> QuerySet[LegalHold]:
    """Holds, newest first."""
    found = LegalHold.objects.order_by("-since")
    return found.filter(lifted_at__isnull=True) if in_force else found


def holds_upon(record: Record) -> list[str]:
    """The names of the holds in force upon a record, by id (under every id of a person) or by its days."""
    upon = Q(subject__in=_ids(record.ids))
    if record.first and record.last:
        upon |= Q(scope="span", first__lte=record.last, last__gte=record.first)
    return list(legal_holds().filter(upon).values_list("name", flat=True))


def under_call(ids: frozenset[UUID]) -> frozenset[UUID]:
    """What stands under these calls, or hangs from these records: what has a part that is held stays too."""
    below = Q(call__in=ids) | Q(part_of__in=ids)
    return frozenset(Holding.objects.filter(below).values_list("subject", flat=True))


def _ids(ids: Collection[UUID]) -> set[UUID]:
    return {one for found in ids for one in (found, *people.circle(found))}


def representatives(by: Actor, person: UUID) -> list[Representative]:
    """Who may act for a person, in force first, for officers and the person alone."""
    own = by.person is not None and person in people.circle(by.person)
    if not own:
        officer(by)
    found = Representative.objects.filter(person__in=people.circle(person)).order_by("-created_at")
    return sorted(found, key=lambda r: not is_in_force(r))


def is_in_force(found: Representative) -> bool:
    """Whether the authority stands today."""
    return found.ended_at is None and (found.expires_on is None or found.expires_on >= clock.today())
