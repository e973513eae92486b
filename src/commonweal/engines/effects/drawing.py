"""Drawing lots that anybody can repeat: who begins when, from a list, a schedule and a seed, by SHA-256.

No generator of any library: a unit's lot is the SHA-256 of seed and name, and the lots in order take the
places of the schedule in order. A pencil, the seed and any program for SHA-256 repeat it in ten years' time.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

Places = Sequence[tuple[str, int]]


def lot(seed: str, unit: str) -> str:
    """A unit's lot: SHA-256 over the seed, a line break and the unit's name, in hexadecimal."""
    return hashlib.sha256(f"{seed}\n{unit}".encode()).hexdigest()


def drawn(units: Sequence[str], places: Places, seed: str) -> dict[str, str]:
    """Which unit takes which place; `places` are (name, how many) in order, and together as many as units."""
    if len(set(units)) < len(units):
        twice = next(unit for unit in units if list(units).count(unit) > 1)
        raise ValueError(f"units: {twice!r} stands twice; name each once")
    if any(count < 1 for _, count in places) or sum(count for _, count in places) != len(units):
        total = sum(count for _, count in places)
        raise ValueError(
            f"places: {total} for {len(units)} units; give each unit one place, one or more a step"
        )
    order = [name for name, count in places for _ in range(count)]
    return dict(zip(sorted(units, key=lambda unit: lot(seed, unit)), order, strict=True))


def drawn_in_blocks(
    blocks: Mapping[str, Sequence[str]], places: Mapping[str, Places], seed: str
) -> dict[str, str]:
    """The same within each block, with the block's name beside the seed so that blocks are drawn apart."""
    found: dict[str, str] = {}
    for name in sorted(blocks):
        found |= drawn(blocks[name], places[name], f"{seed}\n{name}")
    return found


def evenly(names: Sequence[str], units: int) -> list[tuple[str, int]]:
    """Units shared out over named steps as evenly as can be, the first steps one more."""
    if not 1 <= len(names) <= units:
        raise ValueError(f"steps: {len(names)} for {units} units; at most one step a unit")
    whole, left = divmod(units, len(names))
    return [(name, whole + (place < left)) for place, name in enumerate(names)]


def text_of(units: Sequence[str], places: Places, seed: str) -> str:
    """What is drawn and with what, as one line of JSON, alike everywhere: units sorted, no spaces, UTF-8."""
    told = {"places": [list(place) for place in places], "seed": seed, "units": sorted(units)}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def seal(units: Sequence[str], places: Places, seed: str) -> str:
    """SHA-256 of that line."""
    return hashlib.sha256(text_of(units, places, seed).encode()).hexdigest()
