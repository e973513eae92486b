"""The board as several people see it at one moment: read once, drawn once for all who may see the same.

An act makes every open board of a centre draw itself again. Each of them asks the gate for itself, and its
answers are journalled as ever; what names nobody (calls and units as operations) is read once, and the
fragment is drawn once for those to whom the gate gave the same answers, in the same language and zone.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import UUID

from commonweal.calls import queries as calls
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Subject
from commonweal.messages import queries as threads
from commonweal.sharing.actions import Permit, Refusal

STANDS = 2.0  # seconds that a moment may be used; its minutes count on in the browser
Answers = Mapping[Subject, Permit | Refusal]


@dataclass(frozen=True, slots=True)
class Moment:
    """What names nobody on one centre's board, read after the journal had come to `position`."""

    position: int
    read_at: float
    now: datetime
    views: Sequence[calls.CallView]
    units: Sequence[calls.UnitView]
    overdue: Sequence[threads.CheckIn]
    drawn: dict[Hashable, bytes] = field(default_factory=dict)

    def serves(self, heard: int) -> bool:
        """Whether it holds everything that a browser which has heard of line `heard` must see."""
        return 0 < heard <= self.position and time.monotonic() - self.read_at < STANDS


_moments: dict[UUID | None, Moment] = {}
_reading = Lock()


def moment(agency: UUID | None, heard: int = 0) -> Moment:
    """The centre's board as it stands now, or as somebody read it after line `heard` was sealed.

    Without `heard` it is always read anew.
    """
    with _reading:  # those who heard of the same act wait for the one who reads
        found = _moments.get(agency)
        if heard and found and found.serves(heard):
            return found
        _moments[agency] = found = read(agency)
        return found


def read(agency: UUID | None) -> Moment:
    """The same, read anew. The position comes first: what is sealed up to it is in what is read after it."""
    position, begun = journal.position(), time.monotonic()
    return Moment(
        position, begun, clock.now(), calls.open_calls(agency), calls.unit_states(), list(threads.overdue())
    )


def alike(answers: Answers) -> Hashable:
    """Equal for two people exactly where the gate told them the same of every call, for the same question."""
    return tuple((subject, _told(answer)) for subject, answer in answers.items())


def _told(answer: Permit | Refusal) -> Hashable:
    asked = answer.question
    of = (asked.actor, asked.category, asked.purpose, asked.agency)
    if isinstance(answer, Permit):
        return (True, *of, answer.fields, answer.obligations)
    return (False, *of, answer.acknowledged)


def drawn(at: Moment, key: Hashable, draw: Callable[[], bytes]) -> bytes:
    """The fragment for this key at this moment, drawn by the first who asks."""
    found = at.drawn.get(key)
    if found is None:
        found = at.drawn[key] = draw()
    return found
