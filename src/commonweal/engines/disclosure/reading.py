"""Read facts strictly: whatever is not understood makes the answer a denial, never an error or a guess."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from commonweal.engines.disclosure.question import Clause, Consent

CONSENT_FLAGS = frozenset(item.name for item in fields(Consent) if isinstance(item.default, bool))
CLAUSE_SETS = frozenset({"fields", "roles", "purposes", "conditions"})


class NotUnderstood(ValueError):
    """A fact whose name, kind or shape the vocabulary does not have. Becomes ``unknown_value``."""


def entry(name: object, value: object, flags: frozenset[str]) -> tuple[str, object]:
    """Return the attribute of Facts that this fact sets, and its checked value. Raises NotUnderstood.

    ``flags`` are the facts that are plainly true or false. The published form's one ``consent`` sets
    ``consents``.
    """
    if not isinstance(name, str):
        raise NotUnderstood(f"fact name {name!r} is not a word")
    if name == "consent":
        return "consents", () if value is None else (_consent(value),)
    if name in flags:
        return name, _flag(value)
    if name not in _READERS:
        raise NotUnderstood(f"fact {name!r} is unknown")
    return name, _READERS[name](value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise NotUnderstood(f"{value!r} is neither true nor false")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise NotUnderstood(f"{value!r} is not a word")
    return value


def _word_or_none(value: object) -> str | None:
    return None if value is None else _word(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NotUnderstood(f"{value!r} is not a count")
    return value


def _count_or_none(value: object) -> int | None:
    return None if value is None else _count(value)


def _hours_or_none(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise NotUnderstood(f"{value!r} is not a number of hours")
    return value


def _reason(value: object) -> str | None:
    """A broken glass is an object with a reason; a missing reason is an empty one."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) - {"reason"}:
        raise NotUnderstood("break_glass is not an object with a reason")
    return (_word_or_none(value.get("reason")) or "").strip()


def _consent(value: object) -> Consent:
    if not isinstance(value, Mapping) or set(value) - CONSENT_FLAGS - {"form", "expires_hours", "id", "age"}:
        raise NotUnderstood("consent is not an object of the published shape")
    flags = {name: _flag(value[name]) for name in CONSENT_FLAGS & set(value)}
    hours = _hours_or_none(value.get("expires_hours"))
    form, own, age = _word(value.get("form")), _word(value.get("id", "")), _count_or_none(value.get("age"))
    return Consent(form=form, expires_hours=hours, id=own, age=age, **flags)


def _clause(value: object) -> Clause:
    if not isinstance(value, Mapping) or set(value) - CLAUSE_SETS - {"category", "id"}:
        raise NotUnderstood("clause is not an object of the published shape")
    sets = {name: frozenset(_word(item) for item in _items(value.get(name, ()))) for name in CLAUSE_SETS}
    return Clause(category=_word(value.get("category")), id=_word(value.get("id", "")), **sets)


def _items(value: object) -> Iterator[object]:
    if not isinstance(value, list | tuple | frozenset | set):
        raise NotUnderstood(f"{value!r} is not a list")
    return iter(value)


_READERS: dict[str, Callable[[object], object]] = {
    "jurisdiction": _word,
    "source_program": _word_or_none,
    "hours_since_incident": _hours_or_none,
    "break_glass": _reason,
    "consents": lambda value: tuple(_consent(item) for item in _items(value)),
    "clauses": lambda value: tuple(_clause(item) for item in _items(value)),
    "legal_process": _word_or_none,
    "purpose_code": _word_or_none,
    "aggregate_cell_n": _count_or_none,
    "record_count": _count,
}
