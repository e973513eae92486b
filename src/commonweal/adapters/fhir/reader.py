"""FHIR R4 in: bytes to resources with their faults, nothing lost and nothing guessed.

Two judges stand one on the other: `fhirkit` knows the structure of every resource and keeps decimals and
dates as they were written; `profiles` knows the codes and what the SDOH guide asks. A Bundle is unfolded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import cast

import fhirkit

from commonweal.adapters.fhir.profiles import Fault, faults
from commonweal.kernel.errors import filled

MOST_BYTES = 10_000_000


class FileRefused(ValueError):
    """A file that is no FHIR resource; says in the reader's language what was found and what is wanted."""

    def __init__(self, says: str, **facts: object) -> None:
        super().__init__(filled(says, facts))


@dataclass(frozen=True, slots=True)
class Read:
    """One resource as it came (`values`, decimals kept) and everything that is wrong with it."""

    kind: str
    id: str
    values: Mapping[str, object]
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing but warnings was found."""
        return all(fault.level != "error" for fault in self.faults)

    def written(self) -> str:
        """The resource as FHIR JSON again: the same meaning, dates and decimals as precise as they came."""
        return fhirkit.parse(dict(self.values)).to_json(pretty=True)


def read(data: bytes, most: int | None = None) -> list[Read]:
    """Every resource of a file or message: the one it holds, or those of its Bundle, in order.

    Raises FileRefused for what is too long, more than `most` resources, no JSON, JSON with a name twice,
    numbers or signs that nothing can keep, or no resource of FHIR R4.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(
            "%(size)s bytes; send %(most)s at most", size=f"{len(data):,}", most=f"{MOST_BYTES:,}"
        )
    whole = _parsed(data)
    if not isinstance(whole, Mapping):
        raise FileRefused("not one JSON object; send a resource or a Bundle of FHIR R4")
    found = list(_unfolded(whole))
    if most is not None and len(found) > most:
        says = "%(found)s resources in one Bundle; send %(most)s at most"
        raise FileRefused(says, found=f"{len(found):,}", most=f"{most:,}")
    return [_read(one) for one in found]


def _parsed(data: bytes) -> object:
    """The JSON of a message: names once each, numbers of a size that is read, text that can be kept."""
    try:
        text = data.decode("utf-8-sig")
        whole = json.loads(text, object_pairs_hook=_once_each, parse_float=Decimal, parse_constant=_no_number)
    except FileRefused:
        raise
    except (ValueError, InvalidOperation, RecursionError) as wrong:
        raise FileRefused("no JSON in UTF-8: %(fault)s", fault=wrong) from wrong
    if odd := _unkeepable(whole):
        says = "%(text)s holds a sign that no text may hold (NUL, half a pair); take it out"
        raise FileRefused(says, text=repr(odd))
    return whole


def _no_number(name: str) -> object:
    raise FileRefused("%(name)s is no number of JSON; leave the value out", name=name)


def _unkeepable(whole: object) -> str:
    """The first text with a NUL or half a surrogate pair, which no database keeps; else empty."""
    left = [whole]
    while left:
        match left.pop():
            case str() as text:
                if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
                    return text[:80]
            case list() as several:
                left += several
            case dict() as pairs:
                left += [*pairs.keys(), *pairs.values()]
    return ""


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileRefused("%(name)s stands twice in one object; write it once", name=repr(twice))
    return found


def _unfolded(whole: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The resource, or those of a Bundle as they were written: what is odd in one stays to be found."""
    if whole.get("resourceType") != "Bundle":
        yield whole
        return
    entries = whole.get("entry", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("resource", {}), Mapping):
            raise FileRefused("an entry of the Bundle holds no resource; correct or leave it out")
        if "resource" in entry:
            yield entry["resource"]


def _read(one: Mapping[str, object]) -> Read:
    try:
        found = fhirkit.parse(dict(one))
    except (fhirkit.ParseError, fhirkit.ValidationError, ValueError, RecursionError) as wrong:
        raise FileRefused("no resource of FHIR R4: %(fault)s", fault=wrong) from wrong
    values = cast("Mapping[str, object]", found.to_dict())
    structure = [Fault(f.path, "structure", f.message, f.severity) for f in found.issues]
    return Read(found.resource_type, found.id or "", values, (*structure, *faults(values)))
