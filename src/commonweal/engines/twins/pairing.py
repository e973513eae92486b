"""Which entries to compare at all: those that share something; then every likely pair, most alike first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from commonweal.engines.twins.likeness import (
    Listing,
    Twins,
    address_key,
    compare,
    name_key,
    organization_key,
    page_key,
)

MOST = 400


def likely_twins(listings: Iterable[Listing], apart: frozenset[tuple[str, str]] = frozenset()) -> list[Twins]:
    """Pairs that may be one service, most alike first; never those of `apart` (ids in order)."""
    found: dict[tuple[str, str], Twins] = {}
    seen = set(apart)
    for left, right in _neighbours(list(listings)):
        key = (min(left.id, right.id), max(left.id, right.id))
        if key in seen:
            continue
        seen.add(key)
        if twins := compare(left, right):
            found[key] = twins
    return sorted(found.values(), key=lambda t: (-t.score, t.left, t.right))


def _neighbours(listings: Sequence[Listing]) -> Iterator[tuple[Listing, Listing]]:
    blocks: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for one in listings:
        for key in _keys(one):
            blocks[key].append(one)
    for block in blocks.values():
        for part in [block] if len(block) <= MOST else _of_one_name(block):
            yield from combinations(part, 2)


def _keys(one: Listing) -> set[tuple[str, str]]:
    keys = {("organization", organization_key(one.provider)), ("url", page_key(one.url))}
    keys |= {("phone", phone) for phone in one.phones}
    keys |= {("address", address_key(address)) for address in one.addresses}
    return {key for key in keys if key[1]}


def _of_one_name(block: Sequence[Listing]) -> list[list[Listing]]:
    names: dict[str, list[Listing]] = defaultdict(list)
    for one in block:
        names[name_key(one.name)].append(one)
    return list(names.values())
