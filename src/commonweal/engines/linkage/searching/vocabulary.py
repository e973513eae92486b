"""The distinct words of a column, far fewer than its records, and what a half-heard one may stand for.

What a likeness is worth follows Fellegi and Sunter (1969): bits for how rare words so like the asked one are
among the records, less bits for how rare that error is in people's writing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.nicknames import full_names, short_forms
from commonweal.engines.linkage.records import sounding
from commonweal.engines.linkage.searching.spelling import (
    FAR,
    Letters,
    Spelt,
    lengths_of,
    letters_of,
    near_words,
    signatures_of,
)

Ids = NDArray[np.int32]
Bits = NDArray[np.float32]
BY_EDITS = (0.0, 3.5, 6.5, 8.5)  # bits lost by so many edits
BY_NICKNAME, BY_SOUND, BY_START, BY_INITIAL = 3.0, 7.0, 4.0, 5.0
LARGEST_SCANNED = 400_000  # distinct words; beyond, only the word itself is looked up
FEWEST_BITS = 0.3


@dataclass(frozen=True)
class Near:
    """Words that may be meant, best first, with the bits each is worth."""

    ids: Ids
    bits: Bits


class Vocabulary:
    """Distinct words with how many records hold each. Word 0 is "", the unknown; words can be added."""

    def __init__(self, words: Sequence[str], counts: NDArray[np.int64]) -> None:
        """`words` are distinct, the first is ""; `counts` are the records of each."""
        self.words = list(words)
        self.places = {word: place for place, word in enumerate(self.words)}
        self.counts = counts
        self.spelt = spelt(self.words)

    @property
    def letters(self) -> Letters:
        """Each word as a row of bytes."""
        return self.spelt.letters

    def add(self, word: str) -> int:
        """The place of a word, now with one record more; a new word is added (arrays are copied)."""
        place = self.places.get(word)
        if place is None:
            place = self.places[word] = len(self.words)
            self.words.append(word)
            self.counts = np.append(self.counts, 0)
            # The spelling comes last: whoever searches meanwhile finds the words and counts already grown.
            self.spelt = joined(self.spelt, spelt([word]))
        self.counts[place] += 1
        return place

    def near(self, asked: str, records: int, names: bool = True) -> Near:
        """What `asked` may stand for among `records` records; nicknames and initials count for names only."""
        if len(asked) == 1:
            return self._starting(asked, records)
        costs = self._spelt_like(asked, names)
        if names:
            costs |= {place: min(BY_NICKNAME, costs.get(place, BY_NICKNAME)) for place in self._called(asked)}
            if initial := self.places.get(asked[:1]):
                costs[initial] = BY_INITIAL
        if own := self.places.get(asked):
            costs[own] = 0.0
        return self._worth(costs, records)

    def _spelt_like(self, asked: str, names: bool) -> dict[int, float]:
        """Words spelt or sounding like `asked`, and the bits that costs."""
        if len(self.words) > LARGEST_SCANNED or not any(c.isalpha() for c in asked):
            return {}
        most = 1 if len(asked) <= 4 else 2 if len(asked) <= 8 else 3
        places, distances = near_words(
            letters_of([asked])[0],
            sound_code(asked) if names else 0,
            most,
            self.spelt,
        )
        return {
            place: BY_SOUND if far == FAR else BY_START if far > FAR else BY_EDITS[far]
            for place, far in zip(places.tolist(), distances.tolist(), strict=True)
            if place
        }

    def _called(self, asked: str) -> list[int]:
        """Places of nicknames and full names of `asked`."""
        formal = full_names(asked)
        forms = set(formal).union(*(short_forms(name) for name in formal))
        return [place for form in forms if (place := self.places.get(form))]

    def _starting(self, initial: str, records: int) -> Near:
        """Every word with this first letter: worth little, all the same."""
        ids = np.flatnonzero(self.letters[:, 0] == letters_of([initial])[0, 0]).astype(np.int32)
        share = max(1, int(self.counts[ids].sum())) / max(1, records)
        return Near(ids, np.full(len(ids), max(FEWEST_BITS, -log2(min(1.0, share))), dtype=np.float32))

    def _worth(self, costs: dict[int, float], records: int) -> Near:
        """Bits by word: rarity of all words so near or nearer, less the cost of the error."""
        ids = np.fromiter(costs, dtype=np.int32, count=len(costs))
        cost = np.fromiter(costs.values(), dtype=np.float32, count=len(costs))
        order = np.argsort(cost, kind="stable")
        ids, cost = ids[order], cost[order]
        so_near = np.cumsum(self.counts[ids])
        last = np.searchsorted(cost, cost, side="right") - 1
        rarity = np.log2((records + 1) / (so_near[last] + 1)) if len(ids) else cost
        bits = np.maximum(rarity - cost, FEWEST_BITS).astype(np.float32)
        order = np.argsort(-bits, kind="stable")
        return Near(ids[order], bits[order])


def spelt(words: Sequence[str]) -> Spelt:
    """How words are spelt and sound."""
    letters = letters_of(list(words))
    sounds = np.array([sound_code(word) for word in words], dtype=np.int32)
    return Spelt(letters, lengths_of(letters), signatures_of(letters), sounds)


def joined(one: Spelt, other: Spelt) -> Spelt:
    """The words of both."""
    return Spelt(
        np.concatenate([one.letters, other.letters]),
        np.concatenate([one.lengths, other.lengths]),
        np.concatenate([one.signatures, other.signatures]),
        np.concatenate([one.sounds, other.sounds]),
    )


def sound_code(word: str) -> int:
    """How a word sounds, as a number; 0 for none."""
    key = sounding(word)
    return int.from_bytes(key.encode("ascii", "replace"), "big") if key else 0
