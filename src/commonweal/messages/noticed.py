"""Who receives a bulletin, what stands for one worker, and who has read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.messages.models import Bulletin, Receiver, Sight
from commonweal.sharing import queries as sharing
from commonweal.sharing.actions import Circumstances

__all__ = [
    "CATEGORY", "NAMES", "PERSON", "Answer", "Reach", "answers", "bulletin", "bulletins", "bulletins_past",
    "meant_for", "reach", "receivers", "sight_of", "standing_for", "standing_of",
]  # fmt: skip
PERSON = "missing_person"
CATEGORY, NAMES = "identity", "name"  # what the words of such a bulletin are, for the gate
# said with every question about such a bulletin: it opens nothing without a clause of an agreement
MISSING = Circumstances(missing_person=True)
PAST = 40


def receivers(found: Bulletin) -> frozenset[UUID]:
    """Accounts that it is for and, where it names a person, to whom the gate would open who that is."""
    rows = list(found.to.all())
    people = _partners(found.agency).filter(_any_of(rows))
    ids = frozenset(people.values_list("id", flat=True))
    return _let_in(found, ids) if found.subject else ids


def _any_of(rows: Iterable[Receiver]) -> Q:
    """Accounts of any of these rows."""
    return reduce(or_, (_of(row) for row in rows), Q(pk__in=[]))


def _of(row: Receiver) -> Q:
    said = {"agency": row.agency, "role": row.role, "team": row.team}
    given = {name: value for name, value in said.items() if value}
    return Q(**given) if given else Q(agency__isnull=False)


def _let_in(found: Bulletin, accounts: frozenset[UUID]) -> frozenset[UUID]:
    return _readers(found, agencies.actors([str(one) for one in accounts]).values())


def _readers(found: Bulletin, among: Iterable[Actor]) -> frozenset[UUID]:
    assert found.subject
    return _named_to(among, found.purpose, Subject(found.about, found.subject), MISSING)


def _named_to(
    among: Iterable[Actor], purpose: str, about: Subject, claimed: Circumstances
) -> frozenset[UUID]:
    seen = sharing.readers(among=among, category=CATEGORY, purpose=purpose, about=about, said=claimed)
    return frozenset(account for account, fields in seen.items() if NAMES in fields)


@dataclass(frozen=True, slots=True)
class Reach:
    """Of the workers of one agency, how many an agreement lets be told of a missing person."""

    agency: UUID
    workers: int
    reached: int
    on_duty: int
    on_duty_reached: int


def reach(by: Actor, purpose: str, about: Subject) -> list[Reach]:
    """For each agency bound to the writer's own by agreements: how many a clause for a missing person names.

    By agency and role alone: whoever is on the call or cares for the person is told in any case, and neither
    a count nor its complement tells who that is.
    """
    among = list(agencies.actors([str(one.id) for one in _partners(by.agency)]).values())
    with_, without = (_named_to(among, purpose, about, claim) for claim in (MISSING, Circumstances()))
    opened = {(one.agency, one.role) for one in among if UUID(one.id) in with_ - without}
    may = {UUID(one.id) for one in among if (one.agency, one.role) in opened}
    here = {one.account for one in agencies.present()}
    return [
        Reach(house.id, len(own), len(own & may), len(own & here), len(own & here & may))
        for house in agencies.agencies()
        if (own := {UUID(one.id) for one in among if one.agency == house.id})
    ]


def _partners(agency: UUID | None) -> QuerySet[agencies.Account]:
    return agencies.accounts().filter(is_active=True, agency__in=sharing.bound_with(agency))


def meant_for(found: Bulletin) -> int:
    """How many workers a bulletin is for, whether the gate lets them be told or not; without its author."""
    return (
        _partners(found.agency).filter(_any_of(list(found.to.all()))).exclude(id=UUID(found.author)).count()
    )


def standing_for(by: Actor, among: Iterable[Bulletin]) -> list[Bulletin]:
    """Those that this worker receives or whose agency wrote them, as far as the gate lets them be known."""
    bound = sharing.bound_with(by.agency)
    team = agencies.account(UUID(by.id)).team_id
    mine = [one for one in among if one.agency in bound and _is_for(one, by, team)]
    return [one for one in mine if one.subject is None or _readers(one, [by])]


def _is_for(found: Bulletin, by: Actor, team: UUID | None) -> bool:
    if found.author == by.id or (found.agency == by.agency and by.may("supervise")):
        return True
    return any(
        row.agency in (None, by.agency) and row.role in ("", by.role) and row.team in (None, team)
        for row in found.to.all()
    )  # fmt: skip


def _standing() -> QuerySet[Bulletin]:
    now = clock.now()
    rows = Bulletin.objects.filter(ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now)
    return rows.prefetch_related("to").order_by("-starts_at")


def bulletins(by: Actor) -> list[Bulletin]:
    """What stands now for one worker, the urgent first, then the newest. Their words are not in hand yet."""
    order = {"immediate": 0, "today": 1, "routine": 2}
    return sorted(standing_for(by, _standing()), key=lambda one: order[one.urgency])


def bulletins_past(by: Actor) -> list[Bulletin]:
    """What was for this worker and is over, or waits to begin at their own agency; the newest first."""
    now = clock.now()
    over = Q(ended_at__isnull=False) | Q(ends_at__lte=now) | Q(starts_at__gt=now, agency=by.agency)
    rows = Bulletin.objects.filter(over).prefetch_related("to").order_by("-created_at")
    return standing_for(by, rows[: 5 * PAST])[:PAST]


def bulletin(by: Actor, bulletin_id: UUID) -> Bulletin:
    """One that this worker may know of; NotFound for any other, whether it is there or not."""
    found = Bulletin.objects.prefetch_related("to").filter(id=bulletin_id).first()
    if found is None or not standing_for(by, [found]):
        raise NotFound("bulletin")
    if found.starts_at > clock.now() and found.agency != by.agency:
        raise NotFound("bulletin")
    return found


def standing_of(found: Bulletin) -> str:
    """Where its time is: coming, standing or over; how it ended before its time is its own to say."""
    now = clock.now()
    return "coming" if found.starts_at > now else "standing" if found.ends_at > now else "over"


def sight_of(by: Actor, found: Bulletin) -> Sight | None:
    """That the actor has read it; None where they have not."""
    return Sight.objects.filter(bulletin=found, account=by.id).first()


@dataclass(frozen=True, slots=True)
class Answer:
    """One receiver: when they read it and when they acknowledged it, None for not yet."""

    account: UUID
    agency: UUID
    read_at: datetime | None
    acknowledged_at: datetime | None


def answers(found: Bulletin) -> list[Answer]:
    """Every receiver with what they did: for the agency that wrote it."""
    seen = {row.account: row for row in found.seen.all()}
    people = agencies.active(receivers(found) - {UUID(found.author)}).select_related("agency")
    return [
        Answer(
            one.id, one.agency_id, seen[one.id].at if one.id in seen else None,
            seen[one.id].acknowledged_at if one.id in seen else None,
        )
        for one in people.order_by("agency__name", "display_name") if one.agency_id
    ]  # fmt: skip
