"""What a receiver does with a webhook: the signature, the replay window, then the body."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from commonweal.adapters.webhooks.writer import signature

WINDOW = 300  # seconds that a timestamp may lie in the past or ahead


class Unverified(Exception):
    """Not to be believed: says which of the three failed (headers, time, signature)."""


def verified(
    headers: Mapping[str, str], content: bytes, secrets: Sequence[str], now: datetime
) -> dict[str, Any]:
    """The body of a genuine, fresh webhook. Keep `webhook-id`: the same id again is the same event."""
    try:
        key, stamp = headers["webhook-id"], int(headers["webhook-timestamp"])
        given = headers["webhook-signature"].split()
    except (KeyError, ValueError) as fault:
        raise Unverified("headers") from fault
    if abs(now.timestamp() - stamp) > WINDOW:
        raise Unverified("time")
    wanted = [signature(one, key, stamp, content) for one in secrets]
    if not any(hmac.compare_digest(one, sign) for one in wanted for sign in given):
        raise Unverified("signature")
    found: dict[str, Any] = json.loads(content)
    return found
