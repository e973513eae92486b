"""Days and moments as the reader's language writes them, in the page's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TypeVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

Day = TypeVar("Day", bound=date)  # a moment is a day too


def years_before(day: Day, years: int) -> Day:
    """The same day, or moment, so many years earlier; the 28th for a 29th of February."""
    number = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - years, day=number)


def months(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The calendar months, by UTC, that a span touches: the first moment of each, and of the one after."""
    first = start.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while first < end:
        year, month = divmod(first.year * 12 + first.month, 12)
        after = first.replace(year=year, month=month + 1)
        yield first, after
        first = after


def said(moment: date | None) -> str:
    """A day: "Nov 22, 2026", in Spanish "22 nov 2026"; of a moment its day here; empty for none."""
    if moment is None or moment == "":
        return ""
    here = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return date_format(here, pgettext("short date", "M j, Y"))


def weekday(moment: datetime) -> str:
    """A day with its weekday: "Sun, Nov 22, 2026"."""
    return date_format(timezone.localtime(moment), pgettext("short date", "D, M j, Y"))


def hours(moment: datetime | None) -> str:
    """The time of day with the zone: "14:05 PST"; empty for none."""
    if moment is None:
        return ""
    here = timezone.localtime(moment)
    return f"{here:%H:%M} {here.tzname()}"


def at(moment: datetime | None, *, in_full: bool = False) -> str:
    """A day and its time; `in_full` writes the month out; empty for none."""
    if moment is None:
        return ""
    shown = date_format(timezone.localtime(moment), "DATE_FORMAT") if in_full else said(moment)
    return f"{shown}, {hours(moment)}"


def typed(text: str) -> str:
    """A day or moment as a form's date field posts it, in the reader's way; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) <= len("2026-11-22"):
        return said(moment.date())
    return f"{said(moment.date())}, {moment:%H:%M}"
