"""A text message as a line of a file and as what a gateway is sent."""

from __future__ import annotations

import json

from commonweal.kernel import clock
from commonweal.messages.actions import Parcel

LONGEST = 459  # three parts of a message as networks join them (3GPP TS 23.040: 153 characters each)


def line(parcel: Parcel) -> str:
    """One line of JSON: key, time, number, text."""
    told = {"key": str(parcel.key), "at": clock.now().isoformat(timespec="seconds"), "to": parcel.to}
    return json.dumps(told | {"text": _short(parcel.text)}, ensure_ascii=False)


def form(parcel: Parcel, sender: str) -> bytes:
    """The body for a gateway: `to`, `text`, `key`, and `from` where the site has a sender of its own."""
    told = {"to": parcel.to, "text": _short(parcel.text), "key": str(parcel.key)}
    return json.dumps(told | ({"from": sender} if sender else {})).encode()


def _short(text: str) -> str:
    """On one line, within what networks carry."""
    return " ".join(text.split())[:LONGEST]
