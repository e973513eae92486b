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
def _entries() -> dict[str, dict[str, str]]:
    found = packs.read(PACK)
    if not isinstance(found, list):
        raise packs.PackError(f"pack {PACK!r} must be a list of terms; correct the file")
    return {row["term"].lower(): row for row in found}


def explain(word: str) -> Term | None:
    """The entry of our English word in the language of the page, or None where the glossary lacks it."""
    row = _entries().get(word.lower())
    if row is None:
        return None
    also = ", ".join(row[name] for name in ("police", "clinical") if row[name])
    if (get_language() or "en").startswith("es"):
        return Term(row["es"], row["meaning_es"], also)
    return Term(row["term"], row["meaning"], also)
