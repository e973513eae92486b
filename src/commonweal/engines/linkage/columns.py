"""Records as columns: of each field every distinct value once, and for each record its place among them.

A million records hold far fewer names, dates and towns than that: what can be said of a value is said once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from commonweal.engines.linkage.records import (
    DERIVED,
    LISTED,
    NORMAL,
    WORDS,
    Normal,
    Record,
    normal_of,
    refuse_victim_service,
    written,
)

Places = NDArray[np.int32]
V = TypeVar("V", str, frozenset[str])
W = TypeVar("W", str, frozenset[str])


@dataclass(frozen=True)
class Column(Generic[V]):
    """A field of many records: its distinct `values`, blank first, and each record's place among them."""

    values: tuple[V, ...]
    codes: Places

    def told(self, read: Callable[[V], W], blank: W) -> "Column[W]":
        """What `read` makes of each value, once for each; `blank` is what it makes of nothing."""
        places: dict[W, int] = {blank: 0}
        found = [places.setdefault(read(value), len(places)) for value in self.values]
        return Column(tuple(places), np.array(found, np.int32)[self.codes])

    def taken(self, order: NDArray[np.int64]) -> "Column[V]":
        """The same column of the records in another order."""
        return Column(self.values, self.codes[order])

    def shares(self) -> NDArray[np.float64]:
        """Each value's share of the records that have one; 0 for blank."""
        counts = np.bincount(self.codes, minlength=len(self.values)).astype(np.float64)
        counts[0] = 0
        return np.asarray(counts / max(1.0, counts.sum()))


def column_of(texts: "Sequence[str] | pa.Array") -> Column[str]:
    """Texts as a column; a null is blank."""
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32) + 1
    return Column(("", *encoded.dictionary.to_pylist()), codes).told(str, "")


@dataclass(frozen=True)
class Columns:
    """Records in normal form, in order of id: `texts` and `sets` hold the fields of Normal."""

    ids: Sequence[str]
    sources: Column[str]
    texts: Mapping[str, Column[str]]
    sets: Mapping[str, Column[frozenset[str]]]

    def __len__(self) -> int:
        """How many records."""
        return len(self.ids)

    def normal(self, place: int) -> Normal:
        """One record."""
        texts = {name: column.values[column.codes[place]] for name, column in self.texts.items()}
        sets = {name: column.values[column.codes[place]] for name, column in self.sets.items()}
        source = self.sources.values[self.sources.codes[place]]
        return normal_of(self.ids[place], source, {**texts, **sets})


def columns_of(
    ids: Sequence[str],
    sources: "Sequence[str] | pa.Array",
    fields: "Mapping[str, Sequence[str] | pa.Array]",
    origin: str,
) -> Columns:
    """Records of one origin, from the fields of Record as texts; `born` is a date, a month or a year.

    Fields that are left out are unknown. VictimServiceRecord for an origin that no linkage may see;
    ValueError where two records share an id.
    """
    refuse_victim_service(origin)
    return arranged(ids, column_of(sources), {name: column_of(texts) for name, texts in fields.items()})


def columns(records: Sequence[Record]) -> Columns:
    """The same of records: each refused itself when it was made, where its origin was one of those."""
    fields = {name: column_of([written(record, name) for record in records]) for name in NORMAL}
    return arranged([r.id for r in records], column_of([r.source for r in records]), fields)


def arranged(ids: Sequence[str], sources: Column[str], fields: Mapping[str, Column[str]]) -> Columns:
    """Records in order of id, their fields in normal form."""
    if len(set(ids)) < len(ids):
        raise ValueError("records: two share an id; make ids unique across sources, such as source:id")
    order = pc.sort_indices(pa.array(ids, pa.string())).to_numpy().astype(np.int64)
    unknown = Column(("",), np.zeros(len(ids), np.int32))
    raw = {name: fields.get(name, unknown).taken(order) for name in NORMAL}
    texts = {name: raw[name].told(read, "") for name, read in NORMAL.items()}
    texts |= {name: texts[source].told(read, "") for name, (source, read) in DERIVED.items()}
    sets = {name: texts[source].told(read, frozenset()) for name, (source, read) in WORDS.items()}
    sets |= {name: raw[source].told(read, frozenset()) for name, (source, read) in LISTED.items()}
    return Columns([ids[place] for place in order.tolist()], sources.taken(order), texts, sets)
