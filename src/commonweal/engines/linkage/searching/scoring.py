"""How well each record fits a query, in bits, and the best of them.

Bits of evidence add up (Fellegi & Sunter 1969). For birth dates they come from how many days, months and
years there are, less what such an error costs; an unknown value in a record says nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.searching.columns import BASE, Column, Layout
from commonweal.engines.linkage.searching.postings import code_at
from commonweal.engines.numerics.compiled import compiled

Bits = NDArray[np.float32]
Slots = NDArray[np.int16]
OTHER_NAME, SWAPPED_NAMES = -4.0, -3.0
OTHER_WORD, OTHER_CODE, CODE_ERROR = -0.7, -2.0, 5.0
SAME_SEX, OTHER_SEX = 0.9, -3.0
YEAR, MONTH, DAY = 6.3, 3.6, 4.9
FULL = YEAR + MONTH + DAY
OTHER_DATE = -5.0


class Asked(NamedTuple):
    """A query in numbers: for each word of a vocabulary its slot (0: not like anything asked), and the bits.

    `name_bits[slot, side]` is what a name is worth for the given (0) and family (1) name asked, where 0 is no
    likeness; `is_asked` says which sides were. `word_bits[slot, n]` is for the n-th word asked. Codes are -1
    where not asked.
    """

    name_slots: Slots
    name_bits: Bits
    is_asked: NDArray[np.bool_]
    word_slots: Slots
    word_bits: Bits
    born: int
    sex: int
    codes: NDArray[np.int64]
    code_bits: Bits


@compiled
def score(row: Column, layout: Layout, asked: Asked) -> float:
    """The bits for a record being the one asked for."""
    end = layout.given + layout.family + layout.words
    total = names_bits(row, layout, asked) + born_bits(row[end], asked.born)
    if asked.sex and row[end + 1]:
        total += SAME_SEX if asked.sex == row[end + 1] else OTHER_SEX
    for place in range(layout.codes):
        if asked.codes[place] >= 0:
            total += code_match(code_at(row, layout, place), asked.codes[place], asked.code_bits[place])
    if asked.word_bits.shape[1]:
        total += words_bits(row[layout.given + layout.family : end], asked)
    return total


@compiled
def names_bits(row: Column, layout: Layout, asked: Asked) -> float:
    """Names as asked or the other way round, whichever fits better."""
    given, family = row[: layout.given], row[layout.given : layout.given + layout.family]
    straight = name_match(given, asked, 0) + name_match(family, asked, 1)
    crossed = name_match(given, asked, 1) + name_match(family, asked, 0) + SWAPPED_NAMES
    return max(straight, crossed)


@compiled
def name_match(names: Column, asked: Asked, side: int) -> float:
    """The best of a record's names for one side, and a fifth of its further ones; unknown says nothing."""
    if not asked.is_asked[side] or len(names) == 0 or names[0] == 0:
        return 0.0
    best = 0.0
    total = 0.0
    for name in names:
        bits = asked.name_bits[asked.name_slots[name], side]
        best = max(best, bits)
        total += bits
    return best + 0.2 * (total - best) if best > 0 else OTHER_NAME


@compiled
def words_bits(words: Column, asked: Asked) -> float:
    """The best match of each word asked among the record's."""
    if len(words) == 0 or words[0] == 0:
        return 0.0
    total = 0.0
    for place in range(asked.word_bits.shape[1]):
        best = 0.0
        for word in words:
            best = max(best, asked.word_bits[asked.word_slots[word], place])
        total += best if best > 0 else OTHER_WORD
    return total


@compiled
def code_match(known: int, wanted: int, bits: float) -> float:
    """A code that is the same, has one letter wrong, lacks one, or is another."""
    if known <= 0:
        return 0.0
    if known == wanted:
        return bits
    return max(bits - CODE_ERROR, 0.0) if is_one_edit(known, wanted) else OTHER_CODE


@compiled
def is_one_edit(one: int, other: int) -> bool:
    """Two codes of which a letter differs, two neighbours are exchanged, or one has a letter more."""
    one, other = max(one, other), min(one, other)
    while one % BASE == other % BASE and other:
        one, other = one // BASE, other // BASE
    if one // BASE == other // BASE or one // BASE == other:
        return True
    low, high = one % BASE, one // BASE % BASE
    exchanged = other // BASE % BASE == low and other % BASE == high
    return exchanged and one // BASE // BASE == other // BASE // BASE


@compiled
def digits_wrong(one: int, other: int) -> int:
    """In how many digits two numbers differ; two neighbours exchanged count as one."""
    wrong = 0
    while one or other:
        if one % 10 != other % 10:
            wrong += 1
            if one // 10 % 10 == other % 10 and one % 10 == other // 10 % 10:
                one, other = one // 10, other // 10
        one, other = one // 10, other // 10
    return wrong


@compiled
def born_bits(known: int, wanted: int) -> float:
    """A birth date that is the same, partly known, written in another order, or partly wrong."""
    if known == 0 or wanted == 0:
        return 0.0
    year, month, day = wanted // 10_000, wanted // 100 % 100, wanted % 100
    known_year, known_month, known_day = known // 10_000, known // 100 % 100, known % 100
    if not (year and month and day and known_year and known_month and known_day):
        found = part_bits(year, known_year, YEAR, 2.0) + part_bits(month, known_month, MONTH, -2.0)
        return max(found + part_bits(day, known_day, DAY, -2.0), OTHER_DATE)
    if year == known_year:
        return FULL if known == wanted else same_year_bits(wanted, known)
    return other_year_bits(wanted, known)


@compiled
def other_year_bits(wanted: int, known: int) -> float:
    """Dates of two years: the year alone wrong, or a digit of it and one of the rest."""
    month, day, known_month, known_day = wanted // 100 % 100, wanted % 100, known // 100 % 100, known % 100
    wrong = digits_wrong(wanted // 10_000, known // 10_000)
    if month == known_month and day == known_day:
        return MONTH + DAY - (3.0 if wrong == 1 or abs(wanted - known) == 10_000 else 6.0)
    if wrong == 1 and month == known_day and day == known_month:
        return 1.5
    wrong += digits_wrong(month, known_month) + digits_wrong(day, known_day)
    return 0.5 if wrong == 2 and (month == known_month or day == known_day) else OTHER_DATE


@compiled
def same_year_bits(wanted: int, known: int) -> float:
    """Dates of one year: day and month exchanged, or either or both wrong."""
    month, day, known_month, known_day = wanted // 100 % 100, wanted % 100, known // 100 % 100, known % 100
    if month == known_day and day == known_month:
        return FULL - 5.0
    if month == known_month:
        return YEAR + MONTH - (2.5 if digits_wrong(day, known_day) == 1 else 5.0)
    if day == known_day:
        return YEAR + DAY - (3.5 if digits_wrong(month, known_month) == 1 else 5.0)
    return 1.0 if digits_wrong(month, known_month) + digits_wrong(day, known_day) == 2 else -1.0


@compiled
def part_bits(asked: int, known: int, bits: float, near: float) -> float:
    """One part of a date, of which either side may be unknown (0); `near` is for a neighbour."""
    if not asked or not known:
        return 0.0
    if asked == known:
        return bits
    return near if abs(asked - known) == 1 else -4.0
