"""People ready to be searched, kept up as records come and go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from commonweal.engines.linkage.records import Record, refuse_victim_service
from commonweal.engines.linkage.searching.asking import meant
from commonweal.engines.linkage.searching.columns import Columns, columns_of
from commonweal.engines.linkage.searching.later import FIELDS_BY_ROLE, Later, row_of
from commonweal.engines.linkage.searching.postings import Postings, postings_of
from commonweal.engines.linkage.searching.probing import keys_in_order
from commonweal.engines.linkage.searching.query import Hit, Query
from commonweal.engines.linkage.searching.walking import People, Walk, best_of

SMALL = 20_000  # records that are simply all compared
FEWEST, SHARE = 2_000, 0.001  # of a larger index at most so many and such a share more
NO_KEYS, NO_BITS = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float32)


@dataclass
class Index:
    """People as one table with buckets to look in; `later` ones, added since, are in none and all compared.

    Many may search at once, while one adds or hides.
    """

    ids: pa.Array
    people: Columns
    postings: Postings
    hidden: NDArray[np.bool_]
    later: Later

    def __len__(self) -> int:
        """Records, the hidden ones included."""
        return len(self.people.table) + len(self.later.ids)

    def add(self, records: Sequence[Record]) -> None:
        """Make records findable at once. Beyond some thousands build anew: each search compares all of these.

        A code of a kind that no record had when the index was built is passed over.
        """
        rows = [row_of(record, self.people) for record in records]
        self.later = self.later.with_more([record.id for record in records], rows)

    def hide(self, ids: Collection[str]) -> None:
        """Never find these again (sealed, or taken over by a newer version that is then added)."""
        gone = pc.is_in(self.ids, value_set=pa.array(list(ids), self.ids.type)).to_numpy(zero_copy_only=False)
        self.hidden |= gone
        self.later = self.later.without(frozenset(ids))


def build_columns(ids: pa.Array, columns: Mapping[str, Sequence[pa.Array]], origin: str) -> Index:
    """An index over columns of text by role (see `columns.ROLES`), one entry a record, in the order of `ids`.

    All are of one `origin`, the kind of agency that holds them; VictimServiceRecord where the law keeps those
    out. For a million people some seconds and 250 MB.
    """
    refuse_victim_service(origin)
    people = columns_of(columns)
    return Index(
        ids, people, postings_of(people), np.zeros(len(ids), dtype=np.bool_), Later.none(people.layout)
    )


def build(records: Sequence[Record]) -> Index:
    """An index of `records`; victim-service records cannot be among them, for no such Record can exist."""
    columns = {
        role: [pa.array([getattr(record, name) for record in records], pa.string())]
        for role, name in FIELDS_BY_ROLE.items()
    }
    columns["born"] = [pa.array([r.born.isoformat() if r.born else "" for r in records], pa.string())]
    return build_columns(pa.array([record.id for record in records], pa.string()), columns, "checked")


def search(index: Index, query: Query, top: int = 10) -> list[Hit]:
    """The `top` records most like what was asked, best first; equal scores in the order of the records.

    Names count in either order. Nothing asked, nothing found. Of more than 20,000 records only those are
    compared that share some evidence with the query, the most telling first: fewer than `top` may be found.
    """
    later = index.later  # before the words are looked up: they are then known to the vocabulary
    known = meant(query, index.people)
    if known.is_empty or not len(index) or top < 1:
        return []
    size = len(index.people.table)
    keys, bits = keys_in_order(known, index.people) if size > SMALL else (NO_KEYS, NO_BITS)
    walk = Walk(
        buckets=index.postings.buckets(keys),
        bits=bits,
        starts=index.postings.starts,
        records=index.postings.records,
        most=FEWEST + int(SHARE * size),
        factor=max(1.0, known.evidences / 2),
    )
    people = People(index.people.table, index.hidden, later.table, index.people.layout, size <= SMALL)
    places, found = best_of(walk, people, known.asked, top)
    scores = np.clip(found / known.most, 0.0, 1.0).tolist()
    ids = [index.ids[at].as_py() if at < size else later.ids[at - size] for at in places.tolist()]
    return [Hit(id, score) for id, score in zip(ids, scores, strict=True)]
