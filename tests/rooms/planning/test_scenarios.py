"""Scenarios: a roster changed on paper, answered at once, simulated where that fits, kept by one."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.engines.staffing import erlang_b
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.planning import actions, changes, queries
from commonweal.planning.changes import Change
from commonweal.planning.comparing import answered, planned, side
from commonweal.planning.demand import Asked, Demand
from commonweal.planning.moves import monday
from commonweal.planning.present import present
from commonweal.planning.replaying import replayed

ZONE = ZoneInfo("America/Los_Angeles")
CELLS = ((-122.27, 37.87), (-122.25, 37.86), (-122.29, 37.88))
NOON = datetime(2026, 6, 1, 19, tzinfo=UTC)


def demand(calls: int = 120, *, arrived: float | None = 12.0, weeks: int = 2) -> Demand:
    """So many calls evenly over the weeks, in three cells of two areas, each forty minutes of work."""
    gap = weeks * 7 * 1440 / calls
    asked = tuple(
        Asked(f"c{n}", n * gap, n % 3, "East" if n % 3 else "West", 40.0, arrived, 3) for n in range(calls)
    )
    return Demand(asked, CELLS, weeks, 4.0, 0, NOON)


def kept(centre, role="program_manager", name="Later", **change):
    roster = crisis(centre)
    return actions.keep_scenario(
        by=centre.cast[role], agency=roster.agency, kind=roster.kind, name=name,
        wanted={next(iter(roster.units)).call_sign: change or {"later": 2}},
    )  # fmt: skip


def crisis(centre):
    from commonweal.agencies import queries as rosters

    unit = rosters.units().get(id=centre.units["T1"])
    return present(unit.agency_id, unit.kind)


class TestControls:
    """Every control is read back as it was written, and refused by its name."""

    @settings(max_examples=30)
    @given(some.integers(0, 4), some.integers(-24, 24), some.integers(-24, 24), some.booleans())
    def test_written_and_read_are_one(self, teams, later, longer, moves) -> None:
        change = Change(teams, later / 2, longer / 2, (-122.3, 37.9) if moves else None)
        found = changes.read(json.loads(json.dumps(changes.written({"T1": change}))), {"T1"})
        assert found == ({} if change.is_none else {"T1": change})

    @pytest.mark.parametrize(
        ("raw", "field"),
        [
            ([], "unit"), ({"X9": {}}, "unit"), ({"T1": 3}, "T1"), ({"T1": {"team": 1}}, "T1"),
            ({"T1": {"teams": 5}}, "T1.teams"), ({"T1": {"teams": True}}, "T1.teams"),
            ({"T1": {"later": 13}}, "T1.later"), ({"T1": {"longer": float("nan")}}, "T1.longer"),
            ({"T1": {"base": [1]}}, "T1.base"), ({"T1": {"base": [200, 0]}}, "T1.base"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_named(self, raw, field) -> None:
        with pytest.raises(Invalid) as said:
            changes.read(raw, {"T1"})
        assert said.value.field == field and said.value.remedy

    @pytest.mark.parametrize(
        ("content", "field"),
        [
            (b"{", "file"), (b"\xff", "file"), (b"[" * 5000, "file"), (b" " * 70_000, "file"),
            (b"[]", "file"), (b'{"format": "x"}', "file"),
            (b'{"format": "commonweal-scenario/1", "kind": "patrol"}', "kind"),
            (b'{"format": "commonweal-scenario/1", "kind": "crisis_team"}', "name"),
        ],
    )  # fmt: skip
    def test_a_file_that_cannot_be_read_says_why(self, content, field) -> None:
        with pytest.raises(Invalid) as said:
            changes.of_file(content, "crisis_team")
        assert said.value.field == field


class TestAnswers:
    """The model agrees with Erlang where both apply, and more help is never worse."""

    def test_always_on_duty_loses_what_erlang_loses(self, centre) -> None:
        asked = demand(calls=500)
        roster = crisis(centre)
        unit = next(iter(roster.units))
        all_day = [(roster.start + timedelta(days=d), roster.start + timedelta(days=d + 1)) for d in range(7)]
        whole = type(roster)(roster.agency, roster.kind, roster.start, {unit: all_day}, 0)
        plan = planned(whole, {unit.call_sign: Change(teams=2, base=CELLS[0])}, ZONE, "two", CELLS[0])
        told = side(plan, asked)
        busy, lost = told["measures"]["busy"], told["measures"]["lost"]
        # two alike servers: load offered is what they carry and what is lost
        load = 2 * busy / (1 - lost)
        assert lost == pytest.approx(erlang_b(2, load), rel=1e-6)
        assert told["measures"]["off_duty"] == 0 and told["is_exact"]
        assert set(told["areas"]) == {"East", "West"}
        assert told["areas"]["West"]["calls"] + told["areas"]["East"]["calls"] == pytest.approx(250)

    def test_one_more_team_costs_more_and_loses_less(self, centre) -> None:
        asked, roster = demand(calls=500), crisis(centre)
        sign = next(iter(roster.units)).call_sign
        sides = [
            side(planned(roster, {sign: Change(teams=n)}, ZONE, str(n), CELLS[0]), asked)
            for n in (0, 1, 2, 3)
        ]
        lost = [s["measures"]["lost"] for s in sides]
        assert lost[0] == 1 and lost == sorted(lost, reverse=True) and lost[3] < lost[1]
        assert [s["units"] for s in sides] == [0, 1, 2, 3]
        assert sides[3]["cost"] == pytest.approx(3 * sides[1]["cost"])
        assert sum(sides[2]["on_duty"]) == 2 * sum(sides[1]["on_duty"])

    def test_few_calls_of_an_area_are_told_with_others(self) -> None:
        asked = demand(calls=24)
        assert asked.areas.count("") == 1, "eight calls in the west, sixteen in the east"

    def test_without_permits_there_are_hours_and_cost_alone(self, centre) -> None:
        told = answered({}, crisis(centre), [{}], ZONE)
        assert told["calls"] == 0 and "no_calls" in told["doubts"]
        assert told["sides"][0]["measures"] == {} and sum(told["sides"][0]["on_duty"]) > 0

    def test_calls_that_stand_in_are_said_and_never_advise(self, centre, monkeypatch) -> None:
        """Nobody of the kind was ever sent: calls about behavioural health, without others' arrivals."""
        from commonweal.calls.queries import Counted
        from commonweal.planning import demand as room

        when, cell = NOON, "8828308281fffff"

        def row(n, is_behavioural):
            at = when + timedelta(hours=3 * n)
            return Counted(
                uuid4(), uuid4(), "911", "", "", "", "", "closed", cell, "East", is_behavioural, (), at, at,
                at + timedelta(minutes=5), at + timedelta(minutes=50), 3, frozenset(), False,
            )  # fmt: skip

        monkeypatch.setattr(room, "window", lambda _: (monday(when, ZONE), monday(when, ZONE) + timedelta(7)))
        rows = [row(n, n % 2 == 0) for n in range(40)]
        monkeypatch.setattr(room.calls, "extract", lambda *_: iter(rows))
        told = answered({}, crisis(centre), [{}], ZONE)
        assert told["calls"] == 20 and "assumed" in told["doubts"]
        assert replayed({}, crisis(centre), {}, ZONE)["fits"] == []
        assert answered({}, present(crisis(centre).agency, "patrol"), [{}], ZONE)["calls"] == 0


class TestSimulated:
    """It advises where it fits; where it does not it says by how much."""

    @pytest.fixture
    def past(self, monkeypatch):
        def set_to(asked):
            monkeypatch.setattr("commonweal.planning.replaying.demanded", lambda *_: asked)

        return set_to

    def test_what_does_not_fit_gives_no_advice(self, centre, past) -> None:
        past(demand(arrived=1.0))
        told = replayed({}, crisis(centre), {}, ZONE)
        assert not told["holds"] and told["measures"] == {} and told["areas"] == {}
        assert all(fit["off"] > 0.15 for fit in told["fits"])

    def test_too_few_recorded_times_give_no_advice(self, centre, past) -> None:
        past(demand(arrived=None))
        told = replayed({}, crisis(centre), {}, ZONE)
        assert told["fits"] == [] and not told["holds"]

    def test_the_same_roster_differs_by_nothing(self, centre, past, monkeypatch) -> None:
        past(demand())
        monkeypatch.setattr("commonweal.planning.replaying.REPLICATIONS", 3)
        monkeypatch.setattr(
            "commonweal.engines.staffing.playing.calibrating.Calibration.holds", property(lambda _: True)
        )
        told = replayed({}, crisis(centre), {}, ZONE)
        assert told["measures"]["p90"]["difference"] == [0.0, 0.0, 0.0]
        assert set(told["areas"]) == {"East", "West"}
        more = replayed({}, crisis(centre), {next(iter(crisis(centre).units)).call_sign: Change(3)}, ZONE)
        assert more["measures"]["busy"]["difference"][0] < 0


class TestKept:
    """A scenario is its planner's own until shared; nobody else changes it."""

    def test_kept_shared_filed_and_read_again(self, centre) -> None:
        row, by = kept(centre), centre.cast["program_manager"]
        other = centre.cast["plan_approver"]
        with pytest.raises(NotFound):
            queries.scenario(other, row.id)
        actions.share_scenario(by=by, scenario=row.id, shared=True)
        seen = queries.scenario(other, row.id)
        copy = actions.import_scenario(
            by=other, agency=row.agency_id, kind=row.kind, content=queries.scenario_file(seen).encode()
        )
        assert (copy.name, copy.changes, copy.is_shared) == (row.name, row.changes, False)
        for act in (
            lambda: actions.share_scenario(by=other, scenario=row.id, shared=False),
            lambda: actions.remove_scenario(by=other, scenario=row.id),
            lambda: actions.simulate_scenario(by=other, scenario=seen),
        ):
            with pytest.raises(NotFound):
                act()
        actions.remove_scenario(by=by, scenario=row.id)
        assert not queries.scenarios(by, row.agency_id, row.kind).exists()

    def test_two_of_one_name_and_none_at_all_are_refused(self, centre) -> None:
        kept(centre)
        for name in ("Later", "  ", "x" * 121):
            with pytest.raises(Invalid) as said:
                kept(centre, name=name)
            assert said.value.field == "name"

    def test_at_most_four_sides(self, centre) -> None:
        rows = [kept(centre, name=f"S{n}") for n in range(4)]
        ask = {"by": centre.cast["program_manager"], "agency": rows[0].agency_id, "kind": rows[0].kind}
        assert len(actions.answer_scenarios(**ask, scenarios=rows[:3])["sides"]) == 4
        with pytest.raises(Invalid, match="at most three"):
            actions.answer_scenarios(**ask, scenarios=rows)

    def test_steps_are_moves_of_hours_alone(self, centre) -> None:
        row = kept(centre)
        steps, beyond = queries.steps(row)
        assert beyond == [] and all(s.starts - s.shift.starts == timedelta(hours=2) for s in steps)
        assert queries.steps(kept(centre, name="Two", teams=2)) == ([], list(row.changes))

    @pytest.mark.parametrize("role", ["analyst", "patrol_officer", "evaluator", "administrator"])
    def test_others_keep_answer_and_simulate_nothing(self, centre, role) -> None:
        row, by = kept(centre), centre.cast[role]
        of = {"by": by, "agency": row.agency_id, "kind": row.kind}
        for act in (
            lambda: actions.keep_scenario(**of, name="x", wanted={}),
            lambda: actions.import_scenario(**of, content=b"{}"),
            lambda: actions.answer_scenarios(**of, scenarios=[]),
            lambda: actions.simulate_scenario(by=by, scenario=row),
            lambda: actions.share_scenario(by=by, scenario=row.id, shared=True),
            lambda: actions.remove_scenario(by=by, scenario=row.id),
        ):
            with pytest.raises(Invalid, match="permission"):
                act()

    def test_an_unknown_scenario_is_not_found(self, centre) -> None:
        with pytest.raises(NotFound):
            actions.remove_scenario(by=centre.cast["program_manager"], scenario=uuid4())
