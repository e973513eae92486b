"""For programmes: what waits for the token's account, what it was asked to confirm, and who is on duty."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from commonweal.agencies.queries import PERMISSIONS, WORK_TOGETHER
from commonweal.api.entry import actor_of
from commonweal.calls import queries as calls
from commonweal.kernel.actors import Actor
from commonweal.messages import actions, queries

router = Router(tags=["messages"])


class Line(Schema):
    """One line of the bell; it names nobody."""

    id: UUID
    kind: str
    about: str
    subject: UUID | None
    link: str
    urgent: bool
    at: datetime


class Cleared(Schema):
    """How many lines were unread before."""

    cleared: int


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request, *sorted(PERMISSIONS))


@router.get("/unread", response=list[Line], summary="What waits, urgent first")
def unread(request: HttpRequest) -> list[Line]:
    """Needs any scope of the account; at most 200 lines."""
    return [
        Line(
            id=n.id, kind=n.kind, about=n.about, subject=n.subject, link=n.link, urgent=n.urgent,
            at=n.created_at,
        )
        for n in queries.unread(_actor(request))[:200]
    ]  # fmt: skip


@router.post("/{notification}/read", response=Cleared, summary="Mark one line as read")
def read(request: HttpRequest, notification: UUID) -> Cleared:
    """Needs any scope of the account; another account's line counts as none."""
    return Cleared(cleared=actions.mark_read(by=_actor(request), notification=notification))


class Asked(Schema):
    """A message that asks the account to confirm that it was read: by opaque ids, without its words."""

    message: UUID
    about: str
    subject: UUID
    at: datetime


@router.get("/unconfirmed", response=list[Asked], summary="What the account was asked to confirm")
def unconfirmed(request: HttpRequest) -> list[Asked]:
    """Needs any scope of the account; the oldest first, at most 200. The words open with the record alone."""
    rows = queries.unconfirmed(_actor(request))[:200]
    return [
        Asked(
            message=row.message_id, about=row.message.thread.kind, subject=row.message.thread.subject,
            at=row.message.created_at,
        )
        for row in rows
    ]  # fmt: skip


class Colleague(Schema):
    """One worker on duty; `account` is null and `name` empty where names stay inside."""

    account: UUID | None
    name: str
    role: str
    team: str
    languages: list[str]
    certificates: list[str]
    unit: str
    until: datetime
    next: datetime | None


class OnAt(Schema):
    """An agency that is the asker's own or bound to it by an agreement in term, with who is on."""

    agency: UUID
    name: str
    phone: str
    shows_names: bool
    next: datetime | None
    people: list[Colleague]


@router.get("/on", response=list[OnAt], summary="Who is on duty, across agencies")
def on(
    request: HttpRequest,
    agency: UUID | None = None,
    role: str = "",
    language: str = "",
    certificate: str = "",
    name: str = "",
) -> list[OnAt]:
    """Needs a scope of somebody who works with others: calls, field, cases, referrals or tables."""
    by = actor_of(request, *WORK_TOGETHER)
    wanted = calls.Wanted(agency, role, language, certificate, name)
    return [_house(one) for one in calls.narrowed(calls.who_is_on(by), wanted)]


def _house(house: calls.House) -> OnAt:
    people = [
        Colleague(
            account=one.account, name=one.name, role=one.role, team=one.team, languages=list(one.languages),
            certificates=list(one.skills), unit=one.unit, until=one.until, next=one.next,
        )
        for one in house.people
    ]  # fmt: skip
    return OnAt(
        agency=house.id, name=house.name, phone=house.phone, shows_names=house.is_named, next=house.next,
        people=people,
    )  # fmt: skip
