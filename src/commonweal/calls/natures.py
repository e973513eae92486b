"""What a call is about, as neutral codes with names in two languages; local labels read into them."""

from collections.abc import Mapping
from functools import lru_cache

from commonweal import packs
from commonweal.engines.terms import Nature, Vocabulary
from commonweal.kernel.errors import Invalid


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The natures that ship, with the phrases and abbreviations that dispatchers write."""
    return Vocabulary.read(packs.read("natures.yaml"), packs.read("abbreviations.yaml"))


def all_natures() -> Mapping[str, Nature]:
    """Every nature by its code."""
    return vocabulary().by_code


def checked(code: str) -> str:
    """The code, or Invalid; empty stays empty (not known yet)."""
    if code and code not in all_natures():
        raise Invalid("nature", code, f"Use one of: {', '.join(all_natures())}.")
    return code


@lru_cache(maxsize=1_000)
def is_behavioural(code: str) -> bool | None:
    """Whether the nature counts as behavioural health; None where the nature is not known."""
    found = all_natures().get(code)
    return found.behavioral_health if found else None


@lru_cache(maxsize=20_000)
def of_label(label: str) -> str:
    """The neutral code of a local label; empty where its words say nothing known."""
    found = vocabulary()
    matches = found.matches(found.words(label))
    return matches[0][0].code if matches else ""


GENERAL = ("Call for help", "Llamada de ayuda")
SPARED_GROUPS = frozenset({"behavioral", "domestic", "missing", "medical"})
SPARED = frozenset({"sexual_offence", "abduction", "welfare_check", "threat", "unknown_trouble", "open_line"})


def in_public(code: str, language: str = "en") -> str:
    """The nature as anybody may read it: sensitive kinds, and unknown ones, in general words (defaults, 2.1).

    A block and an hour beside "suicide risk" or "domestic violence" would tell a neighbour who it was.
    """
    found = all_natures().get(code)
    if found is None or found.behavioral_health or found.group in SPARED_GROUPS or code in SPARED:
        return GENERAL[language.startswith("es")]
    return named(code, language)


def named(code: str, language: str = "en") -> str:
    """The nature in words, English or Spanish; empty for an unknown code."""
    found = all_natures().get(code)
    if found is None:
        return ""
    return found.es if language.startswith("es") else found.en
