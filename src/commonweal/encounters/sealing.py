"""The keys of a phone's lease, and what is sealed with them: derived, never stored."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from commonweal.kernel.errors import Invalid

NONCE = 12  # bytes, as NIST SP 800-38D recommends


def _derive(lease: UUID, purpose: str) -> bytes:
    """32 bytes for one purpose of one lease (HKDF, RFC 5869)."""
    told = f"commonweal field lease {purpose}".encode()
    return HKDF(SHA256(), 32, salt=lease.bytes, info=told).derive(settings.SECRET_KEY.encode())


def key_of(lease: UUID) -> bytes:
    """The AES-256 key with which the phone seals what it keeps."""
    return _derive(lease, "key")


def token_of(lease: UUID) -> str:
    """What the phone shows when it sends: the lease, and a proof that it was given it."""
    return f"{lease}.{_derive(lease, 'token').hex()}"


def lease_of(token: str) -> UUID | None:
    """The lease that a token proves; None for any other text."""
    try:
        lease = UUID(token.partition(".")[0])
    except ValueError:
        return None
    return lease if hmac.compare_digest(token_of(lease).encode(), token.encode()) else None


def opened(lease: UUID, operation: UUID, sealed: str) -> dict[str, object]:
    """A change as the phone sealed it (nonce, then ciphertext, in base64; its id is bound to it)."""
    try:
        data = base64.b64decode(sealed, validate=True)
        plain = AESGCM(key_of(lease)).decrypt(data[:NONCE], data[NONCE:], str(operation).encode())
        found = json.loads(plain)
    except (ValueError, binascii.Error, InvalidTag) as wrong:
        raise Invalid("sealed", str(operation), "It was not sealed with this phone's key.") from wrong
    if not isinstance(found, dict):
        raise Invalid("sealed", str(operation), "It was not sealed with this phone's key.")
    return found


def close_up(lease: UUID, operation: UUID, plain: Mapping[str, object], nonce: bytes) -> str:
    """The same form, for a change that came in the open. `nonce`: 12 random bytes."""
    body = AESGCM(key_of(lease)).encrypt(nonce, json.dumps(plain).encode(), str(operation).encode())
    return base64.b64encode(nonce + body).decode()
