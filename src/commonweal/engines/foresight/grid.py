"""Square cells over an area, in its own length unit: which cell a point lies in, how much of it counts."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from commonweal.engines.numerics import Floats

Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]
MOST_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells row by row from the south-west; `areas` (rows * columns,) holds what lies inside the boundary."""

    boundary: BaseGeometry
    side: float
    west: float
    south: float
    columns: int
    rows: int
    areas: Floats

    @property
    def area(self) -> float:
        """The whole area inside the boundary, in square units."""
        return float(self.areas.sum())

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns), to see a surface as a picture."""
        return self.rows, self.columns

    def cells_of(self, x: Floats, y: Floats) -> Whole:
        """The cell of each point; -1 for points beyond the boundary (a point on it is inside)."""
        _, _, east, north = self.boundary.bounds
        column = np.floor((x - self.west) / self.side).clip(-1, self.columns).astype(np.int64)
        row = np.floor((y - self.south) / self.side).clip(-1, self.rows).astype(np.int64)
        column, row = (
            column - ((column == self.columns) & (x <= east)),
            row - ((row == self.rows) & (y <= north)),
        )
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        found = np.where(inside, row * self.columns + column, -1)
        whole = self.side * self.side * (1 - 1e-9)
        unsure = np.flatnonzero((found >= 0) & (self.areas[found] < whole))
        out = (self.areas[found[unsure]] <= 0) | ~shapely.intersects_xy(self.boundary, x[unsure], y[unsure])
        found[unsure[out]] = -1
        return found

    def square(self, cell: int) -> tuple[float, float, float, float]:
        """West, south, east and north of a cell."""
        row, column = divmod(int(cell), self.columns)
        west, south = self.west + column * self.side, self.south + row * self.side
        return west, south, west + self.side, south + self.side


def laid(boundary: BaseGeometry, side: float) -> Grid:
    """Cells of `side` over an area (a polygon or several); ValueError for none, or too many cells.

    Border cells count with the part inside, so that the areas sum to the boundary's own.
    """
    if not side > 0:
        raise ValueError(f"side: {side}; a cell needs a length above zero")
    if boundary.is_empty or not boundary.area > 0:
        raise ValueError("boundary: holds no area; give a polygon")
    west, south, east, north = boundary.bounds
    columns, rows = (int(np.ceil(length / side - 1e-9)) for length in (east - west, north - south))
    if rows * columns > MOST_CELLS:
        raise ValueError(f"side: {side} makes {rows * columns:,} cells of the boundary; use larger ones")
    shapely.prepare(boundary)
    left, low = np.meshgrid(west + side * np.arange(columns), south + side * np.arange(rows))
    squares = shapely.box(left.ravel(), low.ravel(), left.ravel() + side, low.ravel() + side)
    areas = np.where(shapely.contains_properly(boundary, squares), side * side, 0.0)
    border = np.flatnonzero((areas == 0) & shapely.intersects(boundary, squares))
    areas[border] = shapely.area(shapely.intersection(squares[border], boundary))
    return Grid(boundary, side, west, south, columns, rows, areas)
