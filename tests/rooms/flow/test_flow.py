"""What happens next: events wake actions; what fails is tried again and stops nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from commonweal import flow
from commonweal.calls import actions as calls
from commonweal.calls.events import CallReceived, CallTriaged, UnitsDispatched
from commonweal.cli.worker import Worker
from commonweal.kernel import clock, journal, retries
from commonweal.messages import actions as messages
from commonweal.messages import queries as threads
from factories.calls import TROUBLED, Centre, open_centre

pytestmark = pytest.mark.django_db
SEEN: list[str] = []


@pytest.fixture
def centre() -> Centre:
    """A centre at work, with everything so far handled."""
    found = open_centre()
    Worker().catch_up()
    return found


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """What handlers of these tests noted."""
    SEEN.clear()
    yield


def bell(actor: Any) -> list[str]:
    """Kinds of notification that wait for someone."""
    return [line.kind for line in threads.unread(actor)]


class TestTheStory:
    """One call wakes what it should."""

    def test_the_crew_is_told_when_they_are_sent(self, centre: Centre) -> None:
        """Everybody aboard, nobody else."""
        calls.dispatch(by=centre.desk, call=centre.call(TROUBLED))
        Worker().catch_up()
        assert [bell(actor) for actor in centre.crews["CO1"]] == [["dispatched"], ["dispatched"]]
        assert bell(centre.crews["P1"][0]) == []

    def test_handling_it_again_tells_nobody_twice(self, centre: Centre) -> None:
        """At least once, and idempotent."""
        before = journal.cursor(flow.READER)
        calls.dispatch(by=centre.desk, call=centre.call(TROUBLED))
        Worker().catch_up()
        journal.advance(flow.READER, before)
        Worker().catch_up()
        assert bell(centre.crews["CO1"][0]) == ["dispatched"]

    def test_a_timer_runs_on_scene_and_ends_with_the_call(self, centre: Centre) -> None:
        """It climbs to the supervisor when it is missed."""
        call, unit = centre.call(TROUBLED), centre.units["CO1"]
        calls.dispatch(by=centre.desk, call=call)
        calls.set_status(by=centre.desk, call=call, unit=unit, status="on_scene")
        Worker().catch_up()
        assert [timer.unit for timer in threads.running()] == [unit]
        supervisor = centre.cast["supervisor"]
        with clock.at(clock.now() + timedelta(minutes=20)):
            flow.climb_ladders()
            Worker().catch_up()
            assert "check_in_missed_1" in bell(supervisor)
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        Worker().catch_up()
        assert not list(threads.running())

    def test_supervisors_hear_of_a_change_on_the_scene_and_of_duress(self, centre: Centre) -> None:
        """And not of every answer."""
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call)
        Worker().catch_up()
        supervisor = centre.cast["supervisor"]
        assert bell(supervisor) == []
        calls.reassess(by=centre.crews["CO1"][0], call=call, tier="T1", reason="he has a knife now")
        messages.raise_duress(by=centre.crews["CO1"][1], unit=centre.units["CO1"], call=call)
        Worker().catch_up()
        assert sorted(bell(supervisor)) == ["duress", "reassessed"]


class TestWhatFails:
    """One bad handler must not stop the city."""

    def stumble(self, event: Any) -> None:
        """Always fails."""
        raise OSError("the printer is on fire")

    def note(self, event: Any) -> None:
        """Notes that it ran."""
        SEEN.append(event.kind)

    def stage(self, monkeypatch: pytest.MonkeyPatch, *handlers: Any) -> None:
        """Let received calls wake these handlers alone."""
        monkeypatch.setattr(flow, "FLOW", {CallReceived: handlers, CallTriaged: (self.note,)})

    def test_the_others_run_and_the_reader_goes_on(
        self, centre: Centre, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The failure is owed."""
        self.stage(monkeypatch, self.stumble, self.note)
        centre.call(TROUBLED)
        Worker().catch_up()
        assert SEEN == ["calls.received", "calls.triaged"]
        assert journal.cursor(flow.READER) == journal.position()
        with clock.at(clock.now() + timedelta(seconds=5)):
            ((owed, line),) = retries.due()
        assert owed.attempts == 1 and owed.fault == "OSError" and line.kind == "calls.received"

    def test_it_is_tried_again_until_it_works(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        """With pauses in between."""
        self.stage(monkeypatch, self.flaky)
        centre.call()
        Worker().catch_up()
        assert SEEN == ["tried"]
        flow.drain()
        assert SEEN == ["tried"], "not before its pause is over"
        with clock.at(clock.now() + timedelta(seconds=5)):
            flow.drain()
        assert SEEN == ["tried", "tried"] and not retries.due()
        with clock.at(clock.now() + timedelta(days=2)):
            flow.drain()
        assert SEEN == ["tried", "tried"]

    def flaky(self, event: Any) -> None:
        """Fails once."""
        SEEN.append("tried")
        if len(SEEN) == 1:
            raise TimeoutError

    def test_it_is_given_up_at_last_and_kept_for_the_administrator(
        self, centre: Centre, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not tried for ever."""
        self.stage(monkeypatch, self.stumble)
        centre.call()
        Worker().catch_up()
        now = clock.now()
        for day in range(1, 12):
            with clock.at(now + timedelta(days=day)):
                flow.drain()
        with clock.at(now + timedelta(days=20)):
            assert not retries.due()
        assert [owed.handler.split(".")[-1] for owed in retries.given_up()] == ["stumble"]

    def test_a_handler_that_was_taken_away_is_no_debt(
        self, centre: Centre, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A later version without it settles what it owed."""
        self.stage(monkeypatch, self.stumble)
        centre.call()
        Worker().catch_up()
        self.stage(monkeypatch, self.note)
        with clock.at(clock.now() + timedelta(minutes=1)):
            flow.drain()
            assert not retries.due()
        assert not retries.given_up()

    def test_what_was_owed_before_a_handler_moved_house_is_still_run(self, centre: Centre) -> None:
        """An upgrade may move a handler to another file; a crew that was not told must still be told."""
        calls.dispatch(by=centre.desk, call=centre.call(TROUBLED))
        journal.seal_all()
        found, _read = journal.follow(journal.cursor(flow.READER), only={UnitsDispatched.kind}, limit=500)
        [sent] = [seal.sequence for seal in found]
        journal.advance(flow.READER, journal.position())
        retries.owe(sent, "commonweal.flow.crews.tell_crews", "OSError")
        retries.owe(sent, "commonweal.flow.tell_nobody_any_more", "OSError")
        with clock.at(clock.now() + timedelta(minutes=1)):
            flow.drain()
            assert bell(centre.crews["CO1"][0]) == ["dispatched"]
            assert not retries.due() and not retries.given_up()

    def test_what_a_failing_handler_wrote_is_undone(
        self, centre: Centre, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half an act is none."""
        supervisor = centre.cast["supervisor"]

        def half(event: Any) -> None:
            messages.notify(by=flow.FLOWING, accounts=[centre.cast.account("supervisor")], kind="half")
            raise RuntimeError

        self.stage(monkeypatch, half)
        centre.call()
        Worker().catch_up()
        assert bell(supervisor) == []


class TestTheWorker:
    """The loop around it."""

    def test_lines_of_another_version_are_passed_over(self, centre: Centre) -> None:
        """A kind that nobody knows any more stops nothing."""
        line = journal.write(by=centre.desk, event=UnitsDispatched(call=centre.call(), units=frozenset()))
        type(line).objects.filter(id=line.id).update(kind="calls.from_the_future")
        assert Worker().catch_up() > 0
        assert journal.cursor(flow.READER) == journal.position()

    def test_a_step_says_whether_there_was_work(self, centre: Centre) -> None:
        """Rest when there is none."""
        worker = Worker()
        worker.step()
        assert worker.step() is False
        centre.call()
        assert worker.step() is True

    def test_every_event_of_the_flow_and_every_handler_says_why(self) -> None:
        """One page tells the job."""
        for event, handlers in flow.FLOW.items():
            assert event.kind and handlers
            assert all(handler.__doc__ for handler in handlers)

    def test_a_last_part_names_one_handler_of_an_event(self) -> None:
        """What is owed is found again by it after a move."""
        for rows in flow.FLOW.values():
            assert len({one.__qualname__ for one in rows}) == len(rows)
