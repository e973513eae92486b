"""Bytes to EIDO documents: whatever JSON they came as, one at a time.

A file holds one document, a list of them, one a line, or an envelope around them. A document that names a key
twice with two values, is nested past what the standard knows, or holds numbers that are none is refused by
itself; the others are read. Nothing here recurses deeper than `DEEPEST`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from commonweal.adapters.files.answers import FileRefused, Finding, Notice, Reject, shown
from commonweal.adapters.files.opening import Source

LARGEST = 1 << 27  # bytes of one file: some ten thousand incidents
DEEPEST = 60  # the schema's longest chain of required parts is about twenty
Node = dict[str, object]
FIX = "Ask the sender for a whole document, and read the file again"
SIGNS = ("incidentcomponent", "callcomponent", "agencycomponent", "eidoversion", "incidenttrackingidentifier")
MAGIC = ((b"PK", "an archive"), (b"\x1f\x8b", "a gzip archive"), (b"%PDF", "a PDF document"))


@dataclass(frozen=True, slots=True)
class Document:
    """One EIDO document: which of the file it is (from 1), its members, and what was odd in its text."""

    file: str
    line: int
    body: Node
    findings: tuple[Finding, ...] = ()


class Unfit(Exception):
    """A document that cannot stand: field, value, reason. Becomes a Reject."""


class _Pairs(dict[str, object]):
    """An object whose text named some key twice, with different values."""

    doubled: str = ""


def documents(found: Source) -> Iterator[Document | Reject | Notice]:
    """The documents of a file in their order. Raises FileRefused where it holds no JSON at all."""
    if found.size > LARGEST:
        reason = f"has {found.size:,} bytes, and at most {LARGEST:,} are read at once"
        raise FileRefused(found.name, "file", "", reason, "Split it: one document a file, or fewer a list")
    with found.open() as stream:
        raw = stream.read(LARGEST + 1)
    text, said = _decoded(found.name, raw)
    if said:
        yield Notice(found.name, said)
    for number, value in enumerate(_values(found.name, text), start=1):
        yield value if isinstance(value, Reject) else _document(found.name, number, value)


def document(value: object, name: str) -> Document:
    """One document that was parsed already (a request's body). Raises Unfit where it cannot stand."""
    found = _document(name, 1, value)
    if isinstance(found, Reject):
        raise Unfit(found.field, found.value, found.reason)
    return found


def parse(text: str) -> object:
    """The value of a JSON text. Raises ValueError for none, and for numbers that no document may hold."""
    try:
        return json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_no_number, parse_float=_finite, parse_int=_whole
        )
    except RecursionError as error:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels") from error


def _decoded(name: str, raw: bytes) -> tuple[str, str]:
    """The text, and a remark where it was not plain UTF-8."""
    for magic, what in MAGIC:
        if raw.startswith(magic):
            raise FileRefused(name, "file", "", f"is {what}, not EIDO as JSON", "Unpack or export it first")
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileRefused(name, "file", "", "is XML or HTML, not EIDO as JSON", "Ask the sender for JSON")
    encoding = json.detect_encoding(raw)
    try:
        text = raw.decode(encoding)
        plain = encoding in ("utf-8", "utf-8-sig")
        return text, "" if plain else f"not UTF-8; read as {encoding}"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "not UTF-8; read as cp1252"


def _values(name: str, text: str) -> Iterator[object]:
    """Each thing that ought to be a document; a Reject for a line that is no JSON."""
    try:
        yield from _unwrapped(parse(text))
        return
    except ValueError as error:
        whole = error
    lines = [(at, line) for at, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith(("{", "[")) for _, line in lines):
        raise FileRefused(name, "file", "", f"is no JSON: {shown(whole)}", FIX) from whole
    for at, line in lines:
        try:
            yield from _unwrapped(parse(line))
        except ValueError as error:
            yield Reject(name, at, "document", shown(line[:80]), f"is no JSON: {shown(error)}", FIX)


def _unwrapped(value: object, depth: int = 0) -> Iterator[object]:
    """The documents in a list or an envelope; whatever else there is comes out as it is, to be refused."""
    if isinstance(value, list) and depth < 5:
        for one in value:
            yield from _unwrapped(one, depth + 1)
        return
    if isinstance(value, dict) and depth < 5 and not _is_document(value):
        inner = [one for one in value.values() if _holds_documents(one)]
        if inner:
            for one in inner:
                yield from _unwrapped(one, depth + 1)
            return
    yield value


def _is_document(value: Node) -> bool:
    return any(_folded(key) in SIGNS for key in value)


def _holds_documents(value: object, depth: int = 0) -> bool:
    if depth > 5:
        return False
    if isinstance(value, list):
        return any(_holds_documents(one, depth + 1) for one in value)
    if not isinstance(value, dict):
        return False
    return _is_document(value) or any(_holds_documents(one, depth + 1) for one in value.values())


def _folded(key: str) -> str:
    return key.rpartition(":")[2].casefold()


def _document(name: str, number: int, value: object) -> Document | Reject:
    findings: list[Finding] = []
    try:
        if not isinstance(value, dict):
            raise Unfit("document", shown(value), "is no object")
        body = _clean(value, "", 1, findings)
        assert isinstance(body, dict)
        return Document(name, number, body, tuple(findings))
    except Unfit as error:
        field, found, reason = error.args
        return Reject(name, number, field, shown(found), reason, FIX)


def _clean(value: object, path: str, depth: int, findings: list[Finding]) -> object:
    """The same, with characters that no database keeps replaced and said. Raises Unfit."""
    if depth > DEEPEST:
        raise Unfit(path[:120], "", f"is nested deeper than {DEEPEST} levels")
    if isinstance(value, _Pairs) and value.doubled:
        raise Unfit(f"{path}.{value.doubled}".strip("."), "", "is named twice, with two values")
    if isinstance(value, dict):
        return {
            _text(key, path, findings): _clean(one, f"{path}.{key}".strip("."), depth + 1, findings)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_clean(one, f"{path}[{at}]", depth + 1, findings) for at, one in enumerate(value)]
    return _text(value, path, findings) if isinstance(value, str) else value


def _text(value: str, path: str, findings: list[Finding]) -> str:
    if value.isprintable():
        return value
    made = "".join("\ufffd" if _is_unkept(one) else one for one in value)
    if made != value:
        findings.append(Finding(path, shown(value), "holds characters that no text may; replaced by U+FFFD"))
    return made


def _is_unkept(char: str) -> bool:
    return char == "\0" or "\ud800" <= char <= "\udfff"


def _pairs(pairs: list[tuple[str, object]]) -> Node:
    found = _Pairs(pairs)
    if len(found) == len(pairs):
        return found
    seen: Node = {}
    for key, value in pairs:
        if key in seen and seen[key] != value:
            found.doubled = key
        seen[key] = value
    return found


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no number that can be kept")
    return number


def _whole(text: str) -> int:
    if len(text) > 18:
        raise ValueError(f"{text[:40]} is no number that can be kept")
    return int(text)
