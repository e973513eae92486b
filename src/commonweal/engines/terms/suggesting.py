"""A nature for a local label, how sure, and what it resembles: for a person to confirm, not to be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from commonweal.engines.terms.vocabulary import Nature, Vocabulary

_NEAREST = 3
_LIKE_ENOUGH = 0.6
UNSURE = "other"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``nature`` is a code of the vocabulary; ``confidence`` lies between 0 and 1; ``nearest`` are known
    labels, most alike first; ``others`` are further natures the words allow, best first."""

    nature: str
    confidence: float
    nearest: tuple[str, ...]
    others: tuple[str, ...]


def suggest(label: str, vocabulary: Vocabulary, known: Mapping[str, str] | None = None) -> Suggestion:
    """Suggest a nature for a label such as ``MVC HIT/RUN NO INJ DELAY``.

    ``known`` maps labels that a person has confirmed to their natures. The same words give the same nature
    with confidence 1; a label much alike lends its nature where the phrases say less. Where nothing is
    recognised the nature is ``other`` with confidence 0.
    """
    known = known or {}
    words = vocabulary.words(label)
    alike = sorted(((_likeness(words, vocabulary.words(other)), other) for other in known), key=_best_first)
    nearest = tuple(other for score, other in alike[:_NEAREST] if score > 0)
    matches = vocabulary.matches(words)
    nature, confidence = _from_phrases(matches)
    if alike and alike[0][0] >= max(_LIKE_ENOUGH, confidence):
        score, other = alike[0]
        nature, confidence = known[other], score
    others = tuple(match.code for match, _ in matches if match.code != nature)
    return Suggestion(nature, round(confidence, 3), nearest, others[:_NEAREST])


def _best_first(item: tuple[float, str]) -> tuple[float, str]:
    return -item[0], item[1]


def _from_phrases(matches: list[tuple[Nature, float]]) -> tuple[str, float]:
    """The strongest nature; surer the longer its phrase, half as sure when another is as strong."""
    if not matches:
        return UNSURE, 0.0
    nature, strength = matches[0]
    rival = matches[1][1] if len(matches) > 1 else 0.0
    sure = strength / (strength + 0.5)
    return nature.code, sure * (0.5 if rival == strength else 1.0)


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Dice's coefficient over the letter triples of the words: 1 for the same words, 0 for none in common."""
    first, second = _triples(one), _triples(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _triples(words: tuple[str, ...]) -> frozenset[str]:
    padded = [f"  {word} " for word in words]
    return frozenset(word[start : start + 3] for word in padded for start in range(len(word) - 2))
