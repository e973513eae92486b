"""What nobody may miss climbs until somebody says "I have it": who, when, how often, and who never hears."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.encounters import actions as encounters
from commonweal.encounters.models import Encounter
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.actions import Step
from commonweal.messages.models import Climb, Leaving, Notification, Rung, Told
from factories.calls import CALM, TROUBLED, Centre, open_centre
from factories.cast import SETUP, Cast, gather, worker

pytestmark = pytest.mark.django_db
BY = system("timers")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEALTH = {"nora": "clinician", "ivo": "crisis_worker", "lena": "clinician", "boss": "supervisor"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies, a supervisor at the centre, and the clock at nine."""
    return gather(partners=False)


@pytest.fixture(name="centre")
def at_work() -> Centre:
    """A centre with units of police, health and EMS."""
    return open_centre()


def begin(cast: Cast, occasion: str = "duress", subject: UUID | None = None, **other: Any) -> Climb:
    """Something happens at the centre."""
    about = Subject("thing", subject or uuid4())
    near = [cast.agency["ecc"]]
    return actions.begin_climb(by=BY, occasion=occasion, about=about, near=near, link="/board/", **other)


def set_steps(cast: Cast, *steps: Step, occasion: str = "duress") -> None:
    """The site's own ladder."""
    actions.set_ladder(by=cast["administrator"], occasion=occasion, steps=steps)


def heard(actor: Actor) -> list[str]:
    """Kinds of lines that wait in somebody's bell."""
    return [line.kind for line in queries.unread(actor)]


def lines(kind: str) -> int:
    """How often the journal tells of a kind."""
    return JournalLine.objects.filter(kind=f"messages.{kind}").count()


def minutes(*counts: float) -> Iterator[float]:
    """The clock at each of these minutes after nine, one after another."""
    for count in counts:
        with clock.at(START + timedelta(minutes=count)):
            yield count


class TestClimbing:
    """Step after step, each told once, until an answer or the end."""

    def test_a_first_step_of_no_minutes_is_told_at_once(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        begin(cast)
        assert heard(boss) == ["duress"] and lines("ladder_climbed") == 1
        assert [line.urgent for line in queries.unread(boss)] == [True]

    def test_each_step_reaches_its_people_after_its_minutes(self, cast: Cast) -> None:
        first, second = cast["supervisor"], cast["privacy_officer"]
        set_steps(cast, Step(5, "supervisor"), Step(10, "privacy_officer", "everywhere"))
        with clock.at(START):
            made = begin(cast)
            assert heard(first) == []
        steps = []
        for _ in minutes(4, 5, 6, 14, 15):
            actions.climb(by=BY)
            steps.append((len(heard(first)), len(heard(second))))
        assert steps == [(0, 0), (1, 0), (1, 0), (1, 0), (1, 1)]
        told = [(one.step, str(one.account)) for one in Told.objects.filter(climb=made).order_by("step")]
        assert told == [(1, first.id), (2, second.id)]

    def test_the_last_step_is_said_again_and_rings_although_nobody_read_it(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        with clock.at(START):
            begin(cast)
        rings = []
        for _ in minutes(1, 2, 3, 4, 6):
            actions.climb(by=BY)
            rings.append(lines("notified"))
        assert rings == [1, 2, 2, 3, 4] and heard(boss) == ["duress"]

    def test_it_ends_by_itself_after_all(self, cast: Cast) -> None:
        cast["supervisor"]
        with clock.at(START):
            made = begin(cast)
        for _ in minutes(*range(2, 200, 2)):
            actions.climb(by=BY)
        made.refresh_from_db()
        assert made.due_at is None and made.step == 62 and lines("ladder_climbed") == 62

    def test_a_missed_check_says_how_often(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        with clock.at(START):
            begin(cast, "check_in_missed")
        for _ in minutes(2, 4):
            actions.climb(by=BY)
        assert sorted(heard(boss)) == ["check_in_missed_1", "check_in_missed_2", "check_in_missed_3"]

    def test_where_nobody_near_holds_the_role_everybody_who_does_hears(self, cast: Cast) -> None:
        far = worker(cast.agency["lifeline_988"], "supervisor")
        begin(cast)
        assert heard(far) == ["duress"]
        near = worker(cast.agency["ecc"], "supervisor")
        begin(cast)
        assert heard(near) == ["duress"] and len(heard(far)) == 1

    def test_who_must_not_hear_does_not(self, cast: Cast) -> None:
        boss, other = cast["supervisor"], worker(cast.agency["ecc"], "supervisor")
        begin(cast, without=[UUID(boss.id)])
        assert heard(boss) == [] and heard(other) == ["duress"]

    def test_the_same_occasion_begins_once(self, cast: Cast) -> None:
        subject, boss = uuid4(), cast["supervisor"]
        first, again = begin(cast, subject=subject), begin(cast, subject=subject)
        assert first.id == again.id and lines("notified") == 1 and heard(boss) == ["duress"]
        assert begin(cast, "call_unassigned", subject=subject).id != first.id
        with pytest.raises(IntegrityError), transaction.atomic():
            Climb.objects.create(occasion="duress", about="thing", subject=subject, link="/")

    @pytest.mark.parametrize("occasion", ["", "fire", "duress "])
    def test_an_occasion_that_has_no_ladder(self, cast: Cast, occasion: str) -> None:
        with pytest.raises(NotFound):
            begin(cast, occasion)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(some.lists(some.sampled_from(["begin", "tick", "answer", "end"]), max_size=12))
    def test_whatever_happens_nobody_is_told_after_an_answer_or_the_end(
        self, cast: Cast, acts: list[str]
    ) -> None:
        """At most one climb runs; told rows and journal lines agree; an answer and an end are silence."""
        subject, boss, now, silent = uuid4(), cast["supervisor"], START, True
        with transaction.atomic():
            for act in acts:
                now += timedelta(minutes=3)
                with clock.at(now):
                    before = Told.objects.count()
                    running = Climb.objects.filter(ended_at__isnull=True).first()
                    if act == "begin":
                        begin(cast, subject=subject)
                        silent = silent and running is not None
                    if act == "tick":
                        actions.climb(by=BY)
                        assert not silent or Told.objects.count() == before
                    if act == "answer" and running:
                        actions.acknowledge(by=boss, climb=running.id)
                        silent = True
                    if act == "end":
                        actions.end_climb(by=BY, occasion="duress", subject=subject)
                        silent = True
                assert Climb.objects.filter(ended_at__isnull=True).count() <= 1
            assert Told.objects.count() == lines("ladder_climbed")
            transaction.set_rollback(True)


class TestNamed:
    """A step may go to a team or an agency by name: to a role there, or to everybody; never to nobody."""

    @pytest.fixture
    def crew(self, cast: Cast) -> dict[str, Any]:
        """A team of two at the county's health agency, a third outside it, a supervisor there."""
        home = cast.agency["health"]
        team = agencies.open_team(by=SETUP, agency=home, name="Mobile crisis")
        people = {name: worker(home, role, name) for name, role in HEALTH.items()}
        for name in ("nora", "ivo"):
            agencies.change_account(by=SETUP, account=UUID(people[name].id), team_id=team.id)
        return {"home": home, "team": team.id, **people}

    @pytest.mark.parametrize(
        ("step", "told"),
        [
            ({"team": True}, {"nora", "ivo"}),
            ({"team": True, "who": "clinician"}, {"nora"}),
            ({"team": True, "home": True, "who": "crisis_worker"}, {"ivo"}),
            ({"home": True, "who": "clinician"}, {"nora", "lena"}),
            ({"home": True}, set("nora ivo lena boss".split())),
        ],
    )
    def test_it_tells_those_and_nobody_near(
        self, cast: Cast, crew: dict[str, Any], step: dict[str, Any], told: set[str]
    ) -> None:
        near = cast["supervisor"]
        at = {
            "team": crew["team"] if step.get("team") else None,
            "agency": crew["home"] if step.get("home") else None,
        }
        set_steps(cast, Step(0, step.get("who", ""), **at))
        begin(cast)
        assert {name for name in HEALTH if heard(crew[name])} == told and heard(near) == []

    def test_where_nobody_is_in_it_somebody_hears_all_the_same(
        self, cast: Cast, crew: dict[str, Any]
    ) -> None:
        """The role near, then everywhere; without a role, supervisors near."""
        near, empty = cast["supervisor"], agencies.open_team(by=SETUP, agency=crew["home"], name="Nobody")
        set_steps(cast, Step(0, "crisis_worker", team=empty.id))
        begin(cast)
        assert heard(crew["ivo"]) == ["duress"] and heard(near) == []
        set_steps(cast, Step(0, team=empty.id))
        begin(cast)
        assert heard(near) == ["duress"] and heard(crew["boss"]) == []

    def test_whoever_must_not_hear_leaves_it_to_the_next(self, cast: Cast, crew: dict[str, Any]) -> None:
        """The one clinician of the team is in duress: those near hear of it, not nobody."""
        set_steps(cast, Step(0, "clinician", team=crew["team"]))
        begin(cast, without=[UUID(crew["nora"].id)])
        assert heard(crew["nora"]) == [] and heard(crew["lena"]) == ["duress"]

    def test_it_is_kept_as_it_was_set(self, cast: Cast, crew: dict[str, Any]) -> None:
        steps = (Step(1, "supervisor"), Step(5, team=crew["team"]), Step(9, "medic", agency=crew["home"]))
        set_steps(cast, *steps)
        assert actions.ladder("duress") == steps

    @pytest.mark.parametrize(("field", "at"), [("agency", "agency"), ("team", "team"), ("team", "both")])
    def test_a_place_that_is_none(self, cast: Cast, crew: dict[str, Any], field: str, at: str) -> None:
        """No agency, no team, a team of another agency."""
        wrong = {"agency": {"agency": uuid4()}, "team": {"team": uuid4()},
                 "both": {"team": crew["team"], "agency": cast.agency["ecc"]}}[at]  # fmt: skip
        with pytest.raises(Invalid) as said:
            set_steps(cast, Step(0, "supervisor", **wrong))
        assert said.value.field == field
        with pytest.raises(IntegrityError), transaction.atomic():
            Rung.objects.create(occasion="duress", step=0, after=1, who="", reach="near", pressing=True)


class TestAnswering:
    """Whoever was told may take it on; the first one has it, and everybody told can see that."""

    def test_i_have_it_stops_the_climb_and_clears_the_line(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        with clock.at(START):
            made = begin(cast)
            assert queries.unanswered(boss) == {made.subject: made.id}
            found = actions.acknowledge(by=boss, climb=made.id)
        assert found.acknowledged_by == boss.id and heard(boss) == [] and queries.unanswered(boss) == {}
        for _ in minutes(10, 60):
            assert actions.climb(by=BY) == 0
        assert lines("ladder_answered") == 1 and lines("notified") == 1

    def test_the_second_finds_who_was_first(self, cast: Cast) -> None:
        first, second = cast["supervisor"], worker(cast.agency["ecc"], "supervisor")
        made = begin(cast)
        for by in (first, second, first):
            assert actions.acknowledge(by=by, climb=made.id).acknowledged_by == first.id
        assert lines("ladder_answered") == 1

    @pytest.mark.parametrize("role", ["call_taker", "administrator", "privacy_officer", "patrol_officer"])
    def test_whoever_was_not_told_learns_nothing(self, cast: Cast, role: str) -> None:
        cast["supervisor"]
        made, by = begin(cast), cast[role]
        for climb in (made.id, uuid4()):
            with pytest.raises(NotFound):
                actions.acknowledge(by=by, climb=climb)
        assert queries.unanswered(by) == {} and not queries.climbs_told_to(by).exists()

    def test_what_is_over_is_answered_by_nobody(self, cast: Cast) -> None:
        made, boss = begin(cast, subject=uuid4()), cast["supervisor"]
        assert not Told.objects.exists(), "there was nobody yet"
        made = begin(cast)
        assert actions.end_climb(by=BY, occasion="duress", subject=made.subject)
        assert not actions.end_climb(by=BY, occasion="duress", subject=made.subject)
        assert actions.acknowledge(by=boss, climb=made.id).acknowledged_by == ""
        assert lines("ladder_ended") == 1 and lines("ladder_answered") == 0


class TestQuietHours:
    """A pressing step leaves at once; another waits for the morning."""

    @pytest.mark.parametrize(("pressing", "hour"), [(True, 9), (False, 15)])
    def test_the_ladder_says_whether_quiet_hours_hold_it(self, cast: Cast, pressing: bool, hour: int) -> None:
        boss = cast["supervisor"]
        actions.choose(
            by=boss, channels={"work": ["mail"]}, quiet=(time(0), time(7)), time_zone="America/Los_Angeles"
        )  # nine in UTC is one in the night there
        set_steps(cast, Step(0, "supervisor", "near", pressing), occasion="follow_up_unassigned")
        with clock.at(START):
            begin(cast, "follow_up_unassigned")
        [leaving] = Leaving.objects.filter(account=boss.id)
        assert leaving.due_at == START.replace(hour=hour)

    def test_by_which_way_it_went_out_is_seen(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        made = begin(cast)
        assert set(queries.ways_taken(made)[UUID(boss.id)]) == {("mail", ""), ("text", "")}


class TestData:
    """Ladders are the site's own data, read strictly."""

    def test_without_own_steps_those_that_ship_stand(self, cast: Cast) -> None:
        for occasion in actions.OCCASIONS:
            assert actions.ladder(occasion)
        set_steps(cast, Step(1, "supervisor"))
        assert actions.ladder("duress") == (Step(1, "supervisor", "near", True),)
        set_steps(cast)
        assert len(actions.ladder("duress")) == 2 and lines("ladder_set") == 2

    @pytest.mark.parametrize(("field", "step"), [
        ("after", Step(-1, "supervisor")), ("after", Step(10_081, "supervisor")), ("who", Step(1, "")),
        ("who", Step(1, "person")), ("who", Step(1, "king")), ("reach", Step(1, "supervisor", "far")),
    ])  # fmt: skip
    def test_what_cannot_be_a_step(self, cast: Cast, field: str, step: Step) -> None:
        set_steps(cast, Step(1, "supervisor"))
        with pytest.raises(Invalid) as said:
            set_steps(cast, Step(0, "supervisor"), step)
        assert said.value.field == field and len(actions.ladder("duress")) == 1

    def test_too_many_steps(self, cast: Cast) -> None:
        with pytest.raises(Invalid):
            set_steps(cast, *[Step(1, "supervisor")] * 9)

    @pytest.mark.parametrize("role", ["supervisor", "privacy_officer", "call_taker"])
    def test_others_change_none(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            actions.set_ladder(by=cast[role], occasion="duress", steps=[])
        with pytest.raises(NotFound):
            actions.set_ladder(by=cast["administrator"], occasion="flood", steps=[])

    def test_a_climb_under_way_goes_on_by_the_new_steps(self, cast: Cast) -> None:
        officer = cast["privacy_officer"]
        with clock.at(START):
            begin(cast)
        set_steps(cast, Step(0, "supervisor"), Step(2, "privacy_officer"))
        for _ in minutes(2):
            actions.climb(by=BY)
        assert heard(officer) == ["duress"]


def rounds() -> None:
    """The worker: seal, drain, mind the timers, again."""
    for _ in range(2):
        journal.seal()
        flow.drain()
        flow.climb_ladders()
        flow.mind_follow_ups()


class TestOccasions:
    """What begins a climb, and what ends it: one mechanism for all of them."""

    def test_a_missed_check_climbs_until_the_crew_answers(self, centre: Centre) -> None:
        unit, boss, now = centre.units["CO1"], centre.cast["supervisor"], clock.now()
        actions.start_check_in(by=BY, unit=unit, call=None)
        with clock.at(now + timedelta(minutes=18)):
            rounds()
            assert heard(boss) == ["check_in_missed_1"]
        with clock.at(now + timedelta(minutes=20, seconds=1)):
            rounds()
            assert "check_in_missed_2" in heard(boss)
            actions.check_in(by=BY, unit=unit)
        assert not queries.climbing("check_in_missed")
        told = lines("ladder_climbed")
        with clock.at(now + timedelta(minutes=30)):
            rounds()
        assert lines("ladder_climbed") == told

    def test_who_has_a_missed_check_is_not_told_again_of_it(self, centre: Centre) -> None:
        unit, boss, now = centre.units["CO1"], centre.cast["supervisor"], clock.now()
        actions.start_check_in(by=BY, unit=unit, call=None)
        with clock.at(now + timedelta(minutes=18)):
            rounds()
            [climb] = queries.unanswered(boss).values()
            actions.acknowledge(by=boss, climb=climb)
        for more in (21, 25, 40):
            with clock.at(now + timedelta(minutes=more)):
                rounds()
        assert lines("ladder_climbed") == 1 and heard(boss) == []

    def test_a_word_that_comes_late_begins_nothing(self, centre: Centre) -> None:
        unit, now = centre.units["CO1"], clock.now()
        actions.start_check_in(by=BY, unit=unit, call=None)
        with clock.at(now + timedelta(minutes=18)):
            actions.escalate_missed(by=BY)
            actions.check_in(by=BY, unit=unit)
            rounds()
        assert not Climb.objects.exists()

    def test_a_silent_alarm_climbs_until_it_is_closed_and_never_to_the_worker(self, centre: Centre) -> None:
        boss, now = centre.cast["supervisor"], clock.now()
        own = worker(centre.cast.agency["police"], "supervisor", "sergeant")
        alarm = actions.raise_duress(by=own)
        rounds()
        assert heard(own) == []
        with clock.at(now + timedelta(minutes=3)):
            rounds()
        assert Told.objects.exclude(account=boss.id).count() == 0 or heard(own) == []
        actions.close_duress(by=boss, duress=alarm.id)
        assert not queries.climbing("duress")

    def test_a_call_of_the_first_urgency_climbs_until_somebody_is_on_the_way(self, centre: Centre) -> None:
        boss, now = centre.cast["supervisor"], clock.now()
        calm, call = centre.call(CALM), centre.call(TROUBLED)
        calls.override(by=boss, call=call, tier="T1", reason="A knife was seen")
        rounds()
        assert queries.climbing("call_unassigned") == [call] and "call_unassigned" not in heard(boss)
        with clock.at(now + timedelta(minutes=3)):
            rounds()
            assert "call_unassigned" in heard(boss)
            calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]], reason="They are near")
            rounds()
        assert not queries.climbing("call_unassigned") and calm != call

    def test_a_follow_up_that_nobody_has_climbs_until_it_is_given(self, centre: Centre) -> None:
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]], reason="They are near")
        clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
        made = encounters.open_encounter(by=clinician, call=call)
        Encounter.objects.filter(id=made.id).update(follow_up_due=clock.now(), follow_up_by=None)
        rounds()
        assert queries.climbing("follow_up_unassigned") == [made.id]
        assert "follow_up_unassigned" in heard(clinician)
        Encounter.objects.filter(id=made.id).update(follow_up_by=clinician.id)
        rounds()
        assert not queries.climbing("follow_up_unassigned")

    def test_an_old_follow_up_wakes_nobody(self, centre: Centre) -> None:
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]], reason="They are near")
        clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
        made = encounters.open_encounter(by=clinician, call=call)
        due = clock.now() - timedelta(days=2)
        Encounter.objects.filter(id=made.id).update(follow_up_due=due, follow_up_by=None)
        rounds()
        assert not Climb.objects.exists()


def test_lines_in_a_journal_name_nobody_and_nothing_is_told_without_one(cast: Cast, monkeypatch: Any) -> None:
    cast["supervisor"]

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with pytest.raises(RuntimeError):
        begin(cast)
    assert not Climb.objects.exists() and not Notification.objects.exists() and not Told.objects.exists()
