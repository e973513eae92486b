"""One record against all that stand: proposals in milliseconds, with the weights a run has learned.

Keys of the standing records are sorted once; a new record looks up its own, and the records that share most
of them, rare ones first, are explained in full.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from commonweal.engines.linkage.blocking import blocks, own_keys
from commonweal.engines.linkage.columns import columns
from commonweal.engines.linkage.model import Model
from commonweal.engines.linkage.pairs import Link, bits, explained
from commonweal.engines.linkage.records import Normal, Record, normal

MOST_EXPLAINED = 60  # records that share most keys are compared in full


class Standing:
    """Records that were linked before, with the model that did it. Not for several threads at once."""

    def __init__(self, records: Sequence[Record], model: Model) -> None:
        """Sort the keys of `records`; for a hundred thousand some ten seconds."""
        self.model = model
        records = sorted(records, key=lambda record: record.id)  # as columns are
        self._known = [normal(record) for record in records]
        self._places = {record.id: place for place, record in enumerate(self._known)}
        if len(self._places) < len(self._known):
            raise ValueError("records: two share an id; make ids unique across sources, such as source:id")
        self._blocks = [*blocks(columns(records), fewest=1)]
        self._added: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def __len__(self) -> int:
        """Records that stand."""
        return len(self._places)

    def proposals(self, record: Record, propose: float = 0.5) -> tuple[Link, ...]:
        """Standing records that may be of the same person, most probable first; the record is not added."""
        new = normal(record)
        shared: defaultdict[int, float] = defaultdict(float)
        for rule, key in enumerate(own_keys(new)):
            places = self._under(rule, key) if key else []
            for place in places:
                shared[place] += 1 / len(places)
        likely = sorted(shared, key=lambda place: (-shared[place], place))[:MOST_EXPLAINED]
        known = (self._known[place] for place in likely)
        found = (explained(self.model, *in_order(new, old)) for old in known if old.id != new.id)
        return tuple(
            sorted((link for link in found if link.weight >= bits(propose)), key=lambda link: -link.weight)
        )

    def add(self, record: Record) -> None:
        """Let a record stand with the others; a known id is a ValueError."""
        if record.id in self._places:
            raise ValueError(f"id: {record.id!r} stands already; give every record its own")
        new = normal(record)
        place = self._places[new.id] = len(self._known)
        self._known.append(new)
        for rule, key in enumerate(own_keys(new)):
            if key:
                self._added[rule, key].append(place)

    def _under(self, rule: int, key: int) -> list[int]:
        """Places of the records that have this key."""
        keys, places = self._blocks[rule]
        first, last = np.searchsorted(keys, [key, key + 1])
        return [*places[first:last].tolist(), *self._added.get((rule, key), ())]


def in_order(a: Normal, b: Normal) -> tuple[Normal, Normal]:
    """Two records in order of id."""
    return (a, b) if a.id < b.id else (b, a)
