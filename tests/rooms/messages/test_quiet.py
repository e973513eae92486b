"""Quiet hours in one's own zone: through midnight, and on the two odd nights of a year."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.messages import quiet

HARLOW = ZoneInfo("America/Los_Angeles")
HOURS = some.times().map(lambda one: one.replace(second=0, microsecond=0))
MOMENTS = some.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=some.just(UTC))
ZONES = some.sampled_from(["America/Los_Angeles", "Europe/London", "Asia/Kolkata", "UTC", "Pacific/Auckland"])


def at(text: str, zone: ZoneInfo = HARLOW) -> datetime:
    """A wall-clock moment there."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-11-23T23:10", "2026-11-24T06:30"),  # the evening
        ("2026-11-24T02:00", "2026-11-24T06:30"),  # the night after it
        ("2026-11-24T06:29", "2026-11-24T06:30"),
        ("2026-11-24T06:30", None),  # over at its end
        ("2026-11-24T21:59", None),
        ("2026-11-24T22:00", "2026-11-25T06:30"),  # begins at its beginning
        ("2026-11-01T01:30", "2026-11-01T06:30"),  # the hour that comes twice
        ("2026-03-08T03:30", "2026-03-08T06:30"),  # after the hour that never comes
    ],
)
def test_from_ten_to_half_past_six(now: str, over: str | None) -> None:
    found = quiet.ends(at(now), time(22), time(6, 30), HARLOW)
    assert found == (at(over) if over else None)


def test_a_nap_at_noon_is_of_one_day() -> None:
    assert quiet.ends(at("2026-11-24T13:00"), time(12), time(14), HARLOW) == at("2026-11-24T14:00")
    assert quiet.ends(at("2026-11-24T23:00"), time(12), time(14), HARLOW) is None


@pytest.mark.parametrize(
    ("begin", "end"), [(None, None), (time(22), None), (None, time(6)), (time(7), time(7))]
)
def test_no_hours_are_no_quiet(begin: time | None, end: time | None) -> None:
    assert quiet.ends(at("2026-11-24T02:00"), begin, end, HARLOW) is None


NIGHTS = some.tuples(MOMENTS, HOURS, HOURS, ZONES.map(ZoneInfo))
Night = tuple[datetime, time, time, ZoneInfo]


def is_steady(now: datetime, zone: ZoneInfo) -> bool:
    """Whether no change of the clock lies within two days."""
    days = [now + timedelta(days=days) for days in (-2, 0, 2)]
    return len({day.astimezone(zone).utcoffset() for day in days}) == 1


@given(night=NIGHTS)
def test_whoever_waits_waits_forward_and_a_day_at_most(night: Night) -> None:
    """An end lies ahead, within a day and the hour of a change of clocks; at that end no quiet holds.

    In the night of a change the next quiet may begin in the hour that comes twice or never: not asked then.
    """
    now, begin, end, zone = night
    over = quiet.ends(now, begin, end, zone)
    if over is not None:
        assert now < over <= now + timedelta(hours=25)
        assert not is_steady(now, zone) or quiet.ends(over, begin, end, zone) is None


@given(night=NIGHTS)
def test_quiet_and_its_complement_leave_no_moment_out(night: Night) -> None:
    """Away from the changes of the clock a moment lies in the one or in the other, never in both."""
    now, begin, end, zone = night
    if is_steady(now, zone) and begin != end:
        one, other = (quiet.ends(now, *hours, zone) for hours in ((begin, end), (end, begin)))
        assert (one is None) != (other is None)
