"""Where to look for what was asked: keys in order of the evidence that a record found there already has."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.searching import postings
from commonweal.engines.linkage.searching.asking import Meant
from commonweal.engines.linkage.searching.columns import Column, Columns
from commonweal.engines.linkage.searching.postings import Keys, keys_of_lists, pairs_of_lists
from commonweal.engines.linkage.searching.scoring import DAY, MONTH, YEAR, born_bits
from commonweal.engines.linkage.searching.vocabulary import Near

MOST_MEANT = 40  # likeliest readings of a name that are looked under
MOST_WORDS = 4
INITIAL = 3.0
Probes = tuple[Keys, NDArray[np.float32]]


def keys_in_order(meant: Meant, people: Columns) -> Probes:
    """Keys to look under with the bits a record found there has, most telling first."""
    found = [*name_probes(meant, people), *other_probes(meant, people)]
    if not found:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float32)
    keys = np.concatenate([keys for keys, _ in found])
    bits = np.concatenate([bits for _, bits in found])
    order = np.argsort(-bits, kind="stable")
    return keys[order], bits[order]


def joined(kind: int, near: Near, second: int, bits: float, most: int = MOST_MEANT) -> Probes:
    """Keys of each reading of a word with one thing more."""
    return keys_of_lists(kind, near.ids[:most], second), near.bits[:most] + np.float32(bits)


def name_probes(meant: Meant, people: Columns) -> Iterator[Probes]:
    """Names with one another and with all else that was asked."""
    asked = meant.asked
    for one, other in product(*meant.names):
        bits = np.add.outer(one.bits[:MOST_MEANT], other.bits[:MOST_MEANT]).ravel()
        yield pairs_of_lists(one.ids[:MOST_MEANT], other.ids[:MOST_MEANT]), bits
    for side, several in enumerate(meant.names):
        for near in several:
            yield joined(postings.NAME, near, 0, 0.0)
            yield from joined_with_others(near, meant, people)
            for initial in initials(meant.names[1 - side], people):
                yield joined(postings.INITIAL, near, initial, INITIAL)
            if asked.born // 10_000:
                yield joined(postings.YEAR, near, asked.born // 10_000, YEAR)
            if day := postings.day_of(asked.born):
                yield joined(postings.DAY, near, day, DAY + MONTH)


def joined_with_others(near: Near, meant: Meant, people: Columns) -> Iterator[Probes]:
    """One name with codes and with words of the address."""
    for place, code in enumerate(meant.asked.codes.tolist()):
        if code > 0:
            yield joined(postings.WITH_CODE + place, near, code, float(people.code_bits[place]))
    for word in meant.words:
        for id, bits in zip(word.ids[:MOST_WORDS].tolist(), word.bits.tolist(), strict=False):
            yield joined(postings.WORD, near, id, bits, MOST_MEANT // 2)


def initials(names: tuple[Near, ...], people: Columns) -> set[int]:
    """First letters of the likeliest readings of some names."""
    return {int(people.names.letters[near.ids[0], 0]) for near in names if len(near.ids)}


def other_probes(meant: Meant, people: Columns) -> Iterator[Probes]:
    """Birth dates, codes, and words with codes."""
    dates = near_dates(meant.asked.born)
    if len(dates):
        bits = np.array([born_bits(int(date), meant.asked.born) for date in dates], dtype=np.float32)
        yield keys_of_lists(postings.BORN, dates, 0), bits
    for place, code in enumerate(meant.asked.codes.tolist()):
        if code > 0:
            worth = people.code_bits[place : place + 1]
            yield keys_of_lists(postings.CODE + place, np.array([code]), 0), worth
            for word in meant.words:
                yield joined(postings.WORD_CODE + place, word, code, float(worth[0]), MOST_WORDS)


def near_dates(born: int) -> Column:
    """A full date, the same with day and month exchanged, and those with one of its three parts off."""
    year, month, day = born // 10_000, born // 100 % 100, born % 100
    if not (year and month and day):
        return np.array([born] if born else [], dtype=np.int64)
    years = {year - year % 10 + digit for digit in range(10)} | {
        year + step for step in (-20, -10, -1, 1, 10, 20)
    }
    found = [born, year * 10_000 + day * 100 + month]
    found += [other * 10_000 + month * 100 + day for other in sorted(years - {year})]
    found += [year * 10_000 + other * 100 + day for other in range(1, 13) if other != month]
    found += [year * 10_000 + month * 100 + other for other in range(1, 32) if other != day]
    return np.array(list(dict.fromkeys(found)), dtype=np.int64)
