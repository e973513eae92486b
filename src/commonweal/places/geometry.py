"""Plain geometry on longitude and latitude: boxes, points in polygons, great-circle distance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from commonweal.kernel.errors import Invalid

Ring = Sequence[Sequence[float]]
EARTH_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float


def checked(lon: float, lat: float) -> tuple[float, float]:
    """The point where it is on the globe; Invalid with the remedy otherwise."""
    if not -180 <= lon <= 180:
        raise Invalid("longitude", lon, "Give degrees from -180 to 180, west of Greenwich negative.")
    if not -90 <= lat <= 90:
        raise Invalid("latitude", lat, "Give degrees from -90 to 90, south of the equator negative.")
    return lon, lat


def polygons(geometry: Mapping[str, object]) -> list[Sequence[Ring]]:
    """The polygons of a GeoJSON Polygon or MultiPolygon, outer ring and holes (RFC 7946, 3.1.6)."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not isinstance(coordinates, list) or kind not in {"Polygon", "MultiPolygon"}:
        raise Invalid("geometry", kind, "Give a GeoJSON Polygon or MultiPolygon.")
    found: list[Sequence[Ring]] = [coordinates] if kind == "Polygon" else coordinates
    try:
        for ring in (ring for polygon in found for ring in polygon):
            if len(ring) < 4 or list(ring[0]) != list(ring[-1]):
                raise Invalid("geometry", len(ring), "Close each ring: its last point repeats the first.")
            for point in ring:
                checked(point[0], point[1])
    except (TypeError, IndexError, KeyError) as fault:
        raise Invalid("geometry", kind, "Give each point as [longitude, latitude].") from fault
    if not found or not all(found):
        raise Invalid("geometry", kind, "Give at least one ring.")
    return found


def box(geometry: Mapping[str, object]) -> Box:
    """The smallest box around a polygon's outer rings."""
    points = [point for polygon in polygons(geometry) for point in polygon[0]]
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return Box(min(lons), min(lats), max(lons), max(lats))


def contains(geometry: Mapping[str, object], lon: float, lat: float) -> bool:
    """Whether the point lies inside (even-odd rule; holes are outside)."""
    return any(sum(_crossings(ring, lon, lat) for ring in polygon) % 2 for polygon in polygons(geometry))


def _crossings(ring: Ring, lon: float, lat: float) -> int:
    return sum(1 for x in _crossed_at(ring, lat) if lon < x)


def _crossed_at(ring: Ring, lat: float) -> Iterator[float]:
    """Longitudes where the ring crosses the parallel."""
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, ring[1:], strict=False):
        if (y1 > lat) != (y2 > lat):
            yield x1 + (lat - y1) * (x2 - x1) / (y2 - y1)


def distance_km(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Great-circle distance in kilometres between two (lon, lat) points (haversine)."""
    lon1, lat1, lon2, lat2 = map(radians, (*start, *end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
