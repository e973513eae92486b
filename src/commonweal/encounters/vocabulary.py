"""Codes of the encounter record and their words in two languages, from the pack."""

from functools import lru_cache
from typing import cast

from commonweal import packs
from commonweal.kernel.errors import Invalid


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, tuple[str, str]]]:
    """Field to code to (English, Spanish)."""
    pack = cast("dict[str, dict[str, list[str]]]", packs.read("encounter/vocabulary.yaml"))
    return {field: {code: (en, es) for code, (en, es) in codes.items()} for field, codes in pack.items()}


def say(field: str, code: str, language: str = "en") -> str:
    """The word for a code; the code itself where a site has dropped it."""
    pair = words().get(field, {}).get(code)
    return code if pair is None else pair[1 if language.startswith("es") else 0]


def check(field: str, given: object) -> None:
    """Raise Invalid where a code (or one of several) is not in the vocabulary of the field."""
    codes = words()[field]
    wrong = [str(c) for c in (given if isinstance(given, list | tuple) else [given]) if c not in codes]
    if wrong:
        raise Invalid(field, ", ".join(wrong), f"Use: {', '.join(codes)}.")
