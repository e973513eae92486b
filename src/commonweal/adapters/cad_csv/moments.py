"""Clock times of an export to UTC, quickly: one look-up of the zone per hour, not per value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EARLIEST, LATEST = 1980, 2100
HOUR = 13  # the characters of "2025-08-24 00": what an offset is remembered by
TWICE = "happens twice on the night the clocks go back; the first was taken"
NEVER = "does not exist: the clocks go forward over it; read with the offset before the change"


class Clock:
    """Reads local clock times of one zone. ISO 8601 always works; `formats` are tried after it, in order.

    `offsets` holds the hours met so far that raise no doubt; a hot loop may use it to read ISO times itself:
    ``datetime.fromisoformat(text + "+00:00") - offsets[text[:HOUR]]``. `doubt` says why the last time read
    by `read` is ambiguous, and is empty where it is not.
    """

    def __init__(self, zone: ZoneInfo, formats: tuple[str, ...] = ()) -> None:
        self._zone = zone
        self._formats = formats
        self.offsets: dict[str, timedelta] = {}
        self.doubt = ""

    def read(self, text: str) -> datetime:
        """Return the moment in UTC. Raises ValueError with a reason for what no calendar of ours holds."""
        self.doubt = ""
        try:
            naive, iso = datetime.fromisoformat(text), True
        except ValueError:
            naive, iso = self._other(text), False
        if not EARLIEST <= naive.year < LATEST:
            raise ValueError(f"year {naive.year:04d} is outside {EARLIEST} to {LATEST - 1}")
        if naive.tzinfo is not None:
            return naive.astimezone(UTC)
        offset = self._offset(naive)
        if iso and not self.doubt and len(text) > HOUR:
            self.offsets[text[:HOUR]] = offset
        return (naive - offset).replace(tzinfo=UTC)

    def _offset(self, naive: datetime) -> timedelta:
        """The zone's offset in force; sets `doubt` anywhere in an hour that the zone repeats or skips."""
        early, late = (
            naive.replace(minute=minute, tzinfo=self._zone, fold=fold).utcoffset() or timedelta()
            for minute, fold in ((0, 0), (59, 1))
        )
        if early == late:
            return early
        exact = [naive.replace(tzinfo=self._zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
        if exact[0] != exact[1]:
            self.doubt = TWICE if exact[0] > exact[1] else NEVER
        return exact[0]

    def _other(self, text: str) -> datetime:
        for pattern in self._formats:
            try:
                return datetime.strptime(text, pattern)
            except ValueError:
                continue
        choice = ", ".join(("2025-08-24 00:07:06", *self._formats))
        raise ValueError(f"is not a date and time; this profile reads {choice}")
