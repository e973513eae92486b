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

    def where(self, kept: NDArray[np.bool_]) -> "Weighed":
        """Some of them."""
        return Weighed(self.left[kept], self.right[kept], self.bits[kept])

    def ends(self) -> list[tuple[int, int]]:
        """The two places of each."""
        return [*zip(self.left.tolist(), self.right.tolist(), strict=True)]


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


def grouped(
    numbers: NDArray[np.int64],
    pairs: Weighed,
    joining: Joining,
    never: Collection[tuple[int, int]] = (),
) -> NDArray[np.int64]:
    """Each place's group, named by its first place: of one person as far as is known, alone if need be.

    `pairs` holds the pairs within each neighbourhood (`numbers`, one for each place); one that it lacks
    speaks against with as much as any pair may. Costs the cube of a neighbourhood's size.
    """
    order = np.argsort(numbers, kind="stable")
    begins = np.concatenate([[True], np.diff(numbers[order]) != 0]) if len(order) else np.zeros(0, np.bool_)
    starts = np.flatnonzero(np.concatenate([begins, [True]]))
    block = np.empty(len(numbers), np.int64)
    block[order] = np.cumsum(begins) - 1
    forbidden = np.array([*never], np.int64).reshape(-1, 2)
    left = np.concatenate([pairs.left.astype(np.int64), forbidden[:, 0]])
    right = np.concatenate([pairs.right.astype(np.int64), forbidden[:, 1]])
    bits = np.concatenate([np.clip(pairs.bits, -joining.most, joining.most), np.full(len(forbidden), NEVER)])
    rows = np.flatnonzero(block[left] == block[right])
    rows = rows[np.argsort(block[left[rows]], kind="stable")]
    ends = np.searchsorted(block[left[rows]], np.arange(len(starts)))
    return joined(order, starts, ends, left[rows], right[rows], bits[rows],
                  np.array([joining.pair, joining.groups, joining.against, joining.most]))  # fmt: skip


@njit(cache=True)
def joined(
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    bits: Bits,
    joining: Bits,
) -> NDArray[np.int64]:
    """Each place's group: neighbourhood by neighbourhood the members (`order` from `starts` on) and the pairs
    (from `ends` on), later ones before earlier.
    """
    groups = np.arange(len(order))
    position = np.zeros(len(order), np.int64)
    for block in range(len(starts) - 1):
        if ends[block] == ends[block + 1]:
            continue
        members = order[starts[block] : starts[block + 1]]
        for place, member in enumerate(members):
            position[member] = place
        matrix = np.full((len(members), len(members)), -joining[3])
        for row in range(ends[block], ends[block + 1]):
            one, other = position[left[row]], position[right[row]]
            matrix[one, other] = matrix[other, one] = bits[row]
        for place, label in enumerate(agglomerated(matrix, joining[0], joining[1], joining[2])):
            groups[members[place]] = members[label]
    return groups


def lists(groups: NDArray[np.int64]) -> list[list[int]]:
    """The places of each group, in order."""
    order = np.argsort(groups, kind="stable")
    cuts = np.flatnonzero(np.diff(groups[order])) + 1
    return [part.tolist() for part in np.split(order, cuts) if len(part)]


@njit(cache=True)
def agglomerated(bits: Bits, pair: float, groups: float, against: float) -> NDArray[np.int64]:
    """A label for each row of a symmetric matrix, the first row of its group.

    The two groups with the highest mean join until none may: two single records from `pair` on, groups from
    `groups` on (see Joining). The matrix is used up.
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
