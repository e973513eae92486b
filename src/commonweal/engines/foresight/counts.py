"""Need by place and hour of the week: the naive count, called that, with its interval.

A naive count says what was reported in the past, nothing else. It is for placing help; it is never handed
to enforcement targeting.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from commonweal.engines.foresight.cells import NEIGHBOURHOOD, cell_of
from commonweal.engines.numerics import Interval, Place, garwood

HOURS_OF_WEEK = 168  # 0 is Monday, midnight to one, local time
SMALL_CELL = 11
METHOD = "naive count"
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """A reported need: where, and when (a time with its zone)."""

    place: Place
    at: datetime


@dataclass(frozen=True)
class Window:
    """From `start` up to, not including, `end`; given with a zone, kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse naive times and windows shorter than an hour."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("window: time without a zone; say which, such as 2025-09-01T00:00+00:00")
        # Python subtracts times of one zone by the wall clock; only in UTC is an hour an hour.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end - self.start < HOUR:
            raise ValueError(f"window: {self.start} to {self.end}; it must last an hour or longer")


@dataclass(frozen=True)
class CellCount:
    """Events in one cell. A hidden count (1 to 10, or one that would reveal another) has no numbers.

    `per_week` and its Poisson `interval` refer to the hours of the week that were asked about.
    """

    cell: str
    count: int | None
    per_week: float | None
    interval: Interval | None

    @property
    def hidden(self) -> bool:
        """True when the count is too small to show."""
        return self.count is None


@dataclass(frozen=True)
class HourCount:
    """Events in one hour of the week over the whole area, and how often that hour came in the window."""

    hour_of_week: int
    count: int | None
    occurrences: int
    per_hour: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Need:
    """Counts by cell (most first, hidden last) and by hour; `outside` lie beyond the window or the hours."""

    cells: tuple[CellCount, ...]
    hours: tuple[HourCount, ...]
    total: int | None
    outside: int
    weeks: float
    method: str = METHOD


def hour_of_week(at: datetime, zone: tzinfo) -> int:
    """0 to 167 in the local time of `zone`, Monday first."""
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def occurrences(window: Window, zone: tzinfo) -> Counter[int]:
    """How many times each hour of the week begins in the window; clock changes are honoured."""
    whole = int((window.end - window.start) / HOUR)
    return Counter(hour_of_week(window.start + n * HOUR, zone) for n in range(whole))


def naive_count(
    events: Sequence[Event],
    window: Window,
    *,
    zone: tzinfo,
    resolution: int = NEIGHBOURHOOD,
    hours: Collection[int] = range(HOURS_OF_WEEK),
    threshold: int = SMALL_CELL,
) -> Need:
    """Count `events` by H3 cell and by hour of the week, each with Garwood's interval.

    Only events in the window and in the asked `hours` (0..167) count. Counts below `threshold` are hidden;
    where one alone is hidden, so is the next smallest, lest the total give it away.
    """
    asked = frozenset(hours)
    if not asked or not asked <= set(range(HOURS_OF_WEEK)):
        raise ValueError("hours: give at least one hour of the week, 0 (Monday, midnight) to 167")
    kept = [e for e in events if window.start <= e.at < window.end and hour_of_week(e.at, zone) in asked]
    by_cell = Counter(cell_of(event.place, resolution) for event in kept)
    by_hour = Counter(hour_of_week(event.at, zone) for event in kept)
    times = occurrences(window, zone)
    weeks = sum(times[hour] for hour in asked) / len(asked)
    if weeks == 0:
        raise ValueError("hours: none of them comes within the window; widen one or the other")
    return Need(
        cells=tuple(cell_counts(by_cell, weeks, threshold)),
        hours=tuple(hour_counts({hour: by_hour[hour] for hour in sorted(asked)}, times, threshold)),
        total=None if 0 < len(kept) < threshold else len(kept),
        outside=len(events) - len(kept),
        weeks=weeks,
    )


def too_small(counts: Mapping[str, int] | Mapping[int, int], threshold: int) -> set[object]:
    """Keys to hide: counts from 1 to `threshold` - 1, and a partner where one would stand alone."""
    hidden: set[object] = {key for key, count in counts.items() if 0 < count < threshold}
    others = sorted((count, str(key), key) for key, count in counts.items() if count >= threshold)
    if len(hidden) == 1 and others:
        hidden.add(others[0][2])
    return hidden


def cell_counts(by_cell: Mapping[str, int], weeks: float, threshold: int) -> list[CellCount]:
    """Cells as shown, most events first, the hidden ones last by name."""
    hidden = too_small(by_cell, threshold)
    shown = sorted((-count, cell) for cell, count in by_cell.items() if cell not in hidden)
    return [CellCount(cell, -less, -less / weeks, garwood(-less, weeks)) for less, cell in shown] + [
        CellCount(cell, None, None, None) for cell in sorted(set(by_cell) & hidden)
    ]


def hour_counts(by_hour: Mapping[int, int], times: Mapping[int, int], threshold: int) -> list[HourCount]:
    """Hours as shown, in order of the week; an hour that never came in the window has no rate."""
    hidden = too_small(by_hour, threshold)
    return [
        HourCount(hour, None, times[hour], None, None)
        if hour in hidden or not times[hour]
        else HourCount(hour, count, times[hour], count / times[hour], garwood(count, times[hour]))
        for hour, count in by_hour.items()
    ]
