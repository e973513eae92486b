"""Notifications for programmes: what waits for the token's account, by kind and opaque subject."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from commonweal.agencies.queries import PERMISSIONS
from commonweal.api.entry import actor_of
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
