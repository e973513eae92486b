"""Response headers: a strict content policy, no framing, no caching of anything behind sign-in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from commonweal.kernel.actors import STRANGER
from commonweal.sharing import actions as sharing
from commonweal.web import redisclosure

# `worker-src blob:` is for the map library; nothing inline, nothing from elsewhere (ASVS 3.4)
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        " ".join(("form-action 'self'", *settings.SIGN_IN_ORIGINS)),
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ECHOING = {"TRACE", "TRACK", "CONNECT"}
# what a session that ends takes with it from the browser (ASVS 14.3.1)
CLEARED = '"cache", "storage"'
CACHE_ALONE = '"cache"'


class HeadersMiddleware:
    """Adds the headers that every answer carries; methods that echo a request are not served."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with sharing.accompanied() as notices:
            if request.method in ECHOING:
                response: HttpResponse = HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            else:
                response = self.get_response(request)
            redisclosure.accompany(request, response, notices)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "actor", STRANGER) is not STRANGER:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
