"""Messages to CAP 1.2, as UTF-8 XML; a public alert of this site to its message, and many to an Atom feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from lxml import etree

from commonweal.adapters.cap import lexical
from commonweal.adapters.cap.checking import faults
from commonweal.adapters.cap.opening import NAMESPACE, Element, Unread
from commonweal.adapters.cap.rows import Area, Circle, Info, Message, Named, Reference, Resource
from commonweal.community.queries import Alert, alert_chain
from commonweal.kernel import clock

__all__ = ["CAP_TYPE", "document", "feed", "message_of", "write"]
CAP_TYPE = "application/cap+xml"
ATOM = "http://www.w3.org/2005/Atom"
TEXTS = ("event", "headline", "description", "instruction")
LANGUAGES = {"en": "en-US", "es": "es-US"}


def document(found: Alert) -> bytes:
    """The CAP message of an alert that was sent."""
    return write(message_of(found))


def write(message: Message) -> bytes:
    """The message as XML. Raises Unread where it breaks a rule of the standard: nothing unsound leaves."""
    if found := faults(message):
        raise Unread(*found)
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _texts(root, ("identifier", message.identifier), ("sender", message.sender),
           ("sent", lexical.moment_said(message.sent)), ("status", message.status), ("msgType", message.kind),
           ("source", message.source), ("scope", message.scope), ("restriction", message.restriction),
           ("addresses", message.addresses), *(("code", one) for one in message.codes),
           ("note", message.note), ("references", " ".join(map(lexical.reference_said, message.references))),
           ("incidents", message.incidents))  # fmt: skip
    for info in message.infos:
        _info(root, info)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _info(root: Element, info: Info) -> None:
    node = _child(root, "info")
    _texts(node, ("language", info.language), *(("category", one) for one in info.categories),
           ("event", info.event), *(("responseType", one) for one in info.responses),
           ("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty),
           ("audience", info.audience))  # fmt: skip
    _named(node, "eventCode", info.codes)
    times = (("effective", info.effective), ("onset", info.onset), ("expires", info.expires))
    _texts(node, *((name, lexical.moment_said(at)) for name, at in times if at))
    _texts(node, ("senderName", info.sender_name), ("headline", info.headline),
           ("description", info.description), ("instruction", info.instruction), ("web", info.web),
           ("contact", info.contact))  # fmt: skip
    _named(node, "parameter", info.parameters)
    for resource in info.resources:
        _resource(node, resource)
    for area in info.areas:
        _area(node, area)


def _resource(parent: Element, found: Resource) -> None:
    size = "" if found.size is None else str(found.size)
    _texts(_child(parent, "resource"), ("resourceDesc", found.description), ("mimeType", found.mime_type),
           ("size", size), ("uri", found.uri))  # fmt: skip


def _area(parent: Element, area: Area) -> None:
    node = _child(parent, "area")
    _texts(node, ("areaDesc", area.description),
           *(("polygon", lexical.ring_said(ring)) for ring in area.polygons),
           *(("circle", lexical.circle_said(one)) for one in area.circles))  # fmt: skip
    _named(node, "geocode", area.geocodes)
    heights = (("altitude", area.altitude), ("ceiling", area.ceiling))
    _texts(node, *((name, lexical.degrees(value)) for name, value in heights if value is not None))


def _named(parent: Element, name: str, pairs: Iterable[Named]) -> None:
    for key, value in pairs:
        node = _child(parent, name)
        _child(node, "valueName").text, _child(node, "value").text = key, value


def _texts(parent: Element, *pairs: tuple[str, str]) -> None:
    for name, text in pairs:
        if text:
            _child(parent, name).text = text


def _child(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def message_of(found: Alert) -> Message:
    """An alert that was sent as a message in both languages. It holds what the public page shows, no more."""
    return Message(
        identifier=_identifier(found), sender=_sender(), sent=_at(found.sent_at or found.created_at),
        status=found.status, kind=found.kind, scope="Public",
        note="This is an exercise." if found.status == "Exercise" else "",
        references=tuple(_reference(one) for one in alert_chain(found)),
        infos=tuple(_told(found, tongue) for tongue in LANGUAGES),
    )  # fmt: skip


def _told(found: Alert, tongue: str) -> Info:
    said = {name: getattr(found, f"{name}_{tongue}") for name in TEXTS}
    return Info(
        language=LANGUAGES[tongue], categories=(found.category,), responses=(found.response,),
        urgency=found.urgency, severity=found.severity, certainty=found.certainty,
        onset=_at(found.onset) if found.onset else None, expires=_at(found.expires),
        sender_name=found.agency.name if found.agency else "", web=found.web, contact=found.contact,
        areas=(_where(found, getattr(found, f"area_{tongue}")),), **said,
    )  # fmt: skip


def _where(found: Alert, words: str) -> Area:
    rings = (tuple((lat, lon) for lat, lon in found.outline),) if found.outline else ()
    is_round = found.lat is not None and found.lon is not None and found.km is not None
    circles = (Circle((found.lat or 0.0, found.lon or 0.0), found.km or 0.0),) if is_round else ()
    return Area(words, rings, circles)


def _identifier(found: Alert) -> str:
    return f"commonweal-{found.id}"


def _reference(found: Alert) -> Reference:
    return Reference(_sender(), _identifier(found), _at(found.sent_at or found.created_at))


def _sender() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _at(moment: datetime) -> datetime:
    return moment.astimezone(clock.zone()).replace(microsecond=0)


def feed(found: Iterable[Alert], *, page: str, language: str, title: str, now: datetime) -> bytes:
    """An Atom feed (RFC 4287) of alerts that were sent; each entry leads to its CAP message.

    `page` is the whole address of the public page; `now` stands as the time of an empty feed.
    """
    rows = list(found)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    newest = max((one.sent_at or one.created_at for one in rows), default=now)
    _entry(root, page, title, newest)
    _atom(root, "link", rel="self", href=f"{page}feed.xml", type="application/atom+xml")
    _atom(_atom(root, "author"), "name").text = title
    for one in rows:
        node = _atom(root, "entry")
        headline, act, what = (
            getattr(one, f"{n}_{language}") for n in ("headline", "instruction", "description")
        )
        _entry(node, f"urn:uuid:{one.id}", headline, one.sent_at or one.created_at)
        _atom(node, "summary").text = act or what
        _atom(node, "link", rel="alternate", href=page, type="text/html")
        _atom(node, "link", rel="enclosure", href=f"{page}{one.id}.xml", type=CAP_TYPE)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _entry(node: Element, name: str, title: str, updated: datetime) -> None:
    for tag, text in (("id", name), ("title", title), ("updated", _at(updated).isoformat())):
        _atom(node, tag).text = text


def _atom(parent: Element, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
