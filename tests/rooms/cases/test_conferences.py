"""A case conference: the manager calls it, the team prepares it, and who is not admitted finds nothing."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.cases import actions, queries
from commonweal.cases.models import Admission, Conference, Task
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from factories.cases import Support, support
from factories.cast import worker

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(name="it")
def a_case() -> Support:
    """A case of Open Door's case manager, with a clinician of another agency on its team."""
    it = support()
    actions.join_team(by=it.manager, case=it.case, account=UUID(it.cast["clinician"].id))
    return it


def colleague(it: Support) -> Actor:
    """Another case manager of the same agency, on the team."""
    one = worker(it.cast.agency["social_service"], "case_manager")
    actions.join_team(by=it.manager, case=it.case, account=UUID(one.id))
    return one


def called(it: Support, *others: Actor) -> Conference:
    """A conference in two days."""
    return actions.call_conference(
        by=it.manager, case=it.case, at=clock.now() + 2 * DAY, accounts=[UUID(o.id) for o in others],
        place="Room 4",
    )  # fmt: skip


def seen(it: Support, by: Actor, conference: UUID) -> queries.Minuted:
    """What this worker reads of it through the gate."""
    about = Subject("case", it.case)
    permit = sharing.ask(by=by, category="case_plan", purpose="care_coordination", about=about)
    assert isinstance(permit, sharing.Permit)
    return queries.conference(by, conference, case=it.case, permit=permit)


def test_only_the_case_manager_calls_it(it: Support) -> None:
    one = colleague(it)
    for by in (one, it.cast["clinician"], it.cast["patrol_officer"], STRANGER):
        with pytest.raises(NotFound):
            actions.call_conference(by=by, case=it.case, at=clock.now() + DAY, accounts=[])
    made = called(it, one)
    inside = {name for _id, name, _agency in seen(it, it.manager, made.id).inside}
    assert len(inside) == 2


def test_who_is_not_of_the_team_is_not_asked_in(it: Support) -> None:
    other = worker(it.cast.agency["social_service"], "case_manager")
    with pytest.raises(Invalid) as refused:
        called(it, other)
    assert refused.value.field == "account" and not Conference.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"lasts": 5}, "lasts"), ({"lasts": 600}, "lasts"), ({"place": "x" * 201}, "place")]
)
def test_what_cannot_be_is_named(it: Support, change: dict[str, object], field: str) -> None:
    given = {"lasts": 60, "place": "", **change}
    with pytest.raises(Invalid) as refused:
        actions.call_conference(
            by=it.manager, case=it.case, at=clock.now() + DAY, accounts=[],
            lasts=int(str(given["lasts"])), place=str(given["place"]),
        )  # fmt: skip
    assert refused.value.field == field


@pytest.mark.parametrize("off", [-HOUR, 500 * DAY])
def test_it_is_to_come(it: Support, off: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        actions.call_conference(by=it.manager, case=it.case, at=clock.now() + off, accounts=[])
    assert refused.value.field == "at"
    made = called(it)
    with pytest.raises(Invalid):
        actions.move_conference(by=it.manager, conference=made.id, at=clock.now() + off)


def test_the_persons_goals_stand_first_on_the_agenda(it: Support) -> None:
    goal = actions.add_goal(by=it.manager, case=it.case, text="My own door")
    one = colleague(it)
    made = called(it, one)
    actions.ask_on_agenda(by=one, conference=made.id, text="Who drives?")
    actions.ask_on_agenda(by=it.manager, conference=made.id, text="Which waiting list?", goal=goal.id)
    assert [q.text for q in seen(it, one, made.id).agenda] == ["Which waiting list?", "Who drives?"]
    with pytest.raises(NotFound):
        actions.ask_on_agenda(by=one, conference=made.id, text="x", goal=uuid4())
    with pytest.raises(Invalid):
        actions.ask_on_agenda(by=one, conference=made.id, text=" ")


def test_a_decision_is_a_promise_on_the_plan(it: Support) -> None:
    one = colleague(it)
    goal = actions.add_goal(by=it.manager, case=it.case, text="My own door")
    made = called(it, one)
    asked = actions.ask_on_agenda(by=one, conference=made.id, text="Which list?", goal=goal.id)
    task = actions.decide_in_conference(
        by=one, conference=made.id, text="Apply to both", owner=UUID(one.id), due=clock.today() + DAY,
        item=asked.id,
    )  # fmt: skip
    assert (task.owner, task.goal_id, task.due) == (UUID(one.id), goal.id, clock.today() + DAY)
    assert seen(it, it.manager, made.id).decisions == {task.id: asked.id}


@pytest.mark.parametrize("wrong", ["due", "past", "owner", "item"])
def test_a_decision_has_an_owner_and_a_day(it: Support, wrong: str) -> None:
    made = called(it)
    outside = worker(it.cast.agency["social_service"], "case_manager")
    due = {"due": None, "past": clock.today() - DAY}.get(wrong, clock.today())
    owner = UUID(outside.id if wrong == "owner" else it.manager.id)
    with pytest.raises(NotFound if wrong == "item" else Invalid):
        actions.decide_in_conference(
            by=it.manager, conference=made.id, text="Call", owner=owner, due=due,
            item=uuid4() if wrong == "item" else None,
        )  # fmt: skip
    assert not Task.objects.exists()


def test_who_was_not_admitted_finds_none_though_they_may_read_the_plan(it: Support) -> None:
    one, other = colleague(it), colleague(it)
    made = called(it, one)
    for by in (other, it.cast["clinician"]):
        with pytest.raises(NotFound):
            seen(it, by, made.id)
        for act in (
            lambda by=by: actions.ask_on_agenda(by=by, conference=made.id, text="x"),
            lambda by=by: actions.write_minutes(by=by, conference=made.id, text="x"),
            lambda by=by: actions.admit_to_conference(by=by, conference=made.id, account=UUID(by.id)),
            lambda by=by: actions.move_conference(by=by, conference=made.id, at=None),
            lambda by=by: actions.leave_conference(by=by, conference=made.id, account=UUID(one.id)),
        ):
            with pytest.raises(NotFound):
                act()
    [row] = queries.conferences(other, it.case)
    assert not row.is_inside and queries.conferences(one, it.case)[0].is_inside


def test_what_each_reads_is_the_gates_to_say(it: Support) -> None:
    clinician = it.cast["clinician"]
    made = called(it, clinician)
    actions.write_minutes(by=it.manager, conference=made.id, text="She sleeps at her sister's")
    about = Subject("case", it.case)
    permit = sharing.ask(by=clinician, category="case_plan", purpose="care_coordination", about=about)
    if isinstance(permit, sharing.Permit):
        found = queries.conference(clinician, made.id, case=it.case, permit=permit)
        assert bool(found.minutes) is ("plan_notes" in permit.fields)
    lines = JournalLine.objects.filter(kind="cases.conference")
    assert lines and "sister" not in str([line.data for line in lines])


def test_leaving_the_team_ends_it(it: Support) -> None:
    one = colleague(it)
    made = called(it, one)
    actions.leave_team(by=it.manager, case=it.case, account=UUID(one.id))
    assert Admission.objects.get(account=UUID(one.id)).until is not None
    with pytest.raises(NotFound):
        actions.write_minutes(by=one, conference=made.id, text="x")
    week = clock.now() + 7 * DAY
    assert queries.own_conferences(one, since=clock.now(), until=week) == []


def test_who_leaves_comes_back_only_when_asked_in(it: Support) -> None:
    one = colleague(it)
    made = called(it, one)
    actions.leave_conference(by=one, conference=made.id, account=UUID(one.id))
    with pytest.raises(NotFound):
        actions.ask_on_agenda(by=one, conference=made.id, text="x")
    actions.admit_to_conference(by=it.manager, conference=made.id, account=UUID(one.id))
    actions.ask_on_agenda(by=one, conference=made.id, text="x")
    with pytest.raises(Conflict, match="leads"):
        actions.leave_conference(by=it.manager, conference=made.id, account=UUID(it.manager.id))


def test_a_new_case_manager_takes_those_to_come_over(it: Support) -> None:
    one = colleague(it)
    made = called(it)
    actions.join_team(by=it.manager, case=it.case, account=UUID(one.id), part="case manager")
    actions.move_conference(by=one, conference=made.id, at=clock.now() + 3 * DAY)
    with pytest.raises(NotFound):
        actions.move_conference(by=it.manager, conference=made.id, at=None)


def test_minutes_close_once_it_has_begun(it: Support) -> None:
    made = called(it)
    with pytest.raises(Conflict, match="not begun"):
        actions.write_minutes(by=it.manager, conference=made.id, text="m", closes=True)
    with clock.at(made.at + HOUR):
        assert [m.state for m in queries.soon(it.manager)] == ["begun"]
        actions.write_minutes(by=it.manager, conference=made.id, text="m", closes=True)
        assert queries.soon(it.manager) == []
        for act in (
            lambda: actions.write_minutes(by=it.manager, conference=made.id, text="n"),
            lambda: actions.ask_on_agenda(by=it.manager, conference=made.id, text="n"),
            lambda: actions.move_conference(by=it.manager, conference=made.id, at=None),
        ):
            with pytest.raises(Conflict, match="closed"):
                act()
        assert seen(it, it.manager, made.id).minutes == "m"


def test_called_off_it_is_in_nobodys_calendar(it: Support) -> None:
    made = called(it)
    week = clock.now() + 7 * DAY
    assert [m.id for m in queries.own_conferences(it.manager, since=clock.now(), until=week)] == [made.id]
    actions.move_conference(by=it.manager, conference=made.id, at=None)
    assert queries.own_conferences(it.manager, since=clock.now(), until=week) == []
    with pytest.raises(Conflict, match="called off"):
        actions.ask_on_agenda(by=it.manager, conference=made.id, text="x")


def test_none_of_a_closed_case(it: Support) -> None:
    actions.close_case(by=it.manager, case=it.case, reason="stable")
    with pytest.raises(Conflict, match="closed"):
        called(it)
