"""How CAP 1.2 writes times, places and references: text to values and back.

Each function from text raises ValueError(reason, remedy), so that a reader can name both.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from commonweal.adapters.cap.rows import Circle, Point, Reference

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
NUMBER = re.compile(r"[-+]?(\d{1,12}(\.\d{0,15})?|\.\d{1,15})")
REFERENCE = "Write sender,identifier,sent for each, with a space between"


def moment(text: str) -> datetime:
    """A time with its offset, as exact as a second. Letters for a zone (`Z`) are none."""
    if not TIME.fullmatch(text):
        is_lettered = text[-1:].isalpha()
        reason = "names its zone by a letter" if is_lettered else "is no time of the standard"
        raise ValueError(reason, "Write it as 2026-05-24T16:49:00-07:00; UTC is -00:00")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no moment of any day", "Write it as 2026-05-24T16:49:00-07:00") from None


def moment_said(found: datetime) -> str:
    """A time in the standard's form, to the second; UTC is written -00:00."""
    said = found.replace(microsecond=0).isoformat()
    return f"{said[:-6]}-00:00" if found.utcoffset() == timedelta() else said


def number(text: str) -> float:
    """A decimal number without an exponent."""
    if not NUMBER.fullmatch(text):
        raise ValueError("is no decimal number", "Write digits with a point")
    return float(text)


def whole(text: str) -> int:
    """A whole number of bytes."""
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ValueError("is no whole number", "Write digits")
    return int(text)


def point(text: str) -> Point:
    """`latitude,longitude`."""
    parts = text.split(",")
    if len(parts) != 2 or not all(NUMBER.fullmatch(part) for part in parts):
        raise ValueError("holds what is no latitude,longitude", "Write pairs such as 38.47,-120.14")
    return float(parts[0]), float(parts[1])


def ring(text: str) -> tuple[Point, ...]:
    """Points with white space between."""
    return tuple(point(pair) for pair in text.split())


def circle(text: str) -> Circle:
    """A point, a space, a radius in kilometres."""
    parts = text.split()
    if len(parts) != 2:
        raise ValueError("is no point and radius", "Write it as 32.9525,-115.5527 12.5")
    return Circle(point(parts[0]), number(parts[1]))


def references(text: str) -> tuple[Reference, ...]:
    """Earlier messages, each as `sender,identifier,sent`."""
    return tuple(_reference(one) for one in text.split())


def _reference(text: str) -> Reference:
    parts = text.split(",")
    if len(parts) != 3 or not all(parts):
        raise ValueError("names a message by other than three parts", REFERENCE)
    return Reference(parts[0], parts[1], moment(parts[2]))


def reference_said(found: Reference) -> str:
    """`sender,identifier,sent`."""
    return f"{found.sender},{found.identifier},{moment_said(found.sent)}"


def degrees(value: float) -> str:
    """A number without an exponent, to a hundred thousandth (a metre, in degrees)."""
    said = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


def point_said(found: Point) -> str:
    """`latitude,longitude`."""
    return f"{degrees(found[0])},{degrees(found[1])}"


def ring_said(found: tuple[Point, ...]) -> str:
    """Points with a space between."""
    return " ".join(map(point_said, found))


def circle_said(found: Circle) -> str:
    """A point and its radius."""
    return f"{point_said(found.centre)} {degrees(found.radius)}"
