"""A file to numbered records, each a mapping: rows of a table, or the objects of a JSON list."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from commonweal.adapters.files.answers import FileRefused, Notice, Reject, shown
from commonweal.adapters.files.opening import Source, kind
from commonweal.adapters.files.tables import Table, open_table

JSON_LIMIT = 256 << 20
Shape = Literal["json", "table", "hsds"]
SEND_JSON = "Send a JSON list of objects, or a table as CSV"


class Raw(NamedTuple):
    """One record: its first line, its content, the encoding it was read in where that is not UTF-8."""

    line: int
    content: Mapping[str, object]
    odd: str


class Opened(NamedTuple):
    """A file whose shape is known; `records` can be read once, `table` is None for JSON."""

    shape: Shape
    records: Iterator[Raw | Reject]
    table: Table | None
    notices: list[Notice]


def open_records(found: Source) -> Opened:
    """Open JSON or a table by content. Raises FileRefused where there is nothing to read."""
    if kind(found) == "text" and _first_mark(found) in (b"[", b"{"):
        text, odd = _json_text(found)
        notices = [Notice(found.name, f"is not UTF-8 and was read as {odd}")] if odd else []
        return Opened("json", _objects(found.name, text, odd), None, notices)
    table = open_table(found)
    return Opened("table", _rows(table), table, table.notices)


def _first_mark(found: Source) -> bytes:
    with found.open() as stream:
        return stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]


def _json_text(found: Source) -> tuple[str, str]:
    with found.open() as stream:
        raw = stream.read(JSON_LIMIT + 1)
    if len(raw) > JSON_LIMIT:
        reason = f"is larger than {JSON_LIMIT:,} bytes of JSON"
        raise FileRefused(
            found.name, "file", "", reason, "Split it, or send it as CSV, which is read as a stream"
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding), "" if encoding == "utf-8-sig" else encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def _objects(file: str, text: str, odd: str) -> Iterator[Raw | Reject]:
    """Yield the objects of a JSON list one by one, so that damage in one keeps those before it."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    at, counted, line = _skip(text, 0), 0, 1
    if text[at : at + 1] != "[":
        raise FileRefused(file, "file", text[:60], "is JSON but not a list of records", SEND_JSON)
    at = _skip(text, at + 1)
    while at < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            reason = f"is not JSON from here on: {error}"
            yield Reject(file, line, "record", shown(text[at : at + 60]), reason, "Export the file again")
            return
        if isinstance(value, dict):
            yield Raw(line, value, odd)
        else:
            yield Reject(file, line, "record", shown(value), "is not an object with named fields", SEND_JSON)
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
    if at >= len(text):
        yield Reject(
            file, line, "file", "", "ends before the list does: it was cut off", "Export the file again"
        )


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _rows(table: Table) -> Iterator[Raw | Reject]:
    for record in table.records():
        if isinstance(record, Reject):
            yield record
        elif any(cell.strip() for cell in record.cells):
            yield Raw(record.line, dict(zip(table.header, record.cells, strict=True)), record.odd)


def pick(content: object, path: str) -> list[str]:
    """Return the texts under a dotted path, in order: ``*`` goes through a list, blanks are left out.

    A name that is itself a key wins over its dots. Numbers and truth values come back as text; texts are
    trimmed, their white space is single, and what no database stores (NUL, half a surrogate) is gone.
    """
    found = [clean(value) for value in walk(content, path) if value is not None]
    return [value for value in found if value]


def walk(content: object, path: str) -> list[object]:
    """Return the raw values under a dotted path; none where it leads nowhere."""
    if isinstance(content, Mapping):
        if path in content:
            return _leaves(content[path])
        head, _, rest = path.partition(".")
        return walk(content[head], rest) if rest and head in content else []
    if isinstance(content, list) and path.partition(".")[0] == "*":
        rest = path.partition(".")[2]
        return [value for item in content for value in (walk(item, rest) if rest else [item])]
    return []


def _leaves(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def clean(value: object) -> str:
    """Return a value as tidy text; mappings and lists say nothing here."""
    if isinstance(value, (dict, list)):
        return ""
    text = unicodedata.normalize("NFC", str(value)).replace("\0", "")
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
