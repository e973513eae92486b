"""Ask for the own record, correct it, complain: file a request and follow it to its answer."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions, queries
from commonweal.web.mine.views import self_of
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


def _title(code: str) -> str:
    return queries.rights.spoken(queries.rights.kind(code).title, get_language() or "en")


@desk("see_mine")
def own(request: Request) -> HttpResponse:
    """One's requests with their days, and the form for a new one: back as it was filled in if refused."""
    self_of(request.actor)
    if request.method != "POST":
        return _shown(request)
    try:
        return _filed(request)
    except Invalid as wrong:
        return _shown(request, wrong)


def _filed(request: Request) -> HttpResponse:
    sent, kind = request.POST, request.POST.get("kind", "")
    if kind in queries.rights.kinds() and queries.rights.kind(kind).is_public:
        raise Invalid("kind", kind, _("Choose from the list."))
    asker = actions.Asker(
        name=sent.get("name", ""), contact=sent.get("contact", ""), language=get_language() or "en"
    )
    found, _code = actions.receive_request(
        by=request.actor, kind=kind, text=sent.get("text", ""), person=self_of(request.actor), asker=asker
    )
    flash.success(request, _("We have your request. The day by which we answer stands here."))
    return redirect("mine:request", request_id=found.id)


def _shown(request: Request, error: Invalid | None = None) -> HttpResponse:
    kinds = [k for k in queries.rights.kinds().values() if not k.is_public]
    context = {
        "rows": [(r, _title(r.kind)) for r in queries.own_requests(request.actor)],
        "kinds": [(k.code, _title(k.code)) for k in kinds],
        "error": error,
        "typed": request.POST,
    }
    return page(request, "mine/requests.html", context, status=400 if error else 200)


@desk("see_mine")
def one(request: Request, request_id: UUID) -> HttpResponse:
    """One of one's own, with its day, its steps and its letters; anybody else's does not exist here."""
    found = actions.open_own_request(by=request.actor, request=request_id)
    context = {
        "found": found,
        "title": _title(found.kind),
        "steps": queries.steps(found.id),
        "letters": queries.letters(found.id),
    }
    return page(request, "mine/request.html", context)
