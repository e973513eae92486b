"""When things happen: a year of moments whose hours of the week follow what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from commonweal.demo import pack
from commonweal.demo.pack import Floats, Random

DAYS = 365


@dataclass(frozen=True)
class Year:
    """The 365 local days that end before `today`; seconds are Unix time."""

    today: date

    @property
    def first(self) -> date:
        """The first local day."""
        return self.today - timedelta(days=DAYS)

    @cached_property
    def hours(self) -> Floats:
        """The Unix second at which each local hour begins, as DAYS rows of 24 (clock changes included)."""
        zone = ZoneInfo(pack.county()["time_zone"])
        days = [self.first + timedelta(days=day) for day in range(DAYS)]
        return np.array(
            [[datetime.combine(day, time(hour), zone).timestamp() for hour in range(24)] for day in days]
        )

    def draw(self, random: Random, week: list[list[float]], count: int) -> Floats:
        """Return `count` sorted Unix seconds: hours of the week as in `week`, mild seasons, busy days."""
        weekdays = np.array([(self.first + timedelta(days=day)).weekday() for day in range(DAYS)])
        season = 1 + 0.07 * np.sin(
            2 * np.pi * (np.arange(DAYS) + self.first.timetuple().tm_yday - 110) / DAYS
        )
        busy = random.gamma(60, 1 / 60, DAYS)
        rates = np.array(week)[weekdays] * (season * busy)[:, None]
        counts = random.multinomial(count, (rates / rates.sum()).ravel())
        starts = np.repeat(self.hours.ravel(), counts)
        return np.asarray(np.sort(starts + random.uniform(0, 3600, len(starts))))

    def local_hours(self, seconds: Floats) -> list[int]:
        """Return the local hour of each Unix second."""
        rows = np.searchsorted(self.hours.ravel(), seconds, side="right") - 1
        return [int(row) % 24 for row in rows]


def moment(second: float) -> datetime:
    """Return a Unix second as a moment in UTC, to the whole second."""
    return datetime.fromtimestamp(int(second), UTC)
