"""Need by cell through the API: a naive count with its interval, never below the site's number, no person."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from commonweal.api.entry import actor_of
from commonweal.foresight import actions, queries
from commonweal.foresight.queries import Question
from commonweal.kernel import clock

router = Router(tags=["foresight"])


class CellOut(Schema):
    """Calls in one H3 cell, a week, with a 95 % interval."""

    cell: str
    count: int
    per_week: float
    low: float
    high: float


@router.get("/need", response=list[CellOut], summary="Need by H3 cell (naive count)")
def need(request: HttpRequest, start: datetime, end: datetime, about: str = "behavioural") -> list[CellOut]:
    """Cells with eleven calls (or the site's own number) or more, most first."""
    actor = actor_of(request, "see_insight")
    question = Question(start, end, clock.zone(), about=about)
    found = queries.picture(actions.open_set(by=actor), question).need
    return [
        CellOut(cell=c.cell, count=c.count, per_week=c.per_week, low=c.interval.low, high=c.interval.high)
        for c in (found.cells if found else ())
        if c.count is not None and c.per_week is not None and c.interval is not None
    ]
