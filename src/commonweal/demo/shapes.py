"""Drawing: smooth curves, soft circles, clipped polygons, street grids. Kilometres on a plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from commonweal.demo.pack import Floats, Random, Xy

Ring = list[Xy]


def smooth(course: Sequence[Sequence[float]], steps: int = 10) -> Ring:
    """Return a Catmull-Rom curve through the points, `steps` pieces between each two."""
    points = np.asarray(course, dtype=np.float64)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    found = [_bend(padded[index : index + 4], t) for index in range(len(points) - 1)]
    return as_points(np.vstack([*found, points[-1:]]))


def _bend(four: Floats, t: Floats) -> Floats:
    a, b, c, d = four
    bent = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    return np.asarray(0.5 * bent)


def blob(random: Random, centre: Sequence[float], radius: float, rough: float = 0.12) -> Ring:
    """Return a closed soft circle: `rough` is how far its edge strays, as a share of the radius."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    reach = np.ones_like(angles)
    for wave in range(2, 6):
        reach += rough / wave * 2 * random.normal() * np.cos(wave * angles + random.uniform(0, 6.3))
    reach = np.clip(reach, 0.55, 1.5) * radius
    ring = as_points(
        np.column_stack([centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)])
    )
    return [*ring, ring[0]]


def as_points(array: Floats) -> Ring:
    """Return an array of two columns as points."""
    return [(float(x), float(y)) for x, y in array]


def nearer(ring: Ring, own: Sequence[float], other: Sequence[float]) -> Ring:
    """Return the part of a closed ring that is nearer to `own` than to `other` (Sutherland and Hodgman)."""
    normal = (other[0] - own[0], other[1] - own[1])
    middle = ((other[0] + own[0]) / 2, (other[1] + own[1]) / 2)
    beyond = [(x - middle[0]) * normal[0] + (y - middle[1]) * normal[1] for x, y in ring]
    kept: Ring = []
    for (point, side), (after, next_side) in zip(
        zip(ring, beyond, strict=True), list(zip(ring, beyond, strict=True))[1:], strict=False
    ):
        if side <= 0:
            kept.append(point)
        if side * next_side < 0:
            share = side / (side - next_side)
            kept.append((point[0] + share * (after[0] - point[0]), point[1] + share * (after[1] - point[1])))
    return [*kept, kept[0]] if kept else []


def inside(ring: Ring, x: Floats, y: Floats) -> NDArrayBool:
    """Return for each point whether it lies within a closed ring (even-odd rule)."""
    found = np.zeros(x.shape, dtype=np.bool_)
    for (x0, y0), (x1, y1) in zip(ring, ring[1:], strict=False):
        if y0 == y1:
            continue
        crosses = ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        found ^= crosses
    return found


NDArrayBool = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
