"""Whatever anyone taps, in whatever order: no illegal step, no gap, nothing doubled."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import CommonwealError, Conflict, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions, queries, states
from commonweal.referrals.models import Referral, Step
from factories.referrals import Loop, loop

Act = Callable[[Actor, UUID], object]
ACTS: dict[str, Act] = {
    "check": lambda by, r: actions.check(by=by, referral=r),
    "send": lambda by, r: actions.send(by=by, referral=r),
    "view": lambda by, r: actions.view(by=by, referral=r),
    "ask": lambda by, r: actions.ask_info(by=by, referral=r, note="Which bunk?"),
    "inform": lambda by, r: actions.inform(by=by, referral=r, note="Lower."),
    "accept": lambda by, r: actions.accept(by=by, referral=r),
    "waitlist": lambda by, r: actions.waitlist(by=by, referral=r),
    "decline": lambda by, r: actions.decline(by=by, referral=r, reason="ineligible"),
    "schedule": lambda by, r: actions.schedule(by=by, referral=r, at=clock.now() + timedelta(hours=3)),
    "attend": lambda by, r: actions.attended(by=by, referral=r),
    "miss": lambda by, r: actions.no_show(by=by, referral=r),
    "start": lambda by, r: actions.start(by=by, referral=r),
    "settle": lambda by, r: actions.outcome(by=by, referral=r, result="partly"),
    "close": lambda by, r: actions.close(by=by, referral=r),
    "undo": lambda by, r: actions.take_back(by=by, referral=r),
    "withdraw": lambda by, r: actions.withdraw(by=by, referral=r),
}
REACHED_OTHERWISE = {"expire", "reroute"}  # by the timer, and by making another referral
taps = some.lists(
    some.tuples(some.sampled_from(sorted(ACTS)), some.sampled_from(["sender", "night"])), max_size=14
)


def test_every_act_of_the_table_is_a_verb() -> None:
    assert set(ACTS) | REACHED_OTHERWISE == set(states.MOVES)


def test_every_state_is_reached_and_every_end_is_an_end() -> None:
    reached = {s for move in states.MOVES.values() for s in move.reaches}
    assert reached | {states.DRAFT} == set(states.STATES)
    left = {s for move in states.MOVES.values() for s in move.leaves}
    assert set(states.STATES) - left == states.ENDS


@pytest.fixture(name="it")
def the_loop(db: None) -> Loop:
    """Open Door and the Lantern."""
    return loop()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=taps)
def test_no_order_of_taps_makes_an_illegal_step(it: Loop, taps: list[tuple[str, str]]) -> None:
    """Each step follows the table, numbers have no gap, a refused act leaves the row as it was."""
    people = {"sender": it.sender, "night": it.night}
    with transaction.atomic():
        referral = it.refer(person=None, send_now=False)
        for act, who in taps:
            before = Referral.objects.get(id=referral)
            try:
                ACTS[act](people[who], referral)
            except (Conflict, NotFound):
                after = Referral.objects.get(id=referral)
                assert (after.state, after.version) == (before.state, before.version)
        steps = list(Step.objects.filter(referral=referral).order_by("sequence"))
        found = Referral.objects.get(id=referral)
        assert [s.sequence for s in steps] == list(range(1, found.version + 1))
        assert steps[-1].after == found.state
        for earlier, later in zip(steps, steps[1:], strict=False):
            assert later.before == earlier.after
        for step in steps:
            move = states.MOVES[step.act]
            assert step.before in move.leaves and step.after in move.reaches and step.party in move.parties
        assert found.sent_at or found.state in {*states.UNSENT, states.WITHDRAWN}
        transaction.set_rollback(True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(act=some.sampled_from(sorted(set(ACTS) - {"check", "schedule"})))
def test_a_second_tap_of_the_same_hand_changes_nothing(it: Loop, act: str) -> None:
    paths = {
        "inform": ["ask"], "undo": ["accept"],
        "schedule": ["accept"], "attend": ["accept"], "miss": ["accept"],
        "start": ["accept", "attend"], "settle": ["accept", "attend"],
        "close": ["accept", "attend", "settle"],
    }  # fmt: skip
    who = it.sender if act in {"send", "inform", "withdraw"} else it.night
    with transaction.atomic():
        referral = it.refer(person=None, send_now=act != "send")
        for earlier in paths.get(act, []):
            ACTS[earlier](it.night, referral)
        ACTS[act](who, referral)
        lines, version = JournalLine.objects.count(), Referral.objects.get(id=referral).version
        ACTS[act](who, referral)
        assert Referral.objects.get(id=referral).version == version
        assert JournalLine.objects.count() == lines
        transaction.set_rollback(True)


def test_the_database_itself_refuses_a_doubled_step(it: Loop) -> None:
    referral = it.refer()
    last = Step.objects.filter(referral=referral).order_by("-sequence").first()
    assert last is not None
    twin = Step(
        referral_id=referral, sequence=last.sequence, act="send", before="", after="sent", by="x", party="x"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_take_one_person_once() -> None:
    """Two night workers accept in the same second: one acceptance, one polite Conflict."""
    it = loop()
    referral = it.refer()
    from factories.cast import worker

    hands = [it.night, worker(it.cast.agency["hmis_shelter"], "shelter_worker", "second.hand")]
    gate, results = threading.Barrier(2), []

    def accept(by: Actor) -> None:
        gate.wait(10)
        try:
            actions.accept(by=by, referral=referral)
            results.append("accepted")
        except CommonwealError as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["Conflict", "accepted"]
    assert Step.objects.filter(referral=referral, act="accept").count() == 1
    assert JournalLine.objects.filter(kind="referrals.accepted").count() == 1


class TestTimers:
    """What nobody answers escalates once, then expires."""

    def test_an_unanswered_referral_escalates_once_then_expires(self, it: Loop) -> None:
        clockwork, start = system("timers"), clock.now()
        referral = it.refer(pathway="tonight")
        with clock.at(start + timedelta(minutes=30)):
            assert actions.sweep(by=clockwork) == (0, 0)
        with clock.at(start + timedelta(minutes=70)):
            assert actions.sweep(by=clockwork) == (1, 0)
            assert actions.sweep(by=clockwork) == (0, 0)
            assert queries.row(it.sender, referral).is_overdue
        with clock.at(start + timedelta(hours=9)):
            assert actions.sweep(by=clockwork) == (0, 1)
        assert queries.row(it.sender, referral).state == "expired"
        kinds = JournalLine.objects.filter(subject=str(referral)).values_list("kind", flat=True)
        assert list(kinds).count("referrals.overdue") == 1 and "referrals.expired" in kinds

    def test_an_answered_referral_never_expires(self, it: Loop) -> None:
        referral, start = it.refer(pathway="tonight"), clock.now()
        actions.accept(by=it.night, referral=referral)
        with clock.at(start + timedelta(days=30)):
            assert actions.sweep(by=system("timers")) == (1, 0)
        assert queries.row(it.sender, referral).state == "accepted"

    def test_what_expired_can_still_go_elsewhere(self, it: Loop) -> None:
        referral, start = it.refer(pathway="tonight"), clock.now()
        with clock.at(start + timedelta(hours=9)):
            actions.sweep(by=system("timers"))
        from factories import directory

        child = actions.reroute(by=it.sender, referral=referral, service=directory.service("Elm"))
        assert child.parent_id == referral
