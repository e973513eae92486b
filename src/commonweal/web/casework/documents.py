"""The documents of a case: what the gate opens of them, handing one in, and each act on one."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions, queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import PURPOSE
from commonweal.web.filed import download
from commonweal.web.pages import Denied, desk, page
from commonweal.web.session import Request

TOO_MUCH = "It has more than %(most)s MB. Hand in a smaller file, or in parts."
TYPED = ("kind", "title", "category")


@desk("work_cases")
def every(request: Request, case_id: UUID) -> HttpResponse:
    """What the gate opens of a case's documents; a POST hands one in. What was typed stays on a refusal."""
    by = request.actor
    permit_of(by, case_id)
    typed, error = {name: request.POST.get(name, "") for name in TYPED}, None
    if request.method == "POST":
        try:
            return _added(request, case_id, typed)
        except Invalid as found:
            error = found
    rows, closed = _rows(by, case_id)
    context = {
        "case": queries.outline(case_id),
        "rows": [row for row in rows if not row["withdrawn_at"]],
        "withdrawn": [row for row in rows if row["withdrawn_at"]],
        "closed": closed,
        "kinds": actions.DOCUMENT_KINDS,
        "categories": actions.DOCUMENT_CATEGORIES,
        "reasons": actions.WITHDRAW_REASONS,
        "most": settings.ATTACHMENT_BYTES // 1_000_000,
        "is_scanned": bool(settings.SCANNER),
        "typed": typed,
        "error": error,
    }
    return page(request, "casework/documents.html", context, status=400 if error else 200)


def _added(request: Request, case: UUID, typed: Mapping[str, str]) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("file", "", _("Choose a file to hand in."))
    name = file.name or ""
    content = file.read() if (file.size or 0) <= settings.ATTACHMENT_BYTES else _too_much(name)
    made = actions.add_document(
        by=request.actor, case=case, paper=actions.Paper(content=content, name=name, **typed)
    )
    flash.success(request, _("The document is added and encrypted."))
    if not _opens(request.actor, made.id, made.category):
        flash.warning(request, _("Your role does not open this class of data: it is not listed for you."))
    return redirect("casework:documents", case_id=case)


def _too_much(name: str) -> bytes:
    most = settings.ATTACHMENT_BYTES // 1_000_000
    raise Invalid("file", name, TOO_MUCH, most=most)


def _opens(by: Actor, document: UUID, category: str) -> bool:
    about = Subject("document", document)
    answer = sharing.ask(by=by, category=category, purpose=PURPOSE, about=about)
    return isinstance(answer, sharing.Permit) and bool(queries.documents({about: answer})[0].values)


def _rows(by: Actor, case: UUID) -> tuple[list[dict[str, object]], int]:
    """Each document that opens, newest first, and how many stand closed whose being there may be said."""
    rows: list[dict[str, object]] = []
    closed = 0
    for category, about in queries.documents_of(case).items():
        answers = sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=about)
        hidden = [a for a in answers.values() if isinstance(a, sharing.Refusal) and a.acknowledged]
        closed += 0 if category in queries.UNSPOKEN else len(hidden)
        for shown in queries.documents(sharing.permitted(answers)):
            told = queries.described(shown)
            closed += told is None
            rows += [{"id": shown.subject.id, "category": category, **told}] if told else []
    names = agencies.names([str(row["added_by"]) for row in rows])
    rows.sort(key=lambda row: str(row["added_at"]), reverse=True)
    return [{**row, "who": names.get(str(row["added_by"]), "")} for row in rows], closed


def _permit(by: Actor, case: UUID, document: UUID) -> sharing.Permit:
    """The permit on a document of this case that its guard is part of; else as if there were none."""
    permit_of(by, case)
    category = queries.category_of(document, case=case)
    about = Subject("document", document)
    answer = sharing.ask(by=by, category=category, purpose=PURPOSE, about=about)
    if isinstance(answer, sharing.Refusal) and category not in queries.UNSPOKEN:
        raise Denied(answer)
    if isinstance(answer, sharing.Refusal) or not queries.documents({about: answer})[0].values:
        raise NotFound("document")
    return answer


@desk("work_cases")
def one(request: Request, case_id: UUID, document_id: UUID) -> HttpResponse:
    """The file itself, as a download."""
    permit = _permit(request.actor, case_id, document_id)
    return download(*queries.document_bytes(document_id, permit=permit))


@desk("work_cases")
@require_POST
def act(request: Request, case_id: UUID, document_id: UUID, verb: str) -> HttpResponse:
    """Correct the title or the class of data, withdraw with a reason, bring back."""
    by, posted = request.actor, request.POST
    _permit(by, case_id, document_id)
    if verb == "retitle":
        actions.retitle_document(by=by, document=document_id, title=posted.get("title", ""))
        flash.success(request, _("The title is corrected."))
    elif verb == "recategorize":
        made = actions.recategorize_document(by=by, document=document_id, category=posted.get("category", ""))
        flash.success(request, _("The class of data is corrected: it says who is given this from now on."))
        if not _opens(by, made.id, made.category):
            flash.warning(request, _("Your role does not open this class of data: it is not listed for you."))
    elif verb == "withdraw":
        actions.withdraw_document(by=by, document=document_id, reason=posted.get("reason", ""))
        flash.success(request, _("Withdrawn. Nobody is given it any more; you can bring it back below."))
    elif verb == "restore":
        actions.restore_document(by=by, document=document_id)
        flash.success(request, _("It is back."))
    else:
        raise NotFound("act")
    return redirect("casework:documents", case_id=case_id)
