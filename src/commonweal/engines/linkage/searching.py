"""Finding a person in the field: typing errors, nicknames, swapped names, half a birth date.

Names repeat: each distinct name is compared once, then all records are scored at once by array arithmetic.
Searching a quarter of a million people takes some milliseconds and needs no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from commonweal.engines.linkage.nicknames import full_names
from commonweal.engines.linkage.records import Record, digits, plain

Codes = NDArray[np.int32]
Scores = NDArray[np.float32]  # half the memory to pass over a quarter of a million times
NICKNAME = 0.95  # likeness of a form of the name
PART = 0.97  # likeness of one part of a compound name
SWAPPED = 0.97  # factor on both names when given in the other order
UNKNOWN = 0.5  # likeness where the record does not know
IMPORTANCE = {"given": 0.8, "family": 1.0, "born": 1.2, "phone": 1.2, "ssn_last4": 0.8}


@dataclass(frozen=True)
class Query:
    """What the searcher knows; empty is not asked. `born` may be partial: year, month, day, 0 for unknown."""

    given: str = ""
    family: str = ""
    born: tuple[int, int, int] | date | None = None
    phone: str = ""
    ssn_last4: str = ""

    @property
    def ymd(self) -> tuple[int, int, int] | None:
        """Year, month, day; 0 where unknown; None when not asked."""
        if isinstance(self.born, date):
            return self.born.year, self.born.month, self.born.day
        return self.born


@dataclass(frozen=True)
class Hit:
    """A record found and its score, 1 for perfect agreement on all that was asked."""

    id: str
    score: float


@dataclass(frozen=True)
class Names:
    """Distinct names and their distinct parts; `parts_of` holds each name's parts from its `starts` on.

    `forms` leads from a full name ("william") to the parts that may stand for it ("bill").
    """

    names: list[str]
    parts: list[str]
    parts_of: Codes
    starts: Codes
    forms: dict[str, list[int]]

    @classmethod
    def of(cls, values: Sequence[str]) -> "Names":
        """Split the distinct names; the first is always "" (unknown)."""
        parts: dict[str, int] = {}
        flat: list[int] = []
        starts: list[int] = []
        for name in values:
            starts.append(len(flat))
            flat += [parts.setdefault(part, len(parts)) for part in name.split() or [""]]
        forms: dict[str, list[int]] = {}
        for part, place in parts.items():
            for name in full_names(part):
                forms.setdefault(name, []).append(place)
        parts_of, begin = np.array(flat, dtype=np.int32), np.array(starts, dtype=np.int32)
        return cls(list(values), list(parts), parts_of, begin, forms)

    def likeness(self, asked: str) -> Scores:
        """How like each name is to `asked`, 0 to 1: as a whole, by its best part, or as a form of it."""
        whole = compared(asked, self.names)
        by_part: Scores = np.max([compared(part, self.parts) for part in asked.split()], axis=0) * PART
        forms = [place for name in full_names(asked) for place in self.forms.get(name, ())]
        by_part[forms] = np.maximum(by_part[forms], NICKNAME)
        best: Scores = np.maximum.reduceat(by_part[self.parts_of], self.starts)
        found = np.maximum(whole, best)
        found[0] = UNKNOWN  # the empty name: where a record knows none, neither for nor against
        return found


def compared(asked: str, names: Sequence[str]) -> Scores:
    """Jaro-Winkler likeness of `asked` to each name."""
    table: Scores = process.cdist([asked], names, scorer=JaroWinkler.similarity, dtype=np.float32)
    row: Scores = table[0]
    return row


@dataclass(frozen=True)
class Index:
    """People ready to be searched: names as codes into one vocabulary, dates and numbers as integers."""

    ids: list[str]
    vocabulary: Names
    given: Codes
    family: Codes
    born: Codes  # record x (year, month, day), 0 where unknown
    phone: NDArray[np.int64]
    ssn_last4: NDArray[np.int64]


def build(records: Sequence[Record]) -> Index:
    """An index of `records`; victim-service records cannot be among them, for no such Record can exist."""
    codes: dict[str, int] = {"": 0}
    given = [codes.setdefault(plain(record.given), len(codes)) for record in records]
    family = [codes.setdefault(plain(record.family), len(codes)) for record in records]
    born = [(r.born.year, r.born.month, r.born.day) if r.born else (0, 0, 0) for r in records]
    return Index(
        ids=[record.id for record in records],
        vocabulary=Names.of(list(codes)),
        given=np.array(given, dtype=np.int32),
        family=np.array(family, dtype=np.int32),
        born=np.array(born, dtype=np.int32).reshape(-1, 3),
        phone=np.array([number(r.phone, 10) for r in records], dtype=np.int64),
        ssn_last4=np.array([number(r.ssn_last4, 4) for r in records], dtype=np.int64),
    )


def number(text: str, last: int) -> int:
    """The last so many digits as a number; -1 when there are fewer."""
    found = digits(text, last)
    return int(found) if found else -1


def search(index: Index, query: Query, top: int = 10) -> list[Hit]:
    """The `top` records most like what was asked, best first; equal scores in the order of the records.

    Names count in either order. Nothing asked, nothing found.
    """
    parts = [*name_scores(index, query), *number_scores(index, query)]
    if not parts or not index.ids:
        return []
    total = sum(IMPORTANCE[name] for name, _ in parts)
    score = np.zeros(len(index.ids), dtype=np.float32)
    for name, values in parts:
        score += np.float32(IMPORTANCE[name] / total) * values
    best = np.argsort(-score, kind="stable")[:top] if len(score) <= 4 * top else top_places(score, top)
    return [Hit(index.ids[place], float(score[place])) for place in best]


def top_places(score: Scores, top: int) -> NDArray[np.intp]:
    """Places of the `top` greatest scores, without sorting all."""
    floor = np.partition(score, len(score) - top)[len(score) - top]
    places = np.flatnonzero(score >= floor)
    return places[np.argsort(-score[places], kind="stable")][:top]


def name_scores(index: Index, query: Query) -> list[tuple[str, Scores]]:
    """Likeness of the names asked, in whichever order fits each record better."""
    asked = {"given": plain(query.given), "family": plain(query.family)}
    likeness = {name: index.vocabulary.likeness(text) for name, text in asked.items() if text}
    if not likeness:
        return []
    columns = {"given": index.given, "family": index.family}
    other = {"given": "family", "family": "given"}
    straight = {name: values[columns[name]] for name, values in likeness.items()}
    crossed = {name: SWAPPED * values[columns[other[name]]] for name, values in likeness.items()}
    is_crossed = sum(crossed.values()) > sum(straight.values())
    return [(name, np.where(is_crossed, crossed[name], straight[name])) for name in likeness]


def number_scores(index: Index, query: Query) -> list[tuple[str, Scores]]:
    """Likeness of birth date, telephone and last digits of the social security number."""
    parts: list[tuple[str, Scores]] = []
    if query.ymd is not None and any(query.ymd):
        parts.append(("born", born_score(index.born, query.ymd)))
    for name, last in (("phone", 10), ("ssn_last4", 4)):
        asked = number(getattr(query, name), last)
        if asked >= 0:
            column: NDArray[np.int64] = getattr(index, name)
            parts.append(
                (name, np.select([column < 0, column == asked], [UNKNOWN, 1.0], 0.0).astype(np.float32))
            )
    return parts


def born_score(born: Codes, ymd: tuple[int, int, int]) -> Scores:
    """1 for the date asked, as far as asked; part of it for one part wrong, or day and month exchanged."""
    year, month, day = ymd
    asked = [place for place, value in enumerate(ymd) if value]
    right = np.sum([born[:, place] == ymd[place] for place in asked], axis=0)
    near_year = np.abs(born[:, 0] - year) <= 1 if year else np.zeros(len(born), dtype=bool)
    exchanged = (born[:, 0] == year) & (born[:, 1] == day) & (born[:, 2] == month)
    wrong = len(asked) - right
    chosen = np.select(
        [born[:, 0] == 0, wrong == 0, exchanged, (wrong == 1) & (len(asked) > 1), near_year],
        [UNKNOWN, 1.0, 0.85, 0.8, 0.3],
        0.0,
    )
    return chosen.astype(np.float32)
