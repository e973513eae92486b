"""Residents: find help, say how it went, meetings and promises, protocols and agreements in force.

Reading is public and names nobody. Answering feedback, meetings and promises take the scope publish.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.directory import ServicePage, services
from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.calls import queries as calls
from commonweal.community import actions, queries
from commonweal.kernel.errors import NotFound
from commonweal.sharing import queries as sharing

router = Router(tags=["community"])
Score = Annotated[int, Field(strict=True, ge=1, le=5)]
Topic = Literal["", "call", "visit", "service", "transport", "safety", "language", "other"]


class FeedbackIn(Schema):
    """How it went, signed in or not: own words or a score (1 not at all to 5 fully). A card is good once."""

    text: str = Field("", max_length=4_000)
    respect: Score | None = None
    safety: Score | None = None
    helped: Score | None = None
    topic: Topic = ""
    language: Literal["en", "es"] = "en"
    card: str = Field("", max_length=16)


class Receipt(Schema):
    """The code that reads the reply; it is shown once and traceable to no one."""

    receipt: str


class Code(Schema):
    """A receipt code."""

    code: str = Field(max_length=16)


class ReplyLine(Schema):
    """A reply and when it was written."""

    at: datetime
    text: str


class Replies(Schema):
    """What was answered to what was said under a code."""

    received_at: datetime
    replies: list[ReplyLine]


class Waiting(Schema):
    """Feedback not yet answered, for those who publish."""

    id: UUID
    received_at: datetime
    topic: str
    language: str
    text: str
    respect: int | None
    safety: int | None
    helped: int | None


class ReplyIn(Schema):
    """An answer; a public one needs `said`: the concern in general words that name nobody."""

    text: str = Field(max_length=4_000)
    said: str = Field("", max_length=300)
    is_public: bool = False
    done_by: date | None = None


class Answered(Schema):
    """You said, we did."""

    at: datetime
    said: str
    text: str
    done_by: date | None


class MeetingIn(Schema):
    """An open meeting to call, in both languages."""

    title_en: str = Field(max_length=160)
    title_es: str = Field("", max_length=160)
    starts: datetime
    place: str = Field(max_length=160)
    online: str = Field("", max_length=200)


class CommitmentOut(Schema):
    """A promise to residents, with its day; `kept_at` null while it is open."""

    id: UUID
    meeting: UUID | None
    text_en: str
    text_es: str
    owner: str
    due: date
    kept_at: date | None
    outcome: str


class MeetingOut(MeetingIn):
    """An open meeting, with its minutes and what was promised there."""

    id: UUID
    minutes: str
    commitments: list[CommitmentOut]


class Minutes(Schema):
    """What was said."""

    minutes: str = Field(min_length=1, max_length=20_000)


class CommitmentIn(Schema):
    """A promise, with an owner and a day."""

    text_en: str = Field(max_length=300)
    text_es: str = Field("", max_length=300)
    owner: str = Field(max_length=120)
    due: date
    meeting: UUID | None = None


class Outcome(Schema):
    """What was done, in a sentence."""

    outcome: str = Field(max_length=300)


class ProtocolInForce(Schema):
    """A protocol in force; in full at /api/v1/calls/protocols/{id}."""

    id: UUID
    code: str
    version: str
    title: str
    title_es: str
    source: str


class Clause(Schema):
    """What a clause opens, to whom and for what."""

    text: str
    category: str
    fields: list[str]
    roles: list[str]
    purposes: list[str]
    conditions: list[str]


class AgreementOut(Schema):
    """An agreement between agencies in force."""

    id: UUID
    title: str
    kind: str
    starts: date
    ends: date
    parties: list[str]
    clauses: list[Clause]


class PublishedFigure(Schema):
    """A published count; null where it is withheld as too small. `faults` of its records were known then."""

    code: str
    month: date
    cell: str
    number: int | None
    definition_en: str
    definition_es: str
    published_on: date | None
    revised_on: date | None
    faults: int | None


def agreement_out(row: sharing.Agreement) -> AgreementOut:
    """An agreement as it is sent."""
    clauses = [{name: getattr(c, name) for name in Clause.model_fields} for c in row.clauses.all()]
    return AgreementOut(
        id=row.id, title=row.title, kind=row.kind, starts=row.starts, ends=row.ends,
        parties=sorted(p.agency.name for p in row.parties.all()),
        clauses=[Clause.model_validate(c) for c in clauses],
    )  # fmt: skip


def _promise(row: queries.Commitment) -> CommitmentOut:
    values = {n: getattr(row, n) for n in CommitmentOut.model_fields if n != "meeting"}
    return CommitmentOut(meeting=row.meeting_id, **values)


def _meeting(row: queries.Meeting) -> MeetingOut:
    values = {n: getattr(row, n) for n in MeetingOut.model_fields if n != "commitments"}
    return MeetingOut(commitments=[_promise(c) for c in row.commitments.all()], **values)


router.post(
    "/help/search", response=ServicePage, auth=None, summary="What do you need?",
    operation_id="community_help",
)(services)  # fmt: skip


@router.post("/feedback", response={201: Receipt}, auth=None, summary="Say how it went")
def feedback(request: HttpRequest, body: FeedbackIn) -> tuple[int, dict[str, str]]:
    """Without a name; the code reads the reply."""
    scores = {"respect": body.respect, "safety": body.safety, "helped": body.helped}
    _kept, receipt = actions.receive_feedback(
        text=body.text, scores=scores, topic=body.topic, language=body.language, card=body.card
    )
    return 201, {"receipt": receipt}


@router.post("/feedback/read", response=Replies, auth=None, summary="Read the reply")
def reply_of(request: HttpRequest, body: Code) -> Replies:
    """By the receipt code, which travels in the body and so in no log."""
    found = queries.by_receipt(body.code)
    if found is None:
        raise NotFound("feedback")
    received, replies = found
    return Replies(received_at=received, replies=[ReplyLine(at=at, text=text) for at, text in replies])


@router.get("/feedback/waiting", response=list[Waiting], summary="What waits for an answer")
def waiting(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[Waiting]:  # fmt: skip
    """Scope publish; oldest first."""
    by = actor_of(request, "publish")
    rows = actions.read_feedback(
        by=by, feedback=list(page_of(request, response, queries.waiting(), page, limit))
    )
    return [Waiting(**{name: getattr(row, name) for name in Waiting.model_fields}) for row in rows]


@router.post("/feedback/{uuid:feedback_id}/reply", response={204: None}, summary="Answer")
def reply(request: HttpRequest, feedback_id: UUID, body: ReplyIn) -> tuple[int, None]:
    """Scope publish; the writer reads it with their code, everybody does where it is public."""
    by = actor_of(request, "publish")
    actions.reply(
        by=by, feedback=feedback_id, text=body.text, said=body.said, is_public=body.is_public,
        done_by_date=body.done_by,
    )  # fmt: skip
    return 204, None


@router.get("/said", response=list[Answered], auth=None, summary="You said, we did")
def said(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[Answered]:  # fmt: skip
    """Public replies, newest first."""
    rows = page_of(request, response, queries.you_said_we_did(), page, limit)
    return [Answered(at=r.created_at, said=r.said, text=r.text, done_by=r.done_by_date) for r in rows]


@router.get("/meetings", response=list[MeetingOut], auth=None, summary="Open meetings")
def meetings(
    request: HttpRequest, response: HttpResponse, when: Literal["coming", "past"] = "coming",
    page: Number = 1, limit: Size = 50,
) -> list[MeetingOut]:  # fmt: skip
    """To come, soonest first; or past, latest first, with minutes and promises."""
    rows = page_of(request, response, queries.meetings(coming=when == "coming"), page, limit)
    return [_meeting(row) for row in rows]


@router.post("/meetings", response={201: MeetingOut}, summary="Call a meeting")
def call_meeting(request: HttpRequest, body: MeetingIn) -> tuple[int, MeetingOut]:
    """Scope publish."""
    return 201, _meeting(actions.call_meeting(by=actor_of(request, "publish"), **body.model_dump()))


@router.put("/meetings/{uuid:meeting}/minutes", response=MeetingOut, summary="Publish the minutes")
def minutes(request: HttpRequest, meeting: UUID, body: Minutes) -> MeetingOut:
    """Scope publish."""
    by = actor_of(request, "publish")
    return _meeting(actions.write_minutes(by=by, meeting=meeting, minutes=body.minutes))


@router.get("/commitments", response=list[CommitmentOut], auth=None, summary="What was promised")
def commitments(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[CommitmentOut]:  # fmt: skip
    """Those open first, by day."""
    return [_promise(row) for row in page_of(request, response, queries.commitments(), page, limit)]


@router.post("/commitments", response={201: CommitmentOut}, summary="Promise something")
def commit(request: HttpRequest, body: CommitmentIn) -> tuple[int, CommitmentOut]:
    """Scope publish."""
    return 201, _promise(actions.commit(by=actor_of(request, "publish"), **body.model_dump()))


@router.post("/commitments/{uuid:commitment}/keep", response=CommitmentOut, summary="Say that it was kept")
def keep(request: HttpRequest, commitment: UUID, body: Outcome) -> CommitmentOut:
    """Scope publish; with what was done."""
    by = actor_of(request, "publish")
    return _promise(actions.keep_commitment(by=by, commitment=commitment, outcome=body.outcome))


@router.get("/protocols", response=list[ProtocolInForce], auth=None, summary="Protocols in force")
def protocols(request: HttpRequest) -> list[ProtocolInForce]:
    """By which it is decided who comes."""
    return [
        ProtocolInForce(**{name: getattr(p, name) for name in ProtocolInForce.model_fields})
        for p in calls.protocols()
        if calls.is_approved(p)
    ]


@router.get("/agreements", response=list[AgreementOut], auth=None, summary="Agreements in force")
def agreements(request: HttpRequest) -> list[AgreementOut]:
    """By which it is decided what agencies may share; those that the parties made public."""
    return [agreement_out(row) for row in sharing.agreements(public_only=True)]


@router.get("/figures", response=list[PublishedFigure], auth=None, summary="Published counts")
def figures(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 100,
) -> list[PublishedFigure]:  # fmt: skip
    """By kind, then month; small counts are withheld."""
    rows = page_of(request, response, queries.published(), page, limit)
    return [
        PublishedFigure(**{name: getattr(row, name) for name in PublishedFigure.model_fields}) for row in rows
    ]
