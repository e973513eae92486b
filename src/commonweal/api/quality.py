"""Faults in records by the API: the work queue, and what somebody of the agency did about each."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.api.entry import actor_of
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import QualityItem
from commonweal.kernel.actors import Actor

router = Router(tags=["evaluation"])


class FaultOut(Schema):
    """One fault; `number` is None where it is too small, or not for the reader's role."""

    id: UUID
    agency: UUID
    grain: str
    source: str
    kind: str
    field: str
    problem: str
    number: int | None
    of: int | None
    since: date
    looked_at: datetime
    state: str
    reason: str
    note: str


class MendIn(Schema):
    """What was done: `explain` takes a coded reason, `correct` a note."""

    act: Literal["take", "give_back", "correct", "explain"]
    reason: str = Field("", max_length=40)
    note: str = Field("", max_length=300)


def _out(by: Actor, items: list[QualityItem]) -> list[FaultOut]:
    numbers = actions.numbers(by=by, items=items)
    return [
        FaultOut(
            id=item.id, agency=item.agency_id, grain=item.grain, source=item.source, kind=item.kind,
            field=item.field, problem=item.problem, number=numbers[item.id],
            of=None if numbers[item.id] is None else item.of, since=item.since, looked_at=item.seen_at,
            state=item.state, reason=item.reason, note=item.note,
        )
        for item in items
    ]  # fmt: skip


@router.get("/quality", response=list[FaultOut], summary="Faults in records")
def faults(request: HttpRequest, state: str = "") -> list[FaultOut]:
    """Those of every agency whose set the gate opens, open ones first; at most 200."""
    by = actor_of(request, "evaluate")
    rows = queries.faults(by, actions.open_sets(by=by))
    return _out(by, list((rows.filter(state=state) if state else rows)[:200]))


@router.post("/quality/{fault}", response=FaultOut, summary="Take, correct or explain a fault")
def mend(request: HttpRequest, fault: UUID, asked: MendIn) -> FaultOut:
    """By somebody of the agency whose records they are; the figures themselves are never changed."""
    by = actor_of(request, "evaluate")
    if asked.act == "take":
        item = actions.take_fault(by=by, item=fault)
    elif asked.act == "give_back":
        item = actions.give_back_fault(by=by, item=fault)
    elif asked.act == "correct":
        item = actions.correct_fault(by=by, item=fault, note=asked.note)
    else:
        item = actions.explain_fault(by=by, item=fault, reason=asked.reason, note=asked.note)
    return _out(by, [item])[0]
