"""Sealed bytes: files of any room, encrypted at rest. The floor knows neither whose they are nor their words.

AES-256-GCM (NIST SP 800-38D) under a key derived from the instance's own (HKDF, RFC 5869), one random nonce a
file, the file's id bound to its bytes: one that was changed, swapped or sealed elsewhere does not open.
On the disk it is named by its id alone.
"""

import hashlib
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from commonweal.kernel.errors import Conflict

MARK = b"CWS1"  # how it was sealed, for a later way beside this one
NONCE = 12  # bytes
FOLDER = "sealed"
UNSOUND = (
    "This file cannot be opened: it was changed on the disk, or sealed with another key. "
    "Ask the administrator to put back a sound copy."
)
MISSING = "This file is not on the disk. Ask the administrator to put back a copy of the folder of files."


class Unsound(Conflict):
    """What lies on the disk is not what was sealed; nothing of it is given out."""


def digest(content: bytes) -> str:
    """SHA-256 of the bytes as they came, by which a copy elsewhere is told to be the same."""
    return hashlib.sha256(content).hexdigest()


def keep(name: UUID, content: bytes) -> None:
    """Seal bytes under a name that was never used before; they are on the disk when this returns."""
    path, nonce = place(name), os.urandom(NONCE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = MARK + nonce + AESGCM(_key()).encrypt(nonce, content, name.bytes)
    half = path.with_suffix(".part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    half.rename(path)


def read(name: UUID, expected: str) -> bytes:
    """The bytes whose digest is `expected`; Unsound for any others, Conflict where there are none."""
    path = place(name)
    if not path.is_file():
        raise Conflict(MISSING)
    body = path.read_bytes()
    start = len(MARK) + NONCE
    try:
        plain = AESGCM(_key()).decrypt(body[len(MARK) : start], body[start:], name.bytes)
    except (InvalidTag, ValueError) as wrong:
        raise Unsound(UNSOUND) from wrong
    if not body.startswith(MARK) or digest(plain) != expected:
        raise Unsound(UNSOUND)
    return plain


def drop(name: UUID) -> bool:
    """Take the bytes off the disk for good; whether there were any."""
    was = place(name).is_file()
    place(name).unlink(missing_ok=True)
    return was


def place(name: UUID) -> Path:
    """Where the bytes of a name lie, below the folder that a copy of the instance takes along."""
    return Path(settings.MEDIA_ROOT) / FOLDER / name.hex[-2:] / name.hex


def _key() -> bytes:
    """The key of this instance for files; derived each time, never stored."""
    return HKDF(SHA256(), 32, salt=None, info=b"commonweal sealed files").derive(settings.SECRET_KEY.encode())
