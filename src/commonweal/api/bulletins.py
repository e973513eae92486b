"""Bulletins between agencies: what stands for the token's account, one to read, to write, to acknowledge.

One of a missing person passes the gate on the record that it is about, for the account that asks; whom the
gate refuses is answered as if there were none.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.api.entry import actor_of
from commonweal.messages import actions, queries

router = Router(tags=["bulletins"])
Kind = Literal["dangerous_drugs", "place_closed", "street_closed", "protocol_changed", "other"]
Urgency = Literal["immediate", "today", "routine"]


class Head(Schema):
    """A bulletin of a list: its headline is empty where it names a person."""

    id: UUID
    kind: str
    urgency: str
    agency: UUID
    headline: str
    starts_at: datetime
    ends_at: datetime
    asks: bool
    state: Literal["standing", "coming", "over", "withdrawn", "superseded"]


class Whole(Head):
    """One bulletin with all that it says; `words` are of a person."""

    text: str
    words: str
    why_ended: str


class ToIn(Schema):
    """Receivers: whoever is of this agency, role and team, as far as each is given."""

    agency: UUID | None = None
    role: str = Field("", max_length=32)
    team: UUID | None = None


class BulletinIn(Schema):
    """A bulletin that names nobody; one of a missing person is written on its call or case."""

    kind: Kind
    urgency: Urgency
    headline: str = Field(max_length=160)
    text: str = Field("", max_length=4_000)
    starts_at: datetime | None = None
    ends_at: datetime
    asks: bool = False
    names_nobody: bool
    to: list[ToIn] = Field(max_length=60)
    follows: UUID | None = None


class WithdrawnWhy(Schema):
    """Why it is taken back."""

    why: str = Field(max_length=300)


def _state(row: queries.Bulletin) -> str:
    return row.ended_how or queries.standing_of(row)


def _told(row: queries.Bulletin, **more: str) -> dict[str, object]:
    shown = {name: getattr(row, name) for name in Head.model_fields if name != "state"}
    return {**shown, "state": _state(row), **more}


@router.get("", response=list[Head], summary="What stands for the account, the urgent first")
def standing(request: HttpRequest) -> list[dict[str, object]]:
    """Needs the scope of any worker (learn)."""
    return [_told(row) for row in queries.bulletins(actor_of(request, "learn"))]


@router.get("/{bulletin}", response=Whole, summary="One bulletin, and that the account has read it")
def one(request: HttpRequest, bulletin: UUID) -> dict[str, object]:
    """Needs the scope of any worker (learn). Words of a person pass the gate, and are journalled."""
    by = actor_of(request, "learn")
    row = queries.bulletin(by, bulletin)
    words = actions.bulletin_words(by=by, found=row)
    actions.mark_bulletin_read(by=by, bulletin=row.id)
    return _told(row, text=row.text, words=words, why_ended=row.why_ended)


@router.post("", response={201: Head}, summary="Write a bulletin")
def post(request: HttpRequest, body: BulletinIn) -> tuple[int, dict[str, object]]:
    """Scope supervise, work_cases, answer_referrals or publish; to own and partner agencies."""
    by = actor_of(request, *actions.WRITERS)
    sheet = actions.Sheet(
        kind=body.kind, urgency=body.urgency, headline=body.headline, text=body.text, asks=body.asks,
        starts_at=body.starts_at, ends_at=body.ends_at,
    )  # fmt: skip
    to = [actions.To(one.agency, one.role, one.team) for one in body.to]
    made = actions.post_bulletin(
        by=by, sheet=sheet, to=to, names_nobody=body.names_nobody, follows=body.follows
    )  # fmt: skip
    return 201, _told(made)


@router.post("/{bulletin}/acknowledge", response=Head, summary="Say that it was read")
def acknowledge(request: HttpRequest, bulletin: UUID) -> dict[str, object]:
    """Needs the scope of any worker (learn)."""
    by = actor_of(request, "learn")
    return _told(actions.acknowledge_bulletin(by=by, bulletin=bulletin))


@router.post("/{bulletin}/withdraw", response=Head, summary="Take one of the own agency back")
def withdraw(request: HttpRequest, bulletin: UUID, body: WithdrawnWhy) -> dict[str, object]:
    """Scope supervise, work_cases, answer_referrals or publish."""
    by = actor_of(request, *actions.WRITERS)
    return _told(actions.withdraw_bulletin(by=by, bulletin=bulletin, why=body.why))
