"""Which pairs are worth comparing: those that share a combination of values that few records share.

A rare value alone brings its records together; a common one only with a second, or a third. Where a
combination is rare enough, those that contain it are not asked. How few is few follows from a budget of
pairs a record, so that a common name never explodes, and what is common is found in the data, never set.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.records import Normal

PAIRS_A_RECORD = 120  # worth comparing
LARGEST = (200, 140, 100, 70, 50, 35, 25, 18, 12, 8, 5)  # block sizes that are tried
WHOLE = 2**63 - 1
Keys = NDArray[np.int64]  # rules x records; 0 where a record has no key, or shares it with too many


def either_way(one: str, other: str) -> str:
    """Two values in either order as one."""
    return "|".join(sorted((one, other))) if one and other else ""


def day_of(born: str) -> str:
    """Month and day of a birth date; none of the first of January, which stands for an unknown day."""
    return "" if born[4:] == "-01-01" or len(born) < 10 else born[5:]


# What records of one person are likely to share. Two or three of the first kind together make a key, too.
COMBINED: Mapping[str, Callable[[Normal], str]] = {
    "root": lambda r: r.root,
    "sound": lambda r: r.sound,
    "year": lambda r: r.born[:4],
    "day": lambda r: day_of(r.born),
    "area": lambda r: r.area,
    "birth_place": lambda r: r.birth_place,
    "occupation": lambda r: min(r.callings, default=""),
    "starts": lambda r: r.family[:3],
}
ALONE: Mapping[str, Callable[[Normal], str]] = {
    "phone": lambda r: r.phone,
    "email": lambda r: r.email,
    "identifier": lambda r: r.identifier,
    "postcode": lambda r: r.postcode,
    "address": lambda r: r.address,
    "family": lambda r: r.family,
    "names_either_way": lambda r: either_way(r.given, r.family),
    "sounds_either_way": lambda r: either_way(r.sound, r.given_sound),
    "day_month_either_way": lambda r: either_way(r.born, r.swapped),
    "number_and_sound": lambda r: r.ssn_last4 and r.ssn_last4 + r.sound,
    "number_and_day": lambda r: r.ssn_last4 and r.ssn_last4 + r.born[:4],
    "address_and_given": lambda r: r.address and r.address + r.given[:1],
    "beginnings": lambda r: r.given and r.family and r.family[:4] + r.given[:3] + r.born[:3],
}
FEATURES: Mapping[str, Callable[[Normal], str]] = {**COMBINED, **ALONE}
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


@lru_cache(maxsize=500_000)
def hashed(feature: str, value: str) -> int:
    """A value of a feature as a whole number, the same in every process; 0 for none."""
    if not value:
        return 0
    return int.from_bytes(hashlib.blake2b(f"{feature}|{value}".encode(), digest_size=7).digest(), "big") + 1


def own_keys(record: Normal) -> list[int]:
    """A record's key under each rule, however many share it; 0 for none."""
    parts = {name: hashed(name, read(record)) for name, read in FEATURES.items()}
    return [sum(found) & WHOLE if all(found := [parts[name] for name in rule]) else 0 for rule in RULES]


def all_keys(records: Sequence[Normal]) -> Keys:
    """The same for many records: rules x records."""
    parts = {
        name: np.fromiter((hashed(name, read(record)) for record in records), np.int64, len(records))
        for name, read in FEATURES.items()
    }
    found = np.zeros((len(RULES), len(records)), np.int64)
    for row, rule in zip(found, RULES, strict=True):
        known = np.logical_and.reduce([parts[name] != 0 for name in rule])
        row[known] = sum(parts[name][known] for name in rule) & WHOLE
    return found


def keys_of(records: Sequence[Normal], fewest: int = 2) -> Keys:
    """Every record's keys, without those shared by too many and those that a rarer part makes needless."""
    keys = all_keys(records)
    sizes = np.stack([sizes_of(row) for row in keys])
    wanted = sizes > len(records)
    for largest in LARGEST:
        wanted = worth(sizes, largest, fewest)
        if np.where(wanted, sizes - 1, 0).sum() / 2 <= PAIRS_A_RECORD * len(records):
            break
    keys[~wanted] = 0
    return keys


def sizes_of(keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """How many records share each record's key; 0 where it has none."""
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(np.where(keys == 0, 0, counts[places]), np.int32)


def worth(sizes: NDArray[np.int32], largest: int, fewest: int = 2) -> NDArray[np.bool_]:
    """Which keys bring pairs: shared by `fewest` to `largest` records, and each part of them by more."""
    wanted = (sizes >= fewest) & (sizes <= largest)
    for place, rule in enumerate(RULES):
        for part in PARTS[rule]:
            wanted[place] &= sizes[part] > largest
    return wanted


def candidate_pairs(records: Sequence[Normal]) -> Iterator[tuple[Normal, Normal]]:
    """Every pair that shares a key, once, in order of id within the pair."""
    seen: set[tuple[str, str]] = set()
    for row in keys_of(records).tolist():
        blocks: defaultdict[int, list[Normal]] = defaultdict(list)
        for key, record in zip(row, records, strict=True):
            if key:
                blocks[key].append(record)
        for block in blocks.values():
            for a, b in combinations(sorted(block, key=lambda r: r.id), 2):
                if (a.id, b.id) not in seen:
                    seen.add((a.id, b.id))
                    yield a, b
