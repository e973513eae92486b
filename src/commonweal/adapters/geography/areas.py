"""A feature to an area: its rings told right, closed, on the globe, and not crossing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonweal.adapters.files.answers import Reject, shown
from commonweal.adapters.geography.features import Feature
from commonweal.adapters.geography.rows import AreaRow
from commonweal.adapters.geography.systems import Carry
from commonweal.adapters.geography.words import Unfit, code_of, on_the_globe, tidy

MEND = "Mend the feature in your map program and export it again"
Ring = list[list[float]]


@dataclass(frozen=True)
class Naming:
    """The properties that say code and name of an area; `prefix` stands before each code."""

    code: str
    name: str
    prefix: str = ""


class AreaBuilder:
    """Builds areas from the features of one file."""

    def __init__(self, file: str, naming: Naming, carry: Carry | None) -> None:
        self._file, self._naming, self._carry = file, naming, carry

    def build(self, feature: Feature) -> AreaRow | Reject:
        """The area, or why it is none."""
        try:
            code = self._text(feature.properties, self._naming.code)
            name = self._text(feature.properties, self._naming.name)
            geometry = self._geometry(feature.geometry or {})
        except Unfit as fault:
            return Reject(
                self._file, feature.line, fault.field, shown(fault.value), fault.reason, fault.remedy
            )
        return AreaRow(self._file, feature.line, f"{self._naming.prefix}{code}", name, geometry)

    def _text(self, said: Mapping[str, object], key: str) -> str:
        value = code_of(said.get(key))
        if not value:
            there = ", ".join(list(map(tidy, said))[:12]) or "none"
            raise Unfit(key, "", "is missing", f"Fill it in, or name another property (there are: {there})")
        return value

    def _geometry(self, told: Mapping[str, object]) -> dict[str, object]:
        kind, points = told.get("type"), told.get("coordinates")
        if kind not in ("Polygon", "MultiPolygon") or not isinstance(points, list):
            what = str(kind or "none")
            raise Unfit(
                "geometry", what, "is no Polygon or MultiPolygon", "Export areas, not lines or points"
            )
        several = points if kind == "MultiPolygon" else [points]
        try:
            rings = [[self._ring(ring) for ring in polygon] for polygon in several]
        except (TypeError, ValueError, IndexError, KeyError) as error:
            raise Unfit("geometry", str(kind), "has a point without longitude and latitude", MEND) from error
        _sound(rings)
        return {"type": kind, "coordinates": rings if kind == "MultiPolygon" else rings[0]}

    def _ring(self, told: Sequence[Any]) -> Ring:
        points = [self._point(float(x), float(y)) for x, y, *_ in told]
        if len(points) < 4 or points[0] != points[-1]:
            reason = "has an open ring: its last point does not repeat the first"
            raise Unfit("geometry", f"{len(points)} points", reason, MEND)
        return points

    def _point(self, x: float, y: float) -> list[float]:
        lon, lat = self._carry(x, y) if self._carry else (x, y)
        on_the_globe(lon, lat)
        return [lon, lat]


def _sound(polygons: Sequence[Sequence[Ring]]) -> None:
    """Unfit where rings cross, lie outside one another wrongly, or hold no area."""
    import shapely
    from shapely.geometry import MultiPolygon, Polygon

    if not polygons or not all(polygons):
        raise Unfit("geometry", "", "has no ring", MEND)
    parts = [Polygon(rings[0], rings[1:]) for rings in polygons]
    whole = MultiPolygon(parts) if len(parts) > 1 else parts[0]
    if not whole.is_valid:
        why = shapely.is_valid_reason(whole)
        raise Unfit("geometry", why, "has a ring that crosses itself or another", MEND)
