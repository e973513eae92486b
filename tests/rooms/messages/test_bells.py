"""Bells, receipts and alarms in whatever order they come; and no act without its line."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.models import CheckIn, Duress, Message, Notification, Receipt, Thread
from commonweal.sharing import actions as sharing
from factories.cases import Support, support
from factories.cast import worker

pytestmark = pytest.mark.django_db
BY = system("flow")


def hand() -> Actor:
    """Some worker."""
    return Actor(id=str(uuid4()), role="medic", policy_role="crisis_team")


def told(kind: str) -> int:
    """How many lines of a kind the journal has."""
    return JournalLine.objects.filter(kind=kind).count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=some.lists(
        some.tuples(some.sampled_from(["ring", "again", "read"]), some.integers(0, 1), some.integers(0, 1)),
        max_size=12,
    )
)
def test_a_bell_holds_each_line_once_and_tells_each_ring_once(
    db: None, steps: list[tuple[str, int, int]]
) -> None:
    """Two owners, two kinds: what is unread is what rang since it was last read."""
    owners = [hand(), hand()]
    unread: set[tuple[int, int]] = set()
    known: set[tuple[int, int]] = set()
    rings = 0
    with transaction.atomic():
        for step, who, what in steps:
            line = (who, what)
            if step == "read":
                mine = {one for one in unread if one[0] == who}
                assert actions.mark_read(by=owners[who]) == len(mine)
                unread -= mine
                continue
            new = line not in known or (step == "again" and line not in unread)
            rung = actions.notify(
                by=BY, accounts=[UUID(owners[who].id)], kind=f"kind{what}", again=step == "again"
            )
            assert rung == int(new)
            rings += rung
            known.add(line)
            unread |= {line} if new else set()
        for who, owner in enumerate(owners):
            assert {one.kind for one in queries.unread(owner)} == {f"kind{w}" for o, w in unread if o == who}
        assert told("messages.notified") == rings and Notification.objects.count() == len(known)
        transaction.set_rollback(True)


class TestBells:
    """A line is its owner's; it names a kind and a subject and never a person's words."""

    def test_everybody_named_gets_a_line_of_their_own(self) -> None:
        crew = [hand() for _ in range(3)]
        assert actions.notify(by=BY, accounts=[UUID(one.id) for one in crew], kind="dispatched") == 3
        actions.mark_read(by=crew[0])
        assert [queries.unread(one).count() for one in crew] == [0, 1, 1]

    def test_nobody_named_is_nobody_told(self) -> None:
        assert actions.notify(by=BY, accounts=[], kind="dispatched") == 0 and not JournalLine.objects.exists()

    def test_two_subjects_are_two_lines_and_one_is_cleared_alone(self) -> None:
        by = hand()
        for number in (1, 2):
            actions.notify(
                by=BY, accounts=[UUID(by.id)], kind="message", about=Subject("case", UUID(int=number))
            )
        first, second = queries.unread(by)
        assert actions.mark_read(by=by, notification=first.id) == 1
        assert list(queries.unread(by)) == [second] and actions.mark_read(by=by, notification=first.id) == 0

    def test_the_newest_of_the_urgent_leads(self) -> None:
        by, start = hand(), clock.now()
        for minute, (kind, urgent) in enumerate((("a", True), ("b", False), ("c", True), ("d", False))):
            with clock.at(start + timedelta(minutes=minute)):
                actions.notify(by=BY, accounts=[UUID(by.id)], kind=kind, urgent=urgent)
        assert [line.kind for line in queries.unread(by)] == ["c", "a", "d", "b"]


class TestThreads:
    """A thread belongs to a subject and its category; who may read it may write in it."""

    @pytest.fixture(name="at")
    def at_work(self) -> Support:
        """A case with its manager."""
        return support()

    @staticmethod
    def permit(at: Support, by: Actor) -> sharing.Answer:
        """The gate's word on the case's plan."""
        about = Subject("case", at.case)
        return sharing.ask(by=by, category="case_plan", purpose="care_coordination", about=about)

    def write(self, at: Support, text: str) -> Message:
        """The manager writes."""
        given = self.permit(at, at.manager)
        assert isinstance(given, sharing.Permit)
        about = Subject("case", at.case)
        return actions.post(by=at.manager, about=about, category="case_plan", text=text, permit=given)

    @pytest.mark.parametrize(("agency", "role"), [("police", "patrol_officer"), ("ecc", "call_taker")])
    def test_whom_the_gate_refuses_has_no_permit_to_write_with(
        self, at: Support, agency: str, role: str
    ) -> None:
        stranger = worker(at.cast.agency[agency], role)
        assert isinstance(self.permit(at, stranger), sharing.Refusal)
        assert not Thread.objects.exists()

    def test_messages_stand_in_order_with_their_authors(self, at: Support) -> None:
        start = clock.now()
        for minute, text in enumerate(("One", "Two", "Three")):
            with clock.at(start + timedelta(minutes=minute)):
                self.write(at, text)
        given = self.permit(at, at.manager)
        assert isinstance(given, sharing.Permit)
        lines = queries.thread(Subject("case", at.case), permit=given)
        assert [line.text for line in lines] == ["One", "Two", "Three"]
        assert {(line.author, line.agency) for line in lines} == {(at.manager.id, at.manager.agency)}
        assert Thread.objects.count() == 1

    def test_the_journal_has_no_word_of_a_message(self, at: Support) -> None:
        self.write(at, "Heron at dusk")
        assert "Heron" not in str([line.data for line in JournalLine.objects.all()])
        assert told("messages.posted") == 1

    @pytest.mark.parametrize("text", ["", "  ", "\n\t"])
    def test_nothing_is_no_message(self, at: Support, text: str) -> None:
        with pytest.raises(Invalid) as said:
            self.write(at, text)
        assert said.value.field == "text" and not Thread.objects.exists()

    def test_having_read_is_remembered_once_and_moves_on(self, at: Support) -> None:
        about = Subject("case", at.case)
        actions.mark_thread_read(by=at.manager, about=about)
        assert not Receipt.objects.exists(), "a thread that nobody began"
        self.write(at, "Hello")
        actions.mark_thread_read(by=at.manager, about=about)
        first = Receipt.objects.get().read_at
        with clock.at(first + timedelta(minutes=5)):
            actions.mark_thread_read(by=at.manager, about=about)
        assert Receipt.objects.get().read_at == first + timedelta(minutes=5)


class TestTimers:
    """A timer renews where the crew answers, keeps its call, and ends with the unit."""

    def test_an_answer_keeps_the_call_and_the_time_that_was_asked(self) -> None:
        call, unit, start = uuid4(), uuid4(), clock.now()
        actions.start_check_in(by=BY, unit=unit, call=call, every=timedelta(minutes=5))
        with clock.at(start + timedelta(minutes=4)):
            again = actions.check_in(by=hand(), unit=unit, every=timedelta(minutes=10))
        assert again is not None and again.call == call
        assert again.due_at == start + timedelta(minutes=14)
        assert CheckIn.objects.exclude(id=again.id).get().answered_at == start + timedelta(minutes=4)

    def test_a_renewed_timer_was_not_answered(self) -> None:
        unit = uuid4()
        first = actions.start_check_in(by=BY, unit=unit, call=None)
        actions.start_check_in(by=BY, unit=unit, call=None)
        first.refresh_from_db()
        assert first.ended_at is not None and first.answered_at is None

    def test_the_longest_overdue_comes_first(self) -> None:
        start = clock.now()
        for number, minutes in ((1, 9), (2, 3), (3, 6)):
            every = timedelta(minutes=minutes)
            actions.start_check_in(by=BY, unit=UUID(int=number), call=None, every=every)
        with clock.at(start + timedelta(minutes=7)):
            assert [timer.unit.int for timer in queries.overdue()] == [2, 3]
            assert queries.running().count() == 3

    def test_the_database_keeps_one_running_timer_a_unit(self) -> None:
        unit = uuid4()
        for _ in range(3):
            actions.start_check_in(by=BY, unit=unit, call=None)
        assert CheckIn.objects.count() == 3 and queries.running().count() == 1


@pytest.mark.parametrize("what", ["notify", "duress", "close", "climb"])
def test_no_act_without_its_line(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal fails: no bell rings unseen, no alarm opens or closes, no step is climbed in silence."""
    by, unit, start = hand(), uuid4(), clock.now()
    raised = actions.raise_duress(by=hand())
    actions.start_check_in(by=BY, unit=unit, call=None)

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    acts: dict[str, Callable[[], object]] = {
        "notify": lambda: actions.notify(by=BY, accounts=[uuid4()], kind="backup"),
        "duress": lambda: actions.raise_duress(by=by),
        "close": lambda: actions.close_duress(by=by, duress=raised.id),
        "climb": lambda: actions.escalate_missed(by=BY),
    }
    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with clock.at(start + timedelta(hours=1)), pytest.raises(RuntimeError):
        acts[what]()
    assert not Notification.objects.exists() and Duress.objects.get().closed_at is None
    assert CheckIn.objects.get().step == 0
