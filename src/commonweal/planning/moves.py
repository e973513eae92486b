"""Which shift of which unit would be when instead, in weeks of the clock on the wall."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from commonweal.agencies.queries import Unit

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Move:
    """One shift of a unit, and when it would be instead."""

    unit: Unit
    old: tuple[datetime, datetime]
    new: tuple[datetime, datetime]
    weeks: int = 1


def monday(moment: datetime, zone: ZoneInfo) -> datetime:
    """Monday midnight, local, of the moment's week."""
    local = moment.astimezone(zone)
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def weeks_on(moment: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """The same local time so many weeks later: rosters keep the clock on the wall when it changes."""
    return (moment.astimezone(zone) + timedelta(weeks=weeks)).astimezone(UTC)
