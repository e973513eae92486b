"""A query in numbers: what each word is worth."""

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.searching.columns import (
    NAMES,
    Columns,
    code_of,
    name_words,
    sex_number,
    text_words,
)
from commonweal.engines.linkage.searching.query import Query
from commonweal.engines.linkage.searching.scoring import DAY as DAY_BITS
from commonweal.engines.linkage.searching.scoring import FULL, SAME_SEX, Asked, part_bits
from commonweal.engines.linkage.searching.scoring import MONTH as MONTH_BITS
from commonweal.engines.linkage.searching.scoring import YEAR as YEAR_BITS
from commonweal.engines.linkage.searching.vocabulary import Near, Vocabulary

FURTHER = 0.2  # share of the bits of a name's further parts


@dataclass(frozen=True)
class Meant:
    """A query with the words each of its own may stand for, and the most bits a record can have."""

    asked: Asked
    names: tuple[tuple[Near, ...], tuple[Near, ...]]
    words: tuple[Near, ...]
    most: float

    @property
    def evidences(self) -> int:
        """Independent things asked: each name, word, code, and a birth date as two."""
        codes = int((self.asked.codes >= 0).sum()) + bool(self.asked.sex)
        return codes + int(self.asked.is_asked.sum()) + len(self.words) + 2 * bool(self.asked.born)

    @property
    def is_empty(self) -> bool:
        """Nothing was asked that can be looked for."""
        return self.most <= 0


def meant(query: Query, people: Columns) -> Meant:
    """What a query may mean among these people."""
    size = len(people.table)
    texts = [name_words(getattr(query, side)) for side in NAMES]
    given, family = (tuple(people.names.near(word, size) for word in several) for several in texts)
    said = text_words(query.words)[:8]
    words = tuple(people.words.near(word, size, names=False) for word in said)
    year, month, day = query.ymd
    codes = np.array([code_of(getattr(query, role), role) for role in people.codes], dtype=np.int64)
    slots, bits = slotted(people.names, (given, family))
    word_slots, word_bits = slotted(people.words, tuple((near,) for near in words))
    asked = Asked(
        name_slots=slots,
        name_bits=bits,
        is_asked=np.array([bool(several) for several in texts]),
        word_slots=word_slots,
        word_bits=word_bits,
        born=year * 10_000 + month * 100 + day,
        sex=sex_number(query.sex),
        codes=codes,
        code_bits=people.code_bits,
    )
    most = sum(most_bits(people.names, several, size) for several in texts)
    most += sum(exact_bits(people.words, word, size) for word in said)
    most += float(people.code_bits[codes >= 0].sum()) + (SAME_SEX if asked.sex else 0) + most_born(query)
    return Meant(asked, (given, family), words, most)


def slotted(
    vocabulary: Vocabulary, sides: tuple[tuple[Near, ...], ...]
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """A slot for each word that is like one asked, and its best bits on each side."""
    slots = np.zeros(len(vocabulary.words), dtype=np.int16)
    ids = [near.ids for side in sides for near in side]
    meant_words = np.unique(np.concatenate(ids))[:32_000] if ids else np.zeros(0, dtype=np.int32)
    slots[meant_words] = np.arange(1, len(meant_words) + 1)
    bits = np.zeros((len(meant_words) + 1, len(sides)), dtype=np.float32)
    for place, side in enumerate(sides):
        for near in side:
            at = slots[near.ids]
            bits[at, place] = np.maximum(bits[at, place], near.bits)
    bits[0] = 0
    return slots, bits


def exact_bits(vocabulary: Vocabulary, word: str, size: int) -> float:
    """The bits of exactly this word."""
    place = vocabulary.places.get(word, 0)
    return log2((size + 1) / (int(vocabulary.counts[place]) + 1))


def most_bits(vocabulary: Vocabulary, words: list[str], size: int) -> float:
    """The bits of a name of exactly these parts."""
    bits = [exact_bits(vocabulary, word, size) for word in words]
    return max(bits) + FURTHER * (sum(bits) - max(bits)) if bits else 0.0


def most_born(query: Query) -> float:
    """The bits of agreeing on all that was asked of a birth date."""
    if all(query.ymd):
        return FULL
    bits = zip(query.ymd, (YEAR_BITS, MONTH_BITS, DAY_BITS), strict=True)
    return sum(part_bits(part, part, worth, 0.0) for part, worth in bits)
