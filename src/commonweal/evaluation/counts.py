"""Results that stay true until something happens in the rooms they were counted from."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from commonweal.kernel import clock, journal

R = TypeVar("R")
MOST = 32  # questions remembered by one process


class Counts(Generic[R]):
    """What was counted for a question, until a room writes a line or `longest` has passed.

    A question must hold everything the answer depends on besides the rooms' own rows: the sets that the gate
    opened, the span, the metric. Nothing personal is kept, only counts.
    """

    def __init__(self, rooms: Sequence[str], longest: timedelta) -> None:
        """Remember nothing yet."""
        self.rooms, self._longest = tuple(rooms), longest
        self._kept: OrderedDict[Hashable, tuple[int, datetime, R]] = OrderedDict()

    def kept(self, question: Hashable, count: Callable[[], R]) -> R:
        """The answer as counted before where it still stands, else counted now."""
        now, found = clock.now(), self._kept.get(question)
        if found and now - self._longest < found[1] <= now and not journal.has_moved(found[0], self.rooms):
            return found[2]
        line = journal.newest()  # before counting: what is written meanwhile makes the answer old
        answer = count()
        self._kept[question] = (line, now, answer)
        self._kept.move_to_end(question)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return answer
