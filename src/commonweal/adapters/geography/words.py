"""What a file writes, as people read it: tidy text, degrees, streets and blocks."""

from __future__ import annotations

import re
from math import isfinite

DEGREES = "Give degrees (WGS 84), or name the file's own system with --crs, such as EPSG:2913"
_BLOCK = re.compile(r"^(\d+)\s+(?:blk|block)\.?\s+(?:of\s+)?(.+)$", re.IGNORECASE)


class Unfit(Exception):
    """A value that cannot be kept: field, value, why, and what to do."""

    def __init__(self, field: str, value: object, reason: str, remedy: str) -> None:
        self.field, self.value, self.reason, self.remedy = field, value, reason, remedy
        super().__init__(reason)


def tidy(value: object) -> str:
    """A value as text: white space single, and nothing that no database stores."""
    if value is None or value == "" or isinstance(value, (dict, list)):
        return ""
    text = str(value)
    if not text.isascii() or "\0" in text:
        text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return " ".join(text.split())


def code_of(value: object) -> str:
    """The same of a code: a whole number that a program wrote as 12.0 is 12."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else tidy(value)


def block_of(text: str) -> str:
    """`400 BLK Cedar Ave` as `400 block of Cedar Ave`; "" for what is no block."""
    found = _BLOCK.match(text)
    return f"{found[1]} block of {found[2]}" if found else ""


def number_of(field: str, value: object) -> float:
    """A number of a cell. Raises Unfit for what is none."""
    text = tidy(value)
    try:
        return float(text)
    except ValueError:
        reason = "is no number" if text else "is missing"
        raise Unfit(field, text, reason, "Give degrees as digits with a point") from None


def on_the_globe(lon: float, lat: float) -> None:
    """Unfit for degrees that are on no globe."""
    for field, value, limit in (("longitude", lon, 180), ("latitude", lat, 90)):
        if not isfinite(value) or abs(value) > limit:
            hint = "; the two may be swapped" if limit == 90 and 90 < abs(value) <= 180 else ""
            raise Unfit(field, value, f"is outside -{limit} to {limit} degrees{hint}", DEGREES)
