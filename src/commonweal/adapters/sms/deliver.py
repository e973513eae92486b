"""Text messages out: a line each in the instance's home, or a gateway over HTTP where the site names one."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from commonweal.adapters.sms.writer import form, line
from commonweal.messages.actions import Parcel

SENT = "sms/sent.jsonl"
SECONDS = 15
TAKEN = range(200, 300)


class NotTaken(Exception):
    """The gateway did not take a message: its status, never its words, which may repeat the number."""


def carry(parcel: Parcel) -> None:
    """Send one text; raises OSError, HTTPException or NotTaken where it did not leave.

    The same parcel twice is one message: a file is looked through for its key, a gateway is given it.
    """
    if settings.SMS_URL:
        _post(parcel)
    else:
        _append(parcel)


def _append(parcel: Parcel) -> None:
    file = Path(settings.COMMONWEAL_HOME) / SENT
    file.parent.mkdir(parents=True, exist_ok=True)
    if parcel.is_again and _holds(file, str(parcel.key)):
        return
    with file.open("a", encoding="utf-8") as out:
        out.write(line(parcel) + "\n")


def _holds(file: Path, key: str) -> bool:
    if not file.is_file():
        return False
    with file.open(encoding="utf-8") as sent:
        return any(json.loads(one)["key"] == key for one in sent if one.strip())


def _post(parcel: Parcel) -> None:
    to = urlsplit(settings.SMS_URL)
    kind = HTTPSConnection if to.scheme == "https" else HTTPConnection
    gateway = kind(to.hostname or "", to.port, timeout=SECONDS)
    path = f"{to.path or '/'}?{to.query}" if to.query else to.path or "/"
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(parcel.key)}
    if settings.SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    try:
        gateway.request("POST", path, form(parcel, settings.SMS_FROM), headers)
        status = gateway.getresponse().status
    finally:
        gateway.close()
    if status not in TAKEN:
        raise NotTaken(str(status))


__all__ = ["SENT", "HTTPException", "NotTaken", "carry"]
