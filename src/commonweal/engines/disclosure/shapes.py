"""Read the parts of a policy pack: a wrong shape is an error that names the rule and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from commonweal.engines.disclosure.language import PolicyError


def table(value: object, where: str) -> Mapping[str, object]:
    """Return the value as a mapping of words, or raise PolicyError."""
    if not isinstance(value, Mapping):
        raise PolicyError(f"{where}: expected a mapping of names, found {type(value).__name__}")
    return {str(key): item for key, item in value.items()}


def rows(value: object, where: str) -> list[Mapping[str, object]]:
    """Return the value as a list of mappings; nothing at all is an empty list."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise PolicyError(f"{where}: expected a list of rules, found {type(value).__name__}")
    return [table(item, f"{where}[{place}]") for place, item in enumerate(value)]


def words(value: object, where: str) -> tuple[str, ...]:
    """Return the value as a tuple of words; nothing at all is an empty tuple."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise PolicyError(f"{where}: expected a list of words, found {value!r}")
    return tuple(str(item) for item in value)


def text(row: Mapping[str, object], name: str, where: str) -> str:
    """Return a required piece of text from a rule."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(f"{where}: {name!r} is missing; write a sentence")
    return " ".join(value.split())


def known(found: Iterable[str], allowed: Iterable[str], where: str) -> frozenset[str]:
    """Return the words as a set if all are allowed, or raise PolicyError naming those that are not."""
    chosen = frozenset(found)
    if stray := chosen - frozenset(allowed):
        raise PolicyError(
            f"{where}: {', '.join(sorted(stray))} is not in the vocabulary; correct the spelling"
        )
    return chosen


def only(row: Mapping[str, object], allowed: frozenset[str], where: str) -> None:
    """Raise PolicyError where a rule has a key that nobody reads: a misspelt key would silently widen."""
    if stray := set(row) - allowed:
        raise PolicyError(
            f"{where}: unknown key {', '.join(sorted(stray))}; allowed: {', '.join(sorted(allowed))}"
        )


def in_force(row: Mapping[str, object], on: date | None, where: str) -> bool:
    """Whether a pack's or rule's ``effective`` dates cover the day. Without a day: whether it has no end."""
    effective = row.get("effective")
    if effective is None:
        return True
    dates = table(effective, where)
    start, end = _day(dates.get("from"), where), _day(dates.get("until"), where)
    if on is None:
        return end is None
    return (start is None or start <= on) and (end is None or on < end)


def _day(value: object, where: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise PolicyError(f"{where}: {value!r} is not a date; write it as 2024-04-16") from error
