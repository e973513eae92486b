"""Source records as linkage sees them, and their normal form."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from commonweal.engines.linkage.nicknames import full_names

# Letters that are no letter with an accent, as passports write them (ICAO 9303-3, table B).
OTHER_LETTERS = str.maketrans(
    {"ø": "oe", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}
)

# What forms hold where nobody gave a name.
NO_NAMES = frozenset(
    (
        "unknown unk none no name nfn nln anonymous refused respondent occupant resident adult child baby "
        "infant kid boy girl male female man woman lady gentleman friend tenant roommate husband wife spouse "
        "son daughter mother father mom dad grandma grandpa brother sister person of a in the house home "
        "household minor test"
    ).split()
)
PUNCTUATION = re.compile(r"[^\w\s]")
NO_DIGIT = re.compile(r"\D")
PART_OF_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
VICTIM_SERVICE = frozenset({"victim_service", "victim_service_provider"})


class VictimServiceRecord(ValueError):
    """A record that no linkage may see, not even hashed (34 USC 12291(b)(2); 28 CFR 94.115)."""


def refuse_victim_service(origin: str) -> None:
    """VictimServiceRecord for an origin that no linkage or search may see, or for none."""
    if origin in VICTIM_SERVICE or not origin:
        raise VictimServiceRecord(
            f"origin: {origin!r}; victim-service records are excluded from linkage by law and every "
            "record must say its origin: leave it out, or name the kind of agency that holds it"
        )


@dataclass(frozen=True)
class Record:
    """What one source knows of one person. `id` is unique across sources; empty text and None are unknown.

    `born_part` is what is known of the birth date where the day is not: "1948" or "1948-03"; `born` goes
    before it.

    `identifier` is a number that other sources use too (a benefit or licence number), never the source's own.

    `origin` is the kind of programme that holds it (an agency kind). Records of victim-service origin are
    refused by construction: no such value can exist, so none can be linked, searched or counted.
    """

    id: str
    source: str
    origin: str
    given: str = ""
    family: str = ""
    born: date | None = None
    sex: str = ""
    address: str = ""
    phone: str = ""
    ssn_last4: str = ""
    identifier: str = ""
    postcode: str = ""
    middle: str = ""
    email: str = ""
    birth_place: str = ""
    occupation: str = ""
    born_part: str = ""

    def __post_init__(self) -> None:
        """Refuse victim-service records and records without an id."""
        refuse_victim_service(self.origin)
        if not self.id:
            raise ValueError("id: empty; every source record needs the id by which its decision is kept")
        if self.born_part and not PART_OF_DATE.fullmatch(self.born_part):
            raise ValueError(f"born_part: {self.born_part!r}; give a year (1948) or a month (1948-03)")


@dataclass(frozen=True)
class Normal:
    """A record in normal form; "" is unknown. `born` may be a year or a month only, and `swapped` is the
    whole date with day and month exchanged. `places` and `callings` are the parts of a list or of "town,
    county"; `area` is the part of a postcode that neighbours share; `root` one full name for all forms of a
    given name.
    """

    id: str
    source: str
    given: str
    family: str
    full_names: frozenset[str]
    surnames: frozenset[str]
    born: str
    swapped: str
    sex: str
    address: str
    phone: str
    ssn_last4: str
    identifier: str
    postcode: str
    middle: str
    email: str
    birth_place: str
    occupation: str
    sound: str
    given_sound: str
    root: str
    area: str
    places: frozenset[str]
    callings: frozenset[str]


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Lower case without accents or punctuation, single spaces: "O'Neil, José" becomes "oneil jose"."""
    bare = text.lower() if text.isascii() else without_accents(text)
    return " ".join(PUNCTUATION.sub("", bare.replace("-", " ")).replace("_", " ").split())


def without_accents(text: str) -> str:
    """Lower case, each letter without what stands above, below or through it."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(OTHER_LETTERS))
    return "".join(c for c in folded if not unicodedata.combining(c))


@lru_cache(maxsize=200_000)
def soundex(name: str) -> str:
    """American Soundex of a plain name (Odell & Russell 1918; National Archives rules); "" for none."""
    letters = [c for c in name if "a" <= c <= "z"]
    if not letters:
        return ""
    codes = [SOUNDS.get(c, "") for c in letters]
    kept, last = letters[0], codes[0]
    for letter, code in zip(letters[1:], codes[1:], strict=True):
        if code and code != last:
            kept += code
        if letter not in "hw":
            last = code
    return (kept + "000")[:4]


ALIKE = (
    ("sch", "s"), ("tsch", "s"), ("cz", "s"), ("sz", "s"), ("ph", "f"), ("pf", "f"), ("gh", "g"), ("kn", "n"),
    ("wr", "r"), ("ck", "k"), ("ch", "k"), ("sh", "s"), ("th", "t"), ("tz", "s"), ("ts", "s"), ("dg", "g"),
    ("ll", "l"), ("w", "v"), ("x", "ks"), ("q", "k"),
)  # fmt: skip
FIRST = str.maketrans("ckgjyzeiou", "kkjjjsaaaa")


@lru_cache(maxsize=200_000)
def sounding(name: str) -> str:
    """Soundex after spellings of one sound are made one, the first letter included: Phillips as Filips."""
    for written, heard in ALIKE:
        name = name.replace(written, heard)
    code = soundex(name)
    return code[:1].translate(FIRST) + code[1:]


SOUNDS = {
    letter: str(n)
    for n, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in group
}


def name_of(text: str) -> str:
    """A name in plain form; "" for words that stand where a form had no name."""
    found = plain(text)
    return "" if found in NO_NAMES or set(found.split()) <= NO_NAMES else found


def digits(text: str, last: int) -> str:
    """The last so many digits; "" when there are fewer."""
    found = NO_DIGIT.sub("", text)
    return found[-last:] if len(found) >= last else ""


def postcode_of(text: str) -> str:
    """A postcode without spaces; of one that begins with five digits, those."""
    found = plain(text).replace(" ", "")
    return found[:5] if found[:5].isdigit() else found[:8]


def area_of(postcode: str) -> str:
    """What neighbouring postcodes share: the first three digits, or the outward code (tq13 of tq13 8df)."""
    if postcode.isdigit():
        return postcode[:3]
    return postcode[:-3] if len(postcode) > 4 else postcode


@lru_cache(maxsize=200_000)
def listed(text: str) -> frozenset[str]:
    """The parts of a list, or of "town, county", each in plain form."""
    return frozenset(found for part in re.split(r"[,;/&|()]| and ", text) if (found := plain(part)))


@lru_cache(maxsize=200_000)
def root_of(given: str) -> str:
    """One full name that stands for all forms of a given name: "bill" and "will" become "william"."""
    return min(full_names(given) - {given}, default=given)


def first_word(read: Callable[[str], str]) -> Callable[[str], str]:
    """What is read of the first word; nothing of none."""
    return lambda text: read(text.split()[0]) if text else ""


def swapped(born: str) -> str:
    """A whole date with day and month exchanged."""
    return f"{born[:4]}-{born[8:]}-{born[5:7]}" if len(born) == 10 else ""


def surnames(family: str) -> frozenset[str]:
    """The parts of a family name that are names by themselves: "de la cruz" has one."""
    return frozenset(part for part in family.split() if len(part) > 2) or frozenset(family.split())


# How each field of Normal comes about: from the field of the same name, from another in normal form, as a set
# of words of one in normal form, or as a set of the parts of one as it was written.
NORMAL: Mapping[str, Callable[[str], str]] = {
    "given": name_of,
    "family": name_of,
    "born": str,
    "sex": lambda text: plain(text)[:1],
    "address": plain,
    "phone": lambda text: digits(text, 10),
    "ssn_last4": lambda text: digits(text, 4),
    "identifier": lambda text: re.sub(r"\W", "", plain(text)),
    "postcode": postcode_of,
    "middle": name_of,
    "email": lambda text: text.strip().casefold(),
    "birth_place": plain,
    "occupation": plain,
}
DERIVED: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "swapped": ("born", swapped),
    "sound": ("family", first_word(soundex)),
    "given_sound": ("given", first_word(soundex)),
    "root": ("given", first_word(root_of)),
    "area": ("postcode", area_of),
}
WORDS: Mapping[str, tuple[str, Callable[[str], frozenset[str]]]] = {
    "full_names": ("given", full_names),
    "surnames": ("family", surnames),
}
LISTED: Mapping[str, tuple[str, Callable[[str], frozenset[str]]]] = {
    "places": ("birth_place", listed),
    "callings": ("occupation", listed),
}


def written(record: Record, field: str) -> str:
    """What a record says of a field of NORMAL, as text."""
    if field == "born":
        return record.born.isoformat() if record.born else record.born_part
    return str(getattr(record, field))


def normal_of(id: str, source: str, fields: Mapping[str, Any]) -> Normal:
    """A normal form from its fields by name: those of NORMAL, DERIVED, WORDS and LISTED."""
    return Normal(id=id, source=source, **fields)


def normal(record: Record) -> Normal:
    """The normal form of a record."""
    raw = {name: written(record, name) for name in NORMAL}
    texts = {name: read(raw[name]) for name, read in NORMAL.items()}
    texts |= {name: read(texts[source]) for name, (source, read) in DERIVED.items()}
    sets = {name: read(texts[source]) for name, (source, read) in WORDS.items()}
    sets |= {name: read(raw[source]) for name, (source, read) in LISTED.items()}
    return normal_of(record.id, record.source, {**texts, **sets})
