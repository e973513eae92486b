"""The thresholds of a site, read from a pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

CODES = frozenset(
    "no_tie alone sensitive refused foreign many_parts is_self related same_surname same_address same_block "
    "within_walk colleague of_interest crowd great_crowd again often many_untied many very_many "
    "many_listed".split()
)
PATTERNS = ("untied", "self", "household", "neighbour", "colleague", "celebrity", "repetition", "bulk")
NUMBERS = (
    "gap_minutes settle_minutes follow_up_hours listed_seconds listed_people company_minutes history_days "
    "walk_metres many_parts crowd great_crowd again_days often_days many_untied many deviations many_listed"
).split()


class WatchingError(ValueError):
    """A pack that cannot be used; the message names the place, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts, how much, and from when it is said. Build it with `read`."""

    numbers: Mapping[str, float]
    thresholds: Mapping[str, float]
    counts: Mapping[str, frozenset[str]]
    weights: Mapping[str, float]
    sentences: Mapping[str, Mapping[str, str]]
    sensitive: frozenset[str]
    purposes: frozenset[str]

    @classmethod
    def read(cls, pack: object) -> "Rules":
        """Rules from the value of a pack. WatchingError where a part is missing or out of range."""
        whole = _mapping("the pack", pack)
        patterns = _mapping("patterns", whole.get("patterns"))
        evidence = _mapping("evidence", whole.get("evidence"))
        _same("patterns", patterns, frozenset(PATTERNS))
        _same("evidence", evidence, CODES)
        reasons = {code: _mapping(f"evidence.{code}", row) for code, row in evidence.items()}
        kinds = {name: _mapping(f"patterns.{name}", row) for name, row in patterns.items()}
        given = _mapping("numbers", whole.get("numbers"))
        _same("numbers", given, frozenset(NUMBERS))
        return cls(
            numbers={name: _number(f"numbers.{name}", value, 1e9) for name, value in given.items()},
            thresholds={
                n: _number(f"patterns.{n}.threshold", row.get("threshold"), 1.0) for n, row in kinds.items()
            },
            counts={n: _codes(f"patterns.{n}.counts", row.get("counts")) for n, row in kinds.items()},
            weights={
                c: _number(f"evidence.{c}.weight", row.get("weight"), 1.0) for c, row in reasons.items()
            },
            sentences={
                c: {t: str(row[t]) for t in ("en", "es") if t in row}
                for c, row in {**reasons, **kinds}.items()
            },
            sensitive=_words("sensitive", whole.get("sensitive")),
            purposes=_words("purposes", whole.get("purposes")),
        )

    def span(self, name: str) -> timedelta:
        """A length of time of the pack: `..._minutes`, `..._hours`, `..._days` or `..._seconds`."""
        return timedelta(**{name.rpartition("_")[2]: self.numbers[name]})

    def say(self, code: str, number: int, language: str) -> str:
        """The sentence of a piece of evidence (or the name of a pattern) in a language, else in English."""
        told = self.sentences[code]
        return (told.get(language) or told["en"]).replace("{n}", str(number))


def _mapping(place: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WatchingError(f"{place}: {value!r} is no mapping; write names with values under it")
    return cast("Mapping[str, object]", value)


def _same(place: str, found: Mapping[str, object], wanted: frozenset[str]) -> None:
    if odd := sorted(frozenset(found) ^ wanted):
        raise WatchingError(
            f"{place}: {', '.join(odd)} is missing or unknown; keep the names of the shipped pack"
        )


def _number(place: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise WatchingError(f"{place}: {value!r} is not a number from 0 to {most:g}; correct it")
    return float(value)


def _words(place: str, value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise WatchingError(f"{place}: {value!r} is no list; write names in brackets")
    return frozenset(str(one) for one in value)


def _codes(place: str, value: object) -> frozenset[str]:
    found = _words(place, value)
    if unknown := sorted(found - CODES):
        raise WatchingError(f"{place}: {', '.join(unknown)} is unknown; use codes of `evidence`")
    return found
