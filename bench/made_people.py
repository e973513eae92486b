"""Made-up people and what others half remember of them, for the measures of linkage and search.

Names follow a power law over made-up syllables and some real given names. Errors are drawn one by one and
independently of how the engine looks for people: this file knows nothing of it. Everything follows the seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

ONSETS = "b br c ch cl d dr f fr g gr h j k kr l m n p ph r s sch st t th tr v w z".split()
VOWELS = "a e i o u ai ea ie ou oo au".split()
CODAS = ["", "", "", "n", "r", "l", "s", "t", "ck", "nd", "rt", "m", "ng", "x"]
ENDINGS = "son ez man ski berg ton ley er a o ini ic ova ard ell".split()
KEYS = {
    "a": "sq",
    "e": "wr",
    "i": "uo",
    "o": "ip",
    "n": "bm",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "l": "k",
    "d": "sf",
}
SOUNDS = [
    pair.split(">")
    for pair in "ph>f ck>k c>k k>c sch>sh z>s ie>y ou>u ai>ay w>v th>t oo>u ea>ee x>ks ll>l".split()
]
REAL = (
    "james jim jimmy|robert bob rob|john jack johnny|michael mike|william bill will|david dave|"
    "richard rick dick|joseph joe|thomas tom tommy|charles charlie chuck|daniel dan danny|"
    "matthew matt|anthony tony|edward ed ted|christopher chris|andrew andy drew|joshua josh|"
    "kenneth ken|stephen steve|timothy tim|ronald ron|nicholas nick|samuel sam|benjamin ben|"
    "gregory greg|alexander alex|patrick pat|francisco paco pancho|jose pepe|guadalupe lupe|"
    "elizabeth liz beth betty|margaret peggy maggie meg|jennifer jen jenny|patricia pat patty|"
    "barbara barb|susan sue susie|jessica jess|katherine kate kathy katie|deborah deb debbie|"
    "rebecca becky|dolores lola|rosario charo|maria|ana|linda|karen|lisa|nancy|sandra sandy|donna|"
    "emily|carol|michelle|amanda mandy|melissa|laura|cynthia cindy|amy|angela angie|anna|ruth|brenda|"
    "pamela pam|nicole|mark|paul|steven steve|george|kevin|brian|jason|ryan|jacob jake|gary|eric|"
    "jonathan jon|larry|justin|scott"
)
KINDS = "typo two_typos sound nickname swapped initial date_part date_wrong date_swapped date_year no_date"
KINDS += " no_given no_family alias joined address_only_number"


@dataclass(frozen=True)
class Person:
    """Somebody made up; `alias` is another family name they go by, which their record also holds."""

    id: str
    given: str
    family: str
    alias: str
    born: str
    sex: str
    number: str
    street: str
    city: str
    postcode: str
    phone: str


COLUMNS = tuple(Person.__dataclass_fields__)


def family_names(rng: np.random.Generator, size: int) -> list[str]:
    """Distinct made-up family names."""
    found: dict[str, None] = {}
    while len(found) < size:
        parts = [str(rng.choice(ONSETS)) + str(rng.choice(VOWELS)) + str(rng.choice(CODAS)) for _ in range(2)]
        found["".join(parts[: int(rng.integers(1, 3))]) + str(rng.choice(ENDINGS))] = None
    return list(found)


def power_law(rng: np.random.Generator, kinds: int, size: int, exponent: float = 0.9) -> np.ndarray:
    """So many draws of ranks, the first the most common."""
    share = 1 / np.arange(2, kinds + 2) ** exponent
    return rng.choice(kinds, size, p=share / share.sum())


def people(size: int, seed: int = 1) -> list[Person]:
    """So many people: a county's addresses, one in twenty with an alias."""
    rng = np.random.default_rng(seed)
    given = [line.split()[0] for line in REAL.split("|")] + family_names(rng, 3000)
    family = family_names(rng, min(60_000, max(2000, size // 15)))
    ends = rng.choice(["street", "road", "avenue", "lane"], 3000)
    streets = [f"{name} {end}" for name, end in zip(family_names(rng, 3000), ends, strict=True)]
    cities = family_names(rng, 60)
    g, f, a = (power_law(rng, len(names), size) for names in (given, family, family))
    s, c = rng.integers(0, 3000, size), power_law(rng, 60, size)
    born = np.datetime64("1930-01-01") + rng.integers(0, 80 * 365, size)
    number, phone = rng.integers(1, 3000, size), rng.integers(2_000_000_000, 9_999_999_999, size)
    sex, has_alias = rng.choice(["F", "M"], size), rng.uniform(size=size) < 0.05
    zips = 22000 + c * 5 + s % 5
    places = [(str(number[n]), streets[s[n]], cities[c[n]], str(zips[n])) for n in range(size)]
    aliases = [family[a[n]] if has_alias[n] else "" for n in range(size)]
    return [
        Person(
            f"p{n}",
            given[g[n]],
            family[f[n]],
            aliases[n],
            str(born[n]),
            str(sex[n]),
            *places[n],
            str(phone[n]),
        )
        for n in range(size)
    ]


def typo(word: str, rng: np.random.Generator) -> str:
    """One letter left out, doubled, typed as its neighbour, replaced, or exchanged with the next."""
    if len(word) < 3:
        return word
    at = int(rng.integers(0, len(word) - 1))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    changed = (
        before + after,
        before + letter + letter + after,
        before + str(rng.choice(list(KEYS.get(letter, "e")))) + after,
        before + str(rng.choice(list("abcdefghijklmnopqrstuvwxyz"))) + after,
        before + after[:1] + letter + after[1:],
    )
    return changed[int(rng.integers(0, len(changed)))]


def misheard(word: str, rng: np.random.Generator) -> str:
    """A spelling of the same sound."""
    fitting = [pair for pair in SOUNDS if pair[0] in word]
    if not fitting:
        return typo(word, rng)
    written, heard = fitting[int(rng.integers(0, len(fitting)))]
    return word.replace(written, heard, 1)


NICKNAMES = {line.split()[0]: line.split()[1:] for line in REAL.split("|")}


def with_error(kind: str, one: Person, rng: np.random.Generator) -> Person:
    """What a searcher may say of this person, with one kind of error more."""
    year, month, day = [*one.born.split("-"), "", ""][:3]
    side = "given" if rng.uniform() < 0.4 else "family"
    if kind in ("typo", "two_typos", "sound"):
        change = misheard if kind == "sound" else typo
        wrong = change(getattr(one, side), rng)
        return replace(one, **{side: typo(wrong, rng) if kind == "two_typos" else wrong})
    changes: dict[str, dict[str, str]] = {
        "nickname": {"given": str(rng.choice(NICKNAMES.get(one.given) or [one.given]))},
        "swapped": {"given": one.family, "family": one.given},
        "initial": {"given": one.given[:1]},
        "date_part": {"born": year if rng.uniform() < 0.5 else f"{year}-{month}"},
        "date_wrong": {"born": f"{year}-{month}-{int(rng.integers(1, 29)):02}"},
        "date_swapped": {"born": f"{year}-{day}-{month}"},
        "date_year": {
            "born": f"{int(year or 1980) + int(rng.choice([-10, -2, -1, 1, 2, 10]))}-{month}-{day}"
        },
        "no_date": {"born": ""},
        "no_given": {"given": ""},
        "no_family": {"family": ""},
        "alias": {"family": one.alias or one.family},
        "joined": {"given": "", "family": f"{one.given} {one.family}"},
        "address_only_number": {"street": "", "city": ""},
    }
    return replace(one, **changes[kind])


def asked(one: Person, rng: np.random.Generator) -> Person:
    """A searcher's memory: some fields not known at all, then one to three errors of different kinds.

    What is left always holds three of: given name, family name, birth date, city, address, telephone.
    """
    known = replace(one, alias="", phone=one.phone if rng.uniform() < 0.2 else "",
                    sex=one.sex if rng.uniform() < 0.5 else "")  # fmt: skip
    if rng.uniform() < 0.6:
        known = replace(
            known, number="", street="", postcode="", city=one.city if rng.uniform() < 0.5 else ""
        )
    kinds = KINDS.split()
    chosen: Sequence[str] = [kinds[n] for n in rng.permutation(len(kinds))[: int(rng.integers(1, 4))]]
    for kind in chosen:
        changed = with_error(kind, replace(known, alias=one.alias), rng)
        places = changed.street or changed.postcode
        known_things = (
            len(changed.given) > 1,
            changed.family,
            changed.born,
            places,
            changed.city,
            changed.phone,
        )
        bare = sum(map(bool, known_things)) < 3
        known = known if bare else replace(changed, alias="")
    return known
