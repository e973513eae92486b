"""Streets: town grids cut to fit the ground, in blocks, with the people who live along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from commonweal.demo import pack
from commonweal.demo.pack import Floats, Random, Town, Xy
from commonweal.demo.shapes import NDArrayBool, Ring, inside, smooth

RURAL = 12_000
NDArrayInt = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Line:
    """A street: its two ends in kilometres, its name, its town."""

    name: str
    town: str
    start: Xy
    end: Xy


@dataclass(frozen=True)
class Pieces:
    """Street pieces as arrays, one row a piece of some 160 metres: the addresses of the county."""

    start: Floats
    end: Floats
    offset: Floats
    street: tuple[str, ...]
    town: tuple[str, ...]
    beat: NDArrayInt
    residents: Floats


def nearest_beat(points: Floats) -> NDArrayInt:
    """Return for each row of points the number of the beat whose seed is nearest: the beat it lies in."""
    seeds = np.array([beat["at"] for beat in pack.county()["beats"]])
    away = ((points[:, None, :] - seeds[None]) ** 2).sum(axis=2)
    return np.asarray(np.argmin(away, axis=1), dtype=np.int64)


def street_lines(random: Random, shore: Ring, towns: list[Ring], holes: list[Ring]) -> list[Line]:
    """The grids of the towns, cut where they leave town or meet water and parks; then the county roads."""
    found = [
        line
        for town, ring in zip(pack.county()["towns"], towns, strict=True)
        for line in _grid(random, town, ring, shore, holes)
    ]
    for road in pack.county()["roads"]:
        course = smooth(road["course"], 6)
        found += [Line(road["name"], "", a, b) for a, b in zip(course, course[1:], strict=False)]
    return found


def _grid(random: Random, town: Town, ring: Ring, shore: Ring, holes: list[Ring]) -> list[Line]:
    spacing = cast(float, pack.county()["streets"]["spacing"])
    turn, reach = np.radians(town["angle"]), 1.4 * town["radius"]
    east, north = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    rows, steps = np.arange(-reach, reach, spacing), np.arange(-reach, reach, 0.07)
    found: list[Line] = []
    for axis, across, kind, suffix in ((east, north, "along", "Street"), (north, east, "across", "Avenue")):
        names = cast("list[str]", pack.county()["streets"][kind])
        away = rows + 0.03 * random.normal(size=len(rows))
        points = np.array(town["at"]) + away[:, None, None] * across + steps[:, None] * axis
        good = _buildable(points, ring, shore, holes)
        for number, (line, fits) in enumerate(zip(points, good, strict=True)):
            name = f"{names[number % len(names)]} {suffix}"
            runs = [(a, b) for a, b in _runs(fits) if b - a > 6]
            found += [Line(name, town["name"], _xy(line[a]), _xy(line[b])) for a, b in runs]
    return found


def _buildable(points: Floats, town: Ring, shore: Ring, holes: list[Ring]) -> NDArrayBool:
    """Whether each point lies in the town, on land, and in no park or pond."""
    x, y = points[..., 0], points[..., 1]
    edge = np.array(shore)
    good: NDArrayBool = inside(town, x, y) & (x > np.interp(y, edge[:, 1], edge[:, 0]))
    for hole in holes:
        left, low = np.min(np.array(hole), axis=0)
        right, top = np.max(np.array(hole), axis=0)
        near = good & (x > left) & (x < right) & (y > low) & (y < top)
        if near.any():
            good[near] = ~inside(hole, x[near], y[near])
    return good


def _xy(row: Floats) -> Xy:
    return float(row[0]), float(row[1])


def _runs(good: NDArrayBool) -> list[tuple[int, int]]:
    """First and last positions of each unbroken run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def cut_up(lines: list[Line]) -> Pieces:
    """Cut streets into blocks of about 160 m and spread each town's residents over its own."""
    start, end, offset, street, town = [], [], [], [], []
    for line in lines:
        a, b = np.array(line.start), np.array(line.end)
        count = max(1, round(float(np.hypot(*(b - a))) / 0.16))
        cuts = np.linspace(0, 1, count + 1)[:, None]
        points = a + cuts * (b - a)
        start.append(points[:-1])
        end.append(points[1:])
        offset.append(cuts[:-1, 0] * float(np.hypot(*(b - a))))
        street += [line.name] * count
        town += [line.town] * count
    starts, ends = np.vstack(start), np.vstack(end)
    middle = (starts + ends) / 2
    residents = _spread(middle, town)
    return Pieces(
        starts, ends, np.concatenate(offset), tuple(street), tuple(town), nearest_beat(middle), residents
    )


def _spread(middle: Floats, town: list[str]) -> Floats:
    names = np.array(town)
    residents = np.zeros(len(names))
    for facts in pack.county()["towns"]:
        own = names == facts["name"]
        away = np.hypot(*(middle[own] - np.array(facts["at"])).T) / facts["radius"]
        homes = np.exp(-1.3 * away**2)
        residents[own] = facts["residents"] * homes / homes.sum()
    residents[names == ""] = RURAL / max(1, int((names == "").sum()))
    return residents
