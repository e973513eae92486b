"""How good a list is, field by field, in figures that name nobody: filled, unreadable, shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

MOST_SHAPES = 1_000
RUNS = ((re.compile(r"[^\W\d_]+"), "a"), (re.compile(r"\s+"), " "))


def shape(text: str) -> str:
    """How a text is built: digits as 9, letters in a row as one a. `"12 Quay St"` is `99 a a`."""
    found = "".join("9" if c.isdigit() else c for c in text)
    for runs, sign in RUNS:
        found = runs.sub(sign, found)
    return found[:40]


@dataclass
class Measure:
    """One field over all rows that were read, kept or not."""

    title: str
    rows: int = 0
    filled: int = 0
    unreadable: int = 0
    day_first: int = 0
    shapes: Counter[str] = field(default_factory=Counter)

    def sentence(self) -> str:
        """One line of the report."""
        share = self.filled / self.rows if self.rows else 0
        usual = max(self.shapes, key=lambda one: (self.shapes[one], one), default="")
        of = f"{MOST_SHAPES:,} or more" if len(self.shapes) >= MOST_SHAPES else f"{len(self.shapes):,}"
        several = f"{of} shapes, most often {usual}" if len(self.shapes) > 1 else f"one shape, {usual}"
        built = several if usual else "no shape"
        return f"{share:.0%} filled, {self.unreadable:,} unreadable, {built}"


class Quality:
    """The measures of a run, in the order of the fields as they are met."""

    def __init__(self) -> None:
        self.fields: dict[str, Measure] = {}

    def note(self, field: str, title: str, text: str, *, is_read: bool) -> None:
        """One cell."""
        measure = self.fields.setdefault(field, Measure(title))
        measure.rows += 1
        if not text:
            return
        measure.filled += 1
        built = shape(text)
        if built in measure.shapes or len(measure.shapes) < MOST_SHAPES:
            measure.shapes[built] += 1
        if not is_read:
            measure.unreadable += 1
            measure.day_first += field == "born" and _is_day_first(text)

    def report(self) -> Iterator[str]:
        """A line a field, then what the figures suggest."""
        for measure in self.fields.values():
            yield f"{measure.title}: {measure.sentence()}."
        for measure in self.fields.values():
            if measure.day_first:
                many = f"{measure.day_first:,} dates have" if measure.day_first > 1 else "1 date has"
                said = f"{many} the day before the month"
                yield f"{measure.title}: {said}; write date_formats in a profile of your own."
            elif measure.filled and 2 * measure.unreadable > measure.filled:
                yield f"{measure.title}: most cannot be read; two columns may be swapped."


def _is_day_first(text: str) -> bool:
    try:
        return bool(datetime.strptime(text.replace("-", "/"), "%d/%m/%Y"))
    except ValueError:
        return False
