"""Training for programmes: the token's own standing and the coming sessions."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from commonweal.kernel.errors import NotFound
from commonweal.training import queries

router = Router(tags=["training"])


class Standing(Schema):
    """Certificates held and lapsed; whether the lapse closes dispatch."""

    held: list[str]
    lapsed: list[str]
    may_be_sent: bool


class SessionRow(Schema):
    """A coming session with the seats still free."""

    id: UUID
    course: str
    certificate: str
    starts: datetime
    place: str
    seats_free: int


def _account(request: HttpRequest) -> UUID:
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("learn"):
        raise NotFound("training")
    return UUID(actor.id)


@router.get("/standing", response=Standing, summary="The worker's own standing")
def standing(request: HttpRequest) -> Standing:
    """Needs the scope `learn`."""
    account = _account(request)
    found = queries.standing_of([account])[account]
    return Standing(held=sorted(found.held), lapsed=sorted(found.lapsed), may_be_sent=found.may_be_sent)


@router.get("/sessions", response=list[SessionRow], summary="Coming sessions, soonest first")
def sessions(request: HttpRequest) -> list[SessionRow]:
    """Needs the scope `learn`."""
    _account(request)
    return [
        SessionRow(
            id=s.id, course=s.course.title_en, certificate=s.course.certificate, starts=s.starts,
            place=s.place, seats_free=max(0, s.seats - len(s.attendances.all())),
        )
        for s in queries.sessions()[:200]
    ]  # fmt: skip
