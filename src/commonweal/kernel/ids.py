"""Identifiers: time-ordered UUIDs (RFC 9562, version 7), so that indexes stay compact."""

import os
import time
from uuid import NAMESPACE_URL, UUID, uuid5

_DRAWN = 10  # bytes of randomness, of which 74 bits are kept
_VERSION, _VARIANT = 0x7 << 76, 0x2 << 62
_KEPT = ~(0xF << 76 | 0x3 << 62)


def new_id() -> UUID:
    """A fresh version-7 UUID: 48 bits of Unix milliseconds, then randomness."""
    return UUID(int=_value(_moment(), os.urandom(_DRAWN)))


def new_ids(count: int) -> list[UUID]:
    """Fresh identifiers of one moment, ascending: for many rows, whose indexes then grow at one end."""
    moment, drawn = _moment(), os.urandom(_DRAWN * count)
    values = [_value(moment, drawn[at : at + _DRAWN]) for at in range(0, len(drawn), _DRAWN)]
    return [UUID(int=value) for value in sorted(values)]


def _moment() -> int:
    """The Unix milliseconds of now where an identifier has them."""
    return (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80


def _value(moment: int, drawn: bytes) -> int:
    """The bits of one identifier, with version 7 and the RFC's variant written over what was drawn."""
    return (moment | int.from_bytes(drawn)) & _KEPT | _VERSION | _VARIANT


def stable_id(*parts: str) -> UUID:
    """The same parts give the same id for ever: for imported rows whose source has its own keys."""
    return uuid5(NAMESPACE_URL, "commonweal:" + "\x1f".join(parts))
