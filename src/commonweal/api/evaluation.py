"""Evaluation by the API: definitions, figures over a span, comparisons; counts below eleven never leave."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.agencies import queries as agencies
from commonweal.api import quality, studies
from commonweal.api.entry import actor_of
from commonweal.community import queries as community
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Window
from commonweal.kernel.actors import Actor

router = Router(tags=["evaluation"])
router.add_router("", studies.router)
router.add_router("", quality.router)


class FigureOut(Schema):
    """One metric over a span; None where hidden or where there was nothing to count."""

    metric: str
    version: int
    unit: str
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool
    definition: str


class AskedOut(Schema):
    """One question on a scale of 0 to 100, as said and weighted; None where too few answered."""

    question: str
    answers: int | None
    mean: float | None
    low: float | None
    high: float | None
    weighted: float | None
    weighted_low: float | None
    weighted_high: float | None


class VoiceOut(Schema):
    """One audience over whole quarters; `asked` and `rate` are None where nobody knows how many were."""

    audience: str
    quarters: list[date]
    answers: int | None
    asked: int | None
    rate: float | None
    effective: float | None
    unheard: list[str]
    questions: list[AskedOut]


class ComparisonIn(Schema):
    """What to count (`all`, `behavioural`, `nature:X`, `discipline:X`), the day, the weeks on both sides."""

    series: str = "behavioural"
    change_on: date
    before_weeks: int = Field(26, ge=1, le=260)
    after_weeks: int = Field(26, ge=1, le=260)
    zone: str = "America/Los_Angeles"
    title: str = Field("", max_length=160)


class ComparisonOut(Schema):
    """The answer with every warning."""

    id: str
    result: dict[str, Any]
    warnings: list[str]


class CohortIn(Schema):
    """A span, already over, to count and seal."""

    name: str = Field("", max_length=120)
    start: datetime
    end: datetime


class CohortOut(Schema):
    """A sealed count, its fingerprint, and which origins were left out."""

    id: str
    name: str
    start: datetime
    end: datetime
    as_of: datetime
    fingerprint: str
    left_out: list[str]


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request, "evaluate")


@router.get("/figures", response=list[FigureOut], summary="Every metric over a span")
def figures(request: HttpRequest, start: datetime, end: datetime) -> list[FigureOut]:
    """Each metric with its interval and definition; de-identified, small counts hidden."""
    opened = actions.open_sets(by=_actor(request))
    found = queries.overview(opened, start, end, next(iter(queries.metrics()))).figures
    return [_figure(figure) for figure in found]


def _figure(f: queries.Figure) -> FigureOut:
    return FigureOut(
        metric=f.metric.id, version=f.metric.version, unit=f.metric.unit, numerator=f.result.numerator,
        denominator=f.result.denominator, value=f.value, low=f.low, high=f.high,
        suppressed=f.result.suppressed, definition=f.metric.sentence["en"],
    )  # fmt: skip


@router.get("/diversion", response=list[FigureOut], summary="The seven rates called diversion, side by side")
def diversion(request: HttpRequest, start: datetime, end: datetime) -> list[FigureOut]:
    """Each with its definition's id, hidden where it or the seven together would reveal a small count."""
    opened = actions.open_sets(by=_actor(request))
    return [_figure(figure) for figure in queries.diversions(opened, start, end)]


@router.get("/voices", response=list[VoiceOut], summary="What people, residents and workers said")
def voices(request: HttpRequest) -> list[VoiceOut]:
    """The last four whole quarters, those of too few left out; weighted to the population on file."""
    _actor(request)
    workers = len(agencies.working())
    return [_voice(community.audience(name, workers)) for name in community.AUDIENCES]


def _voice(one: community.Audience) -> VoiceOut:
    return VoiceOut(
        audience=one.name, quarters=list(one.quarters), answers=one.answers, asked=one.asked, rate=one.rate,
        effective=one.effective, unheard=list(one.unheard),
        questions=[_asked(each) for each in one.questions],
    )  # fmt: skip


def _asked(each: community.Asked) -> AskedOut:
    mean, low, high = _ends(each.raw)
    weighted, weighted_low, weighted_high = _ends(each.weighted)
    return AskedOut(
        question=each.name, answers=each.answers, mean=mean, low=low, high=high, weighted=weighted,
        weighted_low=weighted_low, weighted_high=weighted_high,
    )  # fmt: skip


def _ends(found: community.Mean | None) -> tuple[float | None, float | None, float | None]:
    """A mean and the ends of its interval."""
    if found is None or found.interval is None:
        return None if found is None else found.value, None, None
    return found.value, found.interval.low, found.interval.high


@router.post("/comparisons", response={201: ComparisonOut}, summary="Compare before and after a day")
def compare(request: HttpRequest, asked: ComparisonIn) -> tuple[int, ComparisonOut]:
    """Ratio of rates with its interval and warnings; kept."""
    window = Window(asked.change_on, asked.before_weeks, asked.after_weeks, asked.zone)
    made = actions.compare(by=_actor(request), series=asked.series, window=window, title=asked.title)
    return 201, ComparisonOut(id=str(made.id), result=made.result, warnings=queries.warnings(made))


@router.post("/cohorts", response={201: CohortOut}, summary="Freeze a cohort")
def freeze(request: HttpRequest, asked: CohortIn) -> tuple[int, CohortOut]:
    """Every metric over a span, counted on pseudonymous rows and sealed."""
    made = actions.freeze_cohort(by=_actor(request), name=asked.name, start=asked.start, end=asked.end)
    return 201, CohortOut(
        id=str(made.id), name=made.name, start=made.start, end=made.end, as_of=made.as_of,
        fingerprint=made.fingerprint, left_out=made.left_out,
    )  # fmt: skip
