"""What programmes cost, where the pace leads, and what more money would buy."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as rosters
from commonweal.calls.queries import Counted, Turn
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.planning import actions, buying, costs, queries
from commonweal.planning.costs import each
from commonweal.planning.models import BudgetLine
from commonweal.planning.moves import monday
from factories.calls import open_centre
from factories.cast import SETUP
from rooms.planning.conftest import ZONE


def counted(at, *, tier="T3", sent=(), area="East", is_behavioural=True) -> Counted:
    return Counted(
        uuid4(), uuid4(), "911", "", "", tier, "", "cleared", "8828308281fffff", area, is_behavioural, (), at,
        at + timedelta(minutes=2), at + timedelta(minutes=12), at + timedelta(minutes=52), 3, frozenset(sent),
        False,
    )  # fmt: skip


@pytest.fixture
def centre(db):
    """A team of outreach at 60 an hour, on duty from nine to five each day of this week, and no other."""
    found = open_centre(staffed=False)
    unit = agencies.open_unit(
        by=SETUP, agency=found.cast.agency["health"], call_sign="T1", kind="outreach", hourly_cost=60,
        base_lon=-121.58, base_lat=38.5,
    )  # fmt: skip
    found.units["T1"] = unit.id
    on_duty(unit, 9)
    return found


def on_duty(unit, *hours) -> None:
    """Eight hours from each of these, local, on each day of this week and the next."""
    first = monday(clock.now(), ZONE)
    for day in range(14):
        for hour in hours:
            starts = first + timedelta(days=day, hours=hour)
            agencies.set_shift(by=SETUP, unit=unit.id, starts=starts, ends=starts + timedelta(hours=8))


def unit_of(centre):
    return rosters.units().get(id=centre.units["T1"])


def funded(centre, amount=500_000, days=(30, 300)) -> BudgetLine:
    unit, today = unit_of(centre), clock.today()
    terms = actions.Terms(
        name="Grant", kind="grant", starts=today - timedelta(days=days[0]),
        ends=today + timedelta(days=days[1]), amount=Decimal(amount), unit_kinds=(unit.kind,),
    )  # fmt: skip
    return actions.fund(by=centre.cast["program_manager"], terms=terms, agency=unit.agency_id, line="Line")


class TestEach:
    """The cost of one carries the interval of the count; small counts are hidden."""

    @given(some.integers(11, 5000), some.floats(1, 1e7))
    def test_the_interval_holds_the_cost(self, db_free_floor, count, cost) -> None:
        found = each(count, cost)
        assert found.interval and found.interval.low < found.cost == cost / count < found.interval.high

    def test_none_and_few(self, db_free_floor) -> None:
        assert each(0, 100.0).count == 0 and each(0, 100.0).cost is None
        assert each(10, 100.0).count is None and each(10, 100.0).cost is None


@pytest.fixture(scope="class")
def db_free_floor():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(costs, "floor", lambda: 11)
        yield


class TestProgrammes:
    """Hours worked at the unit's cost; what arrived, what no officer was sent to."""

    def test_contacts_and_calls_met_without_police(self, centre, monkeypatch) -> None:
        unit, now = unit_of(centre), clock.now()
        starts = now - timedelta(days=6)
        agencies.bring_roster(by=SETUP, shifts=[(unit.id, starts, starts + timedelta(hours=10), ())])

        def turn(kind, arrived=True, agency=unit.agency_id):
            return Turn(kind, starts, starts if arrived else None, starts, agency)

        team = turn(unit.kind)
        rows = [(counted(starts), (team,))] * 20
        rows += [(counted(starts), (team, turn("patrol", agency=uuid4())))] * 12
        rows += [(counted(starts), (turn(unit.kind, arrived=False),))] * 30
        monkeypatch.setattr(costs.calls, "answered", lambda *_: iter(rows))
        found = [p for p in costs.programmes({}, now - timedelta(days=7), now) if p.kind == unit.kind]
        assert len(found) == 1
        told = found[0]
        assert (told.contact.count, told.alone.count, told.referral.count) == (32, 20, 0)
        assert told.cost == pytest.approx(told.hours * float(unit.hourly_cost)) and told.hours >= 10
        assert told.per_hour == pytest.approx(float(unit.hourly_cost))

    @pytest.mark.parametrize("role", ["analyst", "evaluator", "administrator", "patrol_officer"])
    def test_others_learn_no_costs(self, centre, role) -> None:
        by, now = centre.cast[role], clock.now()
        for act in (
            lambda: actions.cost_programmes(by=by, start=now - timedelta(days=7), end=now),
            lambda: actions.best_use(by=by, amount=Decimal(1), floors={}, zone=ZONE),
        ):
            with pytest.raises(Invalid, match="permission"):
                act()


class TestForecast:
    """The pace of eight weeks goes on; the range is that of the weeks left."""

    def test_an_even_pace_is_told_without_a_range(self, centre) -> None:
        unit, now = unit_of(centre), clock.now()
        line = funded(centre)
        starts = [now - timedelta(days=7 * n + 3) for n in range(8)]
        rows = [(unit.id, a, a + timedelta(hours=8), ()) for a in starts]
        agencies.bring_roster(by=SETUP, shifts=rows)
        found = queries.forecasts(queries.money())[line.id]
        assert found.left_low <= found.left <= found.left_high and found.runs_out is None
        assert found.weekly >= 8 * float(unit.hourly_cost) - 1

    def test_money_that_ends_before_its_days_says_when(self, centre) -> None:
        unit, now = unit_of(centre), clock.now()
        line = funded(centre, amount=9 * 40 * int(unit.hourly_cost or 1) + 2000)
        for week in range(8):
            a = now - timedelta(days=7 * week + 3)
            agencies.bring_roster(by=SETUP, shifts=[(unit.id, a, a + timedelta(hours=20), ())])
        found = queries.forecasts(queries.money())[line.id]
        assert found.left_high < 0 and clock.today() <= found.runs_out < line.source.ends

    def test_money_that_is_gone_while_nobody_works_ends_today(self, centre) -> None:
        unit, line = unit_of(centre), funded(centre, amount=100, days=(90, 30))
        starts = clock.now() - timedelta(days=80)
        agencies.bring_roster(by=SETUP, shifts=[(unit.id, starts, starts + timedelta(hours=20), ())])
        rosters.Shift.objects.filter(starts__gte=clock.now() - timedelta(days=60)).delete()
        found = queries.forecasts(queries.money())[line.id]
        assert found.weekly == 0 and found.left < 0 and found.runs_out == clock.today()

    def test_a_line_that_is_over_has_none(self, centre) -> None:
        line = funded(centre, days=(60, -30))
        assert line.id not in queries.forecasts(queries.money())


class TestBuying:
    """Hours that nobody covers, and one more team, priced and counted from the records."""

    @pytest.fixture
    def records(self, centre, monkeypatch):
        """Four weeks: the team goes to half of the calls by day; at night nobody is on duty."""
        unit = unit_of(centre)
        start = monday(datetime(2026, 6, 1, 19, tzinfo=UTC), ZONE)
        end = start + timedelta(weeks=4)
        rows = []
        for day in range(28):
            for hour in (10, 11, 13, 14, 15, 16, 1, 2):
                at = start + timedelta(days=day, hours=hour)
                rows.append(counted(at, sent={unit.kind} if hour in (10, 13, 15) else set()))
        monkeypatch.setattr(buying, "window", lambda _: (start, end))
        monkeypatch.setattr("commonweal.planning.demand.window", lambda _: (start, end))
        monkeypatch.setattr(buying.calls, "extract", lambda *_: iter(rows))
        return unit

    def test_the_night_is_worth_its_calls_times_the_share_that_is_taken(self, records) -> None:
        found, silent = buying.choices({}, ZONE)
        opened = [c for c in found if c.what == "open" and c.kind == records.kind]
        assert len(opened) == 1
        night = opened[0]
        assert {1, 2} <= {(night.hours[0] + n) % 24 for n in range(8)}
        ceiling = 2 * 28 * 0.5 * 52 / 4  # two calls a night, half of them taken, none lost
        assert 0.8 * ceiling < night.calls < ceiling and night.low < night.calls < night.high
        assert night.cost == pytest.approx(float(records.hourly_cost) * 8 * 7 * 52)
        assert night.areas[0][0] == "East" and night.each == pytest.approx(night.cost / night.calls)
        assert all(kind != records.kind for _, kind in silent)

    def test_one_more_team_answers_more(self, records) -> None:
        more = [c for c in buying.choices({}, ZONE)[0] if c.what == "more" and c.kind == records.kind]
        assert more and all(c.calls > 0 and c.cost > 0 for c in more)

    def test_a_line_pays_for_its_own_and_new_money_goes_where_it_gains_most(self, centre, records) -> None:
        found, _ = buying.choices({}, ZONE)
        line = funded(centre)
        use = buying.use_of(found, 10_000.0, [(line, 5_000.0)], {})
        best = max(found, key=lambda c: c.calls / c.cost)
        first = use.rows[0]
        assert first[0] == best and sum(first[2].values()) == pytest.approx(min(15_000.0, best.cost))
        assert use.worth["new"] > 0 and use.worth["new"] == pytest.approx(use.worth[str(line.id)])
        assert use.ladder[0][1] > 0 and len(use.ladder) == 5
        foreign = buying.use_of(found, 0.0, [(BudgetLine(agency_id=uuid4(), source=line.source), 9e9)], {})
        assert foreign.calls == 0

    def test_what_is_kept_for_a_programme_is_kept(self, records) -> None:
        found, _ = buying.choices({}, ZONE)
        more = next(c for c in found if c.what == "more")
        use = buying.use_of(found, 10_000.0, [], {more.programme: 4_000.0})
        kept = [sum(paid.values()) for c, _, paid in use.rows if c.programme == more.programme]
        assert sum(kept) >= 4_000 - 1e-6

    def test_a_floor_beyond_the_money_is_refused_by_its_name(self, centre, records) -> None:
        code = f"{records.agency_id}.{records.kind}"
        by = centre.cast["program_manager"]
        with pytest.raises(Invalid) as said:
            actions.best_use(by=by, amount=Decimal(10), floors={code: Decimal(1000)}, zone=ZONE)
        assert said.value.field == "floor"

    def test_asked_again_it_is_not_counted_again_until_something_changes(self, records, monkeypatch) -> None:
        counted_before, read = buying.choices({}, ZONE), []
        monkeypatch.setattr(buying.calls, "extract", lambda *_: iter(read.append(1) or []))
        assert buying.choices({}, ZONE) is counted_before and not read
        with clock.at(clock.now() + timedelta(minutes=11)):
            assert buying.choices({}, ZONE) != counted_before and read, "it is old"
        read.clear()
        on_duty(records, 17)
        assert buying.choices({}, ZONE) != counted_before and read, "the roster is another"

    def test_what_nobody_priced_is_not_told(self, records) -> None:
        records.hourly_cost = 0
        records.save()
        found, silent = buying.choices({}, ZONE)
        assert found == [] and (records.agency_id, records.kind) in silent

    def test_many_at_once_are_weighed_by_one_method(self, centre, records) -> None:
        for n in range(buying.TOGETHER):
            on_duty(agencies.open_unit(
                by=SETUP, agency=records.agency_id, call_sign=f"X{n}", kind=records.kind, hourly_cost=60,
                base_lon=-121.58 - n / 100, base_lat=38.5,
            ), 9)  # fmt: skip
        more = [c for c in buying.choices({}, ZONE)[0] if c.what == "more"]
        assert len(more) == buying.TOGETHER, "one for each base: two wait at the same"
        assert all(0 <= c.calls < 5 for c in more), "eight together lose next to nothing"

    def test_without_records_nothing_is_told(self, centre) -> None:
        found, silent = buying.choices({}, ZONE)
        assert found == [] and silent
