"""A file that leaves: always as a download, never run or shown by the browser, whatever is in it."""

import io
import zipfile
from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from commonweal.sharing import actions as sharing

# no script, no form, no frame, an origin of its own: should a browser open it all the same
SANDBOX = "default-src 'none'; sandbox"
NOTICE = "42-CFR-2.32.txt"
MADE = (1980, 1, 1, 0, 0, 0)  # the format's first day: the same bytes whenever it is packed


def download(content: bytes, media: str, name: str) -> HttpResponse:
    """The bytes under a name that tells nobody anything; kept by no cache.

    A header is not kept with a file. Where a notice against redisclosure is owed, the file leaves in a folder
    with it (42 CFR 2.32).
    """
    owed = sharing.here()
    if owed.is_owed:
        content, media, name = _folder(content, name, owed), "application/zip", f"{PurePath(name).stem}.zip"
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=media, headers=headers)


def _folder(content: bytes, name: str, owed: sharing.Notices) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(zipfile.ZipInfo(NOTICE, MADE), owed.in_full())
        folder.writestr(zipfile.ZipInfo(name, MADE), content)
    return made.getvalue()
