"""What a scanner says: clean, refused, or nothing that can be relied on."""

from __future__ import annotations


class NotTold(Exception):
    """The scanner could not tell; nothing of its words, which may quote the file."""


def of_clamd(answer: bytes) -> bool:
    """Whether clamd's answer says clean; NotTold for anything but `OK` and `FOUND`."""
    said = answer.rstrip(b"\0\r\n ")
    if said == b"stream: OK":
        return True
    if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
        return False
    raise NotTold("clamd")
