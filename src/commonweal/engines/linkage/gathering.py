"""The pairs worth comparing in full, from the blocks: those whose equal values say enough together.

Where two records share a key, what is equal between them is added up, in bits: a value that one record in a
thousand has says ten; a field that is known in both and equal in nothing takes some away. To tell one record
among all takes the logarithm of their number. Likeness is not looked at yet, so that a pair may lack some
bits of that: of n records, each then meets some 2^SPARE / 2 strangers by chance, however many they are.
Where records are few, all pairs that share a key are compared.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import log2

import numpy as np
from numba import njit
from numpy.typing import NDArray

from commonweal.engines.linkage.blocking import RULES, THREADS, block, feature_key, feature_keys, wanted_keys
from commonweal.engines.linkage.columns import Column, Columns

ALL_BELOW = 10_000  # records, of which all pairs that share a key are compared
SPARE = 7.0  # bits that may be lacking of those that tell one record among all
AGAINST = np.float32(1.5)  # bits that a field equal in nothing takes away
HELD = 40_000_000  # pairs that are gathered before those found twice are dropped
Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]
# What is looked at, kind by kind: of one kind the most that is equal counts, once.
KINDS: Mapping[str, tuple[str, ...]] = {
    "family": ("family", "starts", "sound"),
    "given": ("given", "root", "given_sound", "initial"),
    "year": ("year",),
    "day": ("day", "day_month_either_way"),
    "phone": ("phone",),
    "email": ("email",),
    "identifier": ("identifier",),
    "number": ("ssn_last4",),
    "postcode": ("postcode", "area"),
    "address": ("address",),
    "birth_place": ("birth_place",),
    "occupation": ("occupation",),
    "names": ("names_either_way",),
}


def pairs_worth(columns: Columns, link_type: str, all_below: int = ALL_BELOW) -> Pairs:
    """Places of the pairs worth comparing, each once, in order.

    `link_type` as in Settings: across sources, within each, or both.
    """
    looked, features = Looked(columns), feature_keys(columns)
    enough = np.float32(-np.inf if len(columns) < all_below else log2(len(columns)) - SPARE)
    which = {"link": 0, "dedupe": 1, "both": 2}[link_type]

    def within(rule: tuple[str, ...], wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        key, rows = block(features, rule, wanted)
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1], [True]])) if len(key) else key
        return gathered(rows, starts, looked.codes, looked.bits, looked.kinds,
                        columns.sources.codes, which, enough)  # fmt: skip

    once, found = np.zeros(0, np.int64), list[NDArray[np.int64]]()
    with ThreadPoolExecutor(THREADS) as threads:
        for part in threads.map(within, RULES, wanted_keys(features, len(columns))):
            found.append(part)
            if sum(map(len, found)) > max(HELD, len(once)):
                once, found = distinct([once, *found]), []
    pairs = distinct([once, *found])
    return (pairs // len(columns)).astype(np.int32), (pairs % max(1, len(columns))).astype(np.int32)


def distinct(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The numbers of all parts, each once, in order; by sorting, which needs half of a hash table's room."""
    pairs = np.concatenate(parts)
    pairs.sort()
    return np.asarray(pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs)


class Looked:
    """Each record's values of KINDS as numbers (records x features; 0 unknown), what an equal one says in
    bits, and each feature's kind.
    """

    def __init__(self, columns: Columns) -> None:
        """Count every value."""
        names = [(kind, name) for kind, group in enumerate(KINDS.values()) for name in group]
        self.codes = np.zeros((len(columns), len(names)), np.int32)
        self.bits = np.zeros((len(columns), len(names)), np.float32)
        self.kinds = np.array([kind for kind, _ in names], np.int8)
        for place, (_, name) in enumerate(names):
            codes, shares = counted(columns, name)
            self.codes[:, place] = codes
            self.bits[:, place] = np.where(codes, -np.log2(np.maximum(shares, 1e-12)), 0)[...]


def counted(columns: Columns, name: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Each record's value of a feature as a number, and the share of records that have the same."""
    if name in columns.texts:
        return with_shares(columns.texts[name])
    if name == "initial":
        return with_shares(columns.texts["given"].told(lambda text: text[:1], ""))
    keys, codes = np.unique(feature_key(columns, name), return_inverse=True)
    blank = int(not len(keys) or keys[0] != 0)  # where every record has one, no number stands for none yet
    return with_shares(Column(("",) * (len(keys) + blank), codes.astype(np.int32) + np.int32(blank)))


def with_shares(column: Column[str]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """A column's numbers, and of each record the share of its value."""
    return column.codes, column.shares()[column.codes]


@njit(cache=True, nogil=True)
def gathered(
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    codes: NDArray[np.int32],
    bits: NDArray[np.float32],
    kinds: NDArray[np.int8],
    sources: NDArray[np.int32],
    which: int,
    enough: np.float32,
) -> NDArray[np.int64]:
    """Pairs within blocks, as the lower place times the number of records plus the higher."""
    size, held = np.int64(len(codes)), 0
    found = np.empty(1024, np.int64)
    for at in range(len(starts) - 1):
        for i in range(starts[at], starts[at + 1]):
            for j in range(i + 1, starts[at + 1]):
                a, b = min(rows[i], rows[j]), max(rows[i], rows[j])
                if which != 2 and (sources[a] == sources[b]) != (which == 1):
                    continue
                if said(codes, bits, kinds, a, b) < enough:
                    continue
                if held == len(found):
                    grown = np.empty(2 * held, np.int64)
                    grown[:held] = found
                    found = grown
                found[held] = a * size + b
                held += 1
    return found[:held].copy()


@njit(cache=True, nogil=True)
def said(
    codes: NDArray[np.int32], bits: NDArray[np.float32], kinds: NDArray[np.int8], a: int, b: int
) -> np.float32:
    """What is equal between two records, in bits."""
    total, most, known = np.float32(0), np.float32(0), False
    for place in range(len(kinds)):
        one, other = codes[a, place], codes[b, place]
        if one != 0 and other != 0:
            known = True
            if one == other and bits[a, place] > most:
                most = bits[a, place]
        if place + 1 == len(kinds) or kinds[place + 1] != kinds[place]:
            if most > 0:
                total += most
            elif known:
                total -= AGAINST
            most, known = np.float32(0), False
    return total
