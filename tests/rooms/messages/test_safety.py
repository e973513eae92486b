"""A safety timer, a silent call for help, a bell: never lost, never doubled, always told."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.models import CheckIn, Duress, Notification, Thread
from commonweal.sharing import actions as sharing
from factories.cases import support

pytestmark = pytest.mark.django_db
BY = system("timers")
UNIT = UUID(int=1)


def worker() -> Actor:
    """Some worker."""
    return Actor(id=str(uuid4()), role="medic", policy_role="crisis_team")


def told(kind: str) -> int:
    """How many lines of a kind the journal has."""
    return JournalLine.objects.filter(kind=kind).count()


class TestCheckIns:
    """At most one timer runs for a unit; one that nobody answers climbs, a step each time."""

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(taps=some.lists(some.sampled_from(["start", "answer", "end", "late"]), max_size=10))
    def test_at_most_one_runs_whatever_is_tapped(self, db: None, taps: list[str]) -> None:
        acts: dict[str, Callable[[], object]] = {
            "start": lambda: actions.start_check_in(by=BY, unit=UNIT, call=None),
            "answer": lambda: actions.check_in(by=BY, unit=UNIT),
            "end": lambda: actions.end_check_in(by=BY, unit=UNIT),
            "late": lambda: actions.escalate_missed(by=BY),
        }
        with transaction.atomic():
            now, runs, missed = clock.now(), False, 0
            for tap in taps:
                now += timedelta(minutes=18)
                with clock.at(now):
                    found = acts[tap]()
                    if tap == "answer":
                        assert (found is not None) is runs
                    if tap == "late":
                        missed += int(runs)
                        assert found == int(runs)
                    runs = {"start": True, "end": False}.get(tap, runs)
                    assert queries.running().count() == int(runs)
            assert told("messages.check_in_missed") == missed
            transaction.set_rollback(True)

    def test_the_ladder_waits_for_the_grace_and_tells_each_step_once(self) -> None:
        start = clock.now()
        actions.start_check_in(by=BY, unit=UNIT, call=None)
        for minutes, steps in ((14, 0), (16, 0), (18, 1), (18, 1), (19, 1), (23, 2)):
            with clock.at(start + timedelta(minutes=minutes)):
                actions.escalate_missed(by=BY)
                assert CheckIn.objects.get().step == steps == told("messages.check_in_missed")
        with clock.at(start + timedelta(minutes=30)):
            assert [t.unit for t in queries.overdue()] == [UNIT]
            actions.check_in(by=BY, unit=UNIT)
            assert not queries.overdue().exists() and queries.running().get().step == 0

    def test_another_unit_is_another_timer(self) -> None:
        for unit in (UNIT, UUID(int=2)):
            actions.start_check_in(by=BY, unit=unit, call=None)
        actions.end_check_in(by=BY, unit=UNIT)
        assert [t.unit for t in queries.running()] == [UUID(int=2)]


class TestDuress:
    """Silent, one at a time, open until somebody was there; both ends are told."""

    def test_raised_twice_is_one_and_closed_twice_is_closed_once(self) -> None:
        by, boss = worker(), worker()
        first, again = (actions.raise_duress(by=by, unit=UNIT, lon=-121.6, lat=38.5) for _ in range(2))
        assert first.id == again.id and told("messages.duress_raised") == 1
        for closer in (boss, worker()):
            actions.close_duress(by=closer, duress=first.id)
        assert Duress.objects.get().closed_by == boss.id and told("messages.duress_closed") == 1
        assert not queries.open_duress().exists()
        assert actions.raise_duress(by=by).id != first.id
        assert "38.5" not in str([line.data for line in JournalLine.objects.all()])

    def test_two_workers_are_two_alarms_and_an_unknown_one_is_none(self) -> None:
        for _ in range(2):
            actions.raise_duress(by=worker())
        assert queries.open_duress().count() == 2
        with pytest.raises(NotFound):
            actions.close_duress(by=worker(), duress=uuid4())


class TestBells:
    """One line a kind and subject; it rings again only where asked, and is cleared by its owner."""

    def test_a_read_line_rings_again_only_where_asked(self) -> None:
        by = worker()
        mine, about = UUID(by.id), Subject("case", uuid4())

        def ring(again: bool = False) -> int:
            return actions.notify(by=BY, accounts=[mine], kind="message", about=about, again=again)

        assert [ring(), ring(), ring(again=True)] == [1, 0, 0]
        actions.mark_read(by=by)
        assert [ring(), ring(again=True), ring(again=True)] == [0, 1, 0]
        assert Notification.objects.count() == 1 and told("messages.notified") == 2

    def test_without_subject_it_is_one_line_too(self) -> None:
        mine = uuid4()
        rung = [actions.notify(by=BY, accounts=[mine], kind="backup") for _ in range(2)]
        assert rung == [1, 0] and Notification.objects.count() == 1

    def test_the_urgent_come_first(self) -> None:
        by = worker()
        for kind, urgent in (("a", False), ("b", True), ("c", False)):
            actions.notify(by=BY, accounts=[UUID(by.id)], kind=kind, urgent=urgent)
        assert [line.kind for line in queries.unread(by)] == ["b", "c", "a"]
        assert not queries.unread(worker()).exists() and actions.mark_read(by=by) == 3

    def test_the_database_keeps_a_line_once(self) -> None:
        given = {"account": uuid4(), "kind": "a", "subject": uuid4(), "link": ""}
        Notification.objects.create(**given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Notification.objects.create(**given)


def test_a_closed_thread_takes_nothing_and_another_categorys_permit_writes_nothing() -> None:
    at = support()
    about = Subject("case", at.case)
    given = sharing.ask(by=at.manager, category="case_plan", purpose="care_coordination", about=about)
    assert isinstance(given, sharing.Permit) and queries.thread(about, permit=given) == []
    actions.post(by=at.manager, about=about, category="case_plan", text="Hello", permit=given)
    Thread.objects.update(category="mh_assessment")
    with pytest.raises(NotFound):
        actions.post(by=at.manager, about=about, category="case_plan", text="Hello", permit=given)
    Thread.objects.update(category="case_plan", closed_at=clock.now())
    lines = JournalLine.objects.count()
    with pytest.raises(Conflict, match="closed"):
        actions.post(by=at.manager, about=about, category="case_plan", text="Again", permit=given)
    assert JournalLine.objects.count() == lines
    assert [line.text for line in queries.thread(about, permit=given)] == ["Hello"]
