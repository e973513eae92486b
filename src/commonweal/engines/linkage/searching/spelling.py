"""Which words of a vocabulary are spelt nearly like the one asked: two cheap filters, then the edit distance.

The distance counts letters typed wrongly, left out, added, or two neighbours exchanged (optimal string
alignment; Damerau 1964). A word's letters fold into 64 bits: one edit changes at most two of them, so that
most words are passed over without being compared.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.numerics.compiled import compiled

LETTERS = 16  # of a word are looked at
Letters = NDArray[np.uint8]  # words x LETTERS, 0 after the end
Signatures = NDArray[np.uint64]
Places = NDArray[np.int32]
FAR = 99


def letters_of(words: list[str]) -> Letters:
    """Words as rows of bytes: the low byte of each letter, which keeps apart the letters of one script."""
    wide = np.array(words or [""], dtype=f"U{LETTERS}").view(np.uint32).reshape(-1, LETTERS)
    return wide.astype(np.uint8)[: len(words)]


def lengths_of(letters: Letters) -> NDArray[np.int64]:
    """The letters of each word before its end."""
    found: NDArray[np.int64] = np.count_nonzero(letters, axis=1)
    return found


@compiled
def signatures_of(letters: Letters) -> Signatures:
    """For each word, which letters it holds (low half) and which it holds twice (high half)."""
    found = np.zeros(len(letters), dtype=np.uint64)
    for row in range(len(letters)):
        once = np.uint64(0)
        twice = np.uint64(0)
        for letter in letters[row]:
            if letter == 0:
                break
            bit = np.uint64(1) << np.uint64(letter & 31)
            twice |= once & bit
            once |= bit
        found[row] = once | (twice << np.uint64(32))
    return found


@compiled
def bits_set(value: np.uint64) -> int:
    """How many bits are set."""
    value = value - ((value >> np.uint64(1)) & np.uint64(0x5555555555555555))
    value = (value & np.uint64(0x3333333333333333)) + (
        (value >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def length_of(word: Letters) -> int:
    """The letters of a word before its end."""
    for place in range(len(word)):
        if word[place] == 0:
            return place
    return len(word)


@compiled
def edits(a: Letters, b: Letters, rows: NDArray[np.int64]) -> int:
    """The edit distance of two words, with neighbours exchanged as one edit; `rows` is room to work in."""
    long_a, long_b = length_of(a), length_of(b)
    for j in range(long_b + 1):
        rows[0, j] = j
    for i in range(1, long_a + 1):
        row, last, before = i % 3, (i - 1) % 3, (i - 2) % 3
        rows[row, 0] = i
        for j in range(1, long_b + 1):
            differs = 1 if a[i - 1] != b[j - 1] else 0
            least = min(rows[last, j] + 1, rows[row, j - 1] + 1, rows[last, j - 1] + differs)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                least = min(least, rows[before, j - 2] + 1)
            rows[row, j] = least
    return int(rows[long_a % 3, long_b])


@compiled
def starts_alike(a: Letters, b: Letters) -> bool:
    """One word is the beginning of the other, by three letters at least."""
    for place in range(LETTERS):
        if a[place] == 0 or b[place] == 0:
            return place >= 3
        if a[place] != b[place]:
            return False
    return True


class Spelt(NamedTuple):
    """How the words of a vocabulary are spelt and sound."""

    letters: Letters
    lengths: NDArray[np.int64]
    signatures: Signatures
    sounds: NDArray[np.int32]


@compiled
def near_words(asked: Letters, sound: int, most: int, words: Spelt) -> tuple[Places, Places]:
    """Words within `most` edits, sounding the same (any distance) or starting alike, with their distances.

    One that sounds the same or starts alike, but lies further away, has the distance FAR or FAR + 1.
    """
    letters, lengths, signatures, sounds = words
    own = signatures_of(asked.reshape(1, -1))[0]
    size = length_of(asked)
    rows = np.zeros((3, LETTERS + 1), dtype=np.int64)
    places, found = np.zeros(len(letters), dtype=np.int32), np.zeros(len(letters), dtype=np.int32)
    count = 0
    for row in range(len(letters)):
        distance = FAR + 2
        if abs(lengths[row] - size) <= most and bits_set(signatures[row] ^ own) <= 2 * most:
            distance = edits(asked, letters[row], rows)
        if distance > most:
            if sound != 0 and sounds[row] == sound:
                distance = FAR
            elif letters[row, 0] == asked[0] and starts_alike(asked, letters[row]):
                distance = FAR + 1
            else:
                continue
        places[count], found[count] = row, distance
        count += 1
    return places[:count], found[:count]
