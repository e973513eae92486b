"""Studies by the API: draw lots, register a plan, carry it out, read the answer with its doubts."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.api.entry import actor_of
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Analysis, Draw, Plan, Study
from commonweal.kernel.actors import Actor

router = Router(tags=["evaluation"])


class DrawIn(Schema):
    """Areas, the days on which some of them begin, and how many are only compared with."""

    areas: list[str] = Field(..., max_length=500)
    days: list[date] = Field(..., max_length=12)
    compared: int = Field(0, ge=0)
    title: str = Field("", max_length=160)


class DrawOut(Schema):
    """A lot with all that is needed to repeat it: the text under the seal holds areas, places and seed."""

    id: str
    title: str
    created_at: datetime
    result: dict[str, date | None]
    seed: str
    fingerprint: str
    text: str
    is_true: bool
    times_drawn: int


class StudyIn(Schema):
    """The whole of a plan. `starts` names each area's first day, null for never; `draw` its lot's seal."""

    title: str = Field("", max_length=160)
    question: str = Field(..., max_length=300)
    series: str = Field("behavioural", max_length=64)
    expected: Literal["fewer", "more", "unsure"] = "unsure"
    rollout: Literal["once", "steps", "lot", "everywhere"]
    starts: dict[str, date | None]
    first: date
    last: date
    step: Literal[7, 28] = 7
    zone: str = Field("America/Los_Angeles", max_length=40)
    design: str = Field("", max_length=24)
    groups: str = Field("", max_length=300)
    analysis: str = Field("", max_length=1_000)
    draw: str = Field("", max_length=64)


class ForeseenOut(Schema):
    """The design that fits, with reasons and limits, and the smallest effect that it would let be seen."""

    design: str
    why: list[str]
    limits: list[str]
    cannot_show: list[str]
    smallest_p: float | None
    power: dict[str, Any]


class StudyOut(Schema):
    """A registered plan. `text` is what the fingerprint (SHA-256) covers."""

    id: str
    title: str
    created_at: datetime
    design: str
    plan: dict[str, Any]
    fingerprint: str
    text: str
    is_sealed: bool


class AnalysisIn(Schema):
    """How the analysis departs from the plan, and why; nothing where it does not."""

    design: str = Field("", max_length=24)
    reason: str = Field("", max_length=1_000)


class AnalysisOut(Schema):
    """One analysis: the answer in a sentence, each reason to doubt it, what it cannot show, what departed."""

    id: str
    created_at: datetime
    reading: str
    doubts: list[str]
    cannot_show: list[str]
    result: dict[str, Any]
    deviations: list[dict[str, Any]]
    reason: str


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request, "evaluate")


@router.post("/draws", response={201: DrawOut}, summary="Draw lots: which areas begin when")
def draw(request: HttpRequest, asked: DrawIn) -> tuple[int, DrawOut]:
    """The seed is the system's; every draw is kept."""
    made = actions.draw_lots(
        by=_actor(request), areas=asked.areas, days=asked.days, compared=asked.compared, title=asked.title
    )
    return 201, _draw(made)


@router.get("/draws/{draw_id}", response=DrawOut, summary="A lot that was drawn")
def read_draw(request: HttpRequest, draw_id: UUID) -> DrawOut:
    """Its result, its seed, whether drawing again gives the same, and how often these areas were drawn."""
    _actor(request)
    return _draw(queries.draw(draw_id))


def _draw(found: Draw) -> DrawOut:
    return DrawOut(
        id=str(found.id), title=found.title, created_at=found.created_at, seed=found.seed,
        result={area: date.fromisoformat(day) if day else None for area, day in found.result.items()},
        fingerprint=found.fingerprint, text=queries.text_of(found), is_true=queries.is_true(found),
        times_drawn=queries.times_drawn(found),
    )  # fmt: skip


@router.post("/studies/foresee", response=ForeseenOut, summary="What a plan could show, before it is frozen")
def foresee(request: HttpRequest, asked: StudyIn) -> ForeseenOut:
    """Nothing is kept and no outcome is read: only what lies before the first start."""
    by, plan = _actor(request), _plan(asked)
    found = queries.proposed(plan)
    power = actions.foresee(by=by, plan=plan)
    return ForeseenOut(
        design=found.design, why=found.why, limits=found.limits, cannot_show=found.cannot,
        smallest_p=found.smallest_p, power=power,
    )  # fmt: skip


@router.post("/studies", response={201: StudyOut}, summary="Register a study before its outcome is seen")
def register(request: HttpRequest, asked: StudyIn) -> tuple[int, StudyOut]:
    """The plan is frozen under its seal, with what it could show; named no design, it takes what fits."""
    by, plan = _actor(request), _plan(asked)
    plan = replace(plan, power=actions.foresee(by=by, plan=plan))
    return 201, _study(actions.register(by=by, plan=plan, title=asked.title))


def _plan(asked: StudyIn) -> Plan:
    return Plan(**asked.dict(exclude={"title"}))


@router.get("/studies", response=list[StudyOut], summary="Registered studies, newest first")
def studies(request: HttpRequest) -> list[StudyOut]:
    """The latest hundred."""
    _actor(request)
    return [_study(found) for found in queries.studies()[:100]]


@router.get("/studies/{study_id}", response=StudyOut, summary="One registered study")
def study(request: HttpRequest, study_id: UUID) -> StudyOut:
    """Its plan as registered, and whether it still fits its seal."""
    _actor(request)
    return _study(queries.study(study_id))


def _study(found: Study) -> StudyOut:
    return StudyOut(
        id=str(found.id), title=found.title, created_at=found.created_at, design=found.design,
        plan=found.plan, fingerprint=found.fingerprint, text=queries.written(found.plan),
        is_sealed=queries.is_sealed(found),
    )  # fmt: skip


@router.post("/studies/{study_id}/analyses", response={201: AnalysisOut}, summary="Carry a study out")
def analyse(request: HttpRequest, study_id: UUID, asked: AnalysisIn) -> tuple[int, AnalysisOut]:
    """As planned, or with another design and a reason; every analysis is kept, whatever it shows."""
    by, planned = _actor(request), queries.study(study_id).design
    changes = {"design": asked.design} if asked.design and asked.design != planned else {}
    made = actions.analyse(by=by, study=study_id, changes=changes, reason=asked.reason)
    return 201, _analysis(made)


@router.get("/studies/{study_id}/analyses", response=list[AnalysisOut], summary="Every analysis of a study")
def analyses(request: HttpRequest, study_id: UUID) -> list[AnalysisOut]:
    """In the order in which they were made: none is ever left out."""
    _actor(request)
    return [_analysis(made) for made in queries.analyses(queries.study(study_id))]


def _analysis(made: Analysis) -> AnalysisOut:
    reading, doubts, cannot = queries.read_out(made)
    return AnalysisOut(
        id=str(made.id), created_at=made.created_at, reading=reading, doubts=doubts, cannot_show=cannot,
        result=made.result, deviations=made.deviations, reason=made.reason,
    )  # fmt: skip
