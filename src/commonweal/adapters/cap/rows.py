"""One CAP 1.2 message as values: what the standard's data dictionary (section 3.2) names, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Point = tuple[float, float]  # latitude, longitude in degrees (WGS 84), in the standard's order
Named = tuple[str, str]  # a system's name and its value there


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message by the three that identify it."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Circle:
    """A point and a radius in kilometres."""

    centre: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where: in words, and as closed rings and circles."""

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that goes with the message; never fetched here."""

    description: str
    mime_type: str
    uri: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """The message in one language."""

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    responses: tuple[str, ...] = ()
    audience: str = ""
    codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One CAP message."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What breaks a rule of the standard: which part, the value, why, what to do; its line in a file."""

    field: str
    value: str
    reason: str
    remedy: str
    line: int = 0
