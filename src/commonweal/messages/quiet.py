"""Quiet hours in a person's own time zone: when they end, through midnight and both changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def ends(now: datetime, start: time | None, until: time | None, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold `now` are over, in UTC; None outside them or where there are none.

    `now` is aware; `start` equal to `until` is no quiet at all. A wall-clock hour that a change of the clock
    skips is taken as its first moment after (fold 0 of PEP 495), so the quiet is never longer than a day.
    """
    if start is None or until is None or start == until:
        return None
    here = now.astimezone(zone)
    for day in (here.date() - DAY, here.date()):  # an evening's quiet may reach into the next day
        begin = _moment(datetime.combine(day, start, zone))
        end = _moment(datetime.combine(day + (DAY if until < start else timedelta()), until, zone))
        if begin <= now < end:
            return end
    return None


def _moment(local: datetime) -> datetime:
    return local.astimezone(UTC)
