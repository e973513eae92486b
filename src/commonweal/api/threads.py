"""Threads of calls, referrals and cases: read, written, marked as read, confirmed; under the gate's permit.

A program does it for its account: who it names must be somebody to whom the gate opens the thread, and those
who take part find a line in their bell, as when the account writes on its page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema

from commonweal.agencies import queries as agencies
from commonweal.api.entry import actor_of, permit
from commonweal.calls import queries as calls
from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.messages import actions, queries
from commonweal.referrals import queries as referrals
from commonweal.sharing import queries as sharing
from commonweal.sharing.actions import Permit

router = Router(tags=["threads"])
About = Literal["call", "case", "referral"]
# of what: the category whose permit opens the thread, the purpose, and the scopes of which any takes part
THREADS = {
    "call": ("call_facts", "emergency", ("take_calls", "watch_board", "work_field")),
    "case": ("case_plan", "care_coordination", ("work_cases",)),
    "referral": ("referral_status", "care_coordination", ("send_referrals", "answer_referrals")),
}
PAGES = {
    "crew": "field:call_talk", "centre": "board:thread", "sender": "provider:sent_card",
    "receiver": "provider:card",
}  # fmt: skip


class PostIn(Schema):
    """A message; `@Name` calls a reader by name; with `asks`, those named (else all) are asked to confirm."""

    text: str = Field(min_length=1, max_length=4_000)
    asks: bool = False


class PostOut(Schema):
    """The message is kept; its words are not repeated."""

    message: UUID


class ThreadReader(Schema):
    """Who read or confirmed a message, and when; no moment: asked, and not yet confirmed."""

    name: str
    at: datetime | None


class ThreadMessage(Schema):
    """A message: by whom of which agency; `is_new`: not read yet; `waits_for_me`: asked to confirm."""

    id: UUID
    who: str
    agency: str
    at: datetime
    text: str
    is_mine: bool
    is_new: bool
    named: list[str]
    read_by: list[ThreadReader]
    asked: list[ThreadReader]
    waits_for_me: bool


class ThreadOut(Schema):
    """The messages, oldest first, and who may be named or asked: those others whom the gate lets read it."""

    messages: list[ThreadMessage]
    may_be_named: list[str]


class WaitingOut(Schema):
    """A message that the account was asked to confirm, by ids alone."""

    message: UUID
    about: str
    subject: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A thread as its reader has it open; accounts by the address where each reads it.

    `readers`: who takes part; `told`: who hears of any message, None for whoever has written. `of`: the
    agency of which alone this reader is shown anything.
    """

    about: Subject
    permit: Permit
    readers: Mapping[UUID, str]
    told: Mapping[UUID, str] | None = None
    of: UUID | None = None


def _sides(about: Subject, found: Mapping[UUID, str]) -> dict[UUID, str]:
    pages = {side: reverse(name, args=[about.id]) for side, name in PAGES.items()}
    anchor = "#thread" if about.kind == "referral" else ""
    return {account: pages[side] + anchor for account, side in found.items()}


def _of_call(by: Actor, about: Subject, opened: Permit) -> Place:
    return Place(about, opened, _sides(about, {**calls.thread_readers(about.id)}))


def _of_case(by: Actor, about: Subject, opened: Permit) -> Place:
    here = reverse("casework:case", args=[about.id]) + "#thread"
    team = dict.fromkeys(cases.thread_readers(about.id), here)
    return Place(about, opened, team, team)


def _of_referral(by: Actor, about: Subject, opened: Permit) -> Place:
    row = referrals.row(by, about.id)
    readers = _sides(about, {**referrals.thread_readers(row)})
    told = _sides(about, {**referrals.thread_told(row)})
    return Place(about, opened, readers, told, by.agency if row.is_withheld else None)


PLACES: Mapping[str, Callable[[Actor, Subject, Permit], Place]] = {
    "call": _of_call, "case": _of_case, "referral": _of_referral
}  # fmt: skip


def _place(request: HttpRequest, about: About, subject: UUID) -> tuple[Actor, Place]:
    """The thread of a record as the token's account may open it; refused as the record would be."""
    category, purpose, scopes = THREADS[about]
    by, place = actor_of(request, *scopes), Subject(about, subject)
    if about == "referral" and not referrals.parties_of(by, subject):
        raise NotFound("referral")
    return by, PLACES[about](by, place, permit(by, category, purpose, place))


@router.get("/waiting", response=list[WaitingOut], summary="Messages that you were asked to confirm")
def waiting(request: HttpRequest) -> list[WaitingOut]:
    """Oldest first, by ids: the words are read with their record."""
    found = queries.unconfirmed(actor_of(request, *ANY))
    return [
        WaitingOut(message=row.message_id, about=on.kind, subject=on.subject, at=row.message.created_at)
        for row in found
        if (on := row.message.thread)
    ]


@router.get("/{about}/{uuid:subject}", response=ThreadOut, summary="Read a thread")
def read(request: HttpRequest, about: About, subject: UUID) -> ThreadOut:
    """Scopes as for writing. It marks nothing as read: say so at `/read` once a person has seen it."""
    by, place = _place(request, about, subject)
    lines = queries.thread(place.about, permit=place.permit, of=place.of)
    known = {str(one) for line in lines for one in _accounts(line)} | {line.author for line in lines}
    names = agencies.names(sorted(known))
    short = {a.id: a.short or a.name for a in agencies.agencies()}
    may = agencies.names([str(one) for one in _may_read(by, place)])
    return ThreadOut(
        messages=[_told(by, line, names, short) for line in lines], may_be_named=sorted(may.values())
    )


def _accounts(line: queries.Line) -> set[UUID]:
    return {one for one, _at in (*line.read_by, *line.asked)} | line.named


def _told(
    by: Actor, line: queries.Line, names: Mapping[str, str], short: Mapping[UUID, str]
) -> ThreadMessage:
    def people(pairs: Iterable[tuple[UUID, datetime | None]]) -> list[ThreadReader]:
        return [ThreadReader(name=names[str(one)], at=at) for one, at in pairs]

    is_mine = line.author == by.id
    return ThreadMessage(
        id=line.id, who=names[line.author], agency=short.get(line.agency, "") if line.agency else "",
        at=line.at, text=line.text, is_mine=is_mine,
        is_new=not is_mine and by.id not in {str(one) for one, _at in line.read_by},
        named=sorted(names[str(one)] for one in line.named), read_by=people(line.read_by),
        asked=people(line.asked),
        waits_for_me=any(str(one) == by.id and at is None for one, at in line.asked),
    )  # fmt: skip


def _may_read(by: Actor, place: Place) -> frozenset[UUID]:
    asked, others = place.permit.question, [str(one) for one in place.readers if str(one) != by.id]
    found = sharing.readers(
        among=agencies.actors(others).values(), category=asked.category, purpose=asked.purpose,
        about=place.about,
    )  # fmt: skip
    return frozenset(found)


@router.post("/{about}/{uuid:subject}", response={201: PostOut}, summary="Write in a thread")
def write(request: HttpRequest, about: About, subject: UUID, body: PostIn) -> tuple[int, PostOut]:
    """Scope take_calls, watch_board or work_field for a call, work_cases for a case, send_referrals or
    answer_referrals for a referral.

    400 for an `@Name` that is nobody's or of somebody whom the gate does not let read it: nothing is kept.
    """
    by, place = _place(request, about, subject)
    made = actions.post(
        by=by, about=place.about, category=THREADS[about][0], text=body.text, permit=place.permit,
        readers=place.readers, asks=body.asks,
    )  # fmt: skip
    _ring(by, place, made.id)
    return 201, PostOut(message=made.id)


def _ring(by: Actor, place: Place, message: UUID) -> None:
    """A line in the bell: that one was named or asked; to the others who hear of it, that it is new."""
    rung = queries.addressed(message)
    heard = {account: (kind, place.readers[account]) for account, kind in rung.items()}
    for account, link in (_writers(place) if place.told is None else place.told).items():
        if str(account) != by.id:
            heard.setdefault(account, ("message", link))
    for account, (kind, link) in heard.items():
        actions.notify(by=by, accounts=[account], kind=kind, about=place.about, link=link, again=True)


def _writers(place: Place) -> dict[UUID, str]:
    """Who has written there and takes part."""
    authors = {line.author for line in queries.thread(place.about, permit=place.permit)}
    return {account: link for account, link in place.readers.items() if str(account) in authors}


@router.post("/{about}/{uuid:subject}/read", response={204: None}, summary="Say that you have read a thread")
def mark_read(request: HttpRequest, about: About, subject: UUID) -> tuple[int, None]:
    """Whoever wrote sees that the account has, and when it first had; again changes nothing."""
    by, place = _place(request, about, subject)
    actions.mark_thread_read(by=by, about=place.about, of=place.of)
    return 204, None


@router.post("/messages/{uuid:message}/confirm", response={204: None}, summary="Confirm a message")
def confirm(request: HttpRequest, message: UUID) -> tuple[int, None]:
    """By whoever was asked to; 409 before it is marked as read, 404 to everybody else."""
    actions.confirm(by=actor_of(request, *ANY), message=message)
    return 204, None


ANY = sorted({scope for _category, _purpose, scopes in THREADS.values() for scope in scopes})
