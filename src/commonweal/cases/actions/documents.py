"""Documents of a case: handed in, checked, corrected, withdrawn and brought back, destroyed."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.cases import events
from commonweal.cases.actions.care import locked_case
from commonweal.cases.models import Case, Document
from commonweal.kernel import attached, journal, media, sealed
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as barred

DOCUMENT_KINDS, DOCUMENT_CATEGORIES = Document.KINDS, tuple(Document.GUARDS)
WITHDRAW_REASONS = attached.REASONS
OF_PROGRAM = {"part2_program": "sud_record", "health": "mh_assessment"}
OF_KIND = {"discharge_paper": "mh_assessment"}
MANY = 500  # on one case


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is handed in: the bytes, the name they came under (never kept), and how the worker labels them."""

    content: bytes
    name: str
    kind: str
    title: str
    category: str = ""


def add_document(*, by: Actor, case: UUID, paper: Paper) -> Document:
    """Seal a file on an open case. Without a category it is as closed as the case's records are.

    The same bytes under the same label again are the document that is there. Invalid names what is refused.
    """
    kind = media.kind_of(paper.content, paper.name, settings.ATTACHMENT_BYTES)
    title = _title(paper.title)
    if paper.kind not in DOCUMENT_KINDS:
        raise Invalid("kind", paper.kind, f"Use one of: {', '.join(DOCUMENT_KINDS)}.")
    if paper.category and paper.category not in DOCUMENT_CATEGORIES:
        raise Invalid("category", paper.category, f"Use one of: {', '.join(DOCUMENT_CATEGORIES)}.")
    made: list[UUID] = []
    try:
        with transaction.atomic():
            return _added(by, case, paper, Document(title=title, media=kind, kind=paper.kind), made)
    except BaseException:
        for name in made:
            sealed.drop(name)
        raise


def _added(by: Actor, case: UUID, paper: Paper, row: Document, made: list[UUID]) -> Document:
    found = _open_case(case)
    row.case, row.category = found, paper.category or closest(found, paper.kind)
    row.digest, row.size = sealed.digest(paper.content), len(paper.content)
    same = {n: getattr(row, n) for n in ("case", "digest", "category", "kind")}
    if already := Document.objects.filter(**same, withdrawn_at=None, gone_at=None).first():
        return already
    row.added_by, row.scan = by.id, attached.first_scan()
    row.save(force_insert=True)
    _held(by, row)
    journal.write(by=by, event=events.DocumentChanged(case=found.id, document=row.id, act="added"))
    made.append(row.id)
    sealed.keep(row.id, paper.content)
    return row


def closest(case: Case, kind: str) -> str:
    """The most closed of: the plan, what the leading agency keeps, what such a paper tells."""
    program = agencies.agency(case.agency_id).source_program
    known = {"case_plan", OF_PROGRAM.get(program, "case_plan"), OF_KIND.get(kind, "case_plan")}
    return next(category for category in DOCUMENT_CATEGORIES if category in known)


def _title(text: str) -> str:
    if not text.strip():
        raise Invalid("title", text, "Give it a title by which the team will know it.")
    return text.strip()


def _open_case(case: UUID) -> Case:
    found = locked_case(case)
    if Document.objects.filter(case=found).count() >= MANY:
        raise Conflict("This case holds as many documents as it can. Ask the administrator.")
    return found


def _locked(document: UUID) -> Document:
    found = Document.objects.select_for_update().filter(id=document).first()
    if found is None:
        raise NotFound("document")
    return found


def _changed(by: Actor, row: Document, act: str) -> None:
    journal.write(by=by, event=events.DocumentChanged(case=row.case_id, document=row.id, act=act))


@transaction.atomic
def retitle_document(*, by: Actor, document: UUID, title: str) -> Document:
    """Correct the title; the same one changes nothing. Conflict for one that is withdrawn or destroyed."""
    row, said = _locked(document), _title(title)
    if row.withdrawn_at or row.gone_at:
        raise Conflict(attached.GONE if row.gone_at else attached.WITHDRAWN)
    if row.title != said:
        row.title = said
        row.save(update_fields=["title"])
        _changed(by, row, "retitled")
    return row


@transaction.atomic
def recategorize_document(*, by: Actor, document: UUID, category: str) -> Document:
    """Correct whose class of data it is: from then on that class says who is given it.

    The same one changes nothing. Conflict for one that is withdrawn or destroyed.
    """
    row = _locked(document)
    if row.withdrawn_at or row.gone_at:
        raise Conflict(attached.GONE if row.gone_at else attached.WITHDRAWN)
    if category not in DOCUMENT_CATEGORIES:
        raise Invalid("category", category, f"Use one of: {', '.join(DOCUMENT_CATEGORIES)}.")
    if row.category != category:
        row.category = category
        row.save(update_fields=["category"])
        _held(by, row)
        _changed(by, row, "recategorized")
    return row


def _held(by: Actor, row: Document) -> None:
    """The gate's record of it: a treatment record is a Part 2 program's, whoever handed it in."""
    part2 = "part2_program" if row.category == "sud_record" else ""
    sharing.hold(
        by=by, subject=Subject("document", row.id), agency=row.case.agency_id, person=row.case.person_id,
        source_program=part2, part_of=row.case_id,
    )  # fmt: skip


@transaction.atomic
def withdraw_document(*, by: Actor, document: UUID, reason: str) -> Document:
    """Nobody is given it any more; it can be brought back. A second time changes nothing."""
    row = _locked(document)
    if attached.withdraw(row, by, reason):
        _changed(by, row, "withdrawn")
    return row


@transaction.atomic
def restore_document(*, by: Actor, document: UUID) -> Document:
    """Undo a withdrawal; where it is not withdrawn nothing changes."""
    row = _locked(document)
    if attached.bring_back(row):
        _changed(by, row, "restored")
    return row


@transaction.atomic
def destroy_expunged(*, by: Actor, document: UUID) -> bool:
    """Take the bytes and the title of an expunged document off the disk for good; whether there were any.

    What is sealed alone, or unknown, stays: nobody is given it, and a court may open it again.
    """
    row = Document.objects.select_for_update().filter(id=document).first()
    if row is None or not barred.is_expunged(Subject("document", document)):
        return False
    if gone := attached.destroy(row, "title"):
        _changed(by, row, "destroyed")
    return gone


Look = Callable[[bytes], bool]


def scan_documents(*, by: Actor, look: Look) -> int:
    """Let the site's scanner look at what it has not seen; returns how many it saw.

    `look` says whether bytes are clean, and raises where it cannot tell: the rest then waits. What is not
    sound on the disk goes on waiting.
    """
    waits = attached.waiting(Document.objects.all())
    return sum(_scanned(by, document, look) for document in waits)


def _scanned(by: Actor, document: UUID, look: Look) -> bool:
    row = Document.objects.get(id=document)
    try:
        is_clean = look(sealed.read(row.id, row.digest))
    except Conflict:
        return False
    with transaction.atomic():
        row = _locked(document)
        attached.judged(row, is_clean)
        _changed(by, row, "clean" if is_clean else "refused")
    return True
