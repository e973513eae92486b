"""What a reader of files said of them, in the page's language.

Readers speak English: they know no catalogue, and a run keeps what was said when it ran, whoever reads it
later. A sentence is known again by its shape, and its facts (a number, a column's name) stay as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

WHOLE = (
    gettext_noop("A fault of the programme stopped this run; it stands in the log of the service"),
    gettext_noop("The file is kept: litigation hold %(names)s"),
    gettext_noop("Dry run: nothing was kept; the lists say what would be"),
    gettext_noop(
        "%(n)s of the rows tell again what another row of these files told; the findings name both lines"
    ),
    gettext_noop("%(n)s row(s) kept before, of what is now held back, were deleted"),
    gettext_noop(
        "line %(line)s has the same number with other content and was kept. Remove the line that is wrong, "
        "or give each call its own number, and import the file again"
    ),
    gettext_noop(
        "line %(line)s of %(file)s has the same identity with other content and was kept; "
        "give each record its own, or remove one"
    ),
    gettext_noop("profile %(name)s does not exist; choose one of %(choices)s, or give a .yaml file"),
    gettext_noop(
        "line %(line)s has the same id with other content and was kept. Remove the line that is wrong, "
        "or give each person an id of their own, and import the file again"
    ),
)
NOTICES = (
    gettext_noop("has the same content as %(name)s; nothing is doubled"),
    gettext_noop("%(n)s of %(all)s columns are not used by the profile"),
    gettext_noop("column %(name)s stands twice in the header; the first is read"),
    gettext_noop("has a header and no row; export it again if calls were expected"),
    gettext_noop("holds no record; export it again if services were expected"),
    gettext_noop("no service was found in these files"),
    gettext_noop("is not UTF-8 and was read as %(name)s"),
    gettext_noop("1 line is not UTF-8 and read as cp1252 or latin-1"),
    gettext_noop("%(n)s lines are not UTF-8 and read as cp1252 or latin-1"),
    gettext_noop("its columns stand in another order than the format's; they were read by name"),
    gettext_noop("lacks the column(s) %(names)s, which were read as empty"),
    gettext_noop("has column(s) that the format does not know: %(names)s"),
    gettext_noop(
        "nothing of this export was read: without Export, Organization, Project, Client and Enrollment "
        "no row stands"
    ),
    gettext_noop(
        "%(n)s row(s) that belong to a victim service provider, or to an organization that does not say in "
        "VictimServiceProvider that it is none, were held back: not read, not listed, not kept"
    ),
    gettext_noop("%(name)s is no file of the format and was not read"),
    gettext_noop("has a header and no row; export it again if people were expected"),
    gettext_noop("%(share)s filled, %(number)s unreadable, %(shapes)s shapes, most often %(shape)s"),
    gettext_noop("%(share)s filled, %(number)s unreadable, no shape"),
    gettext_noop("%(n)s dates have the day before the month; write date_formats in a profile of your own"),
    gettext_noop("most cannot be read; two columns may be swapped"),
)
REASONS = (
    gettext_noop("is empty"),
    gettext_noop("does not exist"),
    gettext_noop("is a folder"),
    gettext_noop("is not a regular file"),
    gettext_noop("cannot be opened: %(why)s"),
    gettext_noop("is a PDF document, not a table"),
    gettext_noop("is an old Excel workbook (.xls), not a table"),
    gettext_noop("is a gzip archive, not a table"),
    gettext_noop("is a 7-Zip archive, not a table"),
    gettext_noop("is a SQLite database, not a table"),
    gettext_noop("is a Parquet file, not a table"),
    gettext_noop("is a picture, not a table"),
    gettext_noop("is UTF-16 text, not a table"),
    gettext_noop("begins with %(n)s bytes of nothing but NUL bytes"),
    gettext_noop("begins with %(n)s bytes of nothing but blanks"),
    gettext_noop("is binary data, not text"),
    gettext_noop("is a damaged workbook or archive"),
    gettext_noop("is a damaged workbook"),
    gettext_noop("is a ZIP archive, not a workbook"),
    gettext_noop("unpacks to %(n)s bytes, above the limit of %(most)s"),
    gettext_noop("unpacks to %(n)s bytes from %(size)s"),
    gettext_noop("the sheet is empty"),
    gettext_noop("is not in the workbook"),
    gettext_noop("the first line is longer than %(n)s bytes without a line end"),
    gettext_noop("is longer than %(n)s bytes without a line end"),
    gettext_noop("cannot be split: %(why)s"),
    gettext_noop("%(n)s blank lines in a row"),
    gettext_noop("%(n)s rows one after another could not be kept; the rest was not read"),
    gettext_noop("lacks the needed column %(name)s"),
    gettext_noop("lacks %(n)s needed columns: %(names)s"),
    gettext_noop("is larger than %(n)s bytes of JSON"),
    gettext_noop("is JSON but not a list of records"),
    gettext_noop("is not JSON from here on: %(why)s"),
    gettext_noop("is not JSON: %(why)s"),
    gettext_noop("is not an object with named fields"),
    gettext_noop("is not an object"),
    gettext_noop("ends before the list does: it was cut off"),
    gettext_noop("is %(shape)s, and the profile %(name)s reads %(wanted)s"),
    gettext_noop("has the shape of no profile that ships"),
    gettext_noop("is of no fiscal year that is known"),
    gettext_noop("has no Client.csv to know its year by"),
    gettext_noop("is missing"),
    gettext_noop("has no row"),
    gettext_noop("names this column twice"),
    gettext_noop("has no such column, and a value must stand in it"),
    # of single rows
    gettext_noop("holds NUL bytes"),
    gettext_noop("has %(n)s cells where the header has %(width)s"),
    gettext_noop("cannot be split into cells: a quote is opened and never closed, or a cell is too long"),
    gettext_noop("is missing: the call could not be recognised again"),
    gettext_noop("is missing: the record could not be recognised again"),
    gettext_noop("is missing: a service without an organization is an orphan"),
    gettext_noop("is missing, and the profile requires it"),
    gettext_noop("has %(n)s characters, and a number of a call has %(most)s at most"),
    gettext_noop("year %(year)s is outside %(first)s to %(last)s"),
    gettext_noop("is not a date and time; this profile reads %(choices)s"),
    gettext_noop("is not a number of degrees"),
    gettext_noop("is outside -%(limit)s to %(same)s degrees: longitude and latitude may be swapped"),
    gettext_noop("is outside -%(limit)s to %(same)s degrees"),
    gettext_noop("has the same identity as the record of line %(line)s, but other content"),
    gettext_noop("names an organization that does not exist: an orphan"),
    gettext_noop("names no organization: an orphan"),
    gettext_noop("is missing: a record without a name cannot be compared"),
    gettext_noop("is a day that has not come yet"),
    gettext_noop("is a day before %(year)s"),
    gettext_noop("holds more than the last four digits, and is not repeated here"),
    gettext_noop("is not four digits, and is not repeated here"),
    gettext_noop("has %(n)s characters, and %(most)s can be kept"),
)
FINDINGS = (
    gettext_noop("%(name)s may stand for a time that was not recorded"),
    gettext_noop("%(span)s before %(name)s"),
    gettext_noop("is not a number"),
    gettext_noop("a duration is given where a time is missing"),
    gettext_noop("the times say %(span)s from %(first)s to %(last)s"),
    gettext_noop("only one of the two is given: not used"),
    gettext_noop("nobody lives there; longitude and latitude may be swapped"),
    gettext_noop("a sentinel of the export, read as not recorded"),
    gettext_noop("a sentinel, read as not recorded"),
    gettext_noop("not in the profile's %(name)s; kept as it stands"),
    gettext_noop("not recorded"),
    gettext_noop("not a number and not in the profile's priorities"),
    gettext_noop("not UTF-8; read as %(name)s"),
    gettext_noop("has the form of a number, but none like it is in use"),
    gettext_noop("has seven digits; area code %(name)s was assumed"),
    gettext_noop("is an extension without a number"),
    gettext_noop("holds no digits"),
    gettext_noop("has %(n)s digits; a number has ten"),
    gettext_noop("told already, alike, by %(first)s: counted as unchanged"),
    gettext_noop("happens twice on the night the clocks go back; the first was taken"),
    gettext_noop("does not exist: the clocks go forward over it; read with the offset before the change"),
    gettext_noop("%(name)s is not a time of day"),
    gettext_noop("is not a web address"),
    gettext_noop("is not a mail address"),
    gettext_noop("was read as %(name)s"),
    gettext_noop("is missing; %(name)s was used"),
    gettext_noop("is not an age from 0 to %(n)s: not used"),
    gettext_noop("is none of %(choices)s; read as active"),
    gettext_noop("names no language that is known here"),
    gettext_noop("holds %(bad)s, read as %(good)s"),
    gettext_noop("closes before it opens: am and pm confused?"),
    gettext_noop("is not a day with two times; left out"),
    gettext_noop("names no day of the week"),
    gettext_noop("no address and no coordinates are given"),
    gettext_noop("is a point in the sea: not used"),
    gettext_noop("is far from the United States: swapped? Not used"),
    gettext_noop("is no ZIP code; kept as it is"),
    gettext_noop("is not a day as YYYY-MM-DD or as people write one: not used"),
    gettext_noop("is not a date that this profile reads; left blank"),
    gettext_noop("is not a telephone number; kept as it came"),
)
REMEDIES = (
    gettext_noop("Export it again; no row was read"),
    gettext_noop("Export it again"),
    gettext_noop("Export the file again; the rows before this line are kept"),
    gettext_noop("Export the file again"),
    gettext_noop("Export this row again"),
    gettext_noop("Check the path"),
    gettext_noop("Check its permissions"),
    gettext_noop("Copy the export to disk first"),
    gettext_noop("Name its files, such as %(name)s"),
    gettext_noop("Ask for the table as CSV or XLSX"),
    gettext_noop("Save it as .xlsx or CSV"),
    gettext_noop("Save it as UTF-8 (in Excel: CSV UTF-8)"),
    gettext_noop("Unpack it first"),
    gettext_noop("Export the table as CSV"),
    gettext_noop("The export failed or the disk was full: export it again"),
    gettext_noop("Send CSV (UTF-8) or XLSX"),
    gettext_noop("Open it in a spreadsheet program and save it again as .xlsx or CSV"),
    gettext_noop("Export it as CSV, which is read as a stream"),
    gettext_noop("Split it, or send it as CSV, which is read as a stream"),
    gettext_noop("Name the sheet with the table"),
    gettext_noop("Choose one of: %(choices)s"),
    gettext_noop("Check that the profile is the one of this file"),
    gettext_noop("Check that %(name)s is the profile of this export, or write one for it"),
    gettext_noop("Check that %(name)s is the profile of this file, or write one for it"),
    gettext_noop("Choose another profile, or let it be detected"),
    gettext_noop("Name one of %(choices)s, or write a profile for this shape"),
    gettext_noop("Send a JSON list of objects, or a table as CSV"),
    gettext_noop("Send services, or organizations with services"),
    gettext_noop("Write one object a line"),
    gettext_noop("Export all files, also those without rows"),
    gettext_noop("Export it again as one of %(choices)s"),
    gettext_noop("Export it again; it says what was exported"),
    gettext_noop("Put quotes round cells that hold the delimiter, or export again"),
    gettext_noop("Close or double the quote in this line"),
    gettext_noop("Correct the value in the source system, or this line, and import the file again"),
    gettext_noop("Correct the record at its source, or in this file, and import it again"),
    gettext_noop("Correct the row at its source and export again"),
    gettext_noop("Add it to its table, or correct the id, and import again"),
    gettext_noop("Add a path to 'identity' in the profile that tells them apart, or remove one"),
    gettext_noop("Export the last four digits alone, with their zeros, and import the file again"),
)
PLACES = (
    gettext_noop("file"),
    gettext_noop("header"),
    gettext_noop("sheet"),
    gettext_noop("row"),
    gettext_noop("line"),
    gettext_noop("record"),
)
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
