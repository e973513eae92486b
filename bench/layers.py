"""`python -m bench.layers [POINTS]`: processor time of one hot-spot layer from that many points.

Points are drawn around centres over an area like Portland's, 600-foot cells; a layer is: points to cells, the
surface, and the cells that make up one per cent of the area. Each surface is told by itself.
"""

import json
import sys
from time import process_time

import numpy as np
import shapely

from commonweal.engines.foresight.grid import laid
from commonweal.engines.foresight.hotspots import Ask, Events, marked
from commonweal.engines.foresight.surfaces import SURFACES

AT_MOST = 2.0  # processor seconds
FEET = 5280.0


def measured(points: int) -> dict[str, object]:
    """Seconds of processor time by surface, and of laying the grid once."""
    random = np.random.default_rng(1)
    boundary = shapely.Point(0, 0).buffer(7 * FEET)
    begun = process_time()
    grid = laid(boundary, 600.0)
    laying = process_time() - begun
    centres = random.normal(0, 3 * FEET, (200, 2))
    x, y = (centres[random.integers(0, 200, points)] + random.normal(0, 1500, (points, 2))).T
    days = np.sort(random.uniform(0, 1500, points))
    told = {}
    for name, surface in SURFACES.items():
        begun = process_time()
        cells = grid.cells_of(x, y)
        inside = cells >= 0
        past = Events(grid, cells[inside], days[inside]).before(1500.0)
        marked(surface(past), grid, Ask().share)
        told[name] = round(process_time() - begun, 3)
    return {
        "points": points, "cells": int((grid.areas > 0).sum()), "laying_s": round(laying, 3),
        "seconds": told, "worst": max(told.values()), "at_most": AT_MOST,
        "met": max(told.values()) <= AT_MOST,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
