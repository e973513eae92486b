"""Courses, seats, certificates at their edges: what cannot be is named, what is rare is reckoned rightly."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.training import actions, queries
from commonweal.training.awarding import _later
from commonweal.training.models import Attendance, Certificate, Course, Session
from factories.cast import SETUP, Cast, gather

UTC = ZoneInfo("UTC")
TODAY = date(2026, 6, 1)


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="course")
def a_course(cast: Cast) -> Course:
    """Crisis intervention, good for two years."""
    return actions.keep_course(by=SETUP, code="cit", title_en="Crisis", certificate="cit_40h")


def plan(course: Course, **given_: Any) -> Session:
    """A session yesterday."""
    usual: dict[str, Any] = {"starts": clock.now() - timedelta(days=1), "place": "Hall"}
    return actions.plan_session(by=SETUP, course=course.id, **usual | given_)


class TestSessions:
    """A session has a place, seats, and a day that a calendar knows."""

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"seats": 0}, "seats"),
            ({"seats": -4}, "seats"),
            ({"seats": 10**20}, "seats"),
            ({"place": "  "}, "place"),
            ({"starts": datetime(1, 1, 1, tzinfo=UTC)}, "starts"),
            ({"starts": datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("America/Los_Angeles"))}, "starts"),
        ],
    )
    def test_what_cannot_be_held_is_named(self, course: Course, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as said:
            plan(course, **wrong)
        assert said.value.field == field and said.value.remedy and not Session.objects.exists()

    def test_a_planned_session_has_its_line_in_the_journal(self, course: Course) -> None:
        session = plan(course)
        [line] = JournalLine.objects.filter(kind="training.session_planned")
        assert line.data["session"] == str(session.id)

    def test_a_course_that_does_not_exist_has_no_session(self, course: Course) -> None:
        with pytest.raises(NotFound):
            actions.plan_session(by=SETUP, course=uuid4(), starts=clock.now(), place="Hall")
        assert not Session.objects.exists()

    def test_nobody_was_there_before_the_day(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course, starts=clock.now() + timedelta(days=2)), cast.account("medic")
        with pytest.raises(Conflict):
            actions.mark_attended(by=SETUP, session=session.id, scores={medic: None})
        assert not Certificate.objects.exists()

    def test_nobody_is_enrolled_who_has_no_account(self, cast: Cast, course: Course) -> None:
        session = plan(course)
        with pytest.raises(NotFound):
            actions.enrol(by=SETUP, session=session.id, account=uuid4())
        assert not Attendance.objects.exists()

    def test_of_a_list_with_one_unknown_name_nobody_earns_anything(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course), cast.account("medic")
        with pytest.raises(NotFound):
            actions.mark_attended(by=SETUP, session=session.id, scores={medic: 90, uuid4(): 80})
        session.refresh_from_db()
        assert session.state == "planned" and not Certificate.objects.exists()

    def test_a_held_session_takes_nobody_more(self, cast: Cast, course: Course) -> None:
        session, medic = plan(course), cast.account("medic")
        actions.mark_attended(by=SETUP, session=session.id, scores={medic: None})
        with pytest.raises(Conflict):
            actions.enrol(by=SETUP, session=session.id, account=cast.account("clinician"))

    def test_who_was_enrolled_and_stayed_away_is_absent_and_earns_nothing(
        self, cast: Cast, course: Course
    ) -> None:
        session, came, away = plan(course), cast.account("medic"), cast.account("clinician")
        for account in (came, away):
            actions.enrol(by=SETUP, session=session.id, account=account)
        actions.mark_attended(by=SETUP, session=session.id, scores={came: 71})
        states = dict(Attendance.objects.values_list("account", "state"))
        assert states == {came: "attended", away: "absent"}
        assert [c.account for c in Certificate.objects.all()] == [came]

    def test_each_that_came_has_a_line_and_each_certificate_too(self, cast: Cast, course: Course) -> None:
        session = plan(course)
        wanted: dict[UUID, int | None] = {cast.account("medic"): None, cast.account("clinician"): None}
        actions.mark_attended(by=SETUP, session=session.id, scores=wanted)
        kinds = list(JournalLine.objects.values_list("kind", flat=True))
        assert kinds.count("training.attended") == kinds.count("training.certified") == 2


class TestMonths:
    """A certificate runs to the same day of its last month, or that month's last day where there is none."""

    @pytest.mark.parametrize(
        ("start", "months", "until"),
        [
            (date(2025, 1, 31), 1, date(2025, 2, 28)),
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2025, 1, 31), 12, date(2026, 1, 31)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 2, 29), 48, date(2028, 2, 29)),
            (date(2025, 12, 30), 2, date(2026, 2, 28)),
        ],
    )
    def test_ends_of_months(self, start: date, months: int, until: date) -> None:
        assert _later(start, months) == until

    @given(some.dates(date(2000, 1, 1), date(2100, 1, 1)), some.integers(1, 600))
    def test_never_a_day_short_nor_a_month_long(self, start: date, months: int) -> None:
        until = _later(start, months)
        assert (until.year - start.year) * 12 + until.month - start.month == months
        assert until.day == min(start.day, monthrange(until.year, until.month)[1])

    @pytest.mark.parametrize("months", [0, -12, 601, 10**9])
    def test_a_term_that_nobody_can_mean_is_refused(self, cast: Cast, months: int) -> None:
        with pytest.raises(Invalid) as said:
            actions.award(
                by=SETUP,
                account=cast.account("medic"),
                kind="cit_40h",
                valid_from=clock.today(),
                months=months,
            )
        assert said.value.field == "months" and not Certificate.objects.exists()
        with pytest.raises(Invalid) as of_course:
            actions.keep_course(by=SETUP, code="x", title_en="X", certificate="c", valid_months=months)
        assert of_course.value.field == "valid_months" and not Course.objects.filter(code="x").exists()


class TestCatalogue:
    """A course of one code is one course; a requirement of a role and certificate is one requirement."""

    @pytest.mark.parametrize("field", ["code", "title_en", "certificate"])
    def test_what_is_empty_is_named(self, cast: Cast, field: str) -> None:
        given_ = {"code": "a", "title_en": "A", "certificate": "c", field: "  "}
        with pytest.raises(Invalid) as said:
            actions.keep_course(by=SETUP, **given_)
        assert said.value.field == field

    def test_kept_again_it_changes_what_is_given_and_leaves_the_rest(
        self, cast: Cast, course: Course
    ) -> None:
        actions.keep_course(
            by=SETUP, code="cit", title_en="Crisis 2", certificate="cit_40h", title_es="Crisis"
        )
        actions.keep_course(by=SETUP, code="cit", title_en="Crisis 3", certificate="cit_40h")
        [found] = queries.courses()
        assert (found.id, found.title_en, found.title_es) == (course.id, "Crisis 3", "Crisis")

    def test_what_is_not_listed_is_refused(self, cast: Cast) -> None:
        facts: Any = {"certificate": "c", "secret": "x"}
        with pytest.raises(Invalid):
            actions.keep_course(by=SETUP, code="a", title_en="A", **facts)

    def test_a_role_that_nobody_has_demands_nothing(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as said:
            actions.require(by=SETUP, role="wizard", certificate="cit_40h")
        assert said.value.field == "role" and not queries.requirements().exists()

    def test_asked_again_it_replaces_and_released_it_opens(self, cast: Cast) -> None:
        medic = cast.account("medic")
        first = actions.require(by=SETUP, role="medic", certificate="cit_40h")
        again = actions.require(by=SETUP, role="medic", certificate="cit_40h", closes_dispatch=False)
        assert first.id == again.id and queries.standing_of([medic])[medic].may_be_sent
        actions.require(by=SETUP, role="medic", certificate="cit_40h")
        assert not queries.standing_of([medic])[medic].may_be_sent
        actions.release(by=SETUP, requirement=first.id)
        assert queries.standing_of([medic])[medic].may_be_sent
        with pytest.raises(NotFound):
            actions.release(by=SETUP, requirement=first.id)


class TestWhoIsCurrent:
    """Standing is of the certificates in force on a day, whatever their order."""

    @given(some.lists(some.tuples(some.integers(-900, 400), some.integers(1, 24)), min_size=1, max_size=5))
    def test_it_is_held_while_any_of_them_runs(self, terms: list[tuple[int, int]]) -> None:
        from commonweal.training.queries import Must, _standing

        today, required = date(2026, 6, 1), [Must("medic", "c", True, False, 0)]
        spans = [(first, _later(first, n)) for first, n in ((today + timedelta(d), n) for d, n in terms)]
        until: dict[str, date] = {}
        for first, last in spans:  # as `standings` gathers them
            if first <= today:
                until["c"] = max(last, until.get("c", last))
        holds = any(first <= today <= last for first, last in spans)
        assert ("c" in _standing(until, required, today).held) is holds

    def test_one_that_begins_tomorrow_counts_tomorrow(self, cast: Cast) -> None:
        medic, today = cast.account("medic"), clock.today()
        actions.require(by=SETUP, role="medic", certificate="cit_40h")
        actions.award(by=SETUP, account=medic, kind="cit_40h", valid_from=today + timedelta(days=1))
        assert not queries.standing_of([medic])[medic].may_be_sent
        assert queries.standing_of([medic], today + timedelta(days=1))[medic].may_be_sent

    def test_due_within_lists_the_soonest_first_and_leaves_out_what_was_withdrawn(self, cast: Cast) -> None:
        medic, today = cast.account("medic"), clock.today()
        for kind, days in (("late", 40), ("soon", 5), ("gone", 6), ("over", -1)):
            Certificate.objects.create(
                account=medic, kind=kind, valid_from=today - timedelta(days=300),
                valid_until=today + timedelta(days=days),
            )  # fmt: skip
        actions.withdraw(by=SETUP, certificate=Certificate.objects.get(kind="gone").id, reason="Void.")
        assert [c.kind for c in queries.due_within(30)] == ["soon"]
        assert [c.kind for c in queries.due_within(60)] == ["soon", "late"]
