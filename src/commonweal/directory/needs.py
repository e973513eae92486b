"""The vocabulary of needs: codes, their names in two languages, and the words that point to them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

from commonweal import packs
from commonweal.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Need:
    """One need: its code, its names, and a pattern over folded text."""

    code: str
    en: str
    es: str
    pattern: re.Pattern[str]

    def name(self, language: str) -> str:
        """The name in `en` or `es`; English otherwise."""
        return self.es if language.startswith("es") else self.en


def fold(text: str) -> str:
    """Lower case without accents, runs of blanks as one: the form in which words are compared."""
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return " ".join(plain.split())


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    parts = [re.escape(fold(w).rstrip("*")) + (r"\w*" if w.endswith("*") else r"\b") for w in words]
    return re.compile(r"\b(?:" + "|".join(parts) + ")")


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, Need]:
    """Needs by code, in the order of the pack."""
    read = packs.read("directory/needs.yaml")
    if not isinstance(read, dict):
        raise packs.PackError("pack 'directory/needs.yaml' must be a mapping with the key needs")
    return {
        code: Need(code, entry["en"], entry["es"], _pattern(entry["words"]))
        for code, entry in read["needs"].items()
    }


def recognised(text: str) -> dict[str, str]:
    """Needs that the text speaks of: code to the word that said so."""
    folded = fold(text)
    return {n.code: found.group(0) for n in vocabulary().values() if (found := n.pattern.search(folded))}


def checked(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes, sorted and once each; Invalid names an unknown one and what there is."""
    wanted = tuple(sorted(set(codes)))
    if unknown := set(wanted) - set(vocabulary()):
        raise Invalid("needs", ", ".join(sorted(unknown)), f"Use: {', '.join(vocabulary())}.")
    return wanted
