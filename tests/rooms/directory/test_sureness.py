"""How sure a posted number is, as a percentage: certainty is said of certainty alone."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from commonweal.directory.queries import Room
from commonweal.kernel import clock


def posted(at: datetime, kept: int = 0, broken: int = 0) -> Room:
    """Three places, said at a moment by somebody whose earlier posts held so many times."""
    return Room(UUID(int=1), 3, None, True, "", at, "provider", kept, broken)


@given(some.integers(0, 10_000), some.integers(0, 500), some.integers(0, 500))
def test_it_is_whole_for_certainty_alone_and_nothing_for_nothing_alone(
    minutes: int, kept: int, broken: int
) -> None:
    now = clock.now()
    with clock.at(now):
        room = posted(now - timedelta(minutes=minutes), kept, broken)
        assert (room.percent_sure == 100) is (room.confidence == 1)
        assert (room.percent_sure == 0) is (room.confidence == 0)
        assert abs(room.percent_sure - 100 * room.confidence) <= 1


@given(some.integers(0, 3_000), some.integers(1, 3_000))
def test_an_older_word_is_never_surer(minutes: int, more: int) -> None:
    now = clock.now()
    with clock.at(now):
        young, old = (posted(now - timedelta(minutes=n)) for n in (minutes, minutes + more))
        assert old.percent_sure <= young.percent_sure
