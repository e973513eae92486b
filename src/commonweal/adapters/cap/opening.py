"""Bytes to the one `alert` element: no DTD, no entity, no network, no more than a mebibyte."""

from __future__ import annotations

from typing import Any

from lxml import etree

from commonweal.adapters.cap.rows import Fault
from commonweal.adapters.files.answers import shown

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
FAMILY = "urn:oasis:names:tc:emergency:cap:"
LARGEST = 1 << 20
Element = Any  # an element of the kept XML library, which has no types of its own


class Unread(Exception):
    """No CAP message can be made of these bytes; `faults` says why, each with its line."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{one.field}: {one.reason}" for one in faults))


def opened(raw: bytes) -> Element:
    """The root element. Raises Unread for what is no XML, what could fetch or swell, and other standards."""
    if len(raw) > LARGEST:
        reason = f"has {len(raw):,} bytes, and at most {LARGEST:,} are read"
        raise Unread(Fault("file", "", reason, "Leave attached files out of it"))
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise Unread(
            Fault("file", "", f"is no XML: {shown(error)}", "Ask for the message again", line)
        ) from None
    if root.getroottree().docinfo.doctype:
        raise Unread(Fault("file", "", "declares a document type", "A CAP message has none: take it out"))
    return _alert(root)


def _alert(root: Element) -> Element:
    name = etree.QName(root)
    if name.namespace != NAMESPACE and (name.namespace or "").startswith(FAMILY):
        version = name.namespace.removeprefix(FAMILY)
        raise Unread(Fault("alert", version, "is another version of CAP", "Ask for CAP 1.2", root.sourceline))
    if name.namespace != NAMESPACE or name.localname != "alert":
        raise Unread(
            Fault(
                "alert",
                shown(root.tag),
                "is no CAP 1.2 alert",
                f"Its root is alert in {NAMESPACE}",
                root.sourceline,
            )
        )
    return root
