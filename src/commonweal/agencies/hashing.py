"""How secrets that travel are kept: only as what they hash to."""

import hashlib


def hashed(token: str) -> str:
    """SHA-256 of a token, as 64 hexadecimal digits; enough for 256 random bits (no salt, no stretching)."""
    return hashlib.sha256(token.encode()).hexdigest()
