"""Planning by the API: proposals and decisions. Who proposes does not approve."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from commonweal.kernel.actors import Actor
from commonweal.planning import actions, queries
from commonweal.planning.queries import Plan

router = Router(tags=["planning"])


class PlanIn(Schema):
    """Move a shift to new hours, for so many weeks, paid from a line."""

    shift: UUID
    starts: datetime
    ends: datetime
    weeks: int = 1
    line: UUID | None = None
    title: str = ""


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


def _actor(request: HttpRequest, permission: str) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(permission):
        raise HttpError(403, f"This takes a token with the scope `{permission}`.")
    return actor


def _out(plan: Plan) -> PlanOut:
    return PlanOut(
        id=plan.id, title=plan.title, unit=plan.unit.call_sign, state=plan.state,
        new_starts=plan.new_starts, new_ends=plan.new_ends, cost=float(plan.cost),
        measures=plan.result.get("measures", {}), doubts=plan.result.get("doubts", []),
    )  # fmt: skip


@router.get("/plans", response=list[PlanOut], summary="Plans, newest first")
def plans(request: HttpRequest, state: str = "") -> list[PlanOut]:
    """At most a hundred."""
    _actor(request, "plan")
    return [_out(plan) for plan in queries.plans(state)[:100]]


@router.post("/plans", response={201: PlanOut}, summary="Try a move and propose it")
def propose(request: HttpRequest, asked: PlanIn) -> tuple[int, PlanOut]:
    """Takes a few seconds: the move is tried on past calls first."""
    by = _actor(request, "plan")
    move = actions.move_of(by=by, shift=asked.shift, starts=asked.starts, ends=asked.ends, weeks=asked.weeks)
    result = actions.try_move(by=by, move=move)
    return 201, _out(actions.propose(by=by, move=move, title=asked.title, line=asked.line, result=result))


@router.post("/plans/{plan_id}/approve", response=PlanOut, summary="Approve and set the shifts")
def approve(request: HttpRequest, plan_id: UUID) -> PlanOut:
    """By another person than the proposer."""
    return _out(actions.approve(by=_actor(request, "approve_plans"), plan=plan_id))
