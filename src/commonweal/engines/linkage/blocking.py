"""Which pairs are worth comparing: those that share a combination of values that few records share.

A rare value alone brings its records together; a common one only with a second, or a third. Where a
combination is rare enough, those that contain it are not asked. How few is few follows from a budget of
pairs a record, so that a common name never explodes, and what is common is found in the data, never set.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from commonweal.engines.linkage.columns import Column, Columns
from commonweal.engines.linkage.records import Normal

THREADS = min(4, os.cpu_count() or 1)  # each holds a rule's keys of all records
PAIRS_A_RECORD = 120  # worth a look
LARGEST = (200, 140, 100, 70, 50, 35, 25, 18, 12, 8, 5)  # block sizes that are tried
MANY = 60_000  # block sizes are counted no further than somewhat above this
Key = NDArray[np.int64]  # one for each record; 0 where a record has no key
Keys = NDArray[np.int64]  # the same, rules x records
Sizes = NDArray[np.uint16]  # how many records share each record's key, rules x records


@dataclass(frozen=True)
class Part:
    """What a feature takes from one field; unless `needed`, the feature stands without it.

    Parts of one `salt` are the same in either order.
    """

    field: str
    read: Callable[[Any], str] = str
    salt: str = ""
    needed: bool = True


def day_of(born: str) -> str:
    """Month and day of a birth date; none of the first of January, which stands for an unknown day."""
    return "" if born[4:] == "-01-01" or len(born) < 10 else born[5:]


def beginning(length: int) -> Callable[[str], str]:
    """So many first characters."""
    return lambda text: text[:length]


def first(values: frozenset[str]) -> str:
    """The first of a set of words in their order."""
    return min(values, default="")


# What records of one person are likely to share. Two or three of the first kind together make a key, too.
COMBINED: Mapping[str, tuple[Part, ...]] = {
    "root": (Part("root"),),
    "sound": (Part("sound"),),
    "year": (Part("born", beginning(4)),),
    "day": (Part("born", day_of),),
    "area": (Part("area"),),
    "birth_place": (Part("birth_place"),),
    "occupation": (Part("callings", first),),
    "starts": (Part("family", beginning(3)),),
}
ALONE: Mapping[str, tuple[Part, ...]] = {
    **{name: (Part(name),) for name in ("phone", "email", "identifier", "postcode", "address", "family")},
    "names_either_way": (Part("given", salt="name"), Part("family", salt="name")),
    "sounds_either_way": (Part("given_sound", salt="sound"), Part("sound", salt="sound")),
    "day_month_either_way": (Part("born", salt="date"), Part("swapped", salt="date")),
    "number_and_sound": (Part("ssn_last4"), Part("sound", needed=False)),
    "number_and_day": (Part("ssn_last4"), Part("born", beginning(4), needed=False)),
    "address_and_given": (Part("address"), Part("given", beginning(1), needed=False)),
    "beginnings": (
        Part("family", beginning(4)), Part("given", beginning(3)), Part("born", beginning(3), needed=False),
    ),
}  # fmt: skip
FEATURES: Mapping[str, tuple[Part, ...]] = {**COMBINED, **ALONE}
RULES: tuple[tuple[str, ...], ...] = (
    *((name,) for name in FEATURES),
    *(
        names
        for size in (2, 3)
        for names in combinations(COMBINED, size)
        if not {"sound", "starts"} <= {*names}
    ),
)
PARTS: Mapping[tuple[str, ...], tuple[int, ...]] = {
    rule: tuple(n for n, part in enumerate(RULES) if set(part) < set(rule)) for rule in RULES
}


@lru_cache(maxsize=100_000)
def hashed(salt: str, value: str) -> int:
    """A value as a whole number below 2^57, the same in every process; 0 for none."""
    if not value:
        return 0
    return int.from_bytes(hashlib.blake2b(f"{salt}|{value}".encode(), digest_size=7).digest(), "big") + 1


def salt_of(feature: str, place: int, part: Part) -> str:
    """By what a part is told from others: its place in the feature, or what it shares with another."""
    return f"{feature}|{part.salt or place}"


def own_keys(record: Normal) -> list[int]:
    """A record's key under each rule, however many share it; 0 for none."""
    found: dict[str, int] = {}
    for name, parts in FEATURES.items():
        told = [hashed(salt_of(name, n, p), p.read(getattr(record, p.field))) for n, p in enumerate(parts)]
        whole = all(value for value, part in zip(told, parts, strict=True) if part.needed)
        found[name] = sum(told) if whole else 0
    return [sum(part) if all(part := [found[name] for name in rule]) else 0 for rule in RULES]


def feature_keys(columns: Columns) -> dict[str, Key]:
    """Every record's number under each feature; 0 for none."""
    return {name: feature_key(columns, name) for name in FEATURES}


def feature_key(columns: Columns, name: str) -> Key:
    """Every record's number under one feature; 0 for none."""
    total, whole = np.zeros(len(columns), np.int64), np.ones(len(columns), np.bool_)
    for n, part in enumerate(FEATURES[name]):
        column: Column[Any] = columns.texts.get(part.field) or columns.sets[part.field]
        salt = salt_of(name, n, part)
        told = np.array([hashed(salt, part.read(value)) for value in column.values], np.int64)[column.codes]
        total += told
        whole &= (told != 0) | (not part.needed)
    total[~whole] = 0
    return total


def key_of(features: Mapping[str, Key], rule: tuple[str, ...]) -> Key:
    """Every record's key under a rule."""
    if len(rule) == 1:
        return features[rule[0]]
    known = np.logical_and.reduce([features[name] != 0 for name in rule])
    return np.asarray(np.where(known, sum(features[name] for name in rule), 0))


def sizes_of(key: Key) -> Sizes:
    """How many records share each record's key; 0 where it has none."""
    _, places, counts = np.unique(key, return_inverse=True, return_counts=True)
    return np.where(key == 0, 0, np.minimum(counts, MANY)[places]).astype(np.uint16)


def all_sizes(features: Mapping[str, Key], records: int) -> Sizes:
    """Rules x records. Not counted (0) where a part is rarer than any block: there the whole is needless."""
    sizes = np.zeros((len(RULES), records), np.uint16)

    def counted(place: int) -> None:
        rule = RULES[place]
        asked = np.logical_and.reduce([sizes[part] > LARGEST[-1] for part in PARTS[rule]] or [np.True_])
        rows = np.flatnonzero(np.broadcast_to(asked, records))
        sizes[place, rows] = sizes_of(key_of({name: features[name][rows] for name in rule}, rule))

    with ThreadPoolExecutor(THREADS) as threads:
        for length in sorted({len(rule) for rule in RULES}):  # parts before the whole
            [*threads.map(counted, (place for place, rule in enumerate(RULES) if len(rule) == length))]
    return sizes


def wanted_keys(features: Mapping[str, Key], records: int, fewest: int = 2) -> NDArray[np.bool_]:
    """Which keys bring pairs (rules x records), within the budget; none that a rarer part makes needless."""
    sizes = all_sizes(features, records)
    wanted = np.zeros(sizes.shape, np.bool_)
    for largest in LARGEST:
        wanted = worth(sizes, largest, fewest)
        if brought(wanted, sizes) <= PAIRS_A_RECORD * records:
            break
    return wanted


@njit(cache=True)
def brought(wanted: NDArray[np.bool_], sizes: Sizes) -> float:
    """How many pairs the wanted keys bring, those that several bring counted for each."""
    total = np.int64(0)
    for rule in range(wanted.shape[0]):
        for record in range(wanted.shape[1]):
            if wanted[rule, record]:
                total += np.int64(sizes[rule, record]) - 1
    return float(total / 2)


def worth(sizes: Sizes, largest: int, fewest: int = 2) -> NDArray[np.bool_]:
    """Which keys bring pairs: shared by `fewest` to `largest` records, and each part of them by more."""
    larger = sizes > largest
    wanted = (sizes >= fewest) & ~larger
    for place, rule in enumerate(RULES):
        for part in PARTS[rule]:
            wanted[place] &= larger[part]
    return wanted


def blocks(columns: Columns, fewest: int = 2) -> Iterator[tuple[Key, NDArray[np.int64]]]:
    """For each rule the keys that bring pairs, and the records that have them, in order of key."""
    features = feature_keys(columns)
    for rule, row in zip(RULES, wanted_keys(features, len(columns), fewest), strict=True):
        yield block(features, rule, row)


def block(
    features: Mapping[str, Key], rule: tuple[str, ...], wanted: NDArray[np.bool_]
) -> tuple[Key, NDArray[np.int64]]:
    """The same of one rule, for the `wanted` records."""
    rows = np.flatnonzero(wanted)
    key = key_of({name: features[name][rows] for name in rule}, rule)
    order = np.argsort(key, kind="stable")
    return key[order], rows[order]
