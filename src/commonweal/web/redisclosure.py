"""The notice against redisclosure on its way out: on the page, in a fragment, in a header (42 CFR 2.32)."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from commonweal.sharing.actions import Notices

HEADER = "Redisclosure-Notice"
MARK = b'id="redisclosure"'
TEMPLATE = "components/redisclosure.html"


def accompany(request: HttpRequest, response: HttpResponse, notices: Notices) -> None:
    """Where one is owed: the header on every answer, and words on every page and fragment that lacks them.

    A page made of the common layout has its place for them; a fragment swaps them into that place; any other
    page (one to be printed) has them at its end.
    """
    if not notices.is_owed:
        return
    response.headers[HEADER] = notices.in_a_line()
    is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    if not is_page or notices.says.encode() in response.content:
        return
    is_fragment = bool(request.headers.get("HX-Request")) and MARK not in response.content
    words = render_to_string(TEMPLATE, {"notices": notices, "is_fragment": is_fragment}, request).encode()
    head, end, tail = response.content.rpartition(b"</body>")
    response.content = head + words + end + tail if end else response.content + words
