"""Hub-table vocabularies from the pack: risk factors, protective factors, conclusions."""

from functools import lru_cache
from typing import Any, cast

from commonweal import packs


@lru_cache(maxsize=1)
def pack() -> dict[str, Any]:
    """The vocabulary as it ships."""
    return cast("dict[str, Any]", packs.read("tables/vocabulary.yaml"))


@lru_cache(maxsize=2)
def risk_factors(language: str = "en") -> dict[str, str]:
    """`category.item` to "Category: item" in one language."""
    which = 1 if language.startswith("es") else 0
    return {
        f"{code}.{item}": f"{entry['name'][which]}: {words[which].lower()}"
        for code, entry in pack()["risk_factors"].items()
        for item, words in entry["items"].items()
    }


def protective_factors(language: str = "en") -> dict[str, str]:
    """Code to words."""
    which = 1 if language.startswith("es") else 0
    return {code: words[which] for code, words in pack()["protective_factors"].items()}


def conclusions(language: str = "en") -> dict[str, str]:
    """Code to words."""
    which = 1 if language.startswith("es") else 0
    return {code: entry["name"][which] for code, entry in pack()["conclusions"].items()}


def is_rejection(conclusion: str) -> bool:
    """Whether the conclusion says that this was no matter for the table."""
    return bool(pack()["conclusions"][conclusion]["group"] == "rejected")
