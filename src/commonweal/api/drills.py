"""Communication tests (drills): started, confirmed, and their figures over time."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.messages import actions, queries

router = Router(tags=["drills"])


class DrillIn(Schema):
    """Everybody on duty at these agencies or in these teams is asked; `within`: minutes."""

    agencies: list[UUID] = []
    teams: list[UUID] = []
    channels: list[Literal["mail", "text"]] = []
    within: int = Field(15, ge=1, le=240)
    monthly: bool = False


class DrillOut(Schema):
    """A test with its figures; `minutes` is the median of those who confirmed in time, of `in_time`."""

    id: UUID
    is_drill: Literal[True] = True
    started: datetime
    ends: datetime
    again: datetime | None
    asked: int
    in_time: int
    late: int
    rate: float
    minutes: float | None


class Confirmed(Schema):
    """When the account confirmed."""

    is_drill: Literal[True] = True
    confirmed: datetime


def _told(row: queries.Drill) -> DrillOut:
    figure = queries.figure(row)
    return DrillOut(
        id=row.id, started=row.created_at, ends=row.ends_at, again=row.again_at, asked=figure.asked,
        in_time=figure.in_time, late=figure.late, rate=figure.rate, minutes=figure.minutes,
    )  # fmt: skip


@router.get("", response=list[DrillOut], summary="Tests of the own agency, the newest first")
def held(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[DrillOut]:  # fmt: skip
    """Scope supervise."""
    by = actor_of(request, "supervise")
    return [_told(row) for row in page_of(request, response, queries.drills(by), page, limit)]


@router.post("", response={201: DrillOut}, summary="Start a test now")
def start(request: HttpRequest, body: DrillIn) -> tuple[int, DrillOut]:
    """Scope supervise; at the own agency and those that an agreement binds to it."""
    by = actor_of(request, "supervise")
    made = actions.start_drill(
        by=by, agencies_=body.agencies, teams=body.teams, channels=body.channels, within=body.within,
        monthly=body.monthly,
    )  # fmt: skip
    return 201, _told(made)


@router.post("/{drill}/confirm", response=Confirmed, summary="Confirm that a test reached the account")
def confirm(request: HttpRequest, drill: UUID) -> Confirmed:
    """Needs the scope of any worker (learn); another account's test counts as none."""
    row = actions.confirm_drill(by=actor_of(request, "learn"), drill=drill)
    assert row.confirmed_at
    return Confirmed(confirmed=row.confirmed_at)
