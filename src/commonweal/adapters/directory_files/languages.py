"""Languages out of what people write: lists, sentences, and spellings of many kinds, to ISO 639 codes."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz, process

from commonweal import packs
from commonweal.adapters.directory_files.rows import Language
from commonweal.adapters.files.answers import Finding

NOT_LANGUAGES = frozenset(["", "na", "n/a", "none", "other", "others", "and", "or", "some", "limited"])
INTERPRETING = re.compile(r"translat|interpret|other languages|language line|150 languages", re.IGNORECASE)
CLOSE = 84


@cache
def _names() -> dict[str, Language]:
    """Every known spelling, casefolded, to its language."""
    raw = packs.read("directory/languages.yaml")
    if not isinstance(raw, dict):
        raise packs.PackError("directory/languages.yaml must map codes to names")
    return {
        str(name).casefold(): Language(str(code), str(names[0]))
        for code, names in raw.items()
        for name in names
    }


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_names(), key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)


def read_languages(texts: list[str], findings: list[Finding]) -> tuple[tuple[Language, ...], str]:
    """Return the languages named in the texts, each once, and the sentence that offers interpreting, if any.

    A near spelling is taken with a finding; a text that names no language leaves one too.
    """
    found: dict[str, Language] = {}
    interpreting = ""
    for text in texts:
        if INTERPRETING.search(text):
            interpreting = interpreting or text
        named = [_names()[name.casefold()] for name in _pattern().findall(text)] or _near(text, findings)
        found.update({language.code: language for language in named})
        if not named and not INTERPRETING.search(text) and not _is_nothing(text):
            findings.append(Finding("language", text, "names no language that is known here"))
    return tuple(found.values()), interpreting


def _is_nothing(text: str) -> bool:
    return text.casefold().strip(" .") in NOT_LANGUAGES


def _near(text: str, findings: list[Finding]) -> list[Language]:
    """The language a short text nearly spells, such as ``Vietnnamese``; a sentence is left alone."""
    word = text.casefold().strip(" .")
    if _is_nothing(text) or len(word.split()) > 2 or len(word) < 5:
        return []
    best = process.extractOne(word, list(_names()), scorer=fuzz.ratio, score_cutoff=CLOSE)
    if best is None:
        return []
    language = _names()[best[0]]
    findings.append(Finding("language", text, f"was read as {language.name}"))
    return [language]
