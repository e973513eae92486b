"""What a classifier sees of a label: its words, word pairs, letter runs and the natures they suggest.

Whether the likeliest nature is one of behavioural health stands for itself: few labels are, and a city that
has none spelled alike must still find its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from commonweal.engines.terms.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy import sparse

_GRAMS = (3, 4, 5)


def features(label: str, vocabulary: Vocabulary) -> Counter[str]:
    """Feature names with counts; the letter before the colon says which kind."""
    words = vocabulary.words(label)
    found: Counter[str] = Counter(f"w:{word}" for word in words)
    found.update(f"b:{first} {second}" for first, second in zip(words, words[1:], strict=False))
    found.update(f"c:{gram}" for word in words for gram in _grams(f" {word} "))
    matches = vocabulary.matches(words)
    for nature, strength in matches[:2]:
        if strength == matches[0][1]:
            found.update((f"n:{nature.code}", f"g:{nature.group}"))
    if matches and matches[0][0].behavioral_health:
        found["h:behavioral"] = 1
    return found


def _grams(word: str) -> Iterator[str]:
    for size in _GRAMS:
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


@dataclass(frozen=True)
class Space:
    """The features of the known labels: their columns and inverse document frequencies."""

    columns: Mapping[str, int]
    idf: np.ndarray
    weights: Mapping[str, float]

    @staticmethod
    def over(counts: Sequence[Counter[str]], weights: Mapping[str, float]) -> Space:
        """Columns for every feature that occurs; ``weights`` scales each kind's unit-length block."""
        documents: Counter[str] = Counter()
        for row in counts:
            documents.update(row.keys())
        columns = {name: index for index, name in enumerate(sorted(documents))}
        seen = np.array([documents[name] for name in columns], dtype=float)
        return Space(columns, np.log((1 + len(counts)) / (1 + seen)) + 1, weights)

    def matrix(self, counts: Sequence[Counter[str]]) -> sparse.csr_matrix:
        """Rows of tf-idf values: each kind's block has its weight as length; unseen features are left out."""
        from scipy import sparse  # here, since most that read words never fit a classifier

        data: list[float] = []
        indices: list[int] = []
        ends = [0]
        for row in counts:
            squares: Counter[str] = Counter()
            values = []
            for name, count in row.items():
                column = self.columns.get(name)
                if column is not None:
                    value = (1 + np.log(count)) * self.idf[column]
                    values.append((name[0], column, float(value)))
                    squares[name[0]] += value * value
            for kind, column, value in values:
                data.append(self.weights[kind] * value / float(np.sqrt(squares[kind])))
                indices.append(column)
            ends.append(len(indices))
        return sparse.csr_matrix((data, indices, ends), shape=(len(counts), len(self.columns)))
