"""A case from its opening to its end and beyond: what was promised, who may look, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.cases import actions, queries
from commonweal.cases.models import Case, Contact, Goal, Member, NeedsRating, Task
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import PermitMismatch
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from factories.cases import Support, support
from factories.cast import SETUP, someone, worker

pytestmark = pytest.mark.django_db
Act = Callable[[Support, Actor], object]


@pytest.fixture(name="at")
def a_case() -> Support:
    """Open Door's case manager and the case of Rosa."""
    return support()


def reads(by: Actor, case: UUID) -> frozenset[str]:
    """Fields of the plan that the gate opens for care."""
    found = sharing.ask(by=by, category="case_plan", purpose="care_coordination", about=Subject("case", case))
    return found.fields if isinstance(found, sharing.Permit) else frozenset()


def lines(case: UUID) -> list[str]:
    """The kinds of a case's journal lines, in order."""
    rows = JournalLine.objects.filter(subject=str(case), kind__startswith="cases.").order_by("id")
    return list(rows.values_list("kind", flat=True))


class TestStory:
    """Opened, planned, worked, closed, opened again."""

    def test_from_the_first_day_to_the_second_beginning(self, at: Support) -> None:
        by, case = at.manager, at.case
        actions.write_plan(by=by, case=case, own_words="A door of my own", summary="Waits for a flat")
        goal = actions.add_goal(by=by, case=case, text=" A key ", domain="shelter")
        late = actions.add_task(
            by=by, case=case, text="Call the landlord", goal=goal.id,
            due=(clock.now() - timedelta(days=2)).date(),
        )  # fmt: skip
        assert queries.outline(case).urgency == ("tasks_late", 0)
        actions.finish_task(by=by, task=late.id)
        actions.contact(by=by, case=case, way="visit", reached=True, note="At the library")
        actions.reach_goal(by=by, goal=goal.id)
        assert queries.outline(case).urgency[0] == "on_track" and goal.text == "A key"
        actions.close_case(by=by, case=case, reason="goals_met", outcome="Has a flat")
        assert [o.state for o in queries.of_person(at.person)] == ["closed"] and queries.mine(by) == []
        actions.reopen_case(by=by, case=case)
        assert [o.id for o in queries.mine(by)] == [case]
        assert lines(case)[0] == "cases.opened" and lines(case)[-2:] == ["cases.closed", "cases.opened"]

    def test_opening_twice_is_one_case(self, at: Support) -> None:
        again = actions.open_case(
            by=at.manager, person=at.person, agency=at.cast.agency["social_service"],
            manager=UUID(at.manager.id),
        )  # fmt: skip
        assert again.id == at.case and Case.objects.count() == 1 and lines(at.case) == ["cases.opened"]

    def test_the_same_human_under_a_merged_id_has_the_same_case(self, at: Support) -> None:
        twin, record = someone(at.cast, "ems")
        [own] = [r for r in people_of(at.person)]
        people.link(by=SETUP, left=own.id, right=record.id)
        again = actions.open_case(by=at.manager, person=twin, agency=at.cast.agency["social_service"])
        assert again.id == at.case

    @pytest.mark.parametrize(
        ("shape", "why"),
        [
            ({}, "no_contact"),
            ({"contacted": 13}, "on_track"),
            ({"contacted": 14}, "no_contact"),
            ({"contacted": 0, "later": 30}, "review_due"),
            ({"contacted": 0, "due": 1}, "on_track"),
            ({"contacted": 0, "due": -1}, "tasks_late"),
        ],
    )
    def test_each_place_in_todays_list_has_its_reason(
        self, at: Support, shape: dict[str, int], why: str
    ) -> None:
        now = clock.now()
        if "contacted" in shape:
            with clock.at(now - timedelta(days=shape["contacted"])):
                actions.contact(by=at.manager, case=at.case, way="phone", reached=False)
        if "due" in shape:
            day = clock.today() + timedelta(days=shape["due"])
            actions.add_task(by=at.manager, case=at.case, text="Call", due=day)
        with clock.at(now + timedelta(days=shape.get("later", 0), minutes=1)):
            assert queries.outline(at.case).urgency[0] == why


def people_of(person: UUID) -> list[Subject]:
    """The person's records."""
    from commonweal.people import queries as read

    return read.records_of(person)


class TestTies:
    """Care is a tie: it begins and ends with the part in a team."""

    def test_the_team_reads_and_who_leaves_reads_no_more(self, at: Support) -> None:
        helper = worker(at.cast.agency["social_service"], "case_manager")
        assert "plan_notes" in reads(at.manager, at.case) and not reads(helper, at.case)
        actions.join_team(by=at.manager, case=at.case, account=UUID(helper.id), part="helper")
        assert reads(helper, at.case)
        actions.leave_team(by=at.manager, case=at.case, account=UUID(helper.id))
        assert not reads(helper, at.case)
        assert [m.until is None for m in queries.team(at.case)] == [True, False]

    def test_the_end_of_a_case_ends_the_teams_reading(self, at: Support) -> None:
        actions.close_case(by=at.manager, case=at.case, reason="stable")
        assert not reads(at.manager, at.case) and not Member.objects.filter(until__isnull=True).exists()
        actions.reopen_case(by=at.manager, case=at.case)
        assert reads(at.manager, at.case)

    def test_one_of_two_cases_closed_leaves_the_other_readable(self, at: Support) -> None:
        """Support ends, diversion goes on: its manager must not lose the person."""
        second = actions.open_case(
            by=at.manager, person=at.person, agency=at.cast.agency["social_service"], kind="diversion",
            manager=UUID(at.manager.id),
        )  # fmt: skip
        actions.close_case(by=at.manager, case=at.case, reason="stable")
        assert reads(at.manager, second.id)
        actions.close_case(by=at.manager, case=second.id, reason="stable")
        assert not reads(at.manager, second.id)

    def test_leaving_one_team_of_two_leaves_the_other(self, at: Support) -> None:
        second = actions.open_case(
            by=at.manager, person=at.person, agency=at.cast.agency["health"], manager=UUID(at.manager.id)
        )
        actions.leave_team(by=at.manager, case=second.id, account=UUID(at.manager.id))
        assert reads(at.manager, at.case)

    def test_a_case_without_manager_is_every_case_managers_until_it_ends(self, at: Support) -> None:
        other, _ = someone(at.cast, "social_service")
        agency = at.cast.agency["social_service"]
        case = actions.open_case(by=SETUP, person=other, agency=agency)
        anyone, shelter = worker(agency, "case_manager"), at.cast["shelter_worker"]
        assert reads(anyone, case.id) and not reads(shelter, case.id)
        actions.close_case(by=anyone, case=case.id, reason="no_contact")
        assert not reads(anyone, case.id)

    @pytest.mark.parametrize(
        "role", "patrol_officer prosecutor analyst administrator shelter_worker hospital_staff".split()
    )
    def test_a_stranger_to_the_case_reads_nothing(self, at: Support, role: str) -> None:
        assert not reads(at.cast[role], at.case)

    def test_no_permit_no_row_and_a_permit_of_another_case_is_refused(self, at: Support) -> None:
        other = support(at.cast)
        about = Subject("case", at.case)
        given = sharing.ask(by=at.manager, category="case_plan", purpose="care_coordination", about=about)
        assert isinstance(given, sharing.Permit)
        assert queries.plans({}) == [] and queries.plans({about: given})[0].subject == about
        with pytest.raises(PermitMismatch):
            queries.plans({Subject("case", other.case): given})


REFUSED: dict[str, tuple[Act, str]] = {
    "kind": (
        lambda at, by: actions.open_case(
            by=by, person=at.person, agency=at.cast.agency["health"], kind="watch"
        ),
        "kind",
    ),
    "plan": (lambda at, by: actions.write_plan(by=by, case=at.case, mood="low"), "parts"),
    "goal": (lambda at, by: actions.add_goal(by=by, case=at.case, text="  "), "text"),
    "task": (lambda at, by: actions.add_task(by=by, case=at.case, text=""), "text"),
    "contact": (lambda at, by: actions.contact(by=by, case=at.case, way="raid", reached=True), "way"),
    "ratings": (
        lambda at, by: actions.rate_needs(by=by, case=at.case, ratings={"food": 0}, greatest=[]),
        "ratings",
    ),
    "reason": (lambda at, by: actions.close_case(by=by, case=at.case, reason="tired"), "reason"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_was_not_accepted_is_named_with_a_remedy(at: Support, what: str) -> None:
    act, field = REFUSED[what]
    before = lines(at.case)
    with pytest.raises(Invalid) as said:
        act(at, at.manager)
    assert said.value.field == field and said.value.remedy.endswith(".") and lines(at.case) == before


WORK: dict[str, Act] = {
    "join": lambda at, by: actions.join_team(by=by, case=at.case, account=at.cast.account("medic")),
    "plan": lambda at, by: actions.write_plan(by=by, case=at.case, summary="Later"),
    "goal": lambda at, by: actions.add_goal(by=by, case=at.case, text="A key"),
    "task": lambda at, by: actions.add_task(by=by, case=at.case, text="Call"),
    "contact": lambda at, by: actions.contact(by=by, case=at.case, way="phone", reached=True),
    "assess": lambda at, by: actions.assess(by=by, case=at.case, levels={"food": 3}),
    "close": lambda at, by: actions.close_case(by=by, case=at.case, reason="stable"),
}


@pytest.mark.parametrize("what", WORK)
def test_a_closed_case_is_worked_on_no_more(at: Support, what: str) -> None:
    at.cast.account("medic")
    actions.close_case(by=at.manager, case=at.case, reason="stable")
    counts = [m.objects.count() for m in (Goal, Task, Contact, NeedsRating, Member, JournalLine)]
    with pytest.raises(Conflict, match="Open it again"):
        WORK[what](at, at.manager)
    assert counts == [m.objects.count() for m in (Goal, Task, Contact, NeedsRating, Member, JournalLine)]


@pytest.mark.parametrize("what", [*WORK, "leave", "reopen", "finish", "reach", "foreign goal"])
def test_what_is_not_there_is_not_found(at: Support, what: str) -> None:
    other = support(at.cast)
    goal = actions.add_goal(by=other.manager, case=other.case, text="Theirs").id
    acts: dict[str, Act] = {
        "leave": lambda at, by: actions.leave_team(by=by, case=at.case, account=uuid4()),
        "reopen": lambda at, by: actions.reopen_case(by=by, case=at.case),
        "finish": lambda at, by: actions.finish_task(by=by, task=at.case),
        "reach": lambda at, by: actions.reach_goal(by=by, goal=at.case),
        "foreign goal": lambda _, by: actions.add_task(by=by, case=other.case, text="Call", goal=uuid4()),
    }
    with pytest.raises(NotFound):
        {**WORK, **acts}[what](Support(at.cast, at.person, uuid4(), at.manager), at.manager)
    with pytest.raises(NotFound):
        actions.add_task(by=at.manager, case=at.case, text="Call", goal=goal)


@pytest.mark.parametrize("what", [w for w in WORK if w != "assess"])
def test_no_act_without_its_line(at: Support, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal fails: the row is not there either."""

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    def rows() -> list[object]:
        counted = [m.objects.count() for m in (Goal, Task, Contact, Member)]
        return [*counted, list(Case.objects.values_list("id", "state", "summary"))]

    before = rows()
    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with pytest.raises(RuntimeError):
        WORK[what](at, at.manager)
    assert rows() == before


def test_a_second_tap_changes_nothing(at: Support) -> None:
    task = actions.add_task(by=at.manager, case=at.case, text="Call").id
    goal = actions.add_goal(by=at.manager, case=at.case, text="A key").id
    helper = at.cast.account("medic")
    actions.join_team(by=at.manager, case=at.case, account=helper)
    taps: list[Callable[[], object]] = [
        lambda: actions.finish_task(by=at.manager, task=task),
        lambda: actions.reach_goal(by=at.manager, goal=goal),
        lambda: actions.leave_team(by=at.manager, case=at.case, account=helper),
        lambda: actions.close_case(by=at.manager, case=at.case, reason="stable") and None,
        lambda: actions.reopen_case(by=at.manager, case=at.case),
    ]
    for tap in taps:
        tap()
        stood = (len(lines(at.case)), Task.objects.get().done_at, Goal.objects.get().reached_at)
        try:
            tap()
        except Conflict:
            assert not queries.mine(at.manager), "only the closed case says so"
        assert (len(lines(at.case)), Task.objects.get().done_at, Goal.objects.get().reached_at) == stood


def test_no_second_open_case_by_the_back_door(at: Support) -> None:
    """Closed, a new one opened, and the old one is to be opened again: one is enough."""
    actions.close_case(by=at.manager, case=at.case, reason="stable")
    agency = at.cast.agency["social_service"]
    fresh = actions.open_case(by=at.manager, person=at.person, agency=agency)
    assert fresh.id != at.case
    with pytest.raises(Conflict, match="open case of this kind"):
        actions.reopen_case(by=at.manager, case=at.case)
    assert Case.objects.filter(state="open").count() == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=some.lists(some.sampled_from(["open", "close", "reopen", "join", "leave"]), max_size=10))
def test_a_worker_reads_exactly_while_in_the_team_of_an_open_case(at: Support, taps: list[str]) -> None:
    account, agency = UUID(at.manager.id), at.cast.agency["social_service"]
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: actions.open_case(by=at.manager, person=at.person, agency=agency, manager=account),
        "close": lambda: actions.close_case(by=at.manager, case=at.case, reason="stable"),
        "reopen": lambda: actions.reopen_case(by=at.manager, case=at.case),
        "join": lambda: actions.join_team(by=at.manager, case=at.case, account=account),
        "leave": lambda: actions.leave_team(by=at.manager, case=at.case, account=account),
    }
    with transaction.atomic():
        for tap in taps:
            try:
                acts[tap]()
            except Conflict:
                assert tap in {"close", "join", "reopen"}
            inside = [m for m in Member.objects.filter(account=account, until__isnull=True)]
            assert bool(reads(at.manager, at.case)) == bool(inside)
            assert len({m.case_id for m in inside}) == len(inside)
            assert all(m.case.state == "open" for m in inside)
            assert Case.objects.filter(state="open").count() <= 1
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "closed"},
        {"state": "closed", "closed_at": clock.now()},
        {"state": "open", "closed_at": clock.now()},
        {"state": "closed", "close_reason": "stable"},
    ],
)
def test_the_database_knows_no_end_without_day_and_reason(at: Support, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(id=at.case).update(**wrong)
