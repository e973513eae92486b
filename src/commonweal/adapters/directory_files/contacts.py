"""Web and mail addresses as people write them, to ones that work; what cannot work is a finding."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from commonweal.adapters.files.answers import Finding

MAIL = re.compile(r"[^\s@,;<>()]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
HOST = re.compile(r"(?=.{4,253}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


def read_url(texts: list[str], findings: list[Finding]) -> str:
    """Return the first web address, with a scheme (https where it had none, with a finding), else nothing."""
    for text in texts:
        bare = text.split()[0].rstrip(".,;")
        address = bare if re.match(r"https?://", bare, re.IGNORECASE) else f"https://{bare}"
        if not HOST.fullmatch(_host(address)):
            findings.append(Finding("url", text, "is not a web address"))
            continue
        if address != text:
            findings.append(Finding("url", text, f"was read as {address}"))
        return address
    return ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def read_email(texts: list[str], findings: list[Finding]) -> str:
    """Return the first mail address found in the texts, else nothing; a text without one is a finding."""
    for text in texts:
        match = MAIL.search(text)
        if match:
            return match.group().rstrip(".")
        findings.append(Finding("email", text, "is not a mail address"))
    return ""
