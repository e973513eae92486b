"""H3 cells: where a place lies, and how a cell is drawn."""

import h3

from commonweal.engines.numerics import Place, checked_place

NEIGHBOURHOOD = 8  # hexagons of some 0.74 km2: a few streets, too coarse to point at a door


def cell_of(place: Place, resolution: int = NEIGHBOURHOOD) -> str:
    """The H3 cell of a (lon, lat) place; resolution 0 (continents) to 10 (blocks), finer is refused."""
    if not 0 <= resolution <= 10:
        raise ValueError(f"resolution: {resolution}; use 0 to 10, since finer cells point at single homes")
    lon, lat = checked_place("place", place)
    return str(h3.latlng_to_cell(lat, lon, resolution))


def centre(cell: str) -> Place:
    """The (lon, lat) centre of a cell; ValueError for what is no cell."""
    if not h3.is_valid_cell(cell):
        raise ValueError(f"cell: {cell!r} is no H3 cell; make one with cell_of")
    lat, lon = h3.cell_to_latlng(cell)
    return float(lon), float(lat)


def outline(cell: str) -> list[Place]:
    """The closed ring of a cell's corners, (lon, lat), ready for GeoJSON."""
    centre(cell)
    ring = [(float(lon), float(lat)) for lat, lon in h3.cell_to_boundary(cell)]
    return [*ring, ring[0]]
