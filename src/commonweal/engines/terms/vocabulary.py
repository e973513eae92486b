"""The neutral vocabulary of natures, and how a dispatcher's label is read in its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

_TOKEN = re.compile(r"[a-z0-9]+(?:&[a-z0-9]+)?")
_LEADING_CODE = re.compile(r"^\W*(?:\d{1,3}[a-z]{0,2}|[a-z]{1,4}/\d{1,3})(?=_|\s+-\s)[_\s-]*")
# What a label says it is not, or also is: "(no shootings)", "- no welfare check", "(includes x)", "n-viol".
_EXCLUSION = re.compile(
    r"\((?:no|not|except|excl\w*|incl\w*|does not)\b[^)]*(?:\)|$)"
    r"|\bn-[a-z]+"
    r"|\b(?:no|not|non|except|excl\w*|incl\w*|without|w/o)\b[^,()/-]*"
)
_FILLERS = frozenset(("a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with", "w"))
_VOWELS = str.maketrans("", "", "aeiou")
_SHORTEST_CLIPPED = 4
_KEY = 3


class TermsError(ValueError):
    """A vocabulary that cannot be used; the message names the place, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a call is about, in neutral words. ``behavioral_health`` marks what counts in such shares."""

    code: str
    en: str
    es: str
    group: str
    behavioral_health: bool
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must all occur, in any order (``stem*`` for any ending), and words that must not.

    ``strength`` is the number of words; half a word less where the phrase says little alone (``~``).
    """

    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    strength: float = 1.0

    @staticmethod
    def read(text: str) -> Phrase:
        """Parse ``drunk person -driver``, or ``~alarm`` for a phrase that says little alone."""
        parts = [singular(part) for part in text.lower().removeprefix("~").split() if part not in _FILLERS]
        wanted = tuple(part for part in parts if not part.startswith("-"))
        weak = 0.5 if text.startswith("~") else 0.0
        unless = tuple(part[1:] for part in parts if part.startswith("-"))
        if not wanted or any(part.endswith("*") and len(part) <= _KEY for part in wanted):
            raise TermsError(
                f"phrase {text!r}: needs a word, and {_KEY} letters before each *; write them out"
            )
        return Phrase(wanted, unless, len(wanted) - weak)

    def found_in(self, words: frozenset[str]) -> bool:
        """Whether a label's words hold this phrase."""
        return all(_occurs(word, words) for word in self.words) and not any(
            _occurs(word, words) for word in self.unless
        )


def _occurs(pattern: str, words: frozenset[str]) -> bool:
    if pattern.endswith("*"):
        return any(word.startswith(pattern[:-1]) for word in words)
    return pattern in words


def singular(word: str) -> str:
    """A word without its English plural ending: agencies, alarms; not bus, harass, suspicious."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word


@dataclass(frozen=True)
class Vocabulary:
    """Natures with their phrases, group names, and what abbreviations stand for."""

    natures: tuple[Nature, ...]
    groups: Mapping[str, tuple[str, str]]
    abbreviations: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def read(natures: object, abbreviations: object = None) -> Vocabulary:
        """Build from the parsed natures file and abbreviation table; raises TermsError naming the fault."""
        if not isinstance(natures, Mapping) or not isinstance(natures.get("natures"), list):
            raise TermsError("natures: is not a mapping with a list 'natures'; see the file that ships")
        groups = {
            str(key): _pair(value, f"groups.{key}") for key, value in (natures.get("groups") or {}).items()
        }
        found = tuple(_nature(item, index, groups) for index, item in enumerate(natures["natures"]))
        twice = [nature.code for nature in found if sum(n.code == nature.code for n in found) > 1]
        if twice:
            raise TermsError(f"natures: the code {twice[0]!r} stands twice; give each nature its own")
        if abbreviations is not None and not isinstance(abbreviations, Mapping):
            raise TermsError("abbreviations: is not a mapping; write one 'short: long words' a line")
        table = {str(key).lower(): str(value).lower() for key, value in (abbreviations or {}).items()}
        return Vocabulary(found, groups, table)

    @cached_property
    def by_code(self) -> dict[str, Nature]:
        """Natures by their code."""
        return {nature.code: nature for nature in self.natures}

    @cached_property
    def _roots(self) -> frozenset[str]:
        """Every whole word of a phrase or of an abbreviation's meaning."""
        phrases = (word for nature in self.natures for phrase in nature.phrases for word in phrase.words)
        meanings = (word for text in self.abbreviations.values() for word in text.split())
        whole = (word for word in (*phrases, *meanings) if not word.endswith("*"))
        return frozenset(singular(word) for word in whole)

    @cached_property
    def _by_consonants(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for root in sorted(root for root in self._roots if len(root) > _SHORTEST_CLIPPED):
            found.setdefault(_consonants(root), []).append(root)
        return found

    def words(self, label: str) -> tuple[str, ...]:
        """A label's words with codes and exclusions dropped and abbreviations written out, in order."""
        text = _LEADING_CODE.sub(" ", label.lower())
        tokens = _TOKEN.findall(_EXCLUSION.sub(" ", text)) or _TOKEN.findall(text)
        kept = (token for token in tokens if token not in _FILLERS)
        return tuple(word for token in kept for word in self._written_out(token) if word not in _FILLERS)

    def _written_out(self, token: str) -> list[str]:
        if token in self.abbreviations:
            return [singular(word) for word in self.abbreviations[token].split()]
        if any(character.isdigit() for character in token):
            return [token] if token == "911" else []
        return [self._unclipped(singular(token))]

    def _unclipped(self, token: str) -> str:
        """The one known word that a token clips (``disturbnce``, ``progr``), else the token."""
        if len(token) < _SHORTEST_CLIPPED or token in self._roots:
            return token
        alike = self._by_consonants.get(_consonants(token), [])
        clipped = [root for root in alike if len(root) > len(token)]
        clipped = clipped or [root for root in self._roots if root.startswith(token)]
        return clipped[0] if len(clipped) == 1 else token

    def matches(self, words: Iterable[str]) -> list[tuple[Nature, float]]:
        """Natures whose phrases occur in a label's words, with their strongest phrase; best first."""
        present = frozenset(words)
        strengths: dict[int, float] = {}
        for start in {word[:_KEY] for word in present}:
            for place, phrase in self._by_start.get(start, ()):
                if phrase.strength > strengths.get(place, 0.0) and phrase.found_in(present):
                    strengths[place] = phrase.strength
        best_first = sorted(strengths.items(), key=lambda item: (-item[1], item[0]))
        return [(self.natures[place], strength) for place, strength in best_first]

    @cached_property
    def _by_start(self) -> dict[str, list[tuple[int, Phrase]]]:
        """Phrases by the first letters of their first word, with their nature's place."""
        found: dict[str, list[tuple[int, Phrase]]] = {}
        for place, nature in enumerate(self.natures):
            for phrase in nature.phrases:
                found.setdefault(phrase.words[0].rstrip("*")[:_KEY], []).append((place, phrase))
        return found


def _consonants(word: str) -> str:
    """The first letter and the consonants after it: what a clipped word keeps."""
    return word[0] + word[1:].translate(_VOWELS)


def _pair(value: object, place: str) -> tuple[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(value.get(key), str) for key in ("en", "es")):
        raise TermsError(f"{place}: {value!r} lacks words in en or es; write both")
    return value["en"], value["es"]


def _nature(item: object, index: int, groups: Mapping[str, tuple[str, str]]) -> Nature:
    place = f"natures[{index}]"
    if not isinstance(item, Mapping) or not isinstance(item.get("code"), str):
        raise TermsError(f"{place}: has no code; give it one")
    group = item.get("group")
    if group not in groups:
        raise TermsError(f"{place}.group: {group!r} is not among {', '.join(groups)}; use one of them")
    phrases = item.get("phrases") or []
    if not isinstance(phrases, list):
        raise TermsError(f"{place}.phrases: {phrases!r} is not a list; write [one phrase, another]")
    en, es = _pair(item.get("name"), f"{place}.name")
    flag = item.get("behavioral_health", False) is True
    return Nature(item["code"], en, es, str(group), flag, tuple(Phrase.read(str(text)) for text in phrases))
