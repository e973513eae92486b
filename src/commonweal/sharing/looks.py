"""One look of a screen that draws itself again by itself.

A board on a wall asks the gate at every change. What it was told a moment ago, it is told again: the decision
is made anew each time, and a line is written where the answer is another, or once in `RENEWED` while the same
record stands before the same eyes. The line still comes before the bytes, and says to the minute who looked;
a night before the board is some hundreds of lines, not millions (decision record 0009).
"""

import time
from collections.abc import Hashable, Mapping
from threading import Lock

from django.db import transaction

from commonweal.engines.disclosure import Permit, Refusal
from commonweal.kernel.actors import Actor, Subject

RENEWED = 60.0  # seconds
MOST = 50_000  # looks that are remembered; beyond, all are forgotten and written again
Answer = Permit | Refusal
_written: dict[Hashable, tuple[Hashable, float]] = {}
_lock = Lock()


def unwritten(by: Actor, answers: Mapping[Subject, Answer], owed: frozenset[str]) -> dict[Subject, Answer]:
    """The answers that no line of the last minute tells of, and those with an obligation of `owed`."""
    now = time.monotonic()
    return {
        subject: answer
        for subject, answer in answers.items()
        if answer.obligations & owed or not _stands(by, subject, answer, now)
    }


def note(by: Actor, answers: Mapping[Subject, Answer]) -> None:
    """Remember, once their lines are committed, that these were written."""
    transaction.on_commit(lambda: _note(by, answers))


def forget() -> None:
    """Every look is written again: for tests."""
    with _lock:
        _written.clear()


def _stands(by: Actor, subject: Subject, answer: Answer, now: float) -> bool:
    told, at = _written.get(_who(by, subject, answer), (None, 0.0))
    return told == _what(answer) and now - at < RENEWED


def _note(by: Actor, answers: Mapping[Subject, Answer]) -> None:
    now = time.monotonic()
    with _lock:
        if len(_written) + len(answers) > MOST:
            _written.clear()
        _written.update({_who(by, s, answer): (_what(answer), now) for s, answer in answers.items()})


def _who(by: Actor, subject: Subject, answer: Answer) -> Hashable:
    return by.id, by.agency, subject, answer.question.category, answer.question.purpose


def _what(answer: Answer) -> Hashable:
    return isinstance(answer, Permit), answer.fields, tuple(answer.rules), answer.obligations
