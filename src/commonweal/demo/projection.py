"""Kilometres from the county's south-west corner to longitude and latitude (WGS 84)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from commonweal.demo import pack
from commonweal.demo.pack import Floats, Xy

KM_PER_DEGREE = 111.195


@cache
def _degrees() -> tuple[float, float, float, float]:
    """West and south edge, and degrees of longitude and latitude a kilometre."""
    origin, height = pack.county()["origin"], pack.county()["size"][1]
    middle = np.radians(origin["lat"] + height / 2 / KM_PER_DEGREE)
    return origin["lon"], origin["lat"], 1 / (KM_PER_DEGREE * float(np.cos(middle))), 1 / KM_PER_DEGREE


def places_at(points: Floats) -> Floats:
    """Return rows of (lon, lat) for rows of kilometres from the county's corner, to a tenth of a metre."""
    west, south, wide, high = _degrees()
    return np.round(np.asarray(points) * [wide, high] + [west, south], 6)


def place_at(point: Sequence[float]) -> Xy:
    """Return (lon, lat) of a point in kilometres from the county's corner."""
    west, south, wide, high = _degrees()
    return round(west + wide * point[0], 6), round(south + high * point[1], 6)
