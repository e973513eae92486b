"""Is it open? Weekly hours against a local moment; unknown hours give no answer rather than a wrong one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

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
