"""What may be asked for and by when it is owed, from the pack `requests.yaml`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

from commonweal import packs
from commonweal.kernel.errors import Invalid

Pair = tuple[str, str]  # English, Spanish
OUTCOMES = ("granted", "granted_in_part", "denied")
LETTERS = ("acknowledged", "extended", *OUTCOMES, "amended", "closed")


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a request may be refused, with its citation; `review`: the refusal can be looked at again."""

    code: str
    words: Pair
    citation: str
    review: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request: title, source, days to answer, days of the one extension, grounds of refusal."""

    code: str
    title: Pair
    citation: str
    days: int
    extension: int
    working: bool
    is_public: bool
    closing: tuple[str, ...]
    granting: tuple[str, ...]
    letters: Mapping[str, tuple[Pair, Pair]]
    grounds: Mapping[str, Ground]


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a field is blacked out on a public page."""

    code: str
    label: str
    citation: str
    words: Pair


def spoken(pair: Pair, language: str) -> str:
    """The words in a language: Spanish for "es", English otherwise."""
    return pair[language.startswith("es")]


@lru_cache(maxsize=1)
def _pack() -> dict[str, object]:
    return cast("dict[str, object]", packs.read("requests.yaml"))


def _table(name: str) -> dict[str, dict[str, object]]:
    return cast("dict[str, dict[str, object]]", _pack()[name])


def _pair(value: object) -> Pair:
    english, spanish = cast("list[str]", value)
    return english, spanish


def _ground(code: str, given: Mapping[str, object]) -> Ground:
    return Ground(code, _pair(given["words"]), str(given["citation"]), bool(given["review"]))


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind by its code, in the order of the pack."""
    return {
        code: Kind(
            code=code,
            title=_pair(given["title"]),
            citation=str(given["citation"]),
            days=cast("int", given["days"]),
            extension=cast("int", given["extension"]),
            working=bool(given.get("working")),
            is_public=bool(given.get("public")),
            closing=tuple(cast("list[str]", given["closing"])),
            granting=tuple(cast("list[str]", given.get("granting", []))),
            letters=_letters(given.get("letters", {})),
            grounds={
                name: _ground(name, ground)
                for name, ground in cast("dict[str, dict[str, object]]", given["grounds"]).items()
            },
        )
        for code, given in _table("kinds").items()
    }


def kind(code: str) -> Kind:
    """A kind; Invalid for an unknown code."""
    if code not in kinds():
        raise Invalid("kind", code, f"Use one of: {', '.join(kinds())}.")
    return kinds()[code]


def holidays() -> frozenset[date]:
    """Days on which the site's offices are closed."""
    return frozenset(cast("list[date]", _pack()["holidays"]))


def due(of: Kind, received: date, *, extended: bool = False, closed: Collection[date] = ()) -> date:
    """The last day to answer: days are counted from the day after receipt; the extension is added once."""
    left, day = of.days + (of.extension if extended else 0), received
    if not of.working:
        return day + timedelta(days=left)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in closed
    return day


def ways_to_verify() -> dict[str, Pair]:
    """How an identity may be made sure of."""
    return {code: _pair(words) for code, words in _table("verified").items()}


def letter_parts(letter: str, of: Kind) -> tuple[Pair, Pair]:
    """Title and first paragraph of a letter: in words of this kind of request where it has its own."""
    return of.letters.get(letter) or _letters(_table("letters"))[letter]


def _letters(given: object) -> dict[str, tuple[Pair, Pair]]:
    found = cast("dict[str, dict[str, object]]", given)
    return {name: (_pair(one["title"]), _pair(one["body"])) for name, one in found.items()}


def paragraph(name: str) -> Pair:
    """A standing paragraph: hhs, part2, review, disagreement, corrected, appeal, contact, late."""
    return _pair(_table("paragraphs")[name])


def exemptions() -> dict[str, Exemption]:
    """The site's list of exemptions of its public-records law."""
    return {
        code: Exemption(code, str(given["label"]), str(given["citation"]), _pair(given["words"]))
        for code, given in _table("exemptions").items()
    }


def exemption_of(field: str, rules: Collection[str]) -> str:
    """Which exemption stands beside a withheld field: by the refusal's rules, else by the field, else b6."""
    by_rule = cast("dict[str, str]", _pack()["exempt_rules"])
    for rule in rules:
        for start, code in by_rule.items():
            if rule.startswith(start):
                return code
    return cast("dict[str, str]", _pack()["exempt_fields"]).get(field, "b6")
