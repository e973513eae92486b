"""Reads of this room. All of it is public: no permit is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians
from uuid import UUID

import h3
from django.db.models import QuerySet
from rapidfuzz import fuzz, process

from commonweal.kernel import clock
from commonweal.places import travel
from commonweal.places.geometry import checked, contains, distance_km
from commonweal.places.models import AREA_KINDS, PLACE_KINDS, Area, Place
from commonweal.places.travel import TRAVEL_BASIS
from commonweal.places.words import house_and_street, searchable, to_block

__all__ = [
    "AREA_KINDS", "PLACE_KINDS", "TRAVEL_BASIS", "Area", "Found", "Place", "area_of", "areas", "base_map",
    "block_point", "cell_of", "cell_ring", "checked_point", "distance_km", "find", "near",
    "places", "to_block", "travel_minutes",
]  # fmt: skip

RESOLUTION = 8  # hexagons of about 0.7 km2: need is counted here
BLOCK_RESOLUTION = 10  # hexagons of about 65 m edge: as near as a block
_ALIKE = 72.0  # of 100: below this a typed name is another name
_LONGEST_LIST = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """One place that fits what was typed, best first in a list; `score` from 0 to 100."""

    id: UUID
    name: str
    kind: str
    address: str
    lon: float
    lat: float
    area: str
    precision: str
    score: float

    @property
    def label(self) -> str:
        """Name and address in one line, once where they are the same."""
        return self.name if self.address in ("", self.name) else f"{self.name}, {self.address}"


def find(text: str, limit: int = 8) -> list[Found]:
    """Places that fit the typed words: by beginning, by containing all words, then by likeness.

    A house number finds its block: `412 cedar ave` finds the 400 block, marked precision `block`.
    """
    wanted = searchable(text)
    if len(wanted) < 2:
        return []
    exact = _within(wanted, limit)
    parts = house_and_street(wanted)
    if len(exact) < limit and parts:
        exact += _on_block(parts[0], parts[1], limit - len(exact))
    if exact:
        return exact[:limit]
    return _alike(wanted, limit)


def _within(wanted: str, limit: int) -> list[Found]:
    starts = list(_rows().filter(search__startswith=wanted).order_by("search")[:limit])
    found = [_found(row, 100.0) for row in starts]
    if len(found) < limit:
        rows = _rows().exclude(id__in=[row.id for row in starts])
        for word in wanted.split():
            rows = rows.filter(search__contains=word)
        found += [_found(row, 90.0) for row in rows.order_by("search")[: limit - len(found)]]
    return found


def _on_block(number: int, street: str, limit: int) -> list[Found]:
    hundred = number // 100 * 100
    rows = _rows().filter(kind="block", search__startswith=f"{hundred} block of {street}")
    return [
        replace(_found(row, 85.0), name=f"{number} {row.name.split(' block of ')[-1]}", precision="block")
        for row in rows.order_by("search")[:limit]
    ]


def _alike(wanted: str, limit: int) -> list[Found]:
    names = dict(Place.objects.values_list("id", "search")[:_LONGEST_LIST])
    ranked = process.extract(wanted, names, scorer=fuzz.WRatio, limit=limit, score_cutoff=_ALIKE)
    rows = {row.id: row for row in _rows().filter(id__in=[key for _, _, key in ranked])}
    return [_found(rows[key], round(score, 1)) for _, score, key in ranked]


def _rows() -> QuerySet[Place]:
    return Place.objects.select_related("area")


def _found(row: Place, score: float) -> Found:
    area = row.area.name if row.area else ""
    return Found(row.id, row.name, row.kind, row.address, row.lon, row.lat, area, row.precision, score)


def places(kind: str | None = None) -> QuerySet[Place]:
    """The gazetteer by name, of one kind where given."""
    found = _rows().order_by("name")
    return found.filter(kind=kind) if kind else found


def near(lon: float, lat: float, km: float = 1.5, limit: int = 8) -> list[Place]:
    """Named places around a point, nearest first: what a caller can see from there."""
    lon, lat = checked(lon, lat)
    north, east = km / 111.2, km / (111.2 * max(cos(radians(lat)), 0.01))
    rows = Place.objects.filter(
        kind="common_place", lon__range=(lon - east, lon + east), lat__range=(lat - north, lat + north)
    )
    return sorted(rows[:200], key=lambda row: distance_km((lon, lat), (row.lon, row.lat)))[:limit]


def areas(kind: str | None = None) -> QuerySet[Area]:
    """Areas by code, of one kind where given."""
    found = Area.objects.order_by("code")
    return found.filter(kind=kind) if kind else found


def area_of(lon: float, lat: float, kind: str = "beat") -> Area | None:
    """The area of that kind which holds the point, or None outside all of them."""
    lon, lat = checked(lon, lat)
    near = Area.objects.filter(kind=kind, west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat)
    return next((area for area in near.order_by("code") if contains(area.geometry, lon, lat)), None)


def checked_point(lon: float, lat: float) -> tuple[float, float]:
    """The point where it is on the globe; Invalid with the remedy otherwise."""
    return checked(lon, lat)


def cell_of(lon: float, lat: float, resolution: int = RESOLUTION) -> str:
    """The H3 cell of a point (resolution 8 unless given)."""
    lon, lat = checked(lon, lat)
    return str(h3.latlng_to_cell(lat, lon, resolution))


def cell_named(cell: str) -> tuple[str, str]:
    """Where a cell lies in words that people use: its beat, and the nearest named place; "" for none."""
    lat, lon = h3.cell_to_latlng(cell)
    beat = area_of(lon, lat) or area_of(lon, lat, "city") or area_of(lon, lat, "district")
    landmark = next(iter(near(lon, lat, limit=1)), None)
    return (beat.name or beat.code) if beat else "", landmark.name if landmark else ""


def cell_ring(cell: str) -> list[tuple[float, float]]:
    """The closed outline of a cell as (lon, lat) points, for a map."""
    corners = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    return [*corners, corners[0]]


def block_point(lon: float, lat: float) -> tuple[float, float]:
    """The point to the block: the middle of a hexagon some 130 m across, never the door."""
    lat_, lon_ = h3.cell_to_latlng(cell_of(lon, lat, BLOCK_RESOLUTION))
    return round(lon_, 5), round(lat_, 5)


def travel_minutes(start: tuple[float, float], end: tuple[float, float], at: datetime) -> float:
    """Minutes between two (lon, lat) points leaving at `at` (aware). What it rests on: TRAVEL_BASIS."""
    return travel.minutes(start, end, at.astimezone(clock.zone()))


def base_map(kinds: Iterable[str] = ("county", "city", "district", "beat")) -> dict[str, object]:
    """Areas and named points as one GeoJSON FeatureCollection: the map under every map."""
    outlines = [
        _feature(area.geometry, kind=area.kind, code=area.code, name=area.name)
        for area in Area.objects.filter(kind__in=list(kinds)).order_by("kind", "code")
    ]
    named = [
        _feature({"type": "Point", "coordinates": [row.lon, row.lat]}, kind=row.kind, name=row.name)
        for row in Place.objects.filter(kind__in=["common_place", "base", "service"]).order_by("name")[:500]
    ]
    return {"type": "FeatureCollection", "features": outlines + named}


def _feature(geometry: object, **properties: str) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
