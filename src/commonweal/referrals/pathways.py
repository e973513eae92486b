"""Due times and decline reasons, read from the pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from commonweal import packs
from commonweal.kernel.errors import Invalid

STEPS = ("answer", "arrange", "attend", "settle", "expire")


@dataclass(frozen=True, slots=True)
class Pathway:
    """How long each step may take; how often it may go on by itself where the person agreed (`onward`)."""

    code: str
    en: str
    es: str
    hours: Mapping[str, float]
    onward: int = 0

    def within(self, step: str) -> timedelta:
        """The time allowed for a step."""
        return timedelta(hours=self.hours[step])

    def name(self, language: str) -> str:
        """Its name in `en` or `es`; English otherwise."""
        return self.es if language.startswith("es") else self.en


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a receiver declined, as a code with its words."""

    code: str
    en: str
    es: str

    def name(self, language: str) -> str:
        """Its words in `en` or `es`; English otherwise."""
        return self.es if language.startswith("es") else self.en


@lru_cache(maxsize=1)
def _pack() -> tuple[Mapping[str, Pathway], Mapping[str, Reason]]:
    read = packs.read("pathways/referrals.yaml")
    if not isinstance(read, dict):
        raise packs.PackError("pack 'pathways/referrals.yaml' must hold pathways and reasons")
    pathways = {
        code: Pathway(
            code, row["en"], row["es"], {step: float(row[step]) for step in STEPS}, int(row.get("onward", 0))
        )
        for code, row in read["pathways"].items()
    }
    return pathways, {code: Reason(code, row["en"], row["es"]) for code, row in read["reasons"].items()}


def pathways() -> Mapping[str, Pathway]:
    """Pathways by code, in the order of the pack."""
    return _pack()[0]


def reasons() -> Mapping[str, Reason]:
    """Decline reasons by code, in the order of the pack."""
    return _pack()[1]


def pathway(code: str) -> Pathway:
    """One pathway; Invalid names those there are."""
    if code not in pathways():
        raise Invalid("pathway", code, f"Use one of: {', '.join(pathways())}.")
    return pathways()[code]


def checked_reason(code: str) -> str:
    """A known reason; Invalid names those there are."""
    if code not in reasons():
        raise Invalid("reason", code, f"Use one of: {', '.join(reasons())}.")
    return code
