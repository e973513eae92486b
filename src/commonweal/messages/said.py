"""What was said in a thread, who read it when, who was asked to confirm, and what is new to a reader."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.engines.disclosure import Permit
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import PermitMismatch
from commonweal.messages.models import Addressed, Message, Reading, Thread

__all__ = ["Line", "New", "addressed", "new_in", "thread", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One message as its reader sees it.

    `read_by`: accounts with the moment of their first reading, in that order; `named`: whom it names;
    `asked`: whom it asks to confirm, with the moment at which they did, None where not yet.
    """

    id: UUID
    author: str
    agency: UUID | None
    at: datetime
    text: str
    read_by: tuple[tuple[UUID, datetime], ...] = ()
    named: frozenset[UUID] = frozenset()
    asked: tuple[tuple[UUID, datetime | None], ...] = ()


def thread(about: Subject, *, permit: Permit, of: UUID | None = None) -> list[Line]:
    """Messages of a subject's thread, oldest first; PermitMismatch where the permit is for something else.

    `of`: what this agency wrote, and who of it read or confirmed that: another side's acts are withheld.
    """
    found = Thread.objects.filter(kind=about.kind, subject=about.id).first()
    if found is None:
        return []
    if permit.question.subject != str(about.id) or permit.question.category != found.category:
        raise PermitMismatch(f"permit for {permit.question.category} used on a thread of {found.category}")
    rows = Message.objects.filter(thread=found).order_by("created_at")
    lines = [_line(one) for one in rows.prefetch_related("readings", "addressed")]
    return lines if of is None else _of(lines, of)


def _of(lines: Iterable[Line], agency: UUID) -> list[Line]:
    own = agencies.working(agency)
    return [
        replace(
            line,
            read_by=tuple(pair for pair in line.read_by if pair[0] in own),
            asked=tuple(pair for pair in line.asked if pair[0] in own),
        )
        for line in lines
        if line.agency == agency
    ]


def _line(one: Message) -> Line:
    read = sorted((row.at, row.account) for row in one.readings.all())
    to = list(one.addressed.all())
    return Line(
        one.id, one.author, one.agency, one.created_at, one.text,
        read_by=tuple((account, at) for at, account in read),
        named=frozenset(row.account for row in to if row.by_name),
        asked=tuple((row.account, row.confirmed_at) for row in to if row.asked),
    )  # fmt: skip


def unread_by(account: UUID) -> QuerySet[Message]:
    """Messages of others that this worker has not read."""
    read = Reading.objects.filter(message=OuterRef("pk"), account=account)
    return Message.objects.exclude(author=str(account)).filter(~Exists(read))


@dataclass(frozen=True, slots=True)
class New:
    """What is new to a reader in one thread: so many messages, of which so many name or ask them."""

    messages: int
    to_me: int


def new_in(by: Actor, about: Iterable[Subject]) -> dict[UUID, New]:
    """Threads of these subjects with something that the actor has not read: counts alone, no word.

    For subjects of a list that the actor was shown; one statement.
    """
    wanted: Collection[Subject] = list(about)
    if not wanted:
        return {}
    mine = UUID(by.id)
    rows = unread_by(mine).filter(
        thread__subject__in=[s.id for s in wanted], thread__kind__in={s.kind for s in wanted}
    )  # fmt: skip
    to_me = Count("id", distinct=True, filter=Q(addressed__account=mine))
    counts = rows.values("thread__subject").annotate(n=Count("id", distinct=True), me=to_me)
    return {row["thread__subject"]: New(row["n"], row["me"]) for row in counts}


def addressed(message: UUID) -> dict[UUID, str]:
    """To whom a message is addressed, each with the kind of notice that it is to them."""
    rows = Addressed.objects.filter(message=message).values_list("account", "asked")
    return {account: "confirm_asked" if asked else "mention" for account, asked in rows}


def unconfirmed(by: Actor) -> QuerySet[Addressed]:
    """What the actor was asked to confirm and has not, oldest first: by opaque ids."""
    rows = Addressed.objects.filter(account=UUID(by.id), asked=True, confirmed_at__isnull=True)
    return rows.select_related("message__thread").order_by("message__created_at")
