"""The only clock. Tests and the generated city set it; nothing else reads the time of day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("commonweal_clock", default=None)


def now() -> datetime:
    """The present in UTC, or the time that `at` has set."""
    return _fixed.get() or datetime.now(UTC)


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
