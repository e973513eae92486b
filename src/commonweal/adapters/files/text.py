"""Bytes to lines: UTF-8 first; a line that is not UTF-8 is read as cp1252, else latin-1, and says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

LINE_LIMIT = 1 << 20
BOM = b"\xef\xbb\xbf"


class Broken(Exception):
    """The rest of a text cannot be read; the message says why. Rows read before it stand."""


class Lines:
    """The lines of one binary stream as text, with their numbers; memory is bounded by one line.

    `number` is the last line handed out, `odd` the encoding used since the last `mark()` where it was not
    UTF-8, `nul` whether a NUL byte was seen since then. Lines can be put back by `unread()`. Raises Broken
    at a line longer than a mebibyte (a file without line ends, or binary data further down).
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._raw = _mac_lines(stream) if _is_old_mac(stream) else None
        self._readline = stream.readline
        self._waiting: deque[str] = deque()
        self.number = 0
        self.since: list[str] = []
        self.odd = ""
        self.nul = False
        self.odd_lines = 0

    def mark(self) -> None:
        """Begin a new record: forget the lines, encoding and NUL bytes seen so far."""
        self.since.clear()
        self.odd = ""
        self.nul = False

    def unread(self, lines: list[str]) -> None:
        """Put lines back to be read again, in the order given; numbers follow."""
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self._waiting.popleft() if self._waiting else self._fresh()
        self.number += 1
        self.since.append(text)
        if "\0" in text:
            self.nul = True
        return text

    def _fresh(self) -> str:
        raw = self._readline(LINE_LIMIT) if self._raw is None else next(self._raw, b"")
        if not raw:
            raise StopIteration
        if len(raw) >= LINE_LIMIT:
            raise Broken(f"is longer than {LINE_LIMIT:,} bytes without a line end")
        if self.number == 0 and raw.startswith(BOM):
            raw = raw[3:]
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._decode_otherwise(raw)

    def _decode_otherwise(self, raw: bytes) -> str:
        self.odd_lines += 1
        try:
            text, self.odd = raw.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            text, self.odd = raw.decode("latin-1"), "latin-1"
        return text


def _is_old_mac(stream: BinaryIO) -> bool:
    head = stream.read(65_536)
    stream.seek(0)
    return b"\r" in head and b"\n" not in head


def _mac_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines that end in a lone carriage return, as Macintosh programs once wrote them."""
    rest = b""
    while block := stream.read(65_536):
        *whole, rest = (rest + block).split(b"\r")
        yield from (line + b"\n" for line in whole)
        if len(rest) >= LINE_LIMIT:
            yield rest
            return
    if rest:
        yield rest
