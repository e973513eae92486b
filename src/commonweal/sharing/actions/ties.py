"""Holdings and ties: written downward by the rooms above, in the transaction of the act itself."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.kernel import bulk, clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.ids import new_id
from commonweal.sharing.models import Holding, Tie


def hold(
    *,
    by: Actor,
    subject: Subject,
    agency: UUID,
    person: UUID | None = None,
    call: UUID | None = None,
    source_program: str = "",
    part_of: UUID | None = None,
) -> Holding:
    """Declare a protected record: whose it is and under which regime (the agency's unless given).

    `part_of` is the record that it hangs from: sealed, expunged and held with it.

    Calling again updates person and call (a call whose person is now known); bars stay.
    """
    program = source_program or agencies.agency(agency).source_program
    holding, _ = Holding.objects.update_or_create(
        kind=subject.kind,
        subject=subject.id,
        defaults={
            "agency_id": agency,
            "person_id": person,
            "call": call,
            "source_program": program,
            "part_of": part_of,
        },  # fmt: skip
    )
    return holding


def name_parts(*, by: Actor, part_of: UUID, person: UUID) -> int:
    """The person of a record is now known: what hangs from it (its files) follows."""
    return Holding.objects.filter(part_of=part_of).update(person_id=person)


def release(*, by: Actor, subjects: Iterable[Subject]) -> int:
    """Forget records that were taken out for good: rows derived of somebody, such as a place on a list."""
    gone = list(subjects)
    found = Holding.objects.filter(subject__in=[s.id for s in gone], kind__in={s.kind for s in gone})
    return found.delete()[0]


def hold_many(*, by: Actor, subjects: Iterable[Subject], agency: UUID, source_program: str = "") -> int:
    """Declare new records of one agency in one statement (imports); each stands under itself as its call.

    For records never held before; `hold` is for those that may be.
    """
    program = source_program or agencies.agency(agency).source_program
    rows = [(s.id, s.kind, s.id, s.id) for s in subjects]  # one holding a record: its id will do
    same = {"agency": agency, "source_program": program}
    bulk.insert(Holding, ("id", "kind", "subject", "call"), rows, same)
    return len(rows)


def tie(
    *,
    by: Actor,
    relation: str,
    subject: Subject,
    account: UUID | None = None,
    agency: UUID | None = None,
    role: str = "",
    since: datetime | None = None,
) -> Tie:
    """Bind a worker (or every worker of an agency, or of one role there) to a subject; idempotent.

    Relations: incident, care, conflict, training_lapsed, table, diversion.
    """
    if relation not in Tie.RELATIONS:
        raise Invalid("relation", relation, f"Use one of: {', '.join(Tie.RELATIONS)}.")
    bound = {"relation": relation, "account": account, "role": role}
    wanted = {"kind": subject.kind, "subject": subject.id, **bound}
    owner = {"agency__isnull": True} if agency is None else {"agency_id": agency}
    found = Tie.objects.filter(**wanted, **owner, until__isnull=True).first()
    return found or Tie.objects.create(**wanted, agency_id=agency, since=since or clock.now())


def untie(
    *,
    by: Actor,
    relation: str,
    subject: Subject,
    account: UUID | None = None,
    agency: UUID | None = None,
    role: str | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> int:
    """End the open ties that match (every one of that relation to the subject if nothing more is given)."""
    open_ = Tie.objects.filter(relation=relation, kind=subject.kind, subject=subject.id, until__isnull=True)
    if account:
        open_ = open_.filter(account=account)
    if agency:
        open_ = open_.filter(agency=agency)
    if role is not None:
        open_ = open_.filter(role=role)
    return open_.update(until=until or clock.now(), reason=reason)


def cut_short(*, by: Actor, relation: str, subject: Subject, account: UUID, role: str, reason: str) -> int:
    """End a worker's ties of one role before the day that was set for them."""
    set_ = Tie.objects.filter(relation=relation, kind=subject.kind, subject=subject.id, account=account)
    return set_.filter(role=role, until__gt=clock.now()).update(until=clock.now(), reason=reason)


def hold_past(*, by: Actor, rows: Iterable[tuple[Subject, UUID, UUID | None, UUID | None, str]]) -> int:
    """Declare many past records at once: (subject, agency, person, call, source program) each."""
    held = [
        (new_id(), s.kind, s.id, agency, person, call, program) for s, agency, person, call, program in rows
    ]
    bulk.insert(Holding, ("id", "kind", "subject", "agency", "person", "call", "source_program"), held)
    return len(held)
