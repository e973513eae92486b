"""Planning by the API: proposals and decisions. Who proposes does not approve."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.planning import actions, queries
from commonweal.planning.queries import Plan

router = Router(tags=["planning"])


class PlanIn(Schema):
    """Move a shift to new hours, for so many weeks, paid from a line."""

    shift: UUID
    starts: datetime
    ends: datetime
    weeks: int = Field(1, ge=1, le=52)
    line: UUID | None = None
    title: str = Field("", max_length=160)


class PlanOut(Schema):
    """A plan as it stands."""

    id: UUID
    title: str
    unit: str
    state: str
    new_starts: datetime
    new_ends: datetime
    cost: float
    measures: dict[str, dict[str, list[float | None]]]
    doubts: list[str]


def _out(plan: Plan) -> PlanOut:
    return PlanOut(
        id=plan.id, title=plan.title, unit=plan.unit.call_sign, state=plan.state,
        new_starts=plan.new_starts, new_ends=plan.new_ends, cost=float(plan.cost),
        measures=plan.result.get("measures", {}), doubts=plan.result.get("doubts", []),
    )  # fmt: skip


@router.get("/plans", response=list[PlanOut], summary="Plans, newest first")
def plans(
    request: HttpRequest, response: HttpResponse, state: str = "",
    page: Number = 1, limit: Size = 50,
) -> list[PlanOut]:  # fmt: skip
    """Scope plan."""
    actor_of(request, "plan")
    return [_out(plan) for plan in page_of(request, response, queries.plans(state), page, limit)]


@router.post("/plans", response={201: PlanOut}, summary="Try a move and propose it")
def propose(request: HttpRequest, asked: PlanIn) -> tuple[int, PlanOut]:
    """Takes a few seconds: the move is tried on past calls first."""
    by = actor_of(request, "plan")
    move = actions.move_of(by=by, shift=asked.shift, starts=asked.starts, ends=asked.ends, weeks=asked.weeks)
    result = actions.try_move(by=by, move=move)
    return 201, _out(actions.propose(by=by, move=move, title=asked.title, line=asked.line, result=result))


@router.post("/plans/{plan_id}/approve", response=PlanOut, summary="Approve and set the shifts")
def approve(request: HttpRequest, plan_id: UUID) -> PlanOut:
    """By another person than the proposer."""
    return _out(actions.approve(by=actor_of(request, "approve_plans"), plan=plan_id))
