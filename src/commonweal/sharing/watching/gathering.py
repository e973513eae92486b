"""From sealed journal lines to look-ups: batch by batch, each line once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines.watching import Line, Visit, visits
from commonweal.kernel import journal
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.sharing import events
from commonweal.sharing.facts import Origin, origins
from commonweal.sharing.models import LookUp
from commonweal.sharing.watching import rules

READER, KEPT = (
    "watching",
    60,
)  # lines of one look-up that are kept: a board before somebody's eyes writes hundreds
SEEN = frozenset({events.Read.kind, events.Refused.kind})


@transaction.atomic
def gather(limit: int) -> bool:
    """Read one batch of the journal into look-ups; whether there may be more."""
    before = journal.cursor(READER)
    seals, read = journal.follow(before, only=SEEN, limit=limit)
    if seals:
        _keep([seal.line for seal in seals])
    if read != before:
        journal.advance(READER, read)
    return len(seals) == limit


def _keep(lines: Sequence[JournalLine]) -> None:
    workers = {
        str(a.id): a
        for a in agencies.accounts().filter(id__in={x.actor for x in lines if len(x.actor) == 36})
    }
    about = {line.id: Subject(line.about, UUID(line.subject)) for line in lines if line.subject}
    known = origins(list(set(about.values())))
    told = [
        _line(line, workers[line.actor], known[about[line.id]], about[line.id])
        for line in lines
        if line.actor in workers and about.get(line.id) in known
    ]
    subjects = {line.id: str(about[line.id].id) for line in lines if line.id in about}
    agency = {a: worker.agency_id for a, worker in workers.items()}
    for visit in visits(told, rules()):
        _store(visit, sorted({subjects[n] for n in visit.lines}), agency[visit.worker])


def _line(line: JournalLine, worker: agencies.Account, origin: Origin, about: Subject) -> Line:
    person = min(origin.circle) if origin.circle else origin.person or about.id
    return Line(
        line.id,
        line.at,
        line.actor,
        worker.role,
        str(person),
        str(line.data.get("category", "")),
        line.purpose,
        line.kind == events.Refused.kind,
        origin.agency is not None and origin.agency != worker.agency_id,
    )


def _store(visit: Visit, subjects: list[str], agency: UUID | None) -> None:
    """A new look-up, or more of the one that the last batch ended in."""
    near = visit.starts - rules().span("gap_minutes")
    last = LookUp.objects.filter(
        account=visit.worker, person=visit.person, ends_at__gte=near, judged_at__isnull=True
    )
    row = last.order_by("-ends_at").first() or LookUp(
        account=UUID(visit.worker),
        role=visit.role,
        agency=agency,
        person=UUID(visit.person),
        starts_at=visit.starts,
        ends_at=visit.ends,
        is_listed=True,
    )
    row.ends_at = max(row.ends_at, visit.ends)
    row.subjects = sorted({*row.subjects, *subjects})
    row.categories = sorted({*row.categories, *visit.categories})
    row.purposes = sorted({*row.purposes, *visit.purposes})
    row.is_refused |= visit.refused
    row.is_foreign |= visit.foreign
    row.is_listed &= visit.listed
    row.lines = [*row.lines, *visit.lines][:KEPT]
    row.save()


def as_visits(rows: Iterable[LookUp]) -> dict[UUID, Visit]:
    """Stored look-ups as the engine reads them, by id; ties are still to be added."""
    found: dict[UUID, Visit] = defaultdict()
    for row in rows:
        found[row.id] = Visit(
            str(row.account),
            row.role,
            str(row.person),
            row.starts_at,
            row.ends_at,
            frozenset(row.categories),
            frozenset(row.purposes),
            row.is_refused,
            row.is_foreign,
            row.is_listed,
            tuple(row.lines),
        )
    return found
