"""The features of a GeoJSON file one by one, in flat memory: a collection, a list of lines, or one alone."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from commonweal.adapters.files.answers import FileRefused, Reject, shown
from commonweal.adapters.files.opening import Source
from commonweal.adapters.geography.systems import named_system

BLOCK, LONGEST = 1 << 18, 1 << 26  # characters read at once; of one feature
AGAIN = "Export the file again as GeoJSON"
_LIST = re.compile(r'"features"\s*:\s*\[')
_SYSTEM = re.compile(r'"crs"\s*:\s*')
_BETWEEN = re.compile(r"[\s,\x1e]*")
_decoder = json.JSONDecoder()


class Feature(NamedTuple):
    """One feature: its number from 1, its properties, its geometry (None where it has none)."""

    line: int
    properties: Mapping[str, object]
    geometry: Mapping[str, object] | None


class Collection(NamedTuple):
    """An opened file: the system it names, "" for none, and its features, which can be read once."""

    system: str
    items: Iterator[Feature | Reject]


class Tape:
    """Text that is read on as it is needed; `at` is how far it was used."""

    def __init__(self, found: Source, stream: BinaryIO) -> None:
        self._file, self._stream = found.name, stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self.text, self.at, self.is_over = "", 0, False

    def more(self) -> bool:
        """Read on, twice as much as is held; False at the end. Raises FileRefused for other text."""
        if self.is_over:
            return False
        raw = self._stream.read(max(BLOCK, len(self.text) - self.at))
        self.is_over = not raw
        try:
            self.text = self.text[self.at :] + self._decode.decode(raw, self.is_over)
        except UnicodeDecodeError as error:
            raise FileRefused(self._file, "file", "", "is not UTF-8", "Save it as UTF-8") from error
        self.at = 0
        return not self.is_over

    def skip(self) -> str:
        """Pass over what stands between features; the next character, "" at the end."""
        while True:
            found = _BETWEEN.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]

    def value(self) -> object:
        """The next value. Raises ValueError where it is none, or is too long for one feature."""
        while True:
            try:
                value, self.at = _decoder.raw_decode(self.text, self.at)
                return value
            except (ValueError, RecursionError):
                if len(self.text) - self.at > LONGEST or not self.more():
                    raise


def open_features(found: Source) -> Collection:
    """Open a GeoJSON file. Raises FileRefused where it is none."""
    tape = Tape(found, found.open())
    while tape.more() and len(tape.text) < BLOCK:
        pass
    if tape.skip() != "{":
        raise FileRefused(found.name, "file", tape.text[:60], "is no GeoJSON", AGAIN)
    start = _LIST.search(tape.text)
    if start is None and '"Topology"' in tape.text[:BLOCK]:
        raise FileRefused(found.name, "file", "TopoJSON", "is TopoJSON, not GeoJSON", AGAIN)
    head = tape.text[: start.start()] if start else ""
    tape.at = start.end() if start else tape.at
    return Collection(_named(head), _features(found.name, tape, "]" if start else ""))


def _named(head: str) -> str:
    """The system named before the features, where all programs write it."""
    place = _SYSTEM.search(head)
    try:
        return named_system(_decoder.raw_decode(head, place.end())[0]) if place else ""
    except ValueError:
        return ""


def _features(file: str, tape: Tape, end: str) -> Iterator[Feature | Reject]:
    number = 0
    while (mark := tape.skip()) != end:
        number += 1
        if not mark:
            yield Reject(file, number, "file", "", "ends before its list does: it was cut off", AGAIN)
            return
        try:
            value = tape.value()
        except (ValueError, RecursionError) as error:
            value = tape.text[tape.at : tape.at + 60]
            yield Reject(file, number, "feature", shown(value), f"is no JSON from here on: {error}", AGAIN)
            return
        yield _feature(file, number, value)


def _feature(file: str, number: int, value: object) -> Feature | Reject:
    if not isinstance(value, dict) or value.get("type") != "Feature":
        reason = "is not a feature with properties and a geometry"
        return Reject(file, number, "feature", shown(value), reason, AGAIN)
    said, geometry = value.get("properties"), value.get("geometry")
    return Feature(
        number, said if isinstance(said, dict) else {}, geometry if isinstance(geometry, dict) else None
    )
