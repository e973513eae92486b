"""Records that came after an index was built: few, kept beside it and all compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from commonweal.engines.linkage.records import Record
from commonweal.engines.linkage.searching.columns import (
    Column,
    Columns,
    Layout,
    Table,
    born_number,
    code_of,
    name_words,
    sex_number,
    text_words,
)
from commonweal.engines.linkage.searching.vocabulary import Vocabulary

FIELDS_BY_ROLE = {
    "given": "given",
    "family": "family",
    "words": "address",
    "sex": "sex",
    "phone": "phone",
    "ssn_last4": "ssn_last4",
    "postcode": "postcode",
    "identifier": "identifier",
}


@dataclass(frozen=True)
class Later:
    """Rows as in the index's own table, with their ids."""

    ids: tuple[str, ...]
    table: Table

    @classmethod
    def none(cls, layout: Layout) -> "Later":
        """No rows yet."""
        return cls((), np.zeros((0, layout.width), dtype=np.int32))

    def with_more(self, ids: Sequence[str], rows: Sequence[Column]) -> "Later":
        """With these rows after the others."""
        return Later((*self.ids, *ids), np.vstack([self.table, *rows])) if ids else self

    def without(self, ids: frozenset[str]) -> "Later":
        """Without the rows of these ids."""
        kept = [place for place, id in enumerate(self.ids) if id not in ids]
        return Later(tuple(self.ids[place] for place in kept), self.table[kept])


def row_of(record: Record, people: Columns) -> Column:
    """One record as a row; its words are added to the vocabularies."""
    layout = people.layout
    row = np.zeros(layout.width, dtype=np.int32)
    names = layout.given + layout.family
    row[: layout.given] = places_of(name_words(record.given), people.names, layout.given)
    row[layout.given : names] = places_of(name_words(record.family), people.names, layout.family)
    row[names : layout.born] = places_of(text_words(record.address), people.words, layout.words)
    row[layout.born] = born_number(record.born.isoformat()) if record.born else 0
    row[layout.born + 1] = sex_number(record.sex)
    codes = np.array([code_of(code_text(record, role), role) for role in people.codes], dtype=np.int64)
    row[layout.born + 2 :] = codes.view(np.int32)
    return row


def code_text(record: Record, role: str) -> str:
    """What a record has for a code; nothing for codes that single records do not hold."""
    return str(getattr(record, FIELDS_BY_ROLE[role])) if role in FIELDS_BY_ROLE else ""


def places_of(words: Sequence[str], vocabulary: Vocabulary, most: int) -> Column:
    """The first so many words as places, the rest of the row 0."""
    found = np.zeros(most, dtype=np.int32)
    for place, word in enumerate(words[:most]):
        found[place] = vocabulary.add(word)
    return found
