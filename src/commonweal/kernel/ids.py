"""Identifiers: time-ordered UUIDs (RFC 9562, version 7), so that indexes stay compact."""

import secrets
import time
from uuid import NAMESPACE_URL, UUID, uuid5


def new_id() -> UUID:
    """A fresh version-7 UUID: 48 bits of Unix milliseconds, then randomness."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def stable_id(*parts: str) -> UUID:
    """The same parts give the same id for ever: for imported rows whose source has its own keys."""
    return uuid5(NAMESPACE_URL, "commonweal:" + "\x1f".join(parts))
