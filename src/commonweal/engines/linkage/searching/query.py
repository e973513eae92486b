"""What a searcher knows of a person, and what comes back."""

import re
from dataclasses import dataclass
from datetime import date

Ymd = tuple[int, int, int]
ISO = re.compile(r"(\d{4})[-/.]?([\d?x*]{1,2})?[-/.]?([\d?x*]{1,2})?(?:[T ].*)?", re.IGNORECASE)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
OTHER = re.compile(r"([\d?x*]{1,2})[-/.]([\d?x*]{1,2})[-/.](\d{4})", re.IGNORECASE)
MONTH_FIRST = re.compile(r"([\d?x*]{1,2})[-/.](\d{4})", re.IGNORECASE)
YEARLESS = re.compile(r"[-?x*]{0,5}(\d{1,2})[-/.](\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """What the searcher knows; empty is not asked. `born` may be partial: year, month, day, 0 for unknown.

    `words` are any words of address, place, occupation or description; `number` is the house number.
    """

    given: str = ""
    family: str = ""
    born: Ymd | date | None = None
    phone: str = ""
    ssn_last4: str = ""
    sex: str = ""
    words: str = ""
    number: str = ""
    postcode: str = ""
    identifier: str = ""
    email: str = ""

    @property
    def ymd(self) -> Ymd:
        """Year, month, day; 0 where unknown or not asked."""
        if isinstance(self.born, date):
            return self.born.year, self.born.month, self.born.day
        return self.born or (0, 0, 0)


@dataclass(frozen=True)
class Hit:
    """A record found and its score, 1 for perfect agreement on all that was asked."""

    id: str
    score: float


def ymd_of(text: str) -> Ymd:
    """Year, month, day as written, whether or not such a day exists; 0 for what is missing or "?".

    Reads 1984, 1984-05, 1984-05-07, 19840507, 05/07/1984 (month first), 05/1984 and 05-07. Nothing readable
    is (0, 0, 0).
    """
    text = text.strip()
    if found := COMPACT.fullmatch(text) or ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := OTHER.fullmatch(text):
        month, day, year = found.groups()
    elif found := MONTH_FIRST.fullmatch(text):
        month, year, day = *found.groups(), None
    elif found := YEARLESS.fullmatch(text):
        month, day, year = *found.groups(), None
    else:
        return 0, 0, 0
    return part(year), part(month), part(day)


def part(text: str | None) -> int:
    """Digits as a number; 0 for none."""
    return int(text) if text and text.isdigit() else 0
