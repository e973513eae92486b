"""A file that leaves: always as a download, never run or shown by the browser, whatever is in it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# no script, no form, no frame, an origin of its own: should a browser open it all the same
SANDBOX = "default-src 'none'; sandbox"


def download(content: bytes, media: str, name: str) -> HttpResponse:
    """The bytes under a name that tells nobody anything; kept by no cache."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=media, headers=headers)
