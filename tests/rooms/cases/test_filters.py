"""Four filters of a hub table: who is in the room, what may be known there, and that leaving ends it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from commonweal.cases import actions, queries
from commonweal.cases.models import Case, Discussion, Presence, Seat, StageMove, Table
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from factories.cases import Hub, hub
from factories.cast import SETUP, worker

pytestmark = pytest.mark.django_db
SEATS = ("case_manager", "clinician", "prosecutor", "shelter")


@pytest.fixture(name="at")
def the_table() -> Hub:
    """Four seats under a charter; the case manager's agency knows the person."""
    return hub()


def name_of(by: Actor, person: UUID) -> bool:
    """Whether this worker may learn the name by the table's charter."""
    [record] = people.records_of(person)
    answer = sharing.ask(by=by, category="identity", purpose="care_coordination", about=record)
    return isinstance(answer, sharing.Permit) and "name" in answer.fields


def enters(by: Actor, discussion: UUID) -> queries.DiscussionView | None:
    """What this worker sees of the room, None at its door."""
    try:
        return queries.room(by, discussion)
    except NotFound:
        return None


def to_four(at: Hub) -> UUID:
    """At filter four: the clinician leads, the case manager assists, the others went."""
    found = at.to_three()
    actions.stay_as(by=at.seats["clinician"], discussion=found, part="lead")
    actions.stay_as(by=at.seats["case_manager"], discussion=found, part="assisting")
    actions.move_on(by=at.seats["clinician"], discussion=found)
    return found


class TestWhoSeesWhat:
    """At each filter, for each seat and for somebody without one."""

    def test_filter_one_is_the_originators_alone(self, at: Hub) -> None:
        found = at.open()
        inside = [role for role in SEATS if enters(at.seats[role], found)]
        assert inside == ["case_manager"]

    def test_filter_two_is_every_seats_without_a_name(self, at: Hub) -> None:
        found = at.open(person=at.person)
        actions.move_on(by=at.seats["case_manager"], discussion=found)
        views = {role: enters(at.seats[role], found) for role in SEATS}
        assert all(views.values())
        assert [r for r, v in views.items() if v and v.person] == ["case_manager"]
        assert not any(name_of(at.seats[r], at.person) for r in ("clinician", "prosecutor", "shelter"))

    def test_filter_three_opens_the_name_to_those_who_stay(self, at: Hub) -> None:
        found = at.to_three()
        for role in SEATS:
            view = enters(at.seats[role], found)
            assert view and view.person == at.person
        assert name_of(at.seats["clinician"], at.person) and name_of(at.seats["shelter"], at.person)
        assert not name_of(at.seats["prosecutor"], at.person), "a prosecutor does not work for care"

    def test_filter_four_is_lead_and_assisting_alone(self, at: Hub) -> None:
        found = to_four(at)
        assert [r for r in SEATS if enters(at.seats[r], found)] == ["case_manager", "clinician"]
        assert name_of(at.seats["clinician"], at.person)
        assert not name_of(at.seats["shelter"], at.person)

    @pytest.mark.parametrize("stage", [1, 2, 3, 4])
    @pytest.mark.parametrize("who", ["seatless", "administrator", "left"])
    def test_nobody_else_at_any_filter(self, at: Hub, stage: int, who: str) -> None:
        """A colleague of an agency at the table has no seat by that."""
        found = {1: at.open, 2: at.open, 3: at.to_three, 4: lambda: to_four(at)}[stage]()
        if stage == 2:
            actions.move_on(by=at.seats["case_manager"], discussion=found)
        if who == "left":
            actor = at.seats["case_manager"]
            actions.leave_room(by=actor, discussion=found)
        else:
            home = at.cast.agency["social_service"]
            actor = worker(home, "case_manager") if who == "seatless" else at.cast["administrator"]
        assert enters(actor, found) is None and not [d for d in queries.doors(actor, at.table) if d.is_inside]
        acts: list[Callable[[], object]] = [
            lambda: actions.move_on(by=actor, discussion=found),
            lambda: actions.note_situation(by=actor, discussion=found),
            lambda: actions.name_person(by=actor, discussion=found, person=at.person),
            lambda: actions.stay_as(by=actor, discussion=found, part="lead"),
            lambda: actions.plan_together(by=actor, discussion=found, plan="x"),
            lambda: actions.conclude(by=actor, discussion=found, conclusion="other"),
            lambda: actions.leave_room(by=actor, discussion=found),
        ]
        lines = JournalLine.objects.count()
        for act in acts:
            with pytest.raises(NotFound):
                act()
        assert JournalLine.objects.count() == lines

    def test_leaving_ends_the_name_at_once(self, at: Hub) -> None:
        found, leaver = at.to_three(), at.seats["clinician"]
        assert name_of(leaver, at.person)
        actions.leave_room(by=leaver, discussion=found)
        assert not name_of(leaver, at.person) and enters(leaver, found) is None

    def test_without_a_charter_the_tie_alone_opens_no_name(self) -> None:
        bare = hub(charter=False)
        bare.to_three()
        assert not name_of(bare.seats["shelter"], bare.person)

    def test_the_case_of_whoever_sits_there_outlives_the_table(self, at: Hub) -> None:
        """A manager brings her own client: when the table is done, she is still his manager."""
        manager = at.seats["case_manager"]
        case = actions.open_case(
            by=manager, person=at.person, agency=at.cast.agency["social_service"], manager=UUID(manager.id)
        )
        actions.conclude(by=manager, discussion=to_four(at), conclusion=next(iter(queries.conclusions())))
        about = Subject("case", case.id)
        answer = sharing.ask(by=manager, category="case_plan", purpose="care_coordination", about=about)
        assert isinstance(answer, sharing.Permit) and Case.objects.get().state == "open"


class TestSteps:
    """Each filter has its condition; the journal and the moves say who was in the room."""

    def test_the_whole_way_is_told(self, at: Hub) -> None:
        found = to_four(at)
        actions.plan_together(by=at.seats["clinician"], discussion=found, plan="A visit on Friday")
        assert queries.room(at.seats["case_manager"], found).plan == "A visit on Friday"
        moves = StageMove.objects.filter(discussion=found).order_by("stage")
        assert [(m.stage, len(m.present)) for m in moves] == [(2, 4), (3, 4), (4, 2)]
        kinds = list(
            JournalLine.objects.filter(subject=str(found)).order_by("id").values_list("kind", flat=True)
        )
        assert kinds.count("cases.stage_moved") == 3 and kinds.count("cases.left") == 2
        assert kinds[0] == "cases.discussion_opened" and kinds[-1] == "cases.discussion_changed"
        due = Discussion.objects.get(id=found).plan_due
        assert due and abs(due - clock.now() - timedelta(hours=48)) < timedelta(minutes=5)
        with pytest.raises(Conflict, match="last"):
            actions.move_on(by=at.seats["clinician"], discussion=found)

    def test_three_needs_the_risk_and_the_person(self, at: Hub) -> None:
        found, by = at.open(), at.seats["case_manager"]
        with pytest.raises(Conflict, match="filter two"):
            actions.note_situation(by=by, discussion=found, aer_reasons=actions.AER_TEST)
        actions.move_on(by=by, discussion=found)
        actions.note_situation(by=by, discussion=found, aer_reasons=actions.AER_TEST)
        with pytest.raises(Conflict, match="names them first"):
            actions.move_on(by=by, discussion=found)
        assert Discussion.objects.get(id=found).stage == 2

    def test_four_needs_a_lead(self, at: Hub) -> None:
        found = at.to_three()
        actions.stay_as(by=at.seats["shelter"], discussion=found, part="assisting")
        with pytest.raises(Conflict, match="lead"):
            actions.move_on(by=at.seats["shelter"], discussion=found)
        assert len([r for r in SEATS if enters(at.seats[r], found)]) == 4, "nobody was sent out"

    @pytest.mark.parametrize("how", ["leaves", "assists"])
    def test_a_lead_who_gives_it_up_leads_no_more(self, at: Hub, how: str) -> None:
        """Filter four would have no lead, and another agency could not take it."""
        found, lead = at.to_three(), at.seats["clinician"]
        actions.stay_as(by=lead, discussion=found, part="lead")
        if how == "leaves":
            actions.leave_room(by=lead, discussion=found)
        else:
            actions.stay_as(by=lead, discussion=found, part="assisting")
        with pytest.raises(Conflict, match="lead"):
            actions.move_on(by=at.seats["shelter"], discussion=found)
        actions.stay_as(by=at.seats["shelter"], discussion=found, part="lead")
        assert queries.room(at.seats["shelter"], found).lead

    def test_one_lead(self, at: Hub) -> None:
        found = at.to_three()
        actions.stay_as(by=at.seats["clinician"], discussion=found, part="lead")
        with pytest.raises(Conflict, match="leads already"):
            actions.stay_as(by=at.seats["shelter"], discussion=found, part="lead")

    def test_involvement_and_plan_have_their_filters(self, at: Hub) -> None:
        found, by = at.open(), at.seats["case_manager"]
        with pytest.raises(Conflict, match="filter three"):
            actions.stay_as(by=by, discussion=found, part="lead")
        for other in (found, at.to_three()):
            with pytest.raises(Conflict, match="filter four"):
                actions.plan_together(by=by, discussion=other, plan="x")


class TestEnd:
    """A conclusion ends every presence and tie; a rejected one keeps limited data."""

    def test_ended_is_ended(self, at: Hub) -> None:
        found, by = at.to_three(), at.seats["case_manager"]
        kept = next(c for c in queries.conclusions() if not _rejects(c))
        actions.conclude(by=by, discussion=found, conclusion=kept)
        assert not Presence.objects.filter(discussion=found, left_at__isnull=True).exists()
        assert not name_of(at.seats["shelter"], at.person)
        assert Discussion.objects.get(id=found).situation
        with pytest.raises(Conflict, match="concluded"):
            actions.conclude(by=by, discussion=found, conclusion=kept)
        with pytest.raises(Conflict, match="concluded"):
            actions.move_on(by=by, discussion=found)
        assert queries.figures(at.table)["conclusion"] == {kept: 1}

    def test_a_rejected_one_forgets(self, at: Hub) -> None:
        found = at.to_three()
        rejected = next(c for c in queries.conclusions() if _rejects(c))
        actions.conclude(by=at.seats["case_manager"], discussion=found, conclusion=rejected)
        row = Discussion.objects.get(id=found)
        assert (row.person, row.situation, row.risk_factors, row.protective_factors) == (None, "", [], [])
        assert row.age_band and row.conclusion == rejected
        assert not name_of(at.seats["shelter"], at.person)


def _rejects(conclusion: str) -> bool:
    from commonweal.cases.vocabulary import is_rejection

    return is_rejection(conclusion)


Act = Callable[[Hub, UUID], object]
REFUSED: dict[str, Act] = {
    "name": lambda at, d: actions.open_table(by=SETUP, name=" "),
    "situation": lambda at, d: at.open(situation="\n"),
    "risks": lambda at, d: at.open(risks=["luck.bad"]),
    "protective": lambda at, d: actions.note_situation(
        by=at.seats["shelter"], discussion=d, protective=["x"]
    ),
    "aer_reasons": lambda at, d: actions.note_situation(
        by=at.seats["shelter"], discussion=d, aer_reasons=["x"]
    ),
    "part": lambda at, d: actions.stay_as(by=at.seats["shelter"], discussion=d, part="boss"),
    "conclusion": lambda at, d: actions.conclude(by=at.seats["shelter"], discussion=d, conclusion="done"),
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_was_not_accepted_is_named_with_a_remedy(at: Hub, field: str) -> None:
    found = at.open()
    actions.move_on(by=at.seats["case_manager"], discussion=found)
    lines = JournalLine.objects.count()
    with pytest.raises(Invalid) as said:
        REFUSED[field](at, found)
    assert said.value.field == field and said.value.remedy and JournalLine.objects.count() == lines


def test_only_who_sits_brings_a_situation(at: Hub) -> None:
    for actor in (worker(at.cast.agency["health"], "clinician"), at.cast["administrator"]):
        with pytest.raises(NotFound):
            actions.open_discussion(by=actor, table=at.table, situation="x", age_band="40-49")
    with pytest.raises(NotFound):
        actions.move_on(by=at.seats["shelter"], discussion=uuid4())


def test_a_table_and_a_seat_are_opened_once_and_told(at: Hub) -> None:
    shelter = at.seats["shelter"]
    assert shelter.agency
    before = JournalLine.objects.count()
    assert actions.open_table(by=SETUP, name=" Eastside table ").id == at.table
    actions.seat(by=SETUP, table=at.table, account=UUID(shelter.id), agency=shelter.agency)
    assert JournalLine.objects.count() == before and Table.objects.count() == 1
    assert JournalLine.objects.filter(kind="cases.seated").count() == Seat.objects.count() == 4


def test_numbers_have_no_gap_and_the_database_no_fifth_filter(at: Hub) -> None:
    ids = [at.open() for _ in range(3)]
    assert list(Discussion.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    for wrong in ({"stage": 5}, {"stage": 0}, {"number": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Discussion.objects.filter(id=ids[0]).update(**wrong)
