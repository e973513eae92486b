"""Names and dates as files of people write them: split, read, or known in part."""

import re
from datetime import date, datetime

DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m%d%Y", "%d.%m.%Y")
EARLIEST = 1850  # written without separators, "12042018" is a day of 2018, not of 1204
LONG_AGO = 1000  # the earliest year of a date written with separators
PART_OF_DATE = re.compile(r"(\d{4})(?:[-/](0?[1-9]|1[0-2]))?(?:[-/](?:00?|\?\??))?")
MONTH_AND_YEAR = re.compile(r"(0?[1-9]|1[0-2])[-/](\d{4})")


def split_name(full: str) -> tuple[str, str]:
    """A full name as given and family name: "Family, Given", else the last word is the family name."""
    if "," in full:
        family, _, given = full.partition(",")
        return given.strip(), family.strip()
    given, _, family = full.rpartition(" ")
    return given, family


def day(text: str) -> date | None:
    """A date in one of the usual forms; None when it is none."""
    for form in DATE_FORMATS:
        try:
            found = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if found.year >= (LONG_AGO if "%m" in form and len(form) > 6 else EARLIEST):
            return found
    return None


def part_of_date(text: str) -> str:
    """A year or a month where no day is known ("1948", "1948-03", "1948-03-00", "03/1948"); else ""."""
    if found := MONTH_AND_YEAR.fullmatch(text):
        return f"{found[2]}-{int(found[1]):02}"
    found = PART_OF_DATE.fullmatch(text)
    if not found or int(found[1]) < LONG_AGO:
        return ""
    return found[1] + (f"-{int(found[2]):02}" if found[2] else "")
