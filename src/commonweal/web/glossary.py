"""The shared words, explained where they are used: read once from the pack."""

from functools import cache
from typing import NamedTuple

from django.utils.translation import get_language

from commonweal import packs

PACK = "glossary.yaml"


class Term(NamedTuple):
    """A word of ours, what it means in one sentence, and the words others use for it."""

    word: str
    meaning: str
    also: str


@cache
def _entries() -> dict[str, dict[str, object]]:
    if PACK not in packs.names(""):
        return {}
    found = packs.read(PACK)
    rows = found.get("terms", found) if isinstance(found, dict) else found
    if isinstance(rows, dict):
        rows = [{"term": word, **(value if isinstance(value, dict) else {"meaning": value})}
                for word, value in rows.items()]  # fmt: skip
    return {str(row.get("term") or row.get("ours")).lower(): row for row in rows if isinstance(row, dict)}


def explain(word: str) -> Term | None:
    """The entry of a word in the language of the page, or None where the glossary lacks it."""
    row = _entries().get(word.lower())
    if row is None:
        return None
    language = (get_language() or "en")[:2]
    names = ("police", "clinical", "also")
    also = ", ".join(str(row[name]) for name in names if isinstance(row.get(name), str))
    return Term(word, _in(row, language, "meaning", "definition"), also)


def _in(row: dict[str, object], language: str, *names: str) -> str:
    for name in names:
        value = row.get(f"{name}_{language}") or row.get(name)
        if isinstance(value, dict):
            value = value.get(language) or value.get("en")
        if value:
            return str(value)
    return ""
