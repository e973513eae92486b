"""A webhook as it leaves: CloudEvents-like members in a Standard Webhooks envelope."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

PREFIX = "whsec_"


def body(name: str, made: datetime, ids: Mapping[str, object], facts: Mapping[str, object] | None) -> bytes:
    """The JSON that is signed. `facts` is what the permit opened, None where none was asked for."""
    data: dict[str, Any] = dict(ids)
    if facts is not None:
        data["facts"] = {field: plain(value) for field, value in facts.items()}
    said = {"type": name, "timestamp": made.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plain(value: object) -> object:
    """A value as JSON has it: times in UTC, ids as text, a place as its words and point."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
    if hasattr(value, "lon") and hasattr(value, "text"):
        return {"text": value.text, "lon": value.lon, "lat": getattr(value, "lat", None)}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def signature(secret: str, key: str, stamp: int, content: bytes) -> str:
    """HMAC-SHA256 over id, timestamp and body, as `v1,BASE64`."""
    raw = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join([key.encode(), str(stamp).encode(), content])
    return "v1," + base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()


def headers(key: UUID, now: datetime, content: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The envelope: one signature a secret in force, the newest first, with spaces between."""
    stamp, name = int(now.timestamp()), f"msg_{key.hex}"
    return {
        "content-type": "application/json", "user-agent": "commonweal", "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signature(one, name, stamp, content) for one in secrets),
    }  # fmt: skip
