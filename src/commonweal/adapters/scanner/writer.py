"""A file as clamd takes it over a socket (clamd(8), INSTREAM)."""

from __future__ import annotations

from collections.abc import Iterator

PIECE = 64 * 1024
COMMAND = b"zINSTREAM\0"


def pieces(content: bytes) -> Iterator[bytes]:
    """The command, each piece after its length (four bytes, most significant first), and the end."""
    yield COMMAND
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        yield len(piece).to_bytes(4, "big") + piece
    yield (0).to_bytes(4, "big")
