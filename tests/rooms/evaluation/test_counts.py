"""A count is kept while it is true: not past what happens in its rooms, nor for another question."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commonweal.evaluation.counts import MOST, Counts
from commonweal.kernel import clock, journal
from commonweal.kernel.events import Event
from factories.cast import SETUP

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONGEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    """Something in the room that is counted."""

    kind: ClassVar[str] = "calls.happened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere(Event):
    """Something in a room whose name begins alike."""

    kind: ClassVar[str] = "callsigns.happened"


class Asked:
    """How often it was really counted."""

    def __init__(self) -> None:
        self.counts, self.times = Counts[int](("calls",), LONGEST), 0

    def ask(self, question: str = "all") -> int:
        """The answer: which count it came from."""
        return self.counts.kept(question, self._count)

    def _count(self) -> int:
        self.times += 1
        return self.times


@pytest.mark.django_db
def test_the_same_question_is_counted_once_until_its_room_moves() -> None:
    asked = Asked()
    with clock.at(NOON):
        assert (asked.ask(), asked.ask(), asked.ask("other")) == (1, 1, 2)
        journal.write(by=SETUP, event=Elsewhere())
        assert asked.ask() == 1
        journal.write(by=SETUP, event=Happened())
        assert (asked.ask(), asked.ask(), asked.ask("other")) == (3, 3, 4)


@pytest.mark.django_db
def test_what_is_written_during_the_count_makes_it_old() -> None:
    counts = Counts[str](("calls",), LONGEST)

    def slowly() -> str:
        journal.write(by=SETUP, event=Happened())
        return "before"

    assert counts.kept("all", slowly) == "before"
    assert counts.kept("all", lambda: "after") == "after"


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "answer"), [(4, 1), (5, 2), (-1, 2)])
def test_no_answer_outlives_its_time_or_comes_from_the_future(minutes: int, answer: int) -> None:
    asked = Asked()
    with clock.at(NOON):
        asked.ask()
    with clock.at(NOON + timedelta(minutes=minutes)):
        assert asked.ask() == answer


class Kept(TestCase):
    """Whatever happens in whatever order, an answer is never older than the last line of its room."""

    @given(st.lists(st.sampled_from(["ask", "happen", "elsewhere"]) | st.integers(0, 2 * MOST), max_size=60))
    def test_never_stale(self, steps: list[str | int]) -> None:
        counts, line = Counts[int](("calls",), LONGEST), 0
        with clock.at(NOON):
            for step in steps:
                if step == "happen":
                    line = journal.write(by=SETUP, event=Happened()).id
                elif step == "elsewhere":
                    journal.write(by=SETUP, event=Elsewhere())
                else:
                    assert counts.kept(step, partial(int, line)) == line
