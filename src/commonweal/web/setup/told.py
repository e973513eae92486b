"""What a reader of files said of them, in the page's language.

Readers speak English: they know no catalogue, and a run keeps what was said when it ran, whoever reads it
later. A sentence is known again by its shape, and its facts (a number, a column's name) stay as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from commonweal.web.setup.sayings import FINDINGS, NOTICES, PLACES, REASONS, REMEDIES, WHOLE

HOLE = re.compile(r"%\\\((\w+)\\\)s")


def _pattern(shape: str) -> re.Pattern[str]:
    return re.compile(HOLE.sub(r"(?P<\1>.+)", re.escape(shape)), re.S)


def _patterns(shapes: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    return [(shape, _pattern(shape)) for shape in shapes]


WHY, SINGLE = _patterns(REASONS), _patterns(WHOLE + NOTICES + REASONS + FINDINGS)
WHAT_TO_DO = _patterns(REMEDIES)


def told(sentence: str) -> str:
    """A sentence about a file or a row of it in the reader's language; as it is where it is not known."""
    return _told(sentence, get_language() or "en")


def told_rows(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The rows of a list, the last cell of each in the language that is the reader's now."""
    return _rows(rows, get_language() or "en")


def _rows(rows: Iterable[Sequence[str]], language: str) -> Iterator[list[str]]:
    for row in rows:
        yield [*row[:-1], _told(row[-1], language)]


@lru_cache(4096)  # a list of a thousand rows says a few things
def _told(sentence: str, language: str) -> str:
    if language.startswith("en"):
        return sentence
    with override(language):
        for head, tail in _parted(sentence.rstrip("."), ": "):
            if said := _two(tail) or _one(tail, SINGLE):
                return f"{_place(head)}{said}."
    return sentence


def _parted(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """The whole, then each way to part it at a mark; the mark goes with the head."""
    ends = (found.end() for found in re.finditer(re.escape(mark), text))
    return ((text[:at], text[at:]) for at in chain((0,), ends))


def _one(text: str, shapes: list[tuple[str, re.Pattern[str]]]) -> str:
    for shape, pattern in shapes:
        if found := pattern.fullmatch(text):
            return _(shape) % found.groupdict()
    return ""


def _two(text: str) -> str:
    """A reason and its remedy."""
    for head, tail in _parted(text, ". "):
        why, remedy = _one(head.removesuffix(". "), WHY), _one(tail, WHAT_TO_DO)
        if why and remedy:
            return f"{why}. {remedy}"
    return ""


def _place(head: str) -> str:
    """`week.csv, line 3: header 'x': ` with our own words in the reader's language, names as they are."""
    name, gap, field = head.removesuffix(": ").rpartition(": ")
    word, space, value = field.partition(" ")
    if name and word in PLACES:
        return f"{name}{gap}{_(word)}{space}{value}: "
    return head
