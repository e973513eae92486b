"""Is it open? Weekly hours against a local moment; unknown hours give no answer rather than a wrong one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from commonweal.directory.entries import DAYS


@dataclass(frozen=True, slots=True)
class Span:
    """Opening on one weekday (0 Monday), local time. Closing at or before opening runs past midnight."""

    day: int
    opens: time
    closes: time


def spans(rows: Iterable[tuple[str, time | None, time | None]]) -> list[Span]:
    """Spans of (byday, opens, closes) rows, in the order of the week; rows without times say nothing."""
    found = [
        Span(DAYS.index(day), opens, closes)
        for byday, opens, closes in rows
        for day in byday.split(",")
        if day and opens is not None and closes is not None
    ]
    return sorted(found, key=lambda s: (s.day, s.opens))


def is_open(week: Iterable[Span], moment: datetime) -> bool | None:
    """Whether any span covers the local `moment`; None where no hours are known."""
    known = False
    for span in week:
        known = True
        if _covers(span, moment):
            return True
    return False if known else None


def _covers(span: Span, moment: datetime) -> bool:
    clock, today = moment.time().replace(tzinfo=None), moment.weekday()
    if span.closes > span.opens:
        return today == span.day and span.opens <= clock < span.closes
    if today == span.day and clock >= span.opens:
        return True
    return today == (span.day + 1) % 7 and clock < span.closes


def next_opening(week: Iterable[Span], moment: datetime) -> datetime | None:
    """When it opens next, local; None where hours are unknown."""
    starts = []
    for span in week:
        days = (span.day - moment.weekday()) % 7
        start = datetime.combine(moment.date() + timedelta(days=days), span.opens, moment.tzinfo)
        starts.append(start if start > moment else start + timedelta(days=7))
    return min(starts, default=None)


def in_words(byday: str, opens: time | None, closes: time | None) -> str:
    """Days and times in the reader's language: "Mon-Fri, 09:00-17:00"; empty where they are not known."""
    days = sorted({DAYS.index(day) for day in byday.split(",") if day in DAYS})
    if not days or opens is None or closes is None:
        return ""
    runs = groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])  # days that follow one another
    named = [_run([day for _place, day in run]) for _step, run in runs]
    whole = opens == closes or (opens, closes) == (time(0), time(23, 59))
    when = _("day and night") if whole else f"{opens:%H:%M}\N{EN DASH}{closes:%H:%M}"
    return f"{_('every day') if len(days) == len(DAYS) else ', '.join(named)}, {when}"


def _run(days: list[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[days[0]]), str(WEEKDAYS_ABBR[days[-1]])
    return first if len(days) == 1 else f"{first}\N{EN DASH}{last}"
