"""Trust: why a question is answered as it is and what would unlock it; the register; reviews; the journal."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.community import AgreementOut, agreement_out
from commonweal.api.consents import ConsentRow, terms
from commonweal.api.entry import Number, Purpose, Size, actor_of, page_of
from commonweal.api.problems import Denied
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import actions, queries

router = Router(tags=["trust"])
KINDS = Literal[
    "call", "source_record", "plan", "caution", "encounter", "clinical_part", "assessment", "referral",
    "case", "discussion",
]  # fmt: skip


class Why(Schema):
    """May I see this category of this record for this purpose? `call` is the one in hand, if any."""

    kind: KINDS
    id: UUID
    category: str = Field(max_length=32)
    purpose: Purpose
    call: UUID | None = None


class MadeUp(Schema):
    """A question on nobody's record: an actor and facts of the disclosure vocabulary."""

    role: str = Field(max_length=32)
    category: str = Field(max_length=32)
    purpose: Purpose
    facts: dict[str, object] = {}


class RuleCited(Schema):
    """A rule in a plain sentence, with its citation."""

    id: str
    sentence: str
    citation: str


class Decided(Schema):
    """The decision: allow, redact or deny; the fields it opens; its rules; what would unlock the rest."""

    decision: str
    fields: list[str]
    obligations: list[str]
    why: str
    unlock: list[str]
    rules: list[RuleCited]


class Disclosed(Schema):
    """One disclosure: who, what, why, on what basis, when."""

    id: UUID
    at: datetime
    person: UUID | None
    kind: str
    subject: UUID
    category: str
    fields: list[str]
    purpose: str
    account: str
    agency: UUID | None
    source_agency: UUID | None
    basis: list[str]
    rules: list[str]
    notice: str
    is_accounted: bool


class Looked(Schema):
    """Who looked at your record, and why: an agency, never a worker's name."""

    at: datetime
    agency: UUID | None
    category: str
    fields: list[str]
    purpose: str


class ReviewOut(Schema):
    """A look-up to review, or reviewed."""

    id: UUID
    at: datetime
    why: str
    kind: str
    subject: UUID
    account: str
    category: str
    purpose: str
    reason: str
    closed_at: datetime | None
    outcome: str


class Closing(Schema):
    """What the review found."""

    outcome: Literal[
        "explained", "proper", "improper", "training", "disciplinary", "breach_assessment", "unclear"
    ]
    note: str = Field(max_length=2_000)


class Posture(Schema):
    """Where trust stands, in numbers that name nobody."""

    open_reviews: int
    overdue_reviews: int
    disclosures_30d: int
    refusals_30d: int
    consents_in_force: int
    agreements_in_force: int
    agreements_ending: int


class Chain(Schema):
    """The journal verified from stored rows; `head` can be kept elsewhere as a checkpoint."""

    is_sound: bool
    sequence: int
    head: str


def _decided(answer: actions.Answer) -> Decided:
    rules = [(rule, *queries.citation(rule)) for rule in answer.rules]
    return Decided(
        decision=answer.decision, fields=sorted(answer.fields), obligations=sorted(answer.obligations),
        why=queries.why(answer), unlock=list(queries.unlock(answer)),
        rules=[RuleCited(id=rule, sentence=str(words), citation=cited) for rule, words, cited in rules],
    )  # fmt: skip


@router.post("/why", response=Decided, summary="May I see this, why, and what would unlock it")
def why(request: HttpRequest, body: Why) -> Decided:
    """Decided on the record as it stands and journalled like a reading; nothing of the record is sent.

    A refusal that may not be acknowledged is 404, byte for byte that of a record that does not exist.
    """
    by = actor_of(request)
    if body.category not in queries.CATEGORIES:
        raise Invalid("category", body.category, f"Use one of: {', '.join(queries.CATEGORIES)}.")
    said = actions.Circumstances(incident=body.call)
    answer = actions.ask(
        by=by,
        category=body.category,
        purpose=body.purpose,
        about=Subject(body.kind, body.id),
        circumstances=said,
    )
    if isinstance(answer, actions.Refusal) and not answer.acknowledged:
        raise Denied(answer)
    return _decided(answer)


@router.post("/explain", response=Decided, summary="A made-up question, decided")
def explain(request: HttpRequest, body: MadeUp) -> Decided:
    """Scope keep_trust: no record is read, nothing is journalled."""
    actor_of(request, "keep_trust")
    return _decided(
        queries.explain(role=body.role, category=body.category, purpose=body.purpose, facts=body.facts)
    )


@router.get("/posture", response=Posture, summary="Where trust stands")
def posture(request: HttpRequest) -> dict[str, int]:
    """Scope keep_trust."""
    actor_of(request, "keep_trust")
    found = queries.posture()
    return {name: getattr(found, name) for name in Posture.model_fields}


def _row(row: queries.Disclosure) -> Disclosed:
    same = {n: getattr(row, n) for n in Disclosed.model_fields if n not in ("at", "person")}
    return Disclosed(at=row.created_at, person=row.person_id, **same)


@router.get("/register", response=list[Disclosed], summary="The register of disclosures")
def register(
    request: HttpRequest, response: HttpResponse, person: UUID | None = None, category: str = "",
    purpose: str = "", page: Number = 1, limit: Size = 50,
) -> list[Disclosed]:  # fmt: skip
    """Scope keep_trust: newest first; of one person (under every id they had), category or purpose."""
    actor_of(request, "keep_trust")
    found = queries.register()
    if person:
        found = found.filter(person__in=people.circle(person))
    asked = {"category": category, "purpose": purpose}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    return [_row(row) for row in page_of(request, response, found, page, limit)]


@router.get("/looked", response=list[Looked], summary="Who looked at my record")
def looked(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[Looked]:  # fmt: skip
    """Scope see_mine: the own record alone, newest first."""
    by = actor_of(request, "see_mine")
    if by.person is None:
        raise NotFound("person")
    found = queries.accounting().filter(person__in=people.circle(by.person))
    rows = page_of(request, response, found, page, limit)
    return [
        Looked(at=r.created_at, agency=r.agency, category=r.category, fields=r.fields, purpose=r.purpose)
        for r in rows
    ]


@router.get("/reviews", response=list[ReviewOut], summary="Look-ups to review")
def reviews(
    request: HttpRequest, response: HttpResponse, open_only: bool = True,
    page: Number = 1, limit: Size = 50,
) -> list[ReviewOut]:  # fmt: skip
    """Scope keep_trust: oldest first."""
    actor_of(request, "keep_trust")
    return [_review(r) for r in page_of(request, response, queries.reviews(open_only=open_only), page, limit)]


def _review(row: queries.Review) -> ReviewOut:
    same = {n: getattr(row, n) for n in ReviewOut.model_fields if n != "at"}
    return ReviewOut(at=row.created_at, **same)


@router.post("/reviews/{uuid:review}/close", response=ReviewOut, summary="Close a review")
def close(request: HttpRequest, review: UUID, body: Closing) -> ReviewOut:
    """Scope keep_trust: with an outcome and a sentence; 409 where it was closed."""
    by = actor_of(request, "keep_trust")
    return _review(actions.close_review(by=by, review=review, outcome=body.outcome, note=body.note))


class Agreement(AgreementOut):
    """An agreement in any state."""

    state: str
    signed: list[str]
    version: int
    supersedes: UUID | None
    digest: str


@router.get("/agreements", response=list[Agreement], summary="Every agreement")
def agreements(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[Agreement]:  # fmt: skip
    """Scope keep_trust, or sign_agreements for those of the own agency: drafts and ended ones too."""
    by = actor_of(request, "keep_trust", "sign_agreements")
    rows = page_of(request, response, queries.agreements_for(by), page, limit)
    return [_agreement(row) for row in rows]


def _agreement(row: queries.Agreement) -> Agreement:
    signed = sorted(p.agency.name for p in row.parties.all() if p.signed_at)
    return Agreement(
        state=row.state, signed=signed, version=row.version, supersedes=row.supersedes_id,
        digest=queries.digest(row), **agreement_out(row).model_dump(),
    )  # fmt: skip


@router.post("/agreements/{uuid:agreement}/sign", response=Agreement, summary="Sign for the own agency")
def sign(request: HttpRequest, agreement: UUID) -> Agreement:
    """Scope sign_agreements: the last signature puts it in force."""
    by = actor_of(request, "sign_agreements")
    if by.agency is None:
        raise NotFound("agreement")
    actions.sign_agreement(by=by, agreement=agreement, agency=by.agency)
    return _agreement(queries.agreement(agreement))


class ClauseChange(Schema):
    """One clause that a version adds, removes or changes; for a change what each list gained and lost."""

    key: str
    how: Literal["added", "removed", "changed"]
    text: str
    gained: dict[str, list[str]] = {}
    lost: dict[str, list[str]] = {}


@router.get(
    "/agreements/{uuid:agreement}/changes", response=list[ClauseChange], summary="What a version changes"
)
def changes(request: HttpRequest, agreement: UUID) -> list[ClauseChange]:
    """Scope keep_trust, or sign_agreements for a party: clause by clause, against the version before it."""
    by = actor_of(request, "keep_trust", "sign_agreements")
    found = queries.changes(queries.agreement_for(by, agreement))
    told = [ClauseChange(key=t.key, how="added", text=t.text) for t in found.added]
    told += [ClauseChange(key=t.key, how="removed", text=t.text) for t in found.removed]
    return told + [
        ClauseChange(
            key=c.new.key, how="changed", text=c.new.text,
            gained={name: gained for name, gained, _lost in c.sets if gained},
            lost={name: lost for name, _gained, lost in c.sets if lost},
        )
        for c in found.changed
    ]  # fmt: skip


@router.post("/journal/verify", response=Chain, summary="Verify the journal")
def verify(request: HttpRequest) -> Chain:
    """Scope keep_trust: from stored rows; takes as long as the journal is."""
    verdict = actions.verify_journal(by=actor_of(request, "keep_trust"), door="api")
    return Chain(is_sound=verdict.is_sound, sequence=verdict.checked, head=verdict.head)


@router.get("/consents", response=list[ConsentRow], summary="A person's consents")
def consents(request: HttpRequest, person: UUID) -> list[ConsentRow]:
    """Scope keep_trust: newest first, under every id the person had."""
    by = actor_of(request, "keep_trust")
    return [terms(row) for row in queries.consents_shown_to(by, person)]


class RequestOut(Schema):
    """A request by its day, without anybody in it; `days_left` is negative when overdue."""

    id: UUID
    number: str
    kind: str
    state: str
    received_on: date
    due_on: date
    is_extended: bool
    is_overdue: bool
    is_late: bool
    outcome: str
    days_left: int


class OwnRequest(Schema):
    """What a person asks of their own record: a kind of `packs/requests.yaml`, and their words."""

    kind: str = Field(max_length=24)
    text: str = Field(max_length=4_000)
    language: Literal["en", "es"] = "en"


def _request(row: queries.Due) -> RequestOut:
    return RequestOut(**{name: getattr(row, name) for name in RequestOut.model_fields})


@router.get("/requests", response=list[RequestOut], summary="Requests, soonest due first")
def requests(request: HttpRequest, open_only: bool = True) -> list[RequestOut]:
    """Scope keep_trust: the queue; with `open_only=false` the last 200 that were answered."""
    actor_of(request, "keep_trust")
    return [_request(row) for row in queries.queue(open_only=open_only)]


@router.get("/requests/own", response=list[RequestOut], summary="My requests")
def own_requests(request: HttpRequest) -> list[RequestOut]:
    """Scope see_mine: one's own, newest first."""
    by = actor_of(request, "see_mine")
    return [_request(queries.outline(row)) for row in queries.own_requests(by)]


@router.post("/requests/own", response={201: RequestOut}, summary="Ask for, correct, complain")
def ask_own(request: HttpRequest, body: OwnRequest) -> tuple[int, RequestOut]:
    """Scope see_mine: of one's own record; the answer is due on `due_on`."""
    by = actor_of(request, "see_mine")
    if by.person is None:
        raise NotFound("person")
    asker = actions.Asker(language=body.language)
    found, _code = actions.receive_request(
        by=by, kind=body.kind, text=body.text, person=by.person, asker=asker
    )
    return 201, _request(queries.outline(found))
