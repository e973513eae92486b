"""Coordinate systems: which one a file is in, and its points in another.

The libraries take a tenth of a second to load, so they are loaded where something is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

Carry = Callable[[float, float], tuple[float, float]]
LONLAT = "EPSG:4326"
DEGREES = frozenset(["EPSG:4326", "OGC:CRS84", "CRS84", "WGS84", "urn:ogc:def:crs:OGC:1.3:CRS84"])
DIGITS = 7  # of a degree: a centimetre


class UnknownSystem(ValueError):
    """A code that names no coordinate system."""


def system(code: str) -> CRS:
    """The coordinate system of a code such as EPSG:2913. Raises UnknownSystem."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(code)
    except CRSError:
        raise UnknownSystem(code) from None


def named_system(told: object) -> str:
    """The system that the `crs` of a GeoJSON file names (as files before RFC 7946 do); "" for none."""
    named = told.get("properties") if isinstance(told, Mapping) else None
    return str(named.get("name") or "") if isinstance(named, Mapping) else ""


def carried(area: BaseGeometry, start: CRS, goal: CRS) -> BaseGeometry:
    """An area in another system; itself where they are the same."""
    import numpy as np
    import shapely
    from pyproj import Transformer

    if start == goal:
        return area
    there = Transformer.from_crs(start, goal, always_xy=True)
    return shapely.transform(
        area, lambda points: np.column_stack(there.transform(points[:, 0], points[:, 1]))
    )


def to_degrees(code: str) -> Carry | None:
    """How points of a system become longitude and latitude; None where they are that already."""
    if not code or code in DEGREES:
        return None
    from pyproj import Transformer

    start = system(code)
    if start == system(LONLAT):
        return None
    there = Transformer.from_crs(start, system(LONLAT), always_xy=True)

    def carry(x: float, y: float) -> tuple[float, float]:
        lon, lat = there.transform(x, y)
        return (round(lon, DIGITS), round(lat, DIGITS)) if isfinite(lon) else (x, y)

    return carry
