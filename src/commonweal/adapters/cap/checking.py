"""The rules of CAP 1.2 (OASIS, 2010, section 3.2) on a message's values, its schema's and others.

Written from the standard's data dictionary; each rule is a short function from a message to its faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from commonweal.adapters.cap.rows import Area, Circle, Fault, Message, Point

CODES: dict[str, tuple[str, ...]] = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
    "category": ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
                 "CBRNE", "Other"),
    "responseType": ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear",
                     "None"),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}  # fmt: skip
FOLLOWS = ("Update", "Cancel", "Ack", "Error")  # each of these speaks of an earlier message
UNSAID = re.compile(r"[\s,<&]")  # what an identifier and a sender may not hold
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
Rule = Callable[[Message], Iterator[Fault]]


def faults(message: Message) -> list[Fault]:
    """Every rule that the message breaks, in the order of the standard; empty for a sound one."""
    return [fault for rule in RULES for fault in rule(message)]


def _identity(message: Message) -> Iterator[Fault]:
    for field, value in (("identifier", message.identifier), ("sender", message.sender)):
        if not value:
            yield Fault(field, "", "is empty", "Give it a value")
        elif found := UNSAID.search(value):
            yield Fault(field, value, f"holds {found[0]!r}", "Leave out spaces, commas, < and &")


def _codes(message: Message) -> Iterator[Fault]:
    said = [("status", message.status), ("msgType", message.kind), ("scope", message.scope)]
    for info in message.infos:
        said += [("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty)]
        said += [("category", one) for one in info.categories]
        said += [("responseType", one) for one in info.responses]
    for field, value in said:
        if value not in CODES[field]:
            yield Fault(field, value, "is no code of the standard", f"Use one of: {', '.join(CODES[field])}")


def _scope(message: Message) -> Iterator[Fault]:
    needs = {"Restricted": ("restriction", message.restriction), "Private": ("addresses", message.addresses)}
    for scope, (field, value) in needs.items():
        if message.scope == scope and not value:
            yield Fault(field, "", f"is missing, and the scope is {scope}", "Say for whom it is")


def _references(message: Message) -> Iterator[Fault]:
    if message.kind in FOLLOWS and not message.references:
        reason = f"is missing, and the message is of the kind {message.kind}"
        yield Fault("references", "", reason, "Name the earlier message: sender,identifier,sent")
    for one in message.references:
        if one.sent > message.sent:
            yield Fault("references", one.identifier, "is a message of a later time", "Name an earlier one")


def _moments(message: Message) -> Iterator[Fault]:
    for moment in (message.sent, *(m for i in message.infos for m in (i.effective, i.onset, i.expires) if m)):
        if moment.tzinfo is None:
            yield Fault("sent", str(moment), "has no time zone", "Give it an offset such as -07:00")
            return
    for info in message.infos:
        start = info.effective or message.sent
        if info.expires and info.expires <= start:
            yield Fault("expires", info.expires.isoformat(), "is not after its beginning", "Say a later time")


def _words(message: Message) -> Iterator[Fault]:
    for info in message.infos:
        if not info.event:
            yield Fault("event", "", "is empty", "Say what happens")
        if not info.categories:
            yield Fault("category", "", "is missing", f"Use one of: {', '.join(CODES['category'])}")
        if not LANGUAGE.fullmatch(info.language):
            yield Fault("language", info.language, "is no language code", "Use one such as en-US or es-US")
    languages = [info.language for info in message.infos]
    if message.kind in ("Alert", "Update") and not languages:
        yield Fault("info", "", "is missing: the message tells nothing", "Give it one info a language")


def _areas(message: Message) -> Iterator[Fault]:
    for info in message.infos:
        for area in info.areas:
            yield from _area(area)


def _area(area: Area) -> Iterator[Fault]:
    if not area.description:
        yield Fault("areaDesc", "", "is empty", "Say where in words")
    for ring in area.polygons:
        yield from _ring(ring)
    for circle in area.circles:
        yield from _circle(circle)
    if area.ceiling is not None and area.altitude is None:
        yield Fault(
            "ceiling", str(area.ceiling), "stands without an altitude", "Give the altitude, or neither"
        )


def _ring(ring: tuple[Point, ...]) -> Iterator[Fault]:
    if len(ring) < 4:
        yield Fault(
            "polygon", f"{len(ring)} points", "has fewer than four points", "Give three, and the first again"
        )
    elif ring[0] != ring[-1]:
        yield Fault("polygon", _said(ring[-1]), "is not closed", "End it with its first point")
    yield from (fault for point in ring for fault in _point("polygon", point))


def _circle(circle: Circle) -> Iterator[Fault]:
    if not 0 <= circle.radius <= 20_040:  # half way round the earth, in kilometres
        yield Fault("circle", f"{circle.radius:g}", "has no radius of this earth", "Give it in kilometres")
    yield from _point("circle", circle.centre)


def _point(field: str, point: Point) -> Iterator[Fault]:
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        yield Fault(field, _said(point), "is no place on earth", "Write latitude,longitude in degrees")


def _said(point: Point) -> str:
    return f"{point[0]:g},{point[1]:g}"


RULES: tuple[Rule, ...] = (_identity, _codes, _scope, _references, _moments, _words, _areas)
