"""Cases for programmes: a worker's list by opaque id, and a plan through the gate."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from commonweal.cases import queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing

router = Router(tags=["cases"])


class CaseRow(Schema):
    """One case without anything personal: `urgency` says why it stands where it does."""

    id: UUID
    kind: str
    state: str
    opened_at: datetime
    last_contact: datetime | None
    next_due: date | None
    tasks_open: int
    tasks_late: int
    urgency: str


class Plan(Schema):
    """The parts of a plan that the gate opens to this token; `withheld` names the others."""

    case: UUID
    values: dict[str, Any]
    withheld: list[str]


def _worker(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("work_cases"):
        raise NotFound("cases")
    return actor


@router.get("/", response=list[CaseRow], summary="The worker's open cases, most urgent first")
def mine(request: HttpRequest, limit: int = 100) -> list[CaseRow]:
    """Needs the scope `work_cases`; at most 500 rows."""
    found = queries.mine(_worker(request))[: max(1, min(limit, 500))]
    return [
        CaseRow(
            id=o.id, kind=o.kind, state=o.state, opened_at=o.opened_at, last_contact=o.last_contact,
            next_due=o.next_due, tasks_open=o.tasks_open, tasks_late=o.tasks_late, urgency=o.urgency[0],
        )
        for o in found
    ]  # fmt: skip


@router.get("/{case_id}/plan", response=Plan, summary="A case's plan, as far as the gate opens it")
def plan(request: HttpRequest, case_id: UUID) -> Plan:
    """Needs the scope `work_cases`; a refusal is answered as no such record."""
    about = Subject("case", case_id)
    answers = sharing.ask_many(
        by=_worker(request), category="case_plan", purpose="care_coordination", about=[about]
    )
    shown = queries.plans(sharing.permitted(answers))
    if not shown:
        raise NotFound("case")
    return Plan(case=case_id, values=dict(shown[0].values), withheld=sorted(shown[0].withheld))
