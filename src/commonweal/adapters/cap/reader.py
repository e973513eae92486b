"""CAP 1.2 files to messages: the door of this adapter for whoever reads.

The order and number of elements are those of the standard's schema; every fault of a file is named at once,
with its line, the value found and the remedy. A signature is not checked, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from commonweal.adapters.cap.checking import faults as rules_broken
from commonweal.adapters.cap.lexical import circle, moment, number, references, ring, whole
from commonweal.adapters.cap.opening import NAMESPACE, Element, Unread, opened
from commonweal.adapters.cap.rows import Area, Fault, Info, Message, Named, Reference, Resource
from commonweal.community.actions import Wording
from commonweal.kernel.errors import Invalid

__all__ = ["Area", "Fault", "Info", "Message", "Reference", "Resource", "Unread", "read", "wording"]
T = TypeVar("T")
Shape = tuple[tuple[str, bool, bool], ...]  # name, whether it must stand, whether it may stand again
NEVER = datetime.min.replace(tzinfo=UTC)
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


def _shape(text: str) -> Shape:
    """`name` once, `name?` at most once, `name+` once or more, `name*` any number."""
    return tuple((w.rstrip("?+*"), w[-1] not in "?*", w[-1] in "+*") for w in text.split())


ALERT = _shape(
    "identifier sender sent status msgType source? scope restriction? addresses? code* note? references? "
    "incidents? info*"
)
INFO = _shape(
    "language? category+ event responseType* urgency severity certainty audience? eventCode* effective? "
    "onset? expires? senderName? headline? description? instruction? web? contact? parameter* resource* area*"
)
AREA = _shape("areaDesc polygon* circle* geocode* altitude? ceiling?")
RESOURCE = _shape("resourceDesc mimeType size? uri? derefUri? digest?")
NAMED = _shape("valueName value")
STRUCTURED = {"info", "area", "resource", "eventCode", "parameter", "geocode"}


def read(raw: bytes) -> tuple[Message, tuple[str, ...]]:
    """The message of a file, and remarks on it. Raises Unread with every fault."""
    root, reading = opened(raw), _Reading()
    message = reading.message(root)
    found = reading.faults or rules_broken(message)
    if found:
        raise Unread(*found)
    return message, reading.remarks


def wording(message: Message) -> Wording:
    """What the message says, for a draft here: the English and the Spanish of it, and its first area.

    Invalid where it is not for the public, is over, or tells nothing in English or Spanish.
    """
    if message.scope != "Public" or message.kind not in ("Alert", "Update"):
        said = f"{message.scope} {message.kind}"
        raise Invalid("scope", said, "Only public alerts and updates can be drafted from a file.")
    told = {info.language[:2].lower(): info for info in reversed(message.infos)}
    main = told.get("en") or told.get("es")
    if main is None or main.expires is None:
        raise Invalid("info", "", "The message needs an English or Spanish part that says when it expires.")
    area = main.areas[0] if main.areas else Area("")
    round_ = area.circles[0] if area.circles else None
    return Wording(
        status=message.status if message.status in ("Actual", "Exercise", "Test") else "Test",
        category=main.categories[0], response=main.responses[0] if main.responses else "None",
        urgency=main.urgency, severity=main.severity, certainty=main.certainty,
        outline=area.polygons[0] if area.polygons else (), lat=round_.centre[0] if round_ else None,
        lon=round_.centre[1] if round_ else None, km=round_.radius if round_ else None, onset=main.onset,
        expires=main.expires, web=main.web[:200], contact=main.contact[:160],
        **{name: text for tongue in ("en", "es") for name, text in _words(told.get(tongue), tongue, main)},
    )  # fmt: skip


def _words(info: Info | None, tongue: str, main: Info) -> Iterator[tuple[str, str]]:
    """The texts of one language; English that is missing is filled from the other, to be rewritten."""
    told = info or (main if tongue == "en" else None)
    if told is None:
        return
    area = told.areas[0].description if told.areas else ""
    yield f"event_{tongue}", told.event[:80]
    yield f"headline_{tongue}", (told.headline or told.event)[:160]
    yield f"description_{tongue}", told.description[:2000]
    yield f"instruction_{tongue}", told.instruction[:2000]
    yield f"area_{tongue}", area[:300]


class _Reading:
    """One file while it is read: faults are gathered, so that all are told at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.remarks: tuple[str, ...] = ()

    def message(self, root: Element) -> Message:
        """The whole."""
        parts = self._parts(root, ALERT)
        return Message(
            identifier=_text(parts, "identifier"), sender=_text(parts, "sender"),
            sent=self._one(parts, "sent", moment) or NEVER, status=_text(parts, "status"),
            kind=_text(parts, "msgType"), scope=_text(parts, "scope"), source=_text(parts, "source"),
            restriction=_text(parts, "restriction"), addresses=_text(parts, "addresses"),
            codes=tuple(_texts(parts, "code")), note=_text(parts, "note"),
            references=self._one(parts, "references", references) or (),
            incidents=_text(parts, "incidents"), infos=tuple(self._info(one) for one in parts["info"]),
        )  # fmt: skip

    def _info(self, node: Element) -> Info:
        parts = self._parts(node, INFO)
        return Info(
            language=_text(parts, "language") or "en-US", categories=tuple(_texts(parts, "category")),
            event=_text(parts, "event"), urgency=_text(parts, "urgency"), severity=_text(parts, "severity"),
            certainty=_text(parts, "certainty"), responses=tuple(_texts(parts, "responseType")),
            audience=_text(parts, "audience"), codes=self._named(parts["eventCode"]),
            effective=self._one(parts, "effective", moment), onset=self._one(parts, "onset", moment),
            expires=self._one(parts, "expires", moment), sender_name=_text(parts, "senderName"),
            headline=_text(parts, "headline"), description=_text(parts, "description"),
            instruction=_text(parts, "instruction"), web=_text(parts, "web"), contact=_text(parts, "contact"),
            parameters=self._named(parts["parameter"]),
            resources=tuple(self._resource(one) for one in parts["resource"]),
            areas=tuple(self._area(one) for one in parts["area"]),
        )  # fmt: skip

    def _area(self, node: Element) -> Area:
        parts = self._parts(node, AREA)
        return Area(
            description=_text(parts, "areaDesc"), polygons=self._many(parts["polygon"], ring),
            circles=self._many(parts["circle"], circle), geocodes=self._named(parts["geocode"]),
            altitude=self._one(parts, "altitude", number), ceiling=self._one(parts, "ceiling", number),
        )  # fmt: skip

    def _resource(self, node: Element) -> Resource:
        parts = self._parts(node, RESOURCE)
        size = self._one(parts, "size", whole)
        return Resource(_text(parts, "resourceDesc"), _text(parts, "mimeType"), _text(parts, "uri"), size)

    def _named(self, nodes: Sequence[Element]) -> tuple[Named, ...]:
        found = [self._parts(node, NAMED) for node in nodes]
        return tuple((_text(parts, "valueName"), _text(parts, "value")) for parts in found)

    def _one(self, parts: dict[str, list[Element]], name: str, typed: Callable[[str], T]) -> T | None:
        return next(iter(self._many(parts[name][:1], typed)), None)

    def _many(self, nodes: Sequence[Element], typed: Callable[[str], T]) -> tuple[T, ...]:
        return tuple(self._typed(nodes, typed))

    def _typed(self, nodes: Sequence[Element], typed: Callable[[str], T]) -> Iterator[T]:
        for node in nodes:
            try:
                yield typed(_said(node))
            except ValueError as wrong:
                reason, remedy = wrong.args
                self._note(node, _said(node), reason, remedy)

    def _parts(self, node: Element, shape: Shape) -> dict[str, list[Element]]:
        """The children by name; what is unknown, missing, doubled or out of order is a fault."""
        found: dict[str, list[Element]] = {name: [] for name, _, _ in shape}
        order, last = list(found), 0
        for child in node:
            name = self._own(child, found)
            if not name:
                continue
            at = order.index(name)
            if at < last:
                self._note(child, "", "stands after what it must stand before", "Keep the standard's order")
            if len(child) and name not in STRUCTURED:
                self._note(child, "", "holds other elements, not a text", "Write its text alone")
            last = max(last, at)
            found[name].append(child)
        self._counted(node, shape, found)
        return found

    def _own(self, child: Element, found: dict[str, list[Element]]) -> str:
        namespace, _, name = child.tag.removeprefix("{").rpartition("}")
        if namespace == NAMESPACE and name in found:
            return str(name)
        if namespace == SIGNATURE:
            self.remarks = ("Its signature was not checked.",)
        else:
            self._note(child, "", "is no element of this place in CAP 1.2", "Take it out")
        return ""

    def _counted(self, node: Element, shape: Shape, found: dict[str, list[Element]]) -> None:
        for name, must, again in shape:
            if must and not found[name]:
                self.faults.append(Fault(name, "", "is missing", f"Give {_local(node)} one", node.sourceline))
            if len(found[name]) > 1 and not again:
                self._note(found[name][1], "", "stands twice", "Keep one")

    def _note(self, node: Element, value: str, reason: str, remedy: str) -> None:
        self.faults.append(Fault(_local(node), value[:200], reason, remedy, node.sourceline or 0))


def _local(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _said(node: Element) -> str:
    return "".join(node.itertext()).strip()


def _text(parts: dict[str, list[Element]], name: str) -> str:
    return next(_texts(parts, name), "")


def _texts(parts: dict[str, list[Element]], name: str) -> Iterator[str]:
    return (_said(node) for node in parts[name])
