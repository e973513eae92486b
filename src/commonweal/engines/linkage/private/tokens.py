"""What of a record is hashed: overlapping pairs of letters, digits by their place, parts of dates.

A token is (domain, text). Tokens of one domain are hashed alike, so that a name written in the wrong field
still agrees in the domain that both name fields share.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from math import log

from commonweal.engines.linkage.records import Normal

Token = tuple[str, str]


@dataclass(frozen=True)
class Kind:
    """One field's tokens, how much each weighs beside others, and how many a usual value has."""

    name: str
    tokens: Callable[[Normal], Iterator[Token]]
    weight: int
    usual: int


def pairs(text: str) -> Iterator[str]:
    """Overlapping pairs of letters of each word, its ends marked: "_a", "an", "n_"."""
    for word in text.split():
        marked = f"_{word}_"
        yield from (marked[at : at + 2] for at in range(len(marked) - 1))


def digits(text: str) -> Iterator[str]:
    """Overlapping pairs of characters, the first and last closed into a ring, each with its place."""
    for at, (one, other) in enumerate(zip(text, text[1:] + text[:1], strict=True)):
        yield f"{at}{one}{other}"


def lettered(name: str) -> Callable[[Normal], Iterator[Token]]:
    """Pairs of letters of a field, in a domain of its own."""
    return lambda record: ((name, part) for part in pairs(getattr(record, name)))


def numbered(name: str) -> Callable[[Normal], Iterator[Token]]:
    """Digits of a field by their place."""
    return lambda record: ((name, part) for part in digits(getattr(record, name)))


def any_name(record: Normal) -> Iterator[Token]:
    """Both names in one domain: given and family exchanged agree here."""
    yield from (("name", part) for part in pairs(f"{record.given} {record.family}"))


def root(record: Normal) -> Iterator[Token]:
    """The full form of a given name, so that Bill and William agree."""
    yield from (("root", part) for part in pairs(record.root))


def born(record: Normal) -> Iterator[Token]:
    """Year by its digits, month and day by their place; both once more without place, for exchanged ones."""
    year, *rest = record.born.split("-")
    for at, digit in enumerate(year):
        yield "born", f"y{at}{digit}"
    if year:
        yield "born", f"y{year}"
    for part, value in zip("md", rest, strict=False):
        yield "born", f"{part}{value}"
        yield "born", f"either{value}"


def sex(record: Normal) -> Iterator[Token]:
    """The first letter, where known."""
    if record.sex:
        yield "sex", record.sex


# Names and dates weigh much: they are known nearly always and tell most people apart (weights as in Durham
# et al. 2014, here by hand from general experience with administrative records).
KINDS = (
    Kind("given", lettered("given"), 8, 7),
    Kind("family", lettered("family"), 8, 8),
    Kind("name", any_name, 2, 15),
    Kind("root", root, 2, 7),
    Kind("born", born, 12, 9),
    Kind("sex", sex, 10, 1),
    Kind("middle", lettered("middle"), 3, 6),
    Kind("address", lettered("address"), 3, 26),
    Kind("postcode", numbered("postcode"), 8, 5),
    Kind("phone", numbered("phone"), 8, 10),
    Kind("ssn_last4", numbered("ssn_last4"), 16, 4),
    Kind("identifier", numbered("identifier"), 20, 8),
    Kind("email", lettered("email"), 3, 18),
    Kind("birth_place", lettered("birth_place"), 4, 10),
)
FIELDS = tuple(kind.name for kind in KINDS if kind.name not in ("name", "root"))


def kinds_of(fields: Collection[str]) -> tuple[Kind, ...]:
    """The kinds that these fields give: their own, and those made of several."""
    made_of = {"name": {"given", "family"}, "root": {"given"}}
    return tuple(kind for kind in KINDS if made_of.get(kind.name, {kind.name}) <= set(fields))


def positions(fields: Collection[str], size: int) -> Mapping[str, int]:
    """How many positions a token of each kind sets, so that a usual record fills half of `size` bits.

    At one half, the other half of a fold hides each bit best; fuller and emptier ones let patterns through.
    """
    kinds = kinds_of(fields)
    scale = log(2) * size / sum(kind.weight * kind.usual for kind in kinds)
    return {kind.name: max(1, round(kind.weight * scale)) for kind in kinds}
