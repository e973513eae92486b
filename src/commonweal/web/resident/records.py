"""Ask for public records without an account; follow the request by its code."""

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from commonweal.sharing import actions, queries
from commonweal.web.pages import page
from commonweal.web.public_records import sheets
from commonweal.web.session import Request


@never_cache
def ask(request: Request) -> HttpResponse:
    """The form, and the code once it is sent."""
    kind = queries.rights.kind("public_records")
    if request.method != "POST":
        return page(request, "resident/records.html", {"days": kind.days, "working": kind.working})
    asker = actions.Asker(
        name=request.POST.get("name", ""),
        contact=request.POST.get("contact", ""),
        language=get_language() or "en",
    )
    found, code = actions.receive_request(
        by=request.actor, kind=kind.code, text=request.POST.get("text", ""), asker=asker
    )
    return page(request, "resident/records_sent.html", {"found": found, "receipt": code})


# As with replies to feedback, the code travels by POST alone; looking changes nothing (decision record 0011).
@csrf_exempt
@never_cache
def follow(request: Request) -> HttpResponse:
    """How far a request is, the letters to whoever asked, and what was released to them, by code."""
    code = request.POST.get("code", "")
    found = queries.by_code(code)
    context = {
        "code": code,
        "found": found,
        "letters": actions.open_public_letters(code=code),
        "sheets": sheets(actions.open_public_release(code=code)),
        "is_unknown": bool(code.strip()) and found is None,
    }
    return page(request, "resident/records_follow.html", context)
