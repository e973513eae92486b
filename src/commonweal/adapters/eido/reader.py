"""EIDO files to incidents: the door of this adapter for whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from commonweal.adapters.eido.incident import incidents, known_as
from commonweal.adapters.eido.opening import Document, Unfit, document, documents, parse
from commonweal.adapters.eido.rows import Incident, Reporter, Told
from commonweal.adapters.files.answers import FileRefused, Finding, Notice, Reject
from commonweal.adapters.files.opening import Source, source
from commonweal.kernel.errors import Invalid

__all__ = [
    "Document", "FileRefused", "Finding", "Incident", "Item", "Notice", "Reject", "Reporter", "Told", "Unfit",
    "document", "incidents", "single", "known_as", "parse", "read", "read_file",
]  # fmt: skip
Item = Incident | Reject | Notice


def single(body: object) -> Incident:
    """The one incident of a document that came in a request; Invalid says why it cannot be taken."""
    try:
        found = list(incidents(document(body, "body")))
    except Unfit as fault:
        field, value, reason = fault.args
        raise Invalid(field, value, f"It {reason}. Send one whole document (NENA-STA-021).") from fault
    one = found[0] if found else None
    if isinstance(one, Reject):
        raise Invalid(one.field, one.value, f"It {one.reason}. {one.remedy}.")
    if one is None or len(found) != 1:
        raise Invalid("incidentComponent", len(found), "Send one incident in a document.")
    return one


def read(origins: Iterable[Path | Source]) -> Iterator[Item]:
    """The incidents of several files, in order; a file that cannot be read at all is a Reject of line 0."""
    for origin in origins:
        try:
            yield from read_file(origin if isinstance(origin, Source) else source(origin))
        except FileRefused as error:
            yield error.reject


def read_file(found: Source) -> Iterator[Item]:
    """The incidents of one file; `line` counts them from 1. Raises FileRefused where it is no EIDO at all."""
    line = 0
    for item in documents(found):
        if isinstance(item, Notice):
            yield item
            continue
        if isinstance(item, Reject):
            line += 1
            yield Reject(item.file, line, item.field, item.value, item.reason, item.remedy)
            continue
        for told in incidents(item, line + 1):
            line += 1
            yield told
    if line == 0:
        raise FileRefused(found.name, "file", "", "holds no document", "Check that it is the right file")
