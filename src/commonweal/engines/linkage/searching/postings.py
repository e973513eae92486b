"""Where to look: keys that a record shares with a query even when both are partly wrong.

A key joins a name with a second thing known (another name, the birth year, day and month in either order, a
rare word of the address, a code), or stands alone where it is rare enough (a birth date, a code, a house
number with its street). Keys are hashed into buckets without being stored: a stranger there costs one look.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.searching.columns import Column, Columns, Layout, Table
from commonweal.engines.numerics.compiled import compiled

PAIR, YEAR, DAY, INITIAL, WORD, BORN, NAME, CODE = 1, 2, 3, 4, 5, 6, 7, 8  # a code's kinds begin at CODE
WITH_CODE, WORD_CODE = 32, 64  # a name with a code, a word with a code
MOST_KEYS = 200
SEVERAL = np.uint64(0x9E3779B97F4A7C15)
Keys = NDArray[np.uint64]


class Marks(NamedTuple):
    """What making keys needs to know of words: each name's first letter, and which words are rare."""

    initials: NDArray[np.uint8]
    is_rare: NDArray[np.bool_]


@dataclass(frozen=True)
class Postings:
    """Buckets of records: those of bucket b are `records[starts[b]:starts[b + 1]]`."""

    starts: NDArray[np.uint32]
    records: Column

    @property
    def shift(self) -> int:
        """How far a hash is shifted to become a bucket."""
        return 64 - (len(self.starts) - 1).bit_length() + 1

    def buckets(self, keys: Keys) -> NDArray[np.int64]:
        """The bucket of each key."""
        return (keys >> np.uint64(self.shift)).astype(np.int64)


@compiled
def key(kind: int, first: int, second: int) -> np.uint64:
    """A key as 64 well mixed bits (the finaliser of splitmix64; Steele, Lea & Flood 2014)."""
    mixed = np.uint64(first) * SEVERAL + np.uint64(second)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(kind)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@compiled
def pair(one: int, other: int) -> np.uint64:
    """The key of two names in either order."""
    return key(PAIR, min(one, other), max(one, other))


@compiled
def day_of(born: int) -> int:
    """Day and month in either order, as a number; 0 unless both are known."""
    month, day = born // 100 % 100, born % 100
    return min(month, day) * 100 + max(month, day) if month and day else 0


@compiled
def code_at(row: Column, layout: Layout, place: int) -> int:
    """A record's code as a number; 0 or below where unknown."""
    at = layout.given + layout.family + layout.words + 2 + 2 * place
    return int((np.int64(row[at + 1]) << 32) | (np.int64(row[at]) & 0xFFFFFFFF))


@compiled
def keys_of(row: Column, layout: Layout, marks: Marks, found: Keys) -> int:
    """Write a record's keys into `found`; how many."""
    names = layout.given + layout.family
    end = names + layout.words
    born = row[end]
    count = 0
    if born:
        found[count] = key(BORN, born, 0)
        count += 1
    for place in range(layout.codes):
        if code_at(row, layout, place) > 0:
            found[count] = key(CODE + place, code_at(row, layout, place), 0)
            count += 1
    for at in range(names, end):
        if row[at] and marks.is_rare[row[at]]:
            for place in range(layout.codes):
                if code_at(row, layout, place) > 0:
                    found[count] = key(WORD_CODE + place, row[at], code_at(row, layout, place))
                    count += 1
    for at in range(names):
        if row[at] and count < MOST_KEYS - 40:
            count = name_keys(row, at, layout, marks, found, count)
    return count


@compiled
def name_keys(row: Column, at: int, layout: Layout, marks: Marks, found: Keys, count: int) -> int:
    """Write the keys that one name of a record joins with the rest; how many there are then."""
    names = layout.given + layout.family
    name, born = row[at], row[names + layout.words]
    found[count] = key(NAME, name, 0)
    count += 1
    if born:
        found[count], found[count + 1] = key(YEAR, name, born // 10_000), key(DAY, name, day_of(born))
        count += 2
    for other in range(layout.given, names) if at < layout.given else range(layout.given):
        if row[other]:
            found[count] = key(INITIAL, name, marks.initials[row[other]])
            count += 1
            if at < layout.given:
                found[count] = pair(name, row[other])
                count += 1
    for word in range(names, names + layout.words):
        if row[word] and marks.is_rare[row[word]]:
            found[count] = key(WORD, name, row[word])
            count += 1
    for place in range(layout.codes):
        if code_at(row, layout, place) > 0:
            found[count] = key(WITH_CODE + place, name, code_at(row, layout, place))
            count += 1
    return count


@compiled
def counted_keys(table: Table, layout: Layout, marks: Marks, shift: int) -> NDArray[np.uint32]:
    """How many records each bucket will hold, as the places where the buckets end."""
    ends = np.zeros((1 << (64 - shift)) + 1, dtype=np.uint32)
    found = np.zeros(MOST_KEYS, dtype=np.uint64)
    for record in range(len(table)):
        for place in range(keys_of(table[record], layout, marks, found)):
            ends[found[place] >> np.uint64(shift)] += np.uint32(1)
    for bucket in range(1, len(ends)):
        ends[bucket] += ends[bucket - 1]
    return ends


@compiled
def filled(table: Table, layout: Layout, marks: Marks, shift: int, ends: NDArray[np.uint32]) -> Column:
    """The records of every bucket; `ends` become the places where the buckets start."""
    records = np.zeros(ends[-1], dtype=np.int32)
    found = np.zeros(MOST_KEYS, dtype=np.uint64)
    for record in range(len(table) - 1, -1, -1):
        for place in range(keys_of(table[record], layout, marks, found)):
            bucket = found[place] >> np.uint64(shift)
            ends[bucket] -= np.uint32(1)
            records[ends[bucket]] = record
    return records


def postings_of(people: Columns, rare: float = 0.002) -> Postings:
    """Buckets for all records; words that more than a share of `rare` of them hold make no keys.

    Buckets are half as many as the keys, to a power of two: two strangers a bucket on average.
    """
    marks = marks_of(people, rare)
    sample = people.table[:: max(1, len(people.table) // 2000)]
    found = np.zeros(MOST_KEYS, dtype=np.uint64)
    each = sum(keys_of(row, people.layout, marks, found) for row in sample) / max(1, len(sample))
    bits = max(8, int(np.ceil(np.log2(max(2.0, each * len(people.table) / 2)))))
    ends = counted_keys(people.table, people.layout, marks, 64 - bits)
    return Postings(starts=ends, records=filled(people.table, people.layout, marks, 64 - bits, ends))


def marks_of(people: Columns, rare: float) -> Marks:
    """First letters of names, and which words are rare enough to look under."""
    return Marks(
        people.names.letters[:, 0].copy(), people.words.counts <= max(20.0, rare * len(people.table))
    )


@compiled
def keys_of_lists(kind: int, firsts: Column, second: int) -> Keys:
    """Keys that join each of `firsts` with one thing."""
    found = np.zeros(len(firsts), dtype=np.uint64)
    for place in range(len(firsts)):
        found[place] = key(kind, firsts[place], second)
    return found


@compiled
def pairs_of_lists(ones: Column, others: Column) -> Keys:
    """Keys of every pair between two lists of names, row by row."""
    found = np.zeros(len(ones) * len(others), dtype=np.uint64)
    for place in range(len(found)):
        found[place] = pair(ones[place // len(others)], others[place % len(others)])
    return found
