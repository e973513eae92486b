"""One area or one place as a file tells it; `line` counts lines of a table, features of a GeoJSON file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class AreaRow(NamedTuple):
    """A polygon or several in longitude and latitude, its rings closed and not crossing."""

    file: str
    line: int
    code: str
    name: str
    geometry: Mapping[str, object]


class PlaceRow(NamedTuple):
    """A point with what people call it: its own name, or house number and street; `address` is the rest."""

    file: str
    line: int
    name: str
    kind: str
    lon: float
    lat: float
    address: str
    precision: str
