"""Documents of cases: handed in, listed, taken, retitled, withdrawn and brought back, through the gate."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from commonweal.api.entry import actor_of, permit, permits
from commonweal.api.problems import Denied
from commonweal.cases import actions, queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing.actions import Permit, Refusal, ask

router = Router(tags=["documents"])
PURPOSE = "care_coordination"
SANDBOX = "default-src 'none'; sandbox"
Kind = Literal[
    "identification", "benefit_letter", "court_paper", "discharge_paper", "consent_form", "photograph",
    "other",
]  # fmt: skip
Category = Literal["", "sud_record", "mh_assessment", "case_plan", "identity"]


class DocumentOut(Schema):
    """A document that the gate opens; `scan`: none, waiting (quarantined), clean, refused (quarantined)."""

    id: UUID
    category: str
    kind: str
    title: str
    media: str
    size: int
    added_at: datetime
    scan: str
    is_open: bool
    withdrawn_at: datetime | None
    withdrawn_why: str


class DocumentIn(Schema):
    """How a file is labelled; without a category it is as closed as the case's records are."""

    kind: Kind
    title: str = Field(max_length=120)
    category: Category = ""


class TitleIn(Schema):
    """The corrected title."""

    title: str = Field(max_length=120)


class WithdrawIn(Schema):
    """Why it is withdrawn."""

    reason: Literal["wrong_person", "duplicate", "not_needed", "person_asked"]


class Added(Schema):
    """The document, and the class of data it was put under; its title only for whom that opens."""

    id: UUID
    category: str


def _worker(request: HttpRequest) -> Actor:
    return actor_of(request, "work_cases")


def _case(by: Actor, case: UUID) -> None:
    permit(by, "case_plan", PURPOSE, Subject("case", case))


def _rows(allowed: dict[Subject, Permit], category: str) -> list[DocumentOut]:
    found = ((s.subject.id, queries.described(s)) for s in queries.documents(allowed))
    told = ({"id": one, "category": category, **said} for one, said in found if said)
    return [DocumentOut.model_validate(one) for one in told]


def _opened(by: Actor, document: UUID) -> tuple[Permit, DocumentOut]:
    """The permit on one and what it shows; NotFound where its guard stays closed."""
    about, category = Subject("document", document), queries.category_of(document)
    answer = ask(by=by, category=category, purpose=PURPOSE, about=about)
    if isinstance(answer, Refusal) and category not in queries.UNSPOKEN:
        raise Denied(answer)
    rows = [] if isinstance(answer, Refusal) else _rows({about: answer}, category)
    if isinstance(answer, Refusal) or not rows:
        raise NotFound("document")
    return answer, rows[0]


@router.get("/of-case/{uuid:case_id}", response=list[DocumentOut], summary="A case's documents")
def listed(request: HttpRequest, case_id: UUID) -> list[DocumentOut]:
    """Those that the gate opens to this token, newest first by category. Needs the scope `work_cases`."""
    by = _worker(request)
    _case(by, case_id)
    rows: list[DocumentOut] = []
    for category, about in queries.documents_of(case_id).items():
        rows += _rows(permits(by, category, PURPOSE, about), category)
    return rows


@router.post("/of-case/{uuid:case_id}", response={201: Added}, summary="Add a document to a case")
def add(
    request: HttpRequest, case_id: UUID, body: Form[DocumentIn], file: File[UploadedFile]
) -> tuple[int, Added]:
    """PDF, JPEG, PNG, DOCX, ODT or plain text. The same bytes, labelled alike, are one document."""
    by = _worker(request)
    _case(by, case_id)
    name, most = file.name or "", settings.ATTACHMENT_BYTES
    if (file.size or 0) > most:
        says = "It has more than %(most)s MB. Hand in a smaller file, or in parts."
        raise Invalid("file", name, says, most=most // 1_000_000)
    paper = actions.Paper(content=file.read(), name=name, **body.model_dump())
    made = actions.add_document(by=by, case=case_id, paper=paper)
    return 201, Added(id=made.id, category=made.category)


@router.get("/{uuid:document_id}", summary="The file itself")
def take(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Its bytes, as a download; 409 in quarantine. Needs the scope `work_cases`."""
    allowed, _ = _opened(_worker(request), document_id)
    content, media, name = queries.document_bytes(document_id, permit=allowed)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    return HttpResponse(content, content_type=media, headers=headers)


def _act(request: HttpRequest, document: UUID) -> Actor:
    by = _worker(request)
    _case(by, queries.case_of(document))
    _opened(by, document)
    return by


@router.patch("/{uuid:document_id}", response=DocumentOut, summary="Correct a document's title")
def retitle(request: HttpRequest, document_id: UUID, body: TitleIn) -> DocumentOut:
    """Needs the scope `work_cases`."""
    by = _act(request, document_id)
    actions.retitle_document(by=by, document=document_id, title=body.title)
    return _opened(by, document_id)[1]


@router.post("/{uuid:document_id}/withdraw", response=DocumentOut, summary="Withdraw a document")
def withdraw(request: HttpRequest, document_id: UUID, body: WithdrawIn) -> DocumentOut:
    """Nobody is given it any more; `restore` undoes it."""
    by = _act(request, document_id)
    actions.withdraw_document(by=by, document=document_id, reason=body.reason)
    return _opened(by, document_id)[1]


@router.post("/{uuid:document_id}/restore", response=DocumentOut, summary="Bring a withdrawn document back")
def restore(request: HttpRequest, document_id: UUID) -> DocumentOut:
    """Undo a withdrawal."""
    by = _act(request, document_id)
    actions.restore_document(by=by, document=document_id)
    return _opened(by, document_id)[1]
