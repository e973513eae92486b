"""What is taken back in training: a seat, a session, a certificate; who hears of it, and what then closes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal import flow
from commonweal.calls import actions as calls
from commonweal.kernel import clock, journal
from commonweal.kernel.errors import CommonwealError, Conflict, Invalid, NotFound, in_words
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as bells
from commonweal.sharing.models import Tie
from commonweal.training import actions, queries
from commonweal.training.models import Attendance, Certificate, Course, Session
from commonweal.training.sessions import ABSENT
from factories.calls import CALM, demand, open_centre
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
REASON = "The practical part was taken by a colleague."


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind, and a coordinator."""
    return gather(partners=False)


@pytest.fixture(name="course")
def a_course(cast: Cast) -> Course:
    """Crisis intervention."""
    return actions.keep_course(by=SETUP, code="cit", title_en="Crisis", certificate="cit_40h")


def plan(course: Course, days: int = 3, seats: int = 20) -> Session:
    """A session so many days from now."""
    starts = clock.now() + timedelta(days=days)
    return actions.plan_session(by=SETUP, course=course.id, starts=starts, place="Hall", seats=seats)


def rings(account: UUID) -> list[str]:
    """What waits in a worker's bell once the events were carried."""
    journal.seal_all()
    flow.drain()
    return [line.kind for line in bells.Notification.objects.filter(account=account).order_by("created_at")]


def lines(kind: str) -> list[JournalLine]:
    """The journal's lines of a kind."""
    return list(JournalLine.objects.filter(kind=f"training.{kind}").order_by("id"))


class TestSeats:
    """Whoever cannot come gives the seat back while somebody else can still use it."""

    def test_a_seat_given_up_is_free_for_the_next(self, cast: Cast, course: Course) -> None:
        session, medic, clinician = plan(course, seats=1), cast.account("medic"), cast.account("clinician")
        actions.enrol(by=cast["medic"], session=session.id, account=medic)
        with pytest.raises(Conflict):
            actions.enrol(by=cast["clinician"], session=session.id, account=clinician)
        actions.give_up_seat(by=cast["medic"], session=session.id, account=medic)
        actions.enrol(by=cast["clinician"], session=session.id, account=clinician)
        assert queries.seated(session.id) == [clinician]

    def test_one_may_come_back_to_a_seat_that_is_still_free(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course), cast.account("medic")
        for _ in range(3):
            actions.enrol(by=cast["medic"], session=session.id, account=medic)
            actions.give_up_seat(by=cast["medic"], session=session.id, account=medic)
        assert queries.seated(session.id) == [] and len(lines("seat_given_up")) == 3

    def test_without_a_seat_nothing_changes_and_nothing_is_told(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course), cast.account("medic")
        actions.give_up_seat(by=cast["medic"], session=session.id, account=medic)
        assert lines("seat_given_up") == [] and rings(medic) == []

    def test_who_gives_up_their_own_seat_is_not_told_of_it(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course), cast.account("medic")
        actions.enrol(by=cast["medic"], session=session.id, account=medic)
        actions.give_up_seat(by=cast["medic"], session=session.id, account=medic)
        assert lines("seat_given_up")[0].data["own"] is True and rings(medic) == []

    def test_whose_seat_the_coordinator_takes_is_told(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course), cast.account("medic")
        actions.enrol(by=cast["medic"], session=session.id, account=medic)
        actions.give_up_seat(by=cast["training_coordinator"], session=session.id, account=medic)
        assert lines("seat_given_up")[0].data["own"] is False and rings(medic) == ["seat_taken_back"]

    def test_once_it_has_begun_nobody_slips_off_the_list(self, cast: Cast, course: Course) -> None:
        """Else an absence could be wiped away afterwards."""
        session, medic = plan(course), cast.account("medic")
        actions.enrol(by=cast["medic"], session=session.id, account=medic)
        with clock.at(session.starts), pytest.raises(Conflict, match="has begun"):
            actions.give_up_seat(by=cast["medic"], session=session.id, account=medic)
        assert queries.seated(session.id) == [medic]

    def test_an_absence_that_was_marked_stays_marked(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course, days=-1), cast.account("medic")
        actions.enrol(by=cast["medic"], session=session.id, account=medic)
        actions.mark_attended(by=SETUP, session=session.id, scores={})
        with pytest.raises(Conflict):
            actions.give_up_seat(by=cast["medic"], session=session.id, account=medic)
        assert Attendance.objects.get().state == "absent"


class TestCancelling:
    """A session that will not be held: nobody waits in an empty room, nobody earns anything there."""

    def test_everybody_with_a_seat_is_told_once(self, cast: Cast, course: Course) -> None:
        session, medic, clinician = plan(course), cast.account("medic"), cast.account("clinician")
        for account in (medic, clinician):
            actions.enrol(by=SETUP, session=session.id, account=account)
        for _ in range(2):
            actions.cancel_session(by=cast["training_coordinator"], session=session.id)
        assert len(lines("session_cancelled")) == 1
        assert rings(medic) == rings(clinician) == ["session_cancelled"]
        assert rings(cast.account("call_taker")) == []

    def test_it_is_offered_to_nobody_and_its_own_people_still_see_it(
        self, cast: Cast, course: Course
    ) -> None:
        session, medic = plan(course), cast.account("medic")
        actions.enrol(by=SETUP, session=session.id, account=medic)
        actions.cancel_session(by=SETUP, session=session.id)
        assert not queries.sessions().exists()
        assert [s.id for s in queries.cancelled_for(medic)] == [session.id]
        assert queries.cancelled_for(cast.account("clinician")) == []
        with clock.at(session.starts + timedelta(hours=1)):
            assert queries.cancelled_for(medic) == [], "once its hour has passed nobody need be told"

    def test_it_takes_nobody_in_and_earns_nobody_anything(self, cast: Cast, course: Course) -> None:
        """Also once its day has come: a certificate of a session that was not held would open dispatch."""
        session, medic = plan(course), cast.account("medic")
        actions.cancel_session(by=SETUP, session=session.id)
        with pytest.raises(Conflict):
            actions.enrol(by=SETUP, session=session.id, account=medic)
        with clock.at(session.starts + timedelta(days=1)), pytest.raises(Conflict, match="cancelled"):
            actions.mark_attended(by=SETUP, session=session.id, scores={medic: None})
        assert not Certificate.objects.exists() and Session.objects.get().state == "cancelled"

    def test_what_was_held_cannot_be_cancelled(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course, days=-1), cast.account("medic")
        actions.mark_attended(by=SETUP, session=session.id, scores={medic: None})
        with pytest.raises(Conflict, match="certificates"):
            actions.cancel_session(by=SETUP, session=session.id)
        assert queries.certificates(medic).count() == 1 and not lines("session_cancelled")

    def test_a_session_that_came_and_went_unheld_can_still_be_cancelled(
        self, cast: Cast, course: Course
    ) -> None:
        """The trainer fell ill that morning, and it is written down the day after."""
        assert actions.cancel_session(by=SETUP, session=plan(course, days=-1).id).state == "cancelled"


class TestWithdrawing:
    """A certificate ends before its day: for a reason, with what a lapse does, and its holder reads why."""

    def given(self, cast: Cast, role: str = "medic") -> Certificate:
        """A certificate from today on."""
        return actions.award(by=SETUP, account=cast.account(role), kind="cit_40h", valid_from=clock.today())

    @pytest.mark.parametrize("reason", ["", "   ", "\n\t", "x" * 301])
    def test_no_reason_or_an_endless_one_is_refused_and_it_stands(self, cast: Cast, reason: str) -> None:
        made = self.given(cast)
        with pytest.raises(Invalid) as said:
            actions.withdraw(by=SETUP, certificate=made.id, reason=reason)
        made.refresh_from_db()
        assert said.value.field == "reason" and said.value.remedy and made.withdrawn_at is None

    def test_the_longest_reason_is_kept_whole(self, cast: Cast) -> None:
        made = self.given(cast)
        actions.withdraw(by=SETUP, certificate=made.id, reason=f"  {'é' * 300}\n")
        made.refresh_from_db()
        assert made.withdrawn_why == "é" * 300

    def test_a_second_time_changes_nothing(self, cast: Cast) -> None:
        made = self.given(cast)
        first = actions.withdraw(by=SETUP, certificate=made.id, reason=REASON)
        again = actions.withdraw(by=SETUP, certificate=made.id, reason="Another story.")
        assert (again.withdrawn_at, again.withdrawn_why) == (first.withdrawn_at, REASON)
        assert [line.data["withdrawn"] for line in lines("certified")] == [False, True]

    def test_the_reason_stays_out_of_the_journal_and_of_the_bell(self, cast: Cast) -> None:
        made = self.given(cast)
        actions.withdraw(by=SETUP, certificate=made.id, reason=REASON)
        assert rings(cast.account("medic")) == ["certificate_withdrawn"]
        told = [vars(line) for line in bells.Notification.objects.all()]
        assert REASON not in f"{[line.data for line in JournalLine.objects.all()]}{told}"

    def test_one_that_was_given_rings_no_bell(self, cast: Cast) -> None:
        self.given(cast)
        assert rings(cast.account("medic")) == []

    def test_dispatch_closes_as_with_a_lapse_and_a_new_one_opens_it(self) -> None:
        """The desk is told which certificate keeps the team from being sent."""
        centre = open_centre()
        demand("crisis_worker", "crisis_40h")
        workers = [UUID(a.id) for crew in centre.crews.values() for a in crew if a.role == "crisis_worker"]
        made = [
            actions.award(by=SETUP, account=one, kind="crisis_40h", valid_from=clock.today())
            for one in workers
        ]
        asked = centre.call(CALM)
        assert "certificate_missing" not in repr(calls.recommend(by=centre.desk, call=asked))
        for one in made:
            actions.withdraw(by=SETUP, certificate=one.id, reason=REASON)
        assert "certificate_missing" in repr(calls.recommend(by=centre.desk, call=asked))
        assert lines("standing_changed")[-1].data["lapsed"] == ["crisis_40h"]
        for one in workers:
            actions.award(by=SETUP, account=one, kind="crisis_40h", valid_from=clock.today())
        assert "certificate_missing" not in repr(calls.recommend(by=centre.desk, call=asked))

    def test_no_grace_is_left_by_one_that_was_withdrawn(self, cast: Cast) -> None:
        """Days of grace are for those who renew late, not for what was taken away."""
        medic = cast.account("medic")
        actions.require(by=SETUP, role="medic", certificate="cit_40h", grace_days=90)
        made = self.given(cast)
        assert queries.standing_of([medic])[medic].may_be_sent
        actions.withdraw(by=SETUP, certificate=made.id, reason=REASON)
        assert not queries.standing_of([medic])[medic].may_be_sent

    def test_another_one_of_the_same_kind_still_holds(self, cast: Cast) -> None:
        medic = cast.account("medic")
        actions.require(by=SETUP, role="medic", certificate="cit_40h")
        first, _second = self.given(cast), self.given(cast)
        actions.withdraw(by=SETUP, certificate=first.id, reason=REASON)
        assert queries.standing_of([medic])[medic].may_be_sent

    def test_the_gate_narrows_in_the_same_act(self, cast: Cast) -> None:
        medic = cast.account("medic")
        actions.require(by=SETUP, role="medic", certificate="cit_40h", narrows_sight=True)
        made = self.given(cast)
        tie = Tie.objects.filter(relation="training_lapsed", account=medic, until__isnull=True)
        assert not tie.exists()
        actions.withdraw(by=SETUP, certificate=made.id, reason=REASON)
        assert tie.count() == 1


class TestCorrectedLists:
    """Who was marked present by mistake loses what the mistake gave, and has it again where it was none."""

    def test_whoever_was_not_there_after_all_loses_the_certificate(self, cast: Cast, course: Course) -> None:
        session, medic, clinician = plan(course, -1), cast.account("medic"), cast.account("clinician")
        actions.mark_attended(by=SETUP, session=session.id, scores={medic: None, clinician: None})
        actions.mark_attended(by=SETUP, session=session.id, scores={clinician: None})
        [gone] = queries.withdrawn(medic)
        assert gone.withdrawn_why == ABSENT and in_words(ABSENT) == ABSENT
        assert not queries.withdrawn(clinician).exists() and rings(medic) == ["certificate_withdrawn"]

    def test_put_back_on_the_list_they_hold_one_again(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course, -1), cast.account("medic")
        for scores in ({medic: None}, {}, {medic: None}):
            actions.mark_attended(by=SETUP, session=session.id, scores=scores)
        assert "cit_40h" in queries.standing_of([medic])[medic].held
        assert queries.certificates(medic).filter(withdrawn_at__isnull=True).count() == 1

    def test_what_was_withdrawn_for_a_reason_does_not_come_back_with_the_list(
        self, cast: Cast, course: Course
    ) -> None:
        session, medic = plan(course, -1), cast.account("medic")
        [made] = actions.mark_attended(by=SETUP, session=session.id, scores={medic: None})
        actions.withdraw(by=SETUP, certificate=made.id, reason=REASON)
        assert actions.mark_attended(by=SETUP, session=session.id, scores={medic: None}) == []
        assert "cit_40h" not in queries.standing_of([medic])[medic].held


UNKNOWN: dict[str, Callable[[], object]] = {
    "cancel": lambda: actions.cancel_session(by=SETUP, session=uuid4()),
    "give up": lambda: actions.give_up_seat(by=SETUP, session=uuid4(), account=uuid4()),
    "withdraw": lambda: actions.withdraw(by=SETUP, certificate=uuid4(), reason=REASON),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_there_cannot_be_taken_back(what: str) -> None:
    with pytest.raises(NotFound):
        UNKNOWN[what]()
    assert not JournalLine.objects.exists()


def press(tap: str, session: UUID, one: UUID) -> None:
    """One tap of the story below, for one worker."""
    live = queries.certificates(one).filter(withdrawn_at__isnull=True).first()
    if tap == "enrol":
        actions.enrol(by=SETUP, session=session, account=one)
    elif tap == "give up":
        actions.give_up_seat(by=SETUP, session=session, account=one)
    elif tap == "cancel":
        actions.cancel_session(by=SETUP, session=session)
    elif tap in ("hold", "correct"):
        there: dict[UUID, int | None] = {one: None} if tap == "hold" else {}
        actions.mark_attended(by=SETUP, session=session, scores=there)
    elif tap == "withdraw" and live:
        actions.withdraw(by=SETUP, certificate=live.id, reason=REASON)


TAPS = ("enrol", "give up", "cancel", "hold", "correct", "withdraw", "wait")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=some.lists(some.tuples(some.sampled_from(TAPS), some.integers(0, 2)), max_size=14))
def test_whatever_is_tapped_in_whatever_order_the_books_agree(
    cast: Cast, course: Course, taps: list[tuple[str, int]]
) -> None:
    """Never more seats than there are; one certificate a head and session at most; none from nothing held."""
    with transaction.atomic():
        everyone = [cast.account(role) for role in ("medic", "clinician", "crisis_worker")]
        session, moment = plan(course, days=1, seats=2), clock.now()
        for tap, whom in taps:
            moment += timedelta(days=1) if tap == "wait" else timedelta(minutes=1)
            before = JournalLine.objects.count()
            with clock.at(moment):
                try:
                    press(tap, session.id, everyone[whom])
                except CommonwealError:
                    assert JournalLine.objects.count() == before, "a refusal writes nothing"
            session.refresh_from_db()
            held = Certificate.objects.filter(session=session, withdrawn_at__isnull=True)
            owners = list(held.values_list("account", flat=True))
            assert len(owners) == len(set(owners))
            assert session.state == "held" or not (owners or Certificate.objects.exists())
            if session.state == "planned":
                assert Attendance.objects.filter(session=session).count() <= session.seats
        transaction.set_rollback(True)
