"""Links between source records: decisions with evidence, reversible, never silently repeated.

A link makes one person redirect to another; nothing that rooms above wrote is changed, they read
through `queries.circle`. Undoing is a new decision, and a split is remembered as "never these two".
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.people import events
from commonweal.people.models import LinkDecision, Person, Proposal, SourceRecord


def _pair(left: UUID, right: UUID) -> tuple[SourceRecord, SourceRecord]:
    """The two records, locked in one order so that two stewards never wait for each other."""
    found = {
        r.id: r for r in SourceRecord.objects.select_for_update().filter(id__in=[left, right]).order_by("id")
    }
    if len(found) != 2:
        raise NotFound("record")
    return found[left], found[right]


def forbidden(left: UUID, right: UUID) -> bool:
    """Whether a person said that these two records are never one."""
    both = LinkDecision.objects.filter(verdict="never", undone_at__isnull=True)
    return (
        both.filter(left_id=left, right_id=right).exists()
        or both.filter(left_id=right, right_id=left).exists()
    )


def _members(person: UUID) -> list[UUID]:
    return list(SourceRecord.objects.filter(person_id=person).values_list("id", flat=True))


@transaction.atomic
def link(
    *,
    by: Actor,
    left: UUID,
    right: UUID,
    probability: float | None = None,
    evidence: Sequence[dict[str, object]] = (),
    model: str = "",
) -> LinkDecision:
    """Judge two records one person. The older person survives, the other redirects to it.

    Conflict where a person said "never", also through other records of either side. The same judgement
    again changes nothing.
    """
    a, b = _pair(left, right)
    if a.person_id == b.person_id and (known := _standing(left, right)):
        return known
    persons = (
        Person.objects.select_for_update()
        .filter(id__in={a.person_id, b.person_id})
        .order_by("created_at", "id")
    )
    keeps, loses = (*persons, None)[:2]
    assert keeps is not None
    moved: list[UUID] = []
    if loses:
        moved = _members(loses.id)
        _refuse_never(_members(keeps.id), moved)
        SourceRecord.objects.filter(id__in=moved).update(person_id=keeps.id)
        Person.objects.filter(survivor_id=loses.id).update(survivor_id=keeps.id)
        Person.objects.filter(id=loses.id).update(survivor_id=keeps.id)
    decision = LinkDecision.objects.create(
        left=a,
        right=b,
        verdict="same",
        probability=probability,
        evidence=list(evidence),
        model=model,
        decided_by=by.id,
        from_person=loses.id if loses else None,
        to_person=keeps.id,
        moved=[str(m) for m in moved],
    )
    _settle(by, left, right, "linked")
    if loses:
        journal.write(by=by, event=events.Linked(person=keeps.id, lost=loses.id, decision=decision.id))
    else:
        journal.write(by=by, event=events.Confirmed(person=keeps.id, decision=decision.id))
    return decision


def _standing(left: UUID, right: UUID) -> LinkDecision | None:
    """The link of these two that stands already."""
    both = [left, right]
    same = LinkDecision.objects.filter(verdict="same", undone_at__isnull=True)
    return same.filter(left_id__in=both, right_id__in=both).first()


def _refuse_never(ours: Sequence[UUID], theirs: Sequence[UUID]) -> None:
    never = LinkDecision.objects.filter(verdict="never", undone_at__isnull=True)
    if (
        never.filter(left__in=ours, right__in=theirs).exists()
        or never.filter(left__in=theirs, right__in=ours).exists()
    ):
        raise Conflict("A steward decided that two of these records are never one person. Undo that first.")


@transaction.atomic
def split(*, by: Actor, record: UUID) -> Person:
    """Part a record from its person into a person of its own; the pairs are remembered as never again.

    A person that was merged away for this record alone comes back under its old id; otherwise a new one
    is minted. Conflict where the record stands alone already.
    """
    found = SourceRecord.objects.select_for_update().filter(id=record).first()
    if found is None:
        raise NotFound("record")
    rest = [r for r in _members(found.person_id) if r != record]
    if not rest:
        raise Conflict("This record stands alone already; there is nothing to part.")
    was = found.person_id
    minted = _return_of(found) or Person.objects.create()
    SourceRecord.objects.filter(id=record).update(person_id=minted.id)
    for other in rest:
        _never(by, record, other)
    decision = LinkDecision.objects.create(
        left_id=record,
        right_id=rest[0],
        verdict="split",
        decided_by=by.id,
        from_person=was,
        to_person=minted.id,
        moved=[str(record)],
    )
    journal.write(by=by, event=events.Split(person=was, minted=minted.id, decision=decision.id))
    return minted


def _return_of(record: SourceRecord) -> Person | None:
    """The person merged away with exactly this record, brought back; the link that merged it is undone."""
    redirected = Person.objects.filter(survivor_id=record.person_id).values("id")
    merge = (
        LinkDecision.objects.filter(
            verdict="same", undone_at__isnull=True, from_person__in=redirected, moved=[str(record.id)]
        )
        .order_by("-created_at", "-id")
        .first()
    )
    if merge is None or merge.from_person is None:
        return None
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    _revive(merge.from_person)
    return Person.objects.get(id=merge.from_person)


def _revive(person: UUID) -> None:
    """A merged person stands for itself again, and for those that had been merged into it."""
    Person.objects.filter(id=person).update(survivor=None)
    Person.objects.filter(id__in=_earlier(person)).update(survivor_id=person)


def _never(by: Actor, left: UUID, right: UUID) -> None:
    if not forbidden(left, right):
        said = LinkDecision.objects.create(left_id=left, right_id=right, verdict="never", decided_by=by.id)
        journal.write(by=by, event=events.NeverSaid(source_record=left, other=right, decision=said.id))
    _settle(by, left, right, "refused")


@transaction.atomic
def never(*, by: Actor, left: UUID, right: UUID) -> None:
    """Remember that two records are different people; Conflict where they are linked now (split first)."""
    a, b = _pair(left, right)
    if a.person_id == b.person_id:
        raise Conflict("These records are linked. Part them first; that is remembered too.")
    _never(by, left, right)


@transaction.atomic
def undo(*, by: Actor, decision: UUID) -> None:
    """Take back a link or a "never". A link's records return to the person they came from.

    What a comparison proposed of the two waits for a steward again. A parting is not taken back so:
    Conflict says what to do instead.
    """
    found = LinkDecision.objects.select_for_update().filter(id=decision).first()
    if found is None:
        raise NotFound("decision")
    if found.undone_at:
        raise Conflict("This decision was undone already.")
    if found.verdict == "split":
        raise Conflict("A parting stands. To join the records again undo their “never” and link them.")
    returning = _returning(found) if found.from_person else []
    found.undone_at = clock.now()
    found.save(update_fields=["undone_at"])
    _await(found.left_id, found.right_id)
    if found.from_person and found.to_person:
        _revive(found.from_person)
        SourceRecord.objects.filter(id__in=returning).update(person_id=found.from_person)
        event = events.Split(person=found.to_person, minted=found.from_person, decision=found.id)
        journal.write(by=by, event=event)
    else:
        journal.write(by=by, event=events.Undone(source_record=found.left_id, decision=found.id))


def _returning(link: LinkDecision) -> list[UUID]:
    """The records that stand where they do by this link: what it moved, unless they left it by another way.

    A record's way here is its standing links from the latest back, as long as each ends where the next began.
    """
    keeps = Person.objects.filter(id__in=[link.to_person]).get()
    top: UUID = keeps.survivor_id or keeps.id
    moved = SourceRecord.objects.filter(id__in=[UUID(m) for m in link.moved])
    here = moved.filter(person_id=top).values_list("id", flat=True)
    later = LinkDecision.objects.filter(
        verdict="same", undone_at__isnull=True, from_person__isnull=False, created_at__gte=link.created_at
    ).order_by("-created_at", "-id")
    return [record for record in here if link.id in _way(str(record), later)]


def _way(record: str, links: Iterable[LinkDecision]) -> list[UUID]:
    way: list[UUID] = []
    began: UUID | None = None
    for link in links:
        if record not in link.moved:
            continue
        if began and link.to_person != began:
            break
        way.append(link.id)
        began = link.from_person
    return way


def _earlier(person: UUID) -> set[UUID]:
    """Persons that had been merged into this one, at any remove, by links still standing."""
    found: set[UUID] = set()
    ahead = {person}
    while ahead:
        links = LinkDecision.objects.filter(verdict="same", undone_at__isnull=True, to_person__in=ahead)
        ahead = {p for p in links.values_list("from_person", flat=True) if p} - found
        found |= ahead
    return found


def _settle(by: Actor, left: UUID, right: UUID, state: str) -> None:
    waiting = Proposal.objects.filter(left_id__in=[left, right], right_id__in=[left, right], state="open")
    waiting.update(state=state, settled_by=by.id, settled_at=clock.now())


def _await(left: UUID, right: UUID) -> None:
    """What was proposed of these two waits again: a comparison would not propose it a second time."""
    both = Proposal.objects.filter(left_id__in=[left, right], right_id__in=[left, right])
    both.update(state="open", settled_by="", settled_at=None)


@transaction.atomic
def propose(
    *, by: Actor, pairs: Sequence[tuple[UUID, UUID, float, list[dict[str, object]]]], model: str
) -> int:
    """Queue pairs for review; those one person, refused or queued already are left out.

    Returns how many are new.
    """
    wanted: dict[tuple[UUID, UUID], Proposal] = {}
    for left, right, probability, evidence in pairs:
        first, second = sorted((left, right))
        wanted.setdefault((first, second), Proposal(
            left_id=first, right_id=second, probability=probability, evidence=evidence, model=model
        ))  # fmt: skip
    persons = _persons({record for pair in wanted for record in pair})
    closed = _judged_apart() | set(Proposal.objects.values_list("left_id", "right_id"))
    new = [
        proposal
        for (one, two), proposal in wanted.items()
        if len({persons.get(one), persons.get(two)} - {None}) == 2 and (one, two) not in closed
    ]
    Proposal.objects.bulk_create(new, batch_size=500)
    if new:
        journal.write(by=by, event=events.Proposed(pairs=len(new), model=model))
    return len(new)


def _persons(records: Iterable[UUID]) -> dict[UUID, UUID]:
    """The person of each record, read some hundreds at a time."""
    ids, found = list(records), dict[UUID, UUID]()
    for start in range(0, len(ids), 500):
        rows = SourceRecord.objects.filter(id__in=ids[start : start + 500])
        found.update(rows.values_list("id", "person_id"))
    return found


def _judged_apart() -> set[tuple[UUID, UUID]]:
    """Every pair that is never one, the smaller id first."""
    kept = LinkDecision.objects.filter(verdict="never", undone_at__isnull=True)
    return {(min(pair), max(pair)) for pair in kept.values_list("left_id", "right_id")}
