"""The only clock. Tests and the generated city set it; nothing else reads the time of day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("commonweal_clock", default=None)
_site: list[ZoneInfo] = [ZoneInfo("UTC")]


def keep(name: str) -> None:
    """The zone in which the site lives, by its IANA name; called once, when the product starts."""
    _site[0] = ZoneInfo(name)


def zone() -> ZoneInfo:
    """The zone in which the site lives; UTC before the product is set up."""
    return _site[0]


def now() -> datetime:
    """The present in UTC, or the time that `at` has set."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The present day where the site is: what agreements, certificates and due days go by."""
    return day(now())


def day(moment: datetime) -> date:
    """The day of a moment where the site is; in the evening of the Americas UTC is a day ahead."""
    return moment.astimezone(zone()).date()


def begin(day: date) -> datetime:
    """The first moment of a day where the site is."""
    return datetime.combine(day, time(), zone())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError(f"clock.at({moment!r}): give an aware datetime, for example with UTC")
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
