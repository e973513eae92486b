"""Ask the site's scanner about a file."""

from __future__ import annotations

import socket
from contextlib import closing
from urllib.parse import urlsplit

from commonweal.adapters.scanner.reader import NotTold, of_clamd
from commonweal.adapters.scanner.writer import pieces

SECONDS = 60
LONGEST = 4096  # bytes of an answer


def look(scanner: str, content: bytes) -> bool:
    """Whether the scanner of the setting calls these bytes clean; NotTold where it cannot be asked."""
    try:
        return of_clamd(_ask(scanner, content))
    except OSError as fault:
        raise NotTold(type(fault).__name__) from fault


def _ask(scanner: str, content: bytes) -> bytes:
    with closing(_connected(scanner)) as line:
        for piece in pieces(content):
            line.sendall(piece)
        answer = b""
        while len(answer) < LONGEST and (more := line.recv(LONGEST)):
            answer += more
        return answer


def _connected(scanner: str) -> socket.socket:
    to = urlsplit(scanner)
    if to.hostname:
        return socket.create_connection((to.hostname, to.port or 3310), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SECONDS)
    line.connect(to.path)
    return line


__all__ = ["NotTold", "look"]
