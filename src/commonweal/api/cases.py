"""Cases: a worker's list by opaque id; a case opened, its plan, and each act, through the gate."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Size, actor_of, digest, page_of, permit, tag, unchanged
from commonweal.api.people import Wanted, who_is_meant
from commonweal.cases import actions, queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing.actions import Permit, ask_many, permitted

router = Router(tags=["cases"])
PURPOSE = "care_coordination"


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
    values: dict[str, object]
    withheld: list[str]


class CaseIn(Wanted):
    """Support to begin for a record that was found, or for somebody new to the own agency."""

    kind: Literal["support", "diversion", "outreach"] = "support"
    referral: UUID | None = None


class CasePlanIn(Schema):
    """What the person wants as they said it, their strengths, and a summary; what is not sent stays."""

    own_words: str | None = Field(None, max_length=8_000)
    strengths: str | None = Field(None, max_length=8_000)
    summary: str | None = Field(None, max_length=8_000)


class SignMoment(Schema):
    """One thing that a sign stands on: an encounter, a referral, or the case's own plan."""

    kind: str
    at: datetime


class SignOut(Schema):
    """An early sign that waits for an answer, as far as the gate opens it; `kept` counts records withheld."""

    id: UUID
    rule: str
    sentence: str
    seen_at: datetime
    moments: list[SignMoment]
    kept: int


class CaseWords(Schema):
    """What an act may carry, by act.

    goal: text, domain. reach: goal. task: text, owner, due, goal. finish: task. contact: way, reached, note.
    assess: levels (1 to 5 by domain, null where not asked), note. close: reason, outcome.
    sign: sign, answer (acted, not_needed), note (why, where not needed).
    """

    text: str = Field("", max_length=300)
    domain: str = Field("", max_length=24)
    goal: UUID | None = None
    task: UUID | None = None
    owner: UUID | None = None
    due: date | None = None
    way: str = Field("", max_length=16)
    reached: bool = False
    note: str = Field("", max_length=4_000)
    levels: dict[str, int | None] = {}
    reason: str = Field("", max_length=32)
    outcome: str = Field("", max_length=4_000)
    sign: UUID | None = None
    answer: Literal["", "acted", "not_needed"] = ""


def _worker(request: HttpRequest) -> Actor:
    return actor_of(request, "work_cases")


def _permit(by: Actor, case: UUID) -> Permit:
    return permit(by, "case_plan", PURPOSE, Subject("case", case))


def _row(o: queries.Outline) -> CaseRow:
    same = {n: getattr(o, n) for n in CaseRow.model_fields if n != "urgency"}
    return CaseRow(urgency=o.urgency[0], **same)


def _plan(case: UUID, allowed: Permit) -> Plan:
    shown = queries.plans({Subject("case", case): allowed})
    if not shown:
        raise NotFound("case")
    return Plan(case=case, values=dict(shown[0].values), withheld=sorted(shown[0].withheld))


@router.get("/", response=list[CaseRow], summary="The worker's open cases, most urgent first")
def mine(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 100,
) -> list[CaseRow]:  # fmt: skip
    """Needs the scope `work_cases`."""
    return [_row(o) for o in page_of(request, response, queries.mine(_worker(request)), page, limit)]


@router.post("/", response={201: CaseRow}, summary="Begin support")
def begin(request: HttpRequest, body: CaseIn) -> tuple[int, CaseRow]:
    """You are its case manager. The same person, agency and kind has one open case: it is given back."""
    by = _worker(request)
    if by.agency is None:
        raise NotFound("agency")
    if body.referral:
        permit(by, "referral_status", PURPOSE, Subject("referral", body.referral))
    case = actions.open_case(
        by=by, person=who_is_meant(by, body, PURPOSE), agency=by.agency, kind=body.kind, manager=UUID(by.id),
        referral=body.referral,
    )  # fmt: skip
    actions.join_team(by=by, case=case.id, account=UUID(by.id), part="case manager")
    return 201, _row(queries.outline(case.id))


@router.get("/{uuid:case_id}/plan", response=Plan, summary="A case's plan, as far as the gate opens it")
def plan(request: HttpRequest, response: HttpResponse, case_id: UUID) -> Plan:
    """Needs the scope `work_cases`; a refusal that may not be acknowledged is no such record."""
    found = _plan(case_id, _permit(_worker(request), case_id))
    tag(response, digest(found.values))
    return found


@router.patch("/{uuid:case_id}/plan", response=Plan, summary="Write the plan")
def write(request: HttpRequest, response: HttpResponse, case_id: UUID, body: CasePlanIn) -> Plan:
    """`If-Match` with the tag of the plan last read."""
    by = _worker(request)
    allowed = _permit(by, case_id)
    with unchanged(request, lambda: queries.lock(case_id), lambda: digest(_plan(case_id, allowed).values)):
        actions.write_plan(by=by, case=case_id, **body.model_dump(exclude_none=True))
    found = _plan(case_id, allowed)
    tag(response, digest(found.values))
    return found


@router.get("/{uuid:case_id}/signs", response=list[SignOut], summary="Early signs that wait on a case")
def signs(request: HttpRequest, case_id: UUID) -> list[SignOut]:
    """Needs the scope `work_cases`; sentences in English."""
    by = _worker(request)
    _permit(by, case_id)
    found = queries.signs([case_id])
    permits: dict[Subject, Permit] = {}
    for category, about in queries.sign_subjects(found).items():
        permits |= permitted(ask_many(by=by, category=category, purpose=PURPOSE, about=about))
    shown = queries.reasons(found, permits).get(case_id, [])
    return [_sign_out(one) for one in shown]


def _sign_out(one: queries.Reason) -> SignOut:
    moments = [SignMoment(kind=kind, at=at) for kind, at in one.moments]
    return SignOut(
        id=one.id, rule=one.rule, sentence=one.sentence, seen_at=one.seen_at, moments=moments, kept=one.kept
    )


def _sign(by: Actor, case: UUID, words: CaseWords, allowed: Permit) -> None:
    if words.sign is None:
        raise NotFound("sign")
    actions.answer_sign(by=by, case=case, sign=words.sign, answer=words.answer, because=words.note)


def _within(case: UUID, allowed: Permit, part: str, wanted: UUID | None) -> UUID:
    """The id where it belongs to this case; NotFound for another's."""
    listed = _plan(case, allowed).values.get(part) or []
    rows = listed.get("list", []) if isinstance(listed, dict) else listed
    if wanted is None or not isinstance(rows, list) or wanted not in {row["id"] for row in rows}:
        raise NotFound(part)
    return wanted


def _task(by: Actor, case: UUID, words: CaseWords, allowed: Permit) -> None:
    owner = words.owner or UUID(by.id)
    if owner not in {m.account for m in queries.team(case) if m.until is None} | {UUID(by.id)}:
        raise Invalid("owner", owner, "Choose somebody of the care team.")
    goal = _within(case, allowed, "goals", words.goal) if words.goal else None
    actions.add_task(by=by, case=case, text=words.text, owner=owner, due=words.due, goal=goal)


Act = Callable[[Actor, UUID, CaseWords, Permit], object]
ACTS: dict[str, Act] = {
    "goal": lambda by, c, w, p: actions.add_goal(by=by, case=c, text=w.text, domain=w.domain),
    "reach": lambda by, c, w, p: actions.reach_goal(by=by, goal=_within(c, p, "goals", w.goal)),
    "task": _task,
    "finish": lambda by, c, w, p: actions.finish_task(by=by, task=_within(c, p, "tasks", w.task)),
    "contact": lambda by, c, w, p: actions.contact(by=by, case=c, way=w.way, reached=w.reached, note=w.note),
    "assess": lambda by, c, w, p: actions.assess(by=by, case=c, levels=w.levels, note=w.note),
    "sign": _sign,
    "close": lambda by, c, w, p: actions.close_case(by=by, case=c, reason=w.reason, outcome=w.outcome),
}


@router.post("/{uuid:case_id}/{act}", response=CaseRow, summary="Act on a case")
def act(
    request: HttpRequest, case_id: UUID,
    act: Literal["goal", "reach", "task", "finish", "contact", "assess", "sign", "close"], body: CaseWords,
) -> CaseRow:  # fmt: skip
    """Asks for the plan first, so that an act of a stranger is no such record."""
    by = _worker(request)
    ACTS[act](by, case_id, body, _permit(by, case_id))
    return _row(queries.outline(case_id))
