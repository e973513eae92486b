"""Codes in the reader's words, from the pack that a site may read and correct."""

from collections.abc import Iterable
from functools import cache
from typing import cast

from django.utils.translation import get_language

from commonweal import packs

PACK = "codes.yaml"


@cache
def known() -> dict[str, tuple[str, str]]:
    """Every code with its English and its Spanish."""
    families = cast("dict[str, dict[str, list[str]]]", packs.read(PACK))
    return {code: (en, es) for family in families.values() for code, (en, es) in family.items()}


def said(code: str) -> str:
    """A code in the reader's language; one that the pack lacks in its own words: "call_back", "Call back"."""
    pair = known().get(code)
    if pair is None:
        return code.replace("_", " ").capitalize()
    return pair[(get_language() or "en").startswith("es")]


def in_sentence(code: str) -> str:
    """A code's words inside a sentence: small, unless they begin with an abbreviation."""
    text = said(code)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def several(names: Iterable[str]) -> str:
    """Codes inside a sentence, with commas between."""
    return ", ".join(in_sentence(name) for name in names)
