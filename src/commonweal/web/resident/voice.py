"""Say how it went, without a name; read the reply with a code; and, for those who publish, answer."""

from datetime import date
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from commonweal.community import actions, queries
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.faces import FACES, OF_RESIDENTS, score
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

TOPICS = (
    ("call", gettext_lazy("The call")),
    ("visit", gettext_lazy("The visit")),
    ("service", gettext_lazy("A service")),
    ("safety", gettext_lazy("Safety")),
    ("language", gettext_lazy("Language")),
    ("other", gettext_lazy("Something else")),
)


def say(request: Request) -> HttpResponse:
    """The form, and the receipt code once it is sent."""
    if request.method != "POST":
        groups = {"ages": _groups("age"), "areas": _groups("area")}
        context = {"asked": OF_RESIDENTS.items(), "faces": FACES, "topics": TOPICS, **groups}
        return page(request, "resident/feedback.html", context)
    scores = {name: score(name, request.POST.get(name, "")) for name in OF_RESIDENTS}
    _found, receipt = actions.receive_feedback(
        text=request.POST.get("text", ""),
        scores=scores,
        topic=request.POST.get("topic", ""),
        language=get_language() or "en",
        card=request.POST.get("card", ""),
        about={name: request.POST.get(name, "") for name in ("age", "area")},
    )
    return page(request, "resident/thanks.html", {"receipt": receipt})


def _groups(margin: str) -> list[tuple[str, str]]:
    """The groups that the population on file knows, in the reader's language."""
    spanish = (get_language() or "en").startswith("es")
    rows = queries.populations(margin)
    return [(row.value, row.value_es if spanish and row.value_es else row.value) for row in rows]


# The code opens what somebody said: it travels by POST alone, never in an address (decision record 0011).
# Looking changes nothing, so nothing is won by forging it; without a token it works without a cookie.
@csrf_exempt
@never_cache
def read(request: Request) -> HttpResponse:
    """The replies to what was said, by its receipt code (POST); without one, where to write it."""
    code = request.POST.get("code", "")
    found = queries.by_receipt(code) if code.strip() else None
    context = {"code": code, "found": found, "is_unknown": bool(code.strip()) and found is None}
    return page(request, "resident/reply.html", context)


@desk("publish")
def waiting(request: Request) -> HttpResponse:
    """What waits for an answer, oldest first. Texts stay here; only what is written for the public leaves."""
    rows = paged(request, queries.waiting()).map(
        lambda found: actions.read_feedback(by=request.actor, feedback=found)
    )
    return page(request, "resident/waiting.html", {"rows": rows, "topics": TOPICS})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("done_by", text, _("Write the day as year-month-day.")) from wrong


@desk("publish")
def answer(request: Request, feedback_id: UUID) -> HttpResponse:
    """Write the reply; publish it in general words where it can help others."""
    found = queries.waiting().filter(id=feedback_id).first()
    if found is None:
        raise NotFound("feedback")
    if request.method != "POST":
        actions.read_feedback(by=request.actor, feedback=[found])
        return page(request, "resident/answer.html", {"found": found})
    by_when = request.POST.get("done_by", "")
    actions.reply(
        by=request.actor,
        feedback=feedback_id,
        text=request.POST.get("text", ""),
        said=request.POST.get("said", ""),
        is_public=request.POST.get("public") == "yes",
        done_by_date=_day(by_when) if by_when else None,
    )
    flash.success(request, _("The reply is sent."))
    return redirect("resident:waiting")
