"""Hexagonal cells and points as GeoJSON, for maps that have a table beside them."""

from collections.abc import Iterable, Mapping

import h3


def cells(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """A FeatureCollection of H3 cells: each row needs `cell` (H3 index); the rest become properties."""
    return _collection(
        (
            {"type": "Polygon", "coordinates": [_ring(str(row["cell"]))]},
            {name: value for name, value in row.items() if name != "cell"},
        )
        for row in rows
    )


def dots(rows: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """A FeatureCollection of points: each row needs `lon` and `lat` (degrees, WGS 84)."""
    return _collection(
        (
            {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            {name: value for name, value in row.items() if name not in ("lon", "lat")},
        )
        for row in rows
    )


def _ring(cell: str) -> list[list[float]]:
    corners = [[round(lon, 6), round(lat, 6)] for lat, lon in h3.cell_to_boundary(cell)]
    return [*corners, corners[0]]


def _collection(shapes: Iterable[tuple[dict[str, object], dict[str, object]]]) -> dict[str, object]:
    features = [{"type": "Feature", "geometry": shape, "properties": facts} for shape, facts in shapes]
    return {"type": "FeatureCollection", "features": features}
