"""What holds for every route before it runs: readable text, and acts that may be sent again safely."""

import json
import re
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commonweal.api.auth import actor_of_token
from commonweal.api.problems import problem
from commonweal.kernel.errors import Invalid
from commonweal.kernel.once import Kept, once
from commonweal.kernel.shown import watched

KEY = re.compile(r"[A-Za-z0-9._~-]{1,128}")
# Readings that travel as POST (names stay out of addresses), and what is shown once: never kept
NEVER_KEPT = ("/search", "/explain", "/why", "/fitting", "/card", "/read", "/feedback")

View = Callable[..., HttpResponse]


def sent_well(view: View) -> View:
    """Refuse what no text may hold; honour `Idempotency-Key` on POST (kept for a day, per token and path).

    An answer for which anything protected was read is kept nowhere: sent again, the act is not done again,
    and the answer is an empty 204.
    """

    @wraps(view)
    def sent(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        path = request.get_full_path()
        if b"\\u0000" in _sent(request) or "\0" in path or "%00" in path:
            remedy = _("Leave out the character U+0000.")
            return problem(400, _("Not accepted"), remedy, field="body", value="U+0000", remedy=remedy)
        if _is_no_object(request):
            remedy = _("Send one JSON object. See /api/openapi.json for the expected form.")
            return problem(400, _("Not accepted"), remedy, field="body", remedy=remedy)
        key = request.headers.get("Idempotency-Key")
        is_kept = not request.path.endswith(NEVER_KEPT) and not _is_file(request)
        if request.method != "POST" or key is None or not is_kept:
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            remedy = _("Use 1 to 128 letters, digits or any of . _ ~ -")
            return problem(
                400, _("Not accepted"), remedy, field="Idempotency-Key", value=key[:80], remedy=remedy
            )
        if not _is_in_force(request):
            return view(request, *args, **kwargs)  # refused there: what a token once did, it reads no more
        return _once(request, key, lambda: view(request, *args, **kwargs))

    return sent


def _sent(request: HttpRequest) -> bytes:
    """The body, but none of a form with files: that is read once and may be larger than any JSON."""
    return b"" if _is_file(request) else request.body


def _is_file(request: HttpRequest) -> bool:
    """A form with a file: it needs no key, the same bytes again are the file that is there."""
    return request.content_type == "multipart/form-data"


def _is_in_force(request: HttpRequest) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and actor_of_token(token) is not None


def _is_no_object(request: HttpRequest) -> bool:
    """Whether the body is JSON but a list, text or number: of those the library would read attributes."""
    if not _sent(request):
        return False
    try:
        return not isinstance(json.loads(request.body), dict)
    except RecursionError:
        return True  # nested past what any form of ours is
    except ValueError:
        return False  # what cannot be read at all is explained by the route


def _once(request: HttpRequest, key: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    fresh: list[HttpResponse] = []

    def act() -> Kept:
        with watched() as has_read:
            response = run()
        fresh.append(response)
        return Kept(response.status_code, b"" if has_read() else response.content)

    scope = f"{request.headers.get('Authorization', '')} {request.path}"
    try:
        kept = once(scope=scope, key=key, asked=request.body, act=act)
    except Invalid as error:
        return problem(
            422, _("Not accepted"), str(error), field=error.field, value=key[:80], remedy=error.remedy
        )
    if not kept.is_again:
        return fresh[0]
    if not kept.body:  # somebody's words: they are read through the gate, each time
        response = HttpResponse(status=204)
        response["Idempotent-Replayed"] = "true"
        return response
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")
    response["Idempotent-Replayed"] = "true"
    return response
