"""A site's own geography to typed areas and places: the door of this adapter.

    for item in read_areas([Path("beats.geojson")], Naming("BEAT", "NAME")):
        match item:
            case AreaRow(): ...      # in longitude and latitude
            case Reject(): ...       # file, feature, field, value, reason, remedy
            case Notice(): ...       # about a whole file

Nothing is raised for bad input: a file that cannot be read at all is one Reject with line 0. Memory stays
flat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from commonweal.adapters.files.answers import FileRefused, Notice, Reject, until_hopeless
from commonweal.adapters.files.opening import Source, kind
from commonweal.adapters.files.several import several
from commonweal.adapters.files.spec import ProfileError
from commonweal.adapters.files.tables import open_table
from commonweal.adapters.geography.areas import AreaBuilder, Naming
from commonweal.adapters.geography.build import PlaceBuilder
from commonweal.adapters.geography.features import Collection, Feature, open_features
from commonweal.adapters.geography.profile import Profile, load_profile, parse_profile
from commonweal.adapters.geography.rows import AreaRow, PlaceRow
from commonweal.adapters.geography.systems import (
    LONLAT,
    Carry,
    UnknownSystem,
    carried,
    named_system,
    system,
    to_degrees,
)

__all__ = [
    "LONLAT", "AreaRow", "FileRefused", "Naming", "Notice", "PlaceRow", "Profile", "ProfileError", "Reject",
    "UnknownSystem", "carried", "load_profile", "named_system", "parse_profile", "read_areas", "read_places",
    "system",
]  # fmt: skip

FARTHEST = 360.0  # beyond it a number is no degree that somebody mistyped, but a length
REMEDY = "Export it in longitude and latitude (WGS 84, EPSG:4326), or name its system with --crs"


def read_areas(
    origins: Iterable[Source | Path], naming: Naming, crs: str = ""
) -> Iterator[AreaRow | Reject | Notice]:
    """The areas of several GeoJSON files, in order; `crs` is their system where they name none."""
    return several(origins, lambda found: _areas(found, naming, crs))


def read_places(origins: Iterable[Source | Path], profile: Profile) -> Iterator[PlaceRow | Reject | Notice]:
    """The places of several tables (CSV, XLSX) or GeoJSON files, in order."""
    return several(origins, lambda found: _places(found, profile))


def _areas(found: Source, naming: Naming, crs: str) -> Iterator[AreaRow | Reject]:
    items, carry = _in_degrees(found, crs)
    builder = AreaBuilder(found.name, naming, carry)
    built = (one if isinstance(one, Reject) else builder.build(one) for one in items)
    return until_hopeless(found.name, built)


def _places(found: Source, profile: Profile) -> Iterator[PlaceRow | Reject | Notice]:
    if _is_json(found):
        items, carry = _in_degrees(found, profile.crs)
        builder = PlaceBuilder(profile, found.name, carry)
        built = (one if isinstance(one, Reject) else builder.feature(one) for one in items)
        return until_hopeless(found.name, built)
    return _table(found, profile)


def _table(found: Source, profile: Profile) -> Iterator[PlaceRow | Reject | Notice]:
    table = open_table(found, profile.delimiter, profile.sheet)
    builder = PlaceBuilder(profile, found.name, _carry(found, profile.crs))
    builder.demand(table.header)
    built = (
        one
        if isinstance(one, Reject)
        else builder.row(one.line, dict(zip(table.header, one.cells, strict=True)))
        for one in table.records()
    )
    yield from until_hopeless(found.name, built)
    yield from table.notices


def _is_json(found: Source) -> bool:
    with found.open() as stream:
        head = stream.read(4_096).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")
    return kind(found) == "text" and head[:1] == b"{"


def _in_degrees(found: Source, crs: str) -> tuple[Iterator[Feature | Reject], Carry | None]:
    """The features of a file and how its points become degrees. Raises FileRefused where nobody can tell."""
    opened = open_features(found)
    carry = _carry(found, opened.system or crs)
    return (opened.items, carry) if carry else (_not_lengths(found, opened), None)


def _carry(found: Source, code: str) -> Carry | None:
    try:
        return to_degrees(code)
    except UnknownSystem:
        raise FileRefused(found.name, "crs", code, "is no system that is known here", REMEDY) from None


def _not_lengths(found: Source, opened: Collection) -> Iterator[Feature | Reject]:
    """The features, unless the first of them is plainly in metres or feet."""
    first = next(opened.items, None)
    if isinstance(first, Feature) and (far := _far(first.geometry)):
        reason = "is not in degrees, and the file does not say in which system"
        raise FileRefused(found.name, "coordinates", far, reason, REMEDY)
    return chain([first] if first is not None else [], opened.items)


def _far(geometry: object) -> str:
    """The first point of a geometry where it lies beyond any degree."""
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(point, list) and point and isinstance(point[0], list):
        point = point[0]
    numbers = [x for x in point if isinstance(x, (int, float))] if isinstance(point, list) else []
    return str(numbers[:2]) if any(abs(x) > FARTHEST for x in numbers[:2]) else ""
