"""Who is one person, from pairs: joined best first by what all pairs between two groups say together.

Average linkage over bits of evidence: several weak links join what no single one would, and a chain of
likeness does not, since the pairs at its ends speak against it: more than half of the pairs must not. A
human's "no" is never crossed.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Places = NDArray[np.int32]
Bits = NDArray[np.float64]
LARGEST = 400  # records in one neighbourhood; a larger one is cut at its weakest links
NEVER = -1e9


@dataclass(frozen=True)
class Weighed:
    """Pairs of records by place, with the bits that speak for one person."""

    left: Places
    right: Places
    bits: Bits


@dataclass(frozen=True)
class Joining:
    """From which bits two records join, and from which mean two groups do; how many bits one pair may say.

    A pair below `against` bits speaks against a join, and more than half of the pairs must not.
    """

    pair: float
    groups: float
    against: float
    most: float = 30.0


def neighbourhoods(size: int, pairs: Weighed, floor: float) -> NDArray[np.int64]:
    """A number for each record: those joined by any chain of pairs from `floor` bits on share one.

    Neighbourhoods above LARGEST are taken apart again from a higher floor.
    """
    numbers = np.arange(size, dtype=np.int64)
    within = pairs.bits >= floor
    left, right, bits = pairs.left[within], pairs.right[within], pairs.bits[within]
    while len(left):
        graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
        _, found = connected_components(graph, directed=False)
        sizes = np.bincount(found)
        small = sizes[found] <= LARGEST
        _, first = np.unique(found, return_index=True)
        touched = np.zeros(size, np.bool_)
        touched[left] = touched[right] = True
        settled = touched & small
        numbers[settled] = first[found[settled]]
        floor += 1.0
        rest = ~small[left] & (bits >= floor)
        left, right, bits = left[rest], right[rest], bits[rest]
    return numbers


def clusters(
    numbers: NDArray[np.int64],
    pairs: Weighed,
    joining: Joining,
    never: Collection[tuple[int, int]] = (),
) -> list[list[int]]:
    """Groups of places, each of one person as far as is known; every place is in exactly one, alone if need
    be.

    `pairs` holds the pairs within each neighbourhood (`numbers`, one for each place); one that it lacks
    speaks against with as much as any pair may. Costs the cube of a neighbourhood's size.
    """
    position = np.zeros(len(numbers), np.int64)
    forbidden = by_neighbourhood(numbers, np.array([*never], np.int64).reshape(-1, 2))
    inside = by_neighbourhood(numbers, np.stack([pairs.left, pairs.right], axis=1).astype(np.int64))
    groups: list[list[int]] = []
    for members in np.split(
        np.argsort(numbers, kind="stable"), np.flatnonzero(np.diff(np.sort(numbers))) + 1
    ):
        number = int(numbers[members[0]]) if len(members) else -1
        if number not in inside:
            groups += [[int(place)] for place in members]
            continue
        position[members] = np.arange(len(members))
        matrix = np.full((len(members), len(members)), -joining.most)
        rows = inside[number]
        filled(matrix, position[pairs.left[rows]], position[pairs.right[rows]],
               np.clip(pairs.bits[rows], -joining.most, joining.most))  # fmt: skip
        for a, b in [[*never][row] for row in forbidden.get(number, ())]:
            filled(matrix, position[[a]], position[[b]], np.array([NEVER]))
        labels = agglomerated(matrix, joining.pair, joining.groups, joining.against)
        groups += [members[labels == label].tolist() for label in np.unique(labels)]
    return sorted(groups)


def filled(matrix: Bits, rows: NDArray[np.int64], columns: NDArray[np.int64], bits: Bits) -> None:
    """Set bits on both sides of the diagonal."""
    matrix[rows, columns] = matrix[columns, rows] = bits


def by_neighbourhood(numbers: NDArray[np.int64], pairs: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """Which rows of `pairs` lie within each neighbourhood; those across two are left out."""
    rows = np.flatnonzero(numbers[pairs[:, 0]] == numbers[pairs[:, 1]])
    rows = rows[np.argsort(numbers[pairs[rows, 0]], kind="stable")]
    found = numbers[pairs[rows, 0]]
    cuts = np.flatnonzero(np.diff(found)) + 1
    return {int(numbers[pairs[part[0], 0]]): part for part in np.split(rows, cuts) if len(part)}


@njit(cache=True)
def agglomerated(bits: Bits, pair: float, groups: float, against: float) -> NDArray[np.int64]:
    """A label for each row of a symmetric matrix: the two groups with the highest mean join until none may.

    Two single records join from `pair` on, groups from `groups` on (see Joining). The matrix is used up.
    """
    size = np.ones(len(bits))
    fitting = np.where(bits >= against, 1.0, 0.0)  # share of the pairs between two groups
    labels = np.arange(len(bits))
    while True:
        best, one, other = -np.inf, -1, -1
        for i in range(len(bits)):
            for j in range(i + 1, len(bits) if size[i] > 0 else 0):
                enough = pair if size[i] * size[j] == 1 else groups
                if size[j] > 0 and fitting[i, j] > 0.5 and bits[i, j] >= enough and bits[i, j] > best:
                    best, one, other = bits[i, j], i, j
        if one < 0:
            return labels
        for k in range(len(bits)):
            part = size[one] / (size[one] + size[other])
            bits[one, k] = bits[k, one] = bits[one, k] * part + bits[other, k] * (1 - part)
            fitting[one, k] = fitting[k, one] = fitting[one, k] * part + fitting[other, k] * (1 - part)
            if labels[k] == other:
                labels[k] = one
        size[one] += size[other]
        size[other] = 0
