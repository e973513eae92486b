"""What a person chose about reminders, and what became of them: for the sides of a referral, no address."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.people import queries as people
from commonweal.referrals import states, telling
from commonweal.referrals.models import Referral, Reminder, Reminding
from commonweal.referrals.parties import parties
from commonweal.referrals.queries.row import Row
from commonweal.referrals.reminding import MAY_COME, SAFE_KIND, guarding, moment, reminded_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Past:
    """One reminder that was due: `outcome` is empty while it is on its way or waits to be called."""

    way: str
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What stands: the choice as codes and who recorded it, when the next one goes, what became of others."""

    may_choose: bool = False
    may_name: bool = True
    needs_safe: bool = False
    way: str = ""
    before: str = ""
    language: str = ""
    is_neutral: bool = True
    recorded_by: str = ""
    chosen_at: datetime | None = None
    goes_at: datetime | None = None
    call_waits: bool = False
    past: tuple[Past, ...] = ()


def reminder(by: Actor, row: Row) -> Reminded:
    """The same for a party that may be told how the referral stands; an empty one to everyone else."""
    found = Referral.objects.select_related("from_agency", "to_agency").filter(id=row.id).first()
    if found is None or row.is_withheld or not parties(by, found):
        return Reminded()
    kept, sides = guarding(found)
    sent = list(found.remindings.order_by("-created_at")[:SHOWN])
    stands = Reminded(
        may_choose=found.state in MAY_COME, may_name=not kept, needs_safe=SAFE_KIND in sides,
        past=tuple(Past(one.way, one.ended_at or one.due_at, one.outcome) for one in sent),
        call_waits=any(one.way == "call" and not one.outcome and one.tries for one in sent),
    )  # fmt: skip
    choice = found.reminders.filter(ended_at__isnull=True).first()
    return _with(stands, choice, found) if choice else stands


def own_reminder(by: Actor, referral: UUID) -> Reminded:
    """What stands of the person's own referral, for themself; NotFound for anybody else's."""
    circle = people.circle(by.person) if by.person else ()
    found = Referral.objects.select_related("from_agency", "to_agency").filter(
        id=referral, person__in=circle, sent_at__isnull=False
    )
    if (one := found.first()) is None:
        raise NotFound("referral")
    kept, sides = guarding(one)
    stands = Reminded(may_choose=one.state in MAY_COME, may_name=not kept, needs_safe=SAFE_KIND in sides)
    choice = one.reminders.filter(ended_at__isnull=True).first()
    return _with(stands, choice, one) if choice else stands


def _with(stands: Reminded, choice: Reminder, found: Referral) -> Reminded:
    at = found.scheduled_for if found.state == states.SCHEDULED else None
    goes = moment(choice, found, at) if at and not reminded_of(found, at) else None
    return replace(
        stands, way=choice.way, before=choice.before, language=choice.language, is_neutral=choice.is_neutral,
        recorded_by=agencies.names([choice.by])[choice.by] if choice.by != str(found.person_id) else "",
        chosen_at=choice.chosen_at, goes_at=goes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the worker owes a person before an appointment: what to ask about, and its page."""

    subject: Subject
    code: str
    side: str


def calls_to_make(by: Actor) -> list[Call]:
    """Calls before appointments that are this worker's to make now, the soonest appointment first."""
    waits = Reminding.objects.filter(account=UUID(by.id), way="call", ended_at__isnull=True, tries__gt=0)
    found = [one.referral for one in waits.select_related("referral").order_by("appointment")]
    closed = telling.withheld(by, found)
    return [
        Call(Subject("referral", one.id), one.code, _side(by, one))
        for one in found
        if one.id not in closed and parties(by, one)
    ]


def _side(by: Actor, found: Referral) -> str:
    return "receiver" if states.RECEIVER in parties(by, found) else "sender"
