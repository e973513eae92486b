"""The best records for a query: buckets are opened in order of evidence until nothing better can be left."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.searching.columns import Column, Layout, Table
from commonweal.engines.linkage.searching.scoring import Asked, score
from commonweal.engines.numerics.compiled import compiled

Best = tuple[Column, NDArray[np.float64]]


class Walk(NamedTuple):
    """Buckets in order of `bits`, the evidence that a record in one already has, and when to stop.

    `most` records are scored at most. The walk ends when the last of the best has `factor` times the bits of
    the next bucket: a record in no earlier bucket has no pair of agreements worth more, hence, with n things
    asked, no sum of more than n / 2 such pairs.
    """

    buckets: NDArray[np.int64]
    bits: NDArray[np.float32]
    starts: NDArray[np.uint32]
    records: Column
    most: int
    factor: float


class People(NamedTuple):
    """The records: their table, which of it are hidden, and later ones (numbered on), which are in no bucket.

    `is_small`: all records are compared, and no bucket is opened.
    """

    table: Table
    hidden: NDArray[np.bool_]
    later: Table
    layout: Layout
    is_small: bool


@compiled
def placed(places: Column, bits: NDArray[np.float64], record: int, found: float) -> None:
    """Put a record among the best, if it belongs there; the earlier record first where equal."""
    at = len(places) - 1
    if found < bits[at] or (found == bits[at] and record > places[at] >= 0):
        return
    while at > 0 and (found > bits[at - 1] or (found == bits[at - 1] and record < places[at - 1])):
        bits[at], places[at] = bits[at - 1], places[at - 1]
        at -= 1
    bits[at], places[at] = found, record


@compiled
def is_new(seen: Column, record: int) -> bool:
    """Whether a record was not met before; it is then noted (open addressing, the size a power of two)."""
    last = len(seen) - 1
    at = (np.int64(record) * 2654435761) & last
    while seen[at] != record and seen[at] != -1:
        at = (at + 1) & last
    if seen[at] == record:
        return False
    seen[at] = record
    return True


@compiled
def best_of(walk: Walk, people: People, asked: Asked, top: int) -> Best:
    """The `top` records with most bits, best first; hidden ones never."""
    places, bits = np.full(top, -1, dtype=np.int32), np.full(top, -np.inf)
    for record in range(len(people.table) if people.is_small else 0):
        if not people.hidden[record]:
            placed(places, bits, record, score(people.table[record], people.layout, asked))
    for record in range(len(people.later)):
        found = score(people.later[record], people.layout, asked)
        placed(places, bits, len(people.table) + record, found)
    seen = np.full(1 << int(np.ceil(np.log2(4.0 * walk.most + 64))), -1, dtype=np.int32)
    left = walk.most
    for turn in range(len(walk.buckets)):
        if left <= 0 or bits[top - 1] >= walk.factor * walk.bits[turn]:
            break
        bucket = walk.buckets[turn]
        for at in range(walk.starts[bucket], min(walk.starts[bucket + 1], walk.starts[bucket] + left)):
            record = walk.records[at]
            if not people.hidden[record] and is_new(seen, record):
                placed(places, bits, record, score(people.table[record], people.layout, asked))
                left -= 1
    kept = np.sum(places >= 0)
    return places[:kept], bits[:kept]
