"""Encodings side by side: Dice on packed bits, and the pairs worth comparing by locality-sensitive hashing.

Buckets come from samples of the encoded bits (Hamming LSH: Indyk & Motwani 1998; Durham 2012; Karapiperis &
Verykios 2015), drawn from the fingerprint that the parties agreed on. They are computed where the encodings
are, so that the parties send nothing further: keys of clear text sent for blocking would be a second,
weaker encoding to attack.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]
TABLES = 240
ALL_BELOW = 400_000_000  # pairs that are all compared
BUDGET = 0.12  # of all pairs that are compared where there are more
SAMPLED = (10, 40)  # bits in a bucket's key: the fewest that keep the budget
KEPT = 3  # best partners remembered of each record


@dataclass(frozen=True)
class Encoded:
    """One party's encodings: an opaque id and a row of 64-bit words for each record."""

    source: str
    ids: tuple[str, ...]
    bits: Words

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the ids."""
        if self.bits.ndim != 2 or len(self.bits) != len(self.ids):
            raise ValueError(f"bits: {self.bits.shape}; give one row for each of {len(self.ids)} ids")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("ids: one stands twice; every record needs an id of its own")


@njit(cache=True)
def ones(word: np.uint64) -> int:
    """How many bits of a word are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True)
def weights(bits: Words) -> NDArray[np.int64]:
    """How many bits each row sets."""
    found = np.zeros(len(bits), np.int64)
    for row in range(len(bits)):
        for word in range(bits.shape[1]):
            found[row] += ones(bits[row, word])
    return found


@njit(cache=True)
def likeness(one: Words, other: Words, both: int) -> float:
    """Dice of two rows that together set `both` bits; 0 where none is set."""
    shared = 0
    for word in range(len(one)):
        shared += ones(one[word] & other[word])
    return 2.0 * shared / both if both else 0.0


def dice(left: Words, right: Words) -> float:
    """Dice's coefficient of two rows of words: 1 for equal bits, 0 for none in common."""
    both = int(weights(left.reshape(1, -1))[0] + weights(right.reshape(1, -1))[0])
    return float(likeness(left, right, both))


@njit(cache=True)
def remembered(
    best: NDArray[np.float64], partner: NDArray[np.int64], row: int, other: int, score: float
) -> None:
    """Keep a partner among the best of a row, once, highest first."""
    last = best.shape[1] - 1
    if score <= best[row, last]:
        return
    for place in range(last + 1):
        if partner[row, place] == other:
            return
    place = last
    while place > 0 and best[row, place - 1] < score:
        best[row, place], partner[row, place] = best[row, place - 1], partner[row, place - 1]
        place -= 1
    best[row, place], partner[row, place] = score, other


@dataclass(frozen=True)
class Best:
    """For each row its best partners and how alike they are, highest first; -1 and 0 where there are none."""

    partner: NDArray[np.int64]
    score: NDArray[np.float64]

    @classmethod
    def empty(cls, rows: int, kept: int = KEPT) -> "Best":
        """Nobody yet."""
        return cls(np.full((rows, kept), -1, np.int64), np.zeros((rows, kept)))


@njit(cache=True)
def compare_all(
    left: Words, right: Words, rows: NDArray[np.int64], partner: NDArray[np.int64], score: NDArray[np.float64]
) -> None:
    """The best partners in `right` of some rows of `left`, every pair compared."""
    of_left, of_right = weights(left), weights(right)
    for place in range(len(rows)):
        one = rows[place]
        for other in range(len(right)):
            found = likeness(left[one], right[other], of_left[one] + of_right[other])
            remembered(score, partner, place, other, found)


def best_of(left: Encoded, right: Encoded, rows: NDArray[np.int64]) -> Best:
    """The best partners of some rows of `left`, with all of `right` compared."""
    found = Best.empty(len(rows))
    compare_all(left.bits, right.bits, rows, found.partner, found.score)
    return found


@njit(cache=True)
def compare_buckets(
    sides: tuple[Words, Words],
    orders: tuple[NDArray[np.int64], NDArray[np.int64]],
    keys: tuple[Words, Words],
    counts: tuple[NDArray[np.int64], NDArray[np.int64]],
    of_left: tuple[NDArray[np.int64], NDArray[np.float64]],
    of_right: tuple[NDArray[np.int64], NDArray[np.float64]],
) -> None:
    """Compare rows that have one key, both sides in order of it; remember the best partners of both."""
    begin = 0
    for place in range(len(orders[0])):
        one = orders[0][place]
        key = keys[0][one]
        while begin < len(orders[1]) and keys[1][orders[1][begin]] < key:
            begin += 1
        at = begin
        while at < len(orders[1]) and keys[1][orders[1][at]] == key:
            other = orders[1][at]
            found = likeness(sides[0][one], sides[1][other], counts[0][one] + counts[1][other])
            remembered(of_left[1], of_left[0], one, other, found)
            remembered(of_right[1], of_right[0], other, one, found)
            at += 1


def best_pairs(left: Encoded, right: Encoded, seed: str) -> tuple[Best, Best]:
    """The best partners of every row of both sides: of all pairs where they are few, else of buckets."""
    every = len(left.ids) * len(right.ids)
    mine, theirs = Best.empty(len(left.ids)), Best.empty(len(right.ids))
    counts = weights(left.bits), weights(right.bits)
    for keys in tables(left.bits, right.bits, seed) if every > ALL_BELOW else whole(left.bits, right.bits):
        orders = np.argsort(keys[0], kind="stable"), np.argsort(keys[1], kind="stable")
        compare_buckets(
            (left.bits, right.bits), orders, keys, counts,
            (mine.partner, mine.score), (theirs.partner, theirs.score),
        )  # fmt: skip
    return mine, theirs


def whole(left: Words, right: Words) -> Iterator[tuple[Words, Words]]:
    """One bucket for all."""
    yield np.zeros(len(left), np.uint64), np.zeros(len(right), np.uint64)


def tables(left: Words, right: Words, seed: str) -> Iterator[tuple[Words, Words]]:
    """Keys of both sides, a table at a time: sampled bits, more of them until the budget is kept."""
    most = BUDGET * len(left) * len(right) / TABLES
    for table in range(TABLES):
        drawn = hashlib.shake_256(f"{seed}\x1f{table}".encode()).digest(4 * left.shape[1] * 64)
        order = np.argsort(np.frombuffer(drawn, "<u4"), kind="stable")
        keys = np.zeros(len(left), np.uint64), np.zeros(len(right), np.uint64)
        for count, place in enumerate(order[: SAMPLED[1]].tolist(), start=1):
            keys = sampled(left, keys[0], place), sampled(right, keys[1], place)
            if count >= SAMPLED[0] and collisions(*keys) <= most:
                break
        yield keys


def sampled(bits: Words, keys: Words, place: int) -> Words:
    """Keys with one more bit of each row."""
    bit = (bits[:, place // 64] >> np.uint64(place % 64)) & np.uint64(1)
    return (keys << np.uint64(1)) | bit


def collisions(left: Words, right: Words) -> int:
    """How many pairs have one key."""
    values, counts = np.unique(left, return_counts=True)
    others, more = np.unique(right, return_counts=True)
    _, mine, theirs = np.intersect1d(values, others, return_indices=True)
    return int((counts[mine] * more[theirs]).sum())
