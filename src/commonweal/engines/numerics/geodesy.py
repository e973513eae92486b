"""Distances on the globe, for places given as (longitude, latitude) in degrees (WGS 84)."""

from math import asin, cos, isfinite, radians, sin, sqrt

Place = tuple[float, float]

MEAN_EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius R1


def checked_place(field: str, place: Place) -> Place:
    """Return `place` as floats; ValueError names the field, the value and the remedy when off the globe."""
    lon, lat = float(place[0]), float(place[1])
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(
            f"{field}: {place!r} is no place on the globe; give (longitude -180..180, latitude -90..90)"
        )
    return lon, lat


def haversine_km(a: Place, b: Place) -> float:
    """Great-circle distance in kilometres (haversine; at most 0.5 % from the ellipsoid)."""
    lon_a, lat_a, lon_b, lat_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * MEAN_EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))
