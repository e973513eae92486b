"""A simulation is asked for at a desk and played by a worker: claimed once, told of, stopped, never lost."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.planning import actions, queries, runs
from commonweal.planning.models import Scenario, SimulationRun
from commonweal.planning.runs import STILL, Stopped
from factories.cast import SETUP
from rooms.planning.test_scenarios import demand, kept


@pytest.fixture
def manager(centre):
    return centre.cast["program_manager"]


@pytest.fixture
def row(centre):
    return kept(centre)


@pytest.fixture
def past(monkeypatch):
    """Calls whose arrival times a simulation of the roster meets: off its hours they wait for the shift."""

    def set_to(asked):
        monkeypatch.setattr("commonweal.planning.replaying.demanded", lambda *_: asked)

    return set_to


def fits(monkeypatch):
    held = property(lambda _: True)
    monkeypatch.setattr("commonweal.engines.staffing.playing.calibrating.Calibration.holds", held)


def state(run):
    return SimulationRun.objects.get(id=run.id)


class TestAsked:
    """The desk asks and goes on; the worker plays, and what came of it stays with the scenario."""

    def test_the_desk_only_asks(self, row, manager, past) -> None:
        past(demand())
        run = actions.simulate_scenario(by=manager, scenario=row)
        assert (run.state, run.done, run.result, run.percent) == ("waiting", 0, {}, 0) and run.is_going
        assert Scenario.objects.get(id=row.id).played == {}

    def test_the_worker_plays_and_keeps_it_with_its_hash(self, row, manager, past, monkeypatch) -> None:
        past(demand())
        fits(monkeypatch)
        run = actions.simulate_scenario(by=manager, scenario=row)
        assert flow.play() and not flow.play()
        over, scenario = state(run), Scenario.objects.get(id=row.id)
        assert (over.state, over.fault, over.is_going) == ("done", "", False)
        assert over.done == over.of == 10 + 2 * 20 and over.percent == 100
        assert scenario.played == over.result and over.inputs == over.result["inputs"] and over.inputs
        assert over.result["measures"]["p90"]["difference"][0] is not None
        assert queries.latest_run(scenario).id == run.id
        said = JournalLine.objects.filter(kind="planning.scenario", subject=row.id)
        assert [line.data["state"] for line in said.order_by("id")] == [
            "kept", "simulation asked", "simulated",
        ]  # fmt: skip

    def test_the_same_inputs_are_not_played_twice(self, row, manager, past, monkeypatch) -> None:
        past(demand())
        fits(monkeypatch)
        first = actions.simulate_scenario(by=manager, scenario=row)
        flow.play()
        monkeypatch.setattr("commonweal.planning.replaying.rows", None)  # whoever plays now fails
        second = actions.simulate_scenario(by=manager, scenario=row)
        flow.play()
        assert state(second).state == "done" and state(second).result == state(first).result

    def test_other_calls_or_more_plays_are_other_inputs(self, row, manager, past, monkeypatch) -> None:
        fits(monkeypatch)
        marks = set()
        for calls, times in ((120, 20), (120, 100), (90, 20)):
            past(demand(calls))
            run = actions.simulate_scenario(by=manager, scenario=row, replications=times)
            flow.play()
            marks.add(state(run).inputs)
        assert len(marks) == 3

    def test_what_does_not_fit_is_done_and_advises_nothing(self, row, manager, past) -> None:
        past(demand(arrived=None))
        run = actions.simulate_scenario(by=manager, scenario=row)
        flow.play()
        assert state(run).state == "done" and not state(run).result["holds"]

    def test_one_at_a_time_and_only_its_owner(self, centre, row, manager) -> None:
        run = actions.simulate_scenario(by=manager, scenario=row)
        with pytest.raises(Conflict, match="being simulated already"):
            actions.simulate_scenario(by=manager, scenario=row)
        other = centre.cast["plan_approver"]
        for act in (
            lambda: actions.simulate_scenario(by=other, scenario=row),
            lambda: actions.stop_simulation(by=other, run=run.id),
            lambda: queries.run_of(other, run.id),
            lambda: queries.run_of(manager, row.id),
        ):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(Invalid, match="20, 100, 400"):
            actions.simulate_scenario(by=manager, scenario=kept(centre, name="B"), replications=7)

    def test_the_database_knows_when_a_run_is_over(self, row, manager) -> None:
        run = actions.simulate_scenario(by=manager, scenario=row)
        with pytest.raises(IntegrityError), transaction.atomic():
            SimulationRun.objects.filter(id=run.id).update(state="done")


class TestStopped:
    """Whoever asked stops it, waiting or half-way; nothing of it is kept."""

    def test_one_that_waits_is_never_played(self, row, manager) -> None:
        run = actions.simulate_scenario(by=manager, scenario=row)
        actions.stop_simulation(by=manager, run=run.id)
        assert not flow.play() and state(run).state == "stopped"
        actions.stop_simulation(by=manager, run=run.id)
        assert actions.simulate_scenario(by=manager, scenario=row).is_going, "another may follow"

    def test_one_half_way_ends_at_its_next_word(self, row, manager, past, monkeypatch) -> None:
        past(demand())
        fits(monkeypatch)
        monkeypatch.setattr("commonweal.planning.runs.PAUSE", 0.0)
        run, heard = actions.simulate_scenario(by=manager, scenario=row), []
        told = runs._Beat.told

        def listen(beat, done, of):
            heard.append(done)
            if done == 7:
                actions.stop_simulation(by=manager, run=run.id)
            told(beat, done, of)

        monkeypatch.setattr(runs._Beat, "told", listen)
        assert flow.play()
        assert heard == [1, 2, 3, 4, 5, 6, 7] and state(run).state == "stopped"
        assert Scenario.objects.get(id=row.id).played == {}

    def test_a_word_to_a_run_that_is_over_stops_the_player(self, row, manager) -> None:
        run = actions.simulate_scenario(by=manager, scenario=row)
        with pytest.raises(Stopped):
            runs._Beat(run).told(1, 2)


class TestFailed:
    """It says why, in a code that the desk puts in words."""

    def test_a_scenario_changed_meanwhile(self, centre, row, manager, past, monkeypatch) -> None:
        past(demand())
        run = actions.simulate_scenario(by=manager, scenario=row)
        sign = next(iter(row.changes))
        actions.keep_scenario(
            by=manager, agency=row.agency_id, kind=row.kind, name=row.name, wanted={sign: {"later": 4}},
            scenario=row.id,
        )  # fmt: skip
        flow.play()
        assert (state(run).state, state(run).fault) == ("failed", "changed")
        assert Scenario.objects.get(id=row.id).played == {}

    def test_whoever_may_plan_no_more(self, row, manager) -> None:
        run = actions.simulate_scenario(by=manager, scenario=row)
        agencies.leave(by=SETUP, account=UUID(manager.id))
        flow.play()
        assert (state(run).state, state(run).fault) == ("failed", "not_allowed")

    def test_a_fault_of_ours_is_logged_and_the_next_goes_on(self, centre, row, manager, monkeypatch) -> None:
        def breaks(*_given, **_named):
            raise ZeroDivisionError

        monkeypatch.setattr("commonweal.planning.replaying.replayed", breaks)
        ran = [actions.simulate_scenario(by=manager, scenario=r) for r in (row, kept(centre, name="B"))]
        assert flow.play() and flow.play() and not flow.play()
        assert [(state(r).state, state(r).fault) for r in ran] == [("failed", "broken")] * 2

    def test_a_lost_worker_is_followed_once_then_it_is_said(self, row, manager) -> None:
        run = actions.simulate_scenario(by=manager, scenario=row)
        first = runs._claim()
        assert first and first.id == run.id and runs._claim() is None, "its worker is at it"
        late = clock.now() - STILL - timedelta(seconds=1)
        SimulationRun.objects.filter(id=run.id).update(beat_at=late)
        assert runs._claim().tries == 2
        with pytest.raises(Stopped):
            runs._Beat(first).told(1, 2)  # the first one wakes up: it is no longer its run
        SimulationRun.objects.filter(id=run.id).update(beat_at=late)
        assert runs._claim() is None and state(run).fault == "cut_off"


def test_everything_compiled_is_compiled_before_it_is_asked_for() -> None:
    thread = actions.warm_soon()
    thread.join(300)
    assert not thread.is_alive() and actions.warm_soon() is thread, "once a process"
