"""The shared words, explained where they are used: read once from the pack."""

from functools import cache
from typing import NamedTuple

from django.utils.translation import get_language

from commonweal import packs

PACK = "glossary.yaml"


class Term(NamedTuple):
    """A word of ours, what it means in one sentence, and what police and clinicians call it."""

    word: str
    meaning: str
    police: str
    clinical: str


@cache
def _entries() -> dict[str, dict[str, str]]:
    """Rows of the pack by key and by English term, in lower case."""
    rows = packs.read(PACK)
    if not isinstance(rows, list):
        raise packs.PackError(f"pack {PACK!r} is not a list of terms")
    return {str(row[name]).lower(): row for row in rows for name in ("key", "term")}


def explain(word: str) -> Term | None:
    """The entry of a key or English term, in the language of the page; None where the glossary lacks it."""
    row = _entries().get(word.lower())
    if row is None:
        return None
    is_spanish = (get_language() or "en").startswith("es")
    shown, meaning = ("es", "meaning_es") if is_spanish else ("term", "meaning")
    return Term(row[shown], row[meaning], row.get("police", ""), row.get("clinical", ""))
