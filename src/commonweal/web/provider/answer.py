"""The page behind a mailed link: for a provider without an account, on any phone, once.

It shows the service, the sender and the hand-off code, and nothing of the person: whoever reads a mailbox
is not a known worker. Wrong tokens are counted by address, so that nobody can try many.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonweal.kernel.brake import Brake
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web.pages import page
from commonweal.web.provider import words

View = Callable[[Any, str], HttpResponse]
brake = Brake("answer", limit=20, seconds=3600)


def guarded(view: View) -> View:
    """No caching, no referrer, no index; an address that guesses tokens has to wait."""

    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, token: str) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        if brake.holds(address):
            return _sealed(page(request, "provider/slow.html", status=429))
        try:
            response = view(request, token)
        except NotFound:
            brake.note(address)
            response = page(request, "provider/gone.html", {"standing": "unknown"}, status=404)
        return _sealed(response)

    return entered


def _sealed(response: HttpResponse) -> HttpResponse:
    # not "no-referrer": a browser would then post the form without an origin, and be refused
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


@guarded
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Look (as often as needed), then answer once."""
    if request.method == "POST":
        # the page itself says what stands: answered, late or taken back
        with suppress(Conflict):
            actions.answer_link(
                token=token,
                act=request.POST.get("act", ""),
                reason=request.POST.get("reason", ""),
                note=request.POST.get("note", ""),
            )
    opened = actions.open_link(token=token)
    row = referrals.linked(opened.link)
    context = {
        "row": row, "opened": opened, "standing": opened.standing, "state": words.STATES[opened.state],
        "reasons": words.reasons(), "token": token, "just_answered": request.method == "POST",
    }  # fmt: skip
    template = "provider/answer.html" if opened.standing == "open" else "provider/gone.html"
    return page(request, template, context, status=200 if opened.standing in ("open", "answered") else 410)


@guarded
@require_POST
def not_mine(request: HttpRequest, token: str) -> HttpResponse:
    """It came to the wrong reader: the link ends and the sender hears of it."""
    actions.not_mine(token=token)
    return page(request, "provider/gone.html", {"standing": "thanks"})
