"""People as columns of text, turned into one table of whole numbers: a row a person, side by side in memory.

Only distinct values are normalised: a million people have some tens of thousands of names.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from commonweal.engines.linkage.records import plain
from commonweal.engines.linkage.searching.query import ymd_of
from commonweal.engines.linkage.searching.vocabulary import Vocabulary
from commonweal.engines.numerics.compiled import compiled

Table = NDArray[np.int32]
Column = NDArray[np.int32]
NAMES = ("given", "family")
CODES = ("phone", "ssn_last4", "number", "postcode", "identifier", "email")
ROLES = (*NAMES, "words", "born", "sex", *CODES)
MOST_NAMES, MOST_WORDS = 6, 10  # words kept of one person's given names, family names, and the rest
CODE_LETTERS, BASE = 12, 37
# Bits of agreement among records too few to tell, by code.
FEW, USUAL_BITS = (
    1000,
    {"phone": 12, "ssn_last4": 10, "number": 5, "postcode": 3, "identifier": 12, "email": 12},
)
TITLES = frozenset("mr mrs ms miss dr jr sr ii iii".split())


class Layout(NamedTuple):
    """Where a row holds what: names, then words, birth date, sex, and two numbers for each code present."""

    given: int
    family: int
    words: int
    codes: int

    @property
    def born(self) -> int:
        """The column of the birth date."""
        return self.given + self.family + self.words

    @property
    def width(self) -> int:
        """Columns in all."""
        return self.born + 2 + 2 * self.codes


@dataclass(frozen=True)
class Columns:
    """The table, the vocabularies of its words, the codes present and what agreeing on each is worth."""

    table: Table
    layout: Layout
    names: Vocabulary
    words: Vocabulary
    codes: tuple[str, ...]
    code_bits: NDArray[np.float32]


def name_words(text: str) -> list[str]:
    """A name's parts and, where there are several, all of them as one word: "de la cruz" as "delacruz"."""
    parts = [word for word in plain(text).split() if word not in TITLES]
    kept = [word for word in parts if len(word) > 2] or parts
    return [*kept, "".join(parts)] if len(parts) > 1 else kept


def text_words(text: str) -> list[str]:
    """The words of an address or description."""
    return plain(text).split()


def columns_of(columns: Mapping[str, Sequence[pa.Array]]) -> Columns:
    """One table from columns of text by role (ROLES); several columns may have one role, nulls are unknown.

    Costs a pass over each column and the normal form of each distinct value.
    """
    if odd := set(columns) - set(ROLES):
        raise ValueError(f"columns: {sorted(odd)} have no role; use {', '.join(ROLES)}")
    places: dict[str, int] = {"": 0}
    other: dict[str, int] = {"": 0}
    given = words_of(columns.get("given", ()), places, name_words, MOST_NAMES)
    family = words_of(columns.get("family", ()), places, name_words, MOST_NAMES)
    words = words_of(columns.get("words", ()), other, text_words, MOST_WORDS)
    codes = tuple(role for role in CODES if columns.get(role))
    encoded = [code_column(columns[role][0], role) for role in codes]
    size = max((len(column) for several in columns.values() for column in several), default=0)
    layout = Layout(given.shape[1], family.shape[1], words.shape[1], len(codes))
    table = np.zeros((size, layout.width), dtype=np.int32)
    start = 0
    for block in (given, family, words):
        if block.shape[1]:
            table[:, start : start + block.shape[1]] = block
        start += block.shape[1]
    for place, (role, read) in enumerate((("born", born_number), ("sex", sex_number))):
        if columns.get(role):
            table[:, layout.born + place] = numbers_of(columns[role][0], read)
    for place, (code, _) in enumerate(encoded):
        table[:, layout.born + 2 + 2 * place : layout.born + 4 + 2 * place] = code.view(np.int32).reshape(
            -1, 2
        )
    return Columns(
        table,
        layout,
        Vocabulary(list(places), counted(len(places), given, family)),
        Vocabulary(list(other), counted(len(other), words)),
        codes,
        np.array([bits for _, bits in encoded], dtype=np.float32),
    )


def distinct(column: pa.Array) -> tuple[pa.Array, Column]:
    """A column's distinct values and each record's place among them."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = pc.fill_null(whole.cast(pa.string()), "").dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)


def words_of(
    columns: Sequence[pa.Array], places: dict[str, int], split: Callable[[str], list[str]], most: int
) -> Table:
    """The words of each record in its columns, as places in `places`, which grows; 0 fills the row."""
    found: list[Table] = []
    for column in columns:
        values, codes = distinct(column)
        split_up = [split(value)[: most - 1 or 1] for value in values.to_pylist()]
        rows = np.zeros(
            (max(1, len(split_up)), max((len(row) for row in split_up), default=0)), dtype=np.int32
        )
        for row, several in enumerate(split_up):
            rows[row, : len(several)] = [places.setdefault(word, len(places)) for word in several]
        found.append(rows[codes] if len(codes) else rows[:0])
    if not found:
        return np.zeros((0, 0), dtype=np.int32)
    return found[0] if len(found) == 1 else pushed_left(np.hstack(found))[:, :most]


def pushed_left(table: Table) -> Table:
    """Known words of each row first."""
    order = np.argsort(table == 0, axis=1, kind="stable")
    return np.take_along_axis(table, order, axis=1)


def counted(size: int, *tables: Table) -> NDArray[np.int64]:
    """How often each word stands in the tables; the empty word never."""
    counts = sum((np.bincount(t.ravel(), minlength=size) for t in tables), np.zeros(size, dtype=np.int64))
    counts[0] = 0
    return counts.astype(np.int64)


def numbers_of(column: pa.Array, read: Callable[[str], int]) -> Column:
    """Each value read as a number, once for each distinct one."""
    values, codes = distinct(column)
    found = np.array([read(value) for value in values.to_pylist()], dtype=np.int32)
    return found[codes]


def born_number(text: str) -> int:
    """A date as the number yyyymmdd, 0 for unknown parts."""
    year, month, day = ymd_of(text)
    return year * 10_000 + month * 100 + day


def sex_number(text: str) -> int:
    """The first letter as a number; 0 for unknown."""
    found = plain(text)[:1]
    return 0 if found in ("", "u", "x") else ord(found)


def code_column(column: pa.Array, role: str) -> tuple[NDArray[np.int64], float]:
    """Each code as a number, and the bits of agreement: minus log2 of the chance that two records agree."""
    values, codes = distinct(column)
    if not len(values):
        return np.zeros(len(codes), dtype=np.int64), 0.0
    wide = values.cast(pa.large_string())
    _, offsets, text = wide.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[wide.offset : wide.offset + len(wide) + 1]
    data = np.frombuffer(text or b"\0", dtype=np.uint8)
    found = codes_of(data, starts, role in ("phone", "ssn_last4"), 4 if role == "ssn_last4" else CODE_LETTERS)
    if len(codes) < FEW:
        return found[codes], float(USUAL_BITS[role])
    counts = np.bincount(codes, minlength=len(found)) * (found >= 0)
    share = float(np.square(counts / max(1, counts.sum())).sum())
    return found[codes], float(-np.log2(max(share, 1 / max(2, len(codes)))))


def code_of(text: str, role: str) -> int:
    """One code as a number, as `code_column` has it; -1 for none."""
    data = np.frombuffer(text.encode() or b"\0", dtype=np.uint8)
    starts = np.array([0, len(text.encode())])
    found = codes_of(data, starts, role in ("phone", "ssn_last4"), 4 if role == "ssn_last4" else CODE_LETTERS)
    return int(found[0])


@compiled
def codes_of(
    data: NDArray[np.uint8], starts: NDArray[np.int64], only_digits: bool, most: int
) -> NDArray[np.int64]:
    """Letters and digits of each text before any "@" as a number in base 37, the last `most`; -1 for none."""
    found = np.full(len(starts) - 1, -1, dtype=np.int64)
    kept = np.zeros(256, dtype=np.int64)
    for row in range(len(starts) - 1):
        count = 0
        for place in range(starts[row], min(starts[row + 1], starts[row] + 256)):
            letter = data[place]
            if letter == 64:
                break
            if 48 <= letter <= 57:
                kept[count] = letter - 47
                count += 1
            elif not only_digits and (65 <= letter <= 90 or 97 <= letter <= 122):
                kept[count] = (letter | 32) - 86
                count += 1
        if only_digits and count > 10:
            kept[: count - 1] = kept[1:count]
            count -= 1
        if count:
            found[row] = 0
            for place in range(max(0, count - most), count):
                found[row] = found[row] * BASE + kept[place]
    return found
