"""The beats prepared once for many points: what `queries.area_of` says of one, said of thousands together."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from commonweal.places.geometry import polygons
from commonweal.places.models import Area

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
AT_ONCE = 1_000_000  # points times edges held in memory together


class Prepared:
    """The areas of one kind as they stand now, by code, with the edges of their rings as arrays."""

    def __init__(self, kind: str = "beat") -> None:
        rows = Area.objects.filter(kind=kind).order_by("code")
        self._areas = [(row.id, (row.west, row.east, row.south, row.north), _edges(row)) for row in rows]

    def holding(self, lons: Sequence[float], lats: Sequence[float]) -> list[UUID | None]:
        """The first area by code that holds each point, or None."""
        x, y = np.asarray(lons, float), np.asarray(lats, float)
        found: list[UUID | None] = [None] * len(x)
        free = np.ones(len(x), bool)
        for key, (west, east, south, north), shapes in self._areas:
            near = np.flatnonzero(free & (x >= west) & (x <= east) & (y >= south) & (y <= north))
            for place in near[_inside(shapes, x[near], y[near])] if len(near) else ():
                found[place], free[place] = key, False
        return found


def _edges(area: Area) -> list[Floats]:
    """For each polygon the edges of all its rings: x1, y1, x2, y2."""
    shapes = []
    for polygon in polygons(area.geometry):
        rings = [np.asarray([point[:2] for point in ring], float) for ring in polygon]
        shapes.append(np.vstack([np.hstack([ring[:-1], ring[1:]]) for ring in rings]))
    return shapes


def _inside(shapes: Sequence[Floats], x: Floats, y: Floats) -> Truths:
    """Which points lie in any of the polygons (even-odd rule, as `geometry.contains`)."""
    found = np.zeros(len(x), bool)
    for edges in shapes:
        step = max(1, AT_ONCE // len(edges))
        for start in range(0, len(x), step):
            part = slice(start, start + step)
            found[part] |= _odd(edges, x[part, None], y[part, None])
    return found


def _odd(edges: Floats, x: Floats, y: Floats) -> Truths:
    x1, y1, x2, y2 = edges.T
    crossed = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return np.asarray((crossed & (x < at)).sum(axis=1) % 2 == 1)
