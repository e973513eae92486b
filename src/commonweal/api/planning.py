"""Planning by the API: proposals and decisions. Who proposes does not approve."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.kernel import clock
from commonweal.planning import actions, queries
from commonweal.planning.queries import Plan

router = Router(tags=["planning"])
Days = Annotated[int, Field(ge=7, le=730)]  # looked back
Amount = Annotated[Decimal, Field(gt=0, le=1_000_000_000)]


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


class EachOut(Schema):
    """How many, and the cost of one with its 95 % interval; all empty where too few to tell."""

    count: int | None
    cost: float | None
    low: float | None
    high: float | None


class CostOut(Schema):
    """One agency's units of one kind: hours on duty, money, and what each thing cost."""

    agency: UUID
    kind: str
    hours: float
    cost: float
    contact: EachOut
    without_police: EachOut
    referral: EachOut


def _each(found: queries.Each) -> EachOut:
    low, high = (found.interval.low, found.interval.high) if found.interval else (None, None)
    return EachOut(count=found.count, cost=found.cost, low=low, high=high)


@router.get("/costs", response=list[CostOut], summary="What programmes cost, by what they did")
def costs(request: HttpRequest, days: Days = 91) -> list[CostOut]:
    """Scope plan. De-identified counts through the gate, over so many days up to now."""
    by, end = actor_of(request, "plan"), clock.now()
    found = actions.cost_programmes(by=by, start=end - timedelta(days=days), end=end)
    return [
        CostOut(
            agency=p.agency, kind=p.kind, hours=p.hours, cost=p.cost, contact=_each(p.contact),
            without_police=_each(p.alone), referral=_each(p.referral),
        )
        for p in found
    ]  # fmt: skip


class BuyOut(Schema):
    """Something to buy: a year's cost, calls more a year with their range, and the share that is bought."""

    agency: UUID
    kind: str
    what: str
    from_hour: int
    to_hour: int
    cost: float
    calls: float
    low: float
    high: float
    share: float
    areas: dict[str, float]


class UseOut(Schema):
    """The best use of an amount; `worth` is calls more a year for one more unit of money in each purse."""

    amount: float
    options: list[BuyOut]
    worth: dict[str, float]
    ladder: list[tuple[float, float]]


@router.get("/next", response=UseOut, summary="What an amount more would buy, and where")
def more_money(request: HttpRequest, amount: Amount) -> UseOut:
    """Scope plan. Purses are budget lines by id, and "new"."""
    by = actor_of(request, "plan")
    zone = ZoneInfo(timezone.get_current_timezone_name())
    found, _silent = actions.best_use(by=by, amount=amount, floors={}, zone=zone)
    options = [
        BuyOut(
            agency=c.agency, kind=c.kind, what=c.what, from_hour=c.hours[0], to_hour=c.hours[1], cost=c.cost,
            calls=c.calls, low=c.low, high=c.high, share=share, areas=dict(c.areas),
        )
        for c, share, _paid in found.rows
    ]  # fmt: skip
    return UseOut(amount=found.amount, options=options, worth=dict(found.worth), ladder=list(found.ladder))


class DueOut(Schema):
    """Something that a funder asks for, by when, and whether it is done."""

    kind: str
    text: str
    due: date | None
    metric: str
    target: float | None
    is_done: bool


class GrantOut(Schema):
    """A grant as it stands, with what its funder asks for."""

    id: UUID
    name: str
    funder: str
    state: str
    amount: float
    starts: date
    ends: date
    items: list[DueOut]


@router.get("/grants", response=list[GrantOut], summary="Grants with what their funders ask for")
def grants(
    request: HttpRequest, response: HttpResponse, page: Number = 1, limit: Size = 50
) -> list[GrantOut]:
    """Scope plan."""
    actor_of(request, "plan")
    return [
        GrantOut(
            id=g.id, name=g.name, funder=g.funder, state=g.state, amount=float(g.amount), starts=g.starts,
            ends=g.ends,
            items=[
                DueOut(
                    kind=i.kind, text=i.text, due=i.due, metric=i.metric, target=i.target,
                    is_done=i.done_at is not None,
                )
                for items in queries.grant_parts(g).values() for i in items
            ],
        )
        for g in page_of(request, response, queries.grants(), page, limit)
    ]  # fmt: skip
