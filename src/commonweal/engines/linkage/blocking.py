"""Which pairs are worth comparing: those that share at least one key that not too many records share.

Every rule may bring so many pairs a record; its largest blocks are left out until it does. A common name thus
never explodes, and rare values of the same field still bring their records together.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.records import Normal

PAIRS_A_RECORD = 12  # that one rule may bring
FEWEST_PAIRS = 20_000  # that a rule may bring in any case
LARGEST_BLOCK = 1_000  # a key shared by more records than this tells nothing (a shelter's telephone)
Keys = NDArray[np.int64]  # rules x records; 0 where a record has no key, or shares it with too many


@dataclass(frozen=True)
class Rule:
    """A key that records of one person are likely to share; "" for none."""

    name: str
    key: Callable[[Normal], str]


def joined(*parts: str) -> str:
    """Parts as one key; "" when any is unknown."""
    return "|".join(parts) if all(parts) else ""


def either_way(one: str, other: str) -> str:
    """Two values in either order as one key."""
    return joined(*sorted((one, other))) if one and other else ""


RULES: tuple[Rule, ...] = (
    Rule("born", lambda r: r.born),
    Rule("phone", lambda r: r.phone),
    Rule("email", lambda r: r.email),
    Rule("identifier", lambda r: r.identifier),
    Rule("names_either_way", lambda r: either_way(r.given, r.family)),
    Rule("sound_and_year", lambda r: joined(r.sound, r.born[:4], r.given[:1])),
    Rule("sounds", lambda r: joined(either_way(r.sound, r.given_sound), r.born[:3] or r.postcode)),
    Rule("given_and_month", lambda r: joined(r.given, r.born[:7])),
    Rule("given_and_day", lambda r: joined(r.given, r.born[5:])),
    Rule("ssn_and_sound", lambda r: joined(r.ssn_last4, r.sound)),
    Rule("day_month_and_sound", lambda r: joined(*sorted((r.born, r.swapped)), r.sound) if r.born else ""),
    Rule("family_and_day", lambda r: joined(r.family, r.born[5:])),
    Rule("address_and_given", lambda r: joined(r.address, r.given[:1])),
    Rule("postcode_and_given", lambda r: joined(r.postcode, r.given)),
    Rule("postcode_and_family", lambda r: joined(r.postcode, r.family)),
    Rule("postcode_and_year", lambda r: joined(r.postcode, r.born[:4], r.given[:1])),
    Rule("birth_place_and_names", lambda r: joined(r.birth_place, r.sound, r.given[:1])),
    Rule("birth_place_and_year", lambda r: joined(r.birth_place, r.born[:4], r.given[:1])),
    Rule("starts", lambda r: joined(r.family[:4], r.given[:3], r.born[:3] or r.middle[:1])),
)


def hashed(key: str) -> int:
    """A key as a whole number, the same in every process; 0 for none."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=7).digest(), "big") + 1 if key else 0


def keys_of(records: Sequence[Normal]) -> Keys:
    """Every record's keys, with those shared by too many taken out."""
    found = np.array([[hashed(rule.key(record)) for record in records] for rule in RULES], dtype=np.int64)
    return np.array([thinned(row) for row in found.reshape(len(RULES), -1)])


def thinned(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """One rule's keys without its largest blocks (see the text above)."""
    values, places, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    pairs = np.where(values == 0, 0, sizes * (sizes - 1) // 2)
    order = np.argsort(sizes, kind="stable")
    within = np.cumsum(pairs[order]) <= max(FEWEST_PAIRS, PAIRS_A_RECORD * len(keys))
    kept = np.zeros(len(values), dtype=np.bool_)
    kept[order] = within
    kept &= sizes <= LARGEST_BLOCK
    return np.where(kept[places], keys, 0)


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
