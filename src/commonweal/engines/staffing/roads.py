"""Minutes by road: a graph of streets and the shortest ways between places, in compiled loops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.numerics import Floats, Place, haversine_km
from commonweal.engines.numerics.compiled import compiled, compiled_leaf

Ints = NDArray[np.int64]
Nodes = NDArray[np.int32]
CLASSES: Mapping[str, float] = {  # km/h where a street says nothing else: local choices
    "motorway": 95,
    "trunk": 75,
    "primary": 55,
    "secondary": 50,
    "tertiary": 45,
    "residential": 32,
    "service": 18,
}
USUAL = 40.0


@dataclass(frozen=True)
class Street:
    """A street as a map has it: its points (lon, lat) in order, its class, whether it goes one way."""

    points: Sequence[Place]
    kind: str = ""
    one_way: bool = False
    kmh: float | None = None


@dataclass(frozen=True, eq=False)
class Roads:
    """Ways out of each node n, those from `first[n]` to `first[n + 1]`: to node `end` in `minutes`.

    `places`: lon and lat of each node, where they are known.
    """

    first: Ints
    end: Ints
    minutes: Floats
    places: Floats

    @classmethod
    def of(cls, nodes: int, start: Ints, end: Ints, minutes: Floats, places: Floats | None = None) -> "Roads":
        """A graph from its ways, in any order; ValueError for ways of no or negative length."""
        if len(minutes) and (not np.isfinite(minutes).all() or minutes.min() < 0):
            raise ValueError("minutes: holds a negative or missing value; give each way zero or more")
        if len(start) and (min(start.min(), end.min()) < 0 or max(start.max(), end.max()) >= nodes):
            raise ValueError(f"start, end: name nodes 0 to {nodes - 1}")
        order = np.argsort(start, kind="stable")
        first = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=nodes))])
        known = np.zeros((nodes, 2)) if places is None else places
        return cls(
            first.astype(np.int64), end[order].astype(np.int64), minutes[order].astype(np.float64), known
        )

    @property
    def nodes(self) -> int:
        """How many there are."""
        return len(self.first) - 1

    def turned(self) -> "Roads":
        """The same streets driven the other way."""
        start = np.repeat(np.arange(self.nodes), np.diff(self.first))
        return Roads.of(self.nodes, self.end, start, self.minutes, self.places)

    def nearest(self, places: Sequence[Place]) -> Ints:
        """The node nearest to each place, as the crow flies."""
        from scipy.spatial import cKDTree

        flat = np.array([np.cos(np.radians(self.places[:, 1].mean())), 1.0])
        return np.asarray(cKDTree(self.places * flat).query(np.array(places) * flat)[1], dtype=np.int64)

    def matrix(self, sources: Ints, targets: Ints) -> Floats:
        """Minutes from each source to each target, inf where there is no way.

        Searches begin at whichever side has fewer nodes and end when all of the other are reached.
        """
        if len(targets) < len(sources):
            return self.turned().matrix(targets, sources).T
        table = np.empty((len(sources), len(targets)))
        reached(self.first, self.end, self.minutes, sources, targets, table)
        return table


def of_streets(streets: Sequence[Street], pace: float = 1.0) -> Roads:
    """A graph from streets that meet where they share a point; `pace` below 1 is slow traffic.

    ValueError where there is no street to drive on.
    """
    number: dict[tuple[float, float], int] = {}
    start, end, minutes = [], [], []
    for street in streets:
        speed = (street.kmh or CLASSES.get(street.kind, USUAL)) * pace
        for a, b in zip(street.points, street.points[1:], strict=False):
            one, two = (number.setdefault((round(p[0], 6), round(p[1], 6)), len(number)) for p in (a, b))
            takes = 60 * haversine_km(a, b) / speed
            for x, y in ((one, two),) if street.one_way else ((one, two), (two, one)):
                start.append(x)
                end.append(y)
                minutes.append(takes)
    if not start:
        raise ValueError("streets: none with two points; give lines to drive on")
    return Roads.of(
        len(number),
        np.array(start),
        np.array(end),
        np.array(minutes),
        np.array(list(number), dtype=np.float64),
    )


@compiled
def reached(first: Ints, end: Ints, minutes: Floats, sources: Ints, targets: Ints, table: Floats) -> None:
    """The shortest ways from each source, until every target is settled.

    Nodes wait in rows by how far they are, each as wide as a usual way; the nearest row is worked until it is
    empty, a node again where it came nearer (U. Meyer, P. Sanders, Journal of Algorithms 49 (2003) 114-152).
    """
    nodes, longest = len(first) - 1, minutes.max() if len(minutes) else 0.0
    pace = 1 / max(minutes.mean(), longest / 4096, 1e-9) if len(minutes) else 1.0
    rows = int(longest * pace) + 2
    stamp, wanted = np.zeros(nodes, dtype=np.int64), np.zeros(nodes, dtype=np.bool_)
    wanted[targets] = True
    goal = wanted.sum()
    best, head = np.empty(nodes), np.full(rows, -1, dtype=np.int32)
    after, before = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    row_of = np.empty(nodes, dtype=np.int32)  # -1 for a node that waits nowhere
    for number in range(len(sources)):
        best[:] = np.inf
        row_of[:] = -1
        head[:] = -1
        best[sources[number]] = 0.0
        put(sources[number], 0, head, after, before, row_of)
        count, left, now = 1, goal, 0
        while count > 0 and left > 0:
            row = now % rows
            while head[row] >= 0:
                node = head[row]
                take(node, head, after, before, row_of)
                count -= 1
                if wanted[node] and stamp[node] <= number:
                    stamp[node] = number + 1
                    left -= 1
                for way in range(first[node], first[node + 1]):
                    other, there = end[way], best[node] + minutes[way]
                    if there < best[other]:
                        best[other] = there
                        if row_of[other] >= 0:
                            take(other, head, after, before, row_of)
                            count -= 1
                        put(other, int(there * pace) % rows, head, after, before, row_of)
                        count += 1
            now += 1
        for column in range(len(targets)):
            table[number, column] = best[targets[column]]


@compiled_leaf
def put(node: int, row: int, head: Nodes, after: Nodes, before: Nodes, row_of: Nodes) -> None:
    """Let a node wait in a row."""
    after[node], before[node], row_of[node] = head[row], -1, row
    if head[row] >= 0:
        before[head[row]] = node
    head[row] = node


@compiled_leaf
def take(node: int, head: Nodes, after: Nodes, before: Nodes, row_of: Nodes) -> None:
    """Take a node out of its row."""
    if before[node] >= 0:
        after[before[node]] = after[node]
    else:
        head[row_of[node]] = after[node]
    if after[node] >= 0:
        before[after[node]] = before[node]
    row_of[node] = -1
