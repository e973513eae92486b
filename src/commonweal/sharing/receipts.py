"""What opens a request: the standing of an officer, or the code on the receipt of whoever asked."""

import hashlib
import secrets

from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another: no I, O, 0, 1


def new_code() -> str:
    """A receipt code of ten signs (50 bits), in two halves for reading aloud."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def hashed(code: str) -> str:
    """How a receipt code is kept: SHA-256, whatever the case and the space around it."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def officer(by: Actor) -> None:
    """NotFound for whoever does not keep trust."""
    if not by.may("keep_trust"):
        raise NotFound("request")
