"""Money knows what it may be used for, never gives more than it has, and is counted as shifts are worked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as rosters
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.planning import actions, money, queries
from commonweal.planning.models import BudgetLine, FundingSource
from factories.cast import SETUP, Cast, gather

TODAY = clock.today()
HOUR = timedelta(hours=1)
AMOUNTS = some.decimals(min_value=1, max_value=50_000, places=2)


def terms(**other: Any) -> actions.Terms:
    """A grant of this year, unless said otherwise."""
    given: dict[str, Any] = {
        "name": "Grant", "kind": "grant", "starts": TODAY - timedelta(days=30),
        "ends": TODAY + timedelta(days=30), "amount": Decimal(9000),
    }  # fmt: skip
    return actions.Terms(**given | other)


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def van(
    cast: Cast, *, kind: str = "outreach", agency: str = "health", cost: int = 100, sign: str = "V1"
) -> UUID:
    """A unit with an hourly cost."""
    return agencies.open_unit(
        by=SETUP, agency=cast.agency[agency], call_sign=sign, kind=kind, hourly_cost=cost
    ).id


def worked(unit: UUID, first: int, hours: int) -> None:
    """A shift that began so many hours from now (before, where below zero)."""
    starts = clock.now() + first * HOUR
    agencies.set_shift(by=SETUP, unit=unit, starts=starts, ends=starts + hours * HOUR)


def funded(cast: Cast, **other: Any) -> BudgetLine:
    """A line of the health agency that takes all of a source."""
    return actions.fund(
        by=cast["program_manager"], terms=terms(**other), agency=cast.agency["health"], line="Line"
    )


class TestOpening:
    """What cannot be is named, with a remedy; nothing of it stays."""

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"kind": "lottery"}, "kind"),
            ({"ends": TODAY - timedelta(days=31)}, "ends"),
            ({"amount": Decimal(0)}, "amount"),
            ({"amount": Decimal(-5)}, "amount"),
            ({"unit_kinds": ("tank",)}, "unit_kinds"),
            ({"name": "  "}, "name"),
        ],
    )
    def test_a_source_that_cannot_be(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        by, lines = cast["program_manager"], JournalLine.objects.count()
        with pytest.raises(Invalid) as said:
            actions.open_source(by=by, terms=terms(**wrong))
        assert said.value.field == field and said.value.remedy
        assert not FundingSource.objects.exists() and JournalLine.objects.count() == lines

    def test_a_name_is_a_sources_own(self, cast: Cast) -> None:
        actions.open_source(by=cast["program_manager"], terms=terms())
        with pytest.raises(Invalid, match="no other source has"):
            actions.open_source(by=cast["program_manager"], terms=terms(name=" Grant "))
        assert queries.sources().count() == 1

    @pytest.mark.parametrize("role", ["analyst", "evaluator", "administrator", "call_taker", "case_manager"])
    def test_whoever_does_not_plan_opens_no_money(self, cast: Cast, role: str) -> None:
        with pytest.raises(Invalid, match="permission"):
            actions.open_source(by=cast[role], terms=terms())
        source = actions.open_source(by=cast["program_manager"], terms=terms())
        with pytest.raises(Invalid, match="permission"):
            actions.open_line(
                by=cast[role], agency=cast.agency["health"], source=source.id, name="L", amount=Decimal(1)
            )
        assert not queries.lines().exists()

    def test_a_line_needs_a_source_a_name_and_what_is_left(self, cast: Cast) -> None:
        by, home = cast["program_manager"], cast.agency["health"]
        with pytest.raises(NotFound):
            actions.open_line(by=by, agency=home, source=uuid4(), name="L", amount=Decimal(1))
        source = actions.open_source(by=by, terms=terms()).id
        for wrong, field in (
            ({"amount": Decimal(9001)}, "amount"),
            ({"amount": Decimal(0)}, "amount"),
            ({"name": " "}, "name"),
        ):
            with pytest.raises(Invalid) as said:
                given: dict[str, Any] = {"name": "L", "amount": Decimal(10), **wrong}
                actions.open_line(by=by, agency=home, source=source, **given)
            assert said.value.field == field
        actions.open_line(by=by, agency=home, source=source, name="L", amount=Decimal(9000))
        with pytest.raises(Invalid, match="left to give"):
            actions.open_line(by=by, agency=home, source=source, name="M", amount=Decimal("0.01"))

    def test_a_source_whose_line_is_refused_is_not_opened(self, cast: Cast) -> None:
        """Both or neither."""
        funded(cast)
        with pytest.raises(Invalid, match="no other line"):
            funded(cast, name="Second")
        assert [source.name for source in queries.sources()] == ["Grant"]


class TestUse:
    """For these units, in these days, by this agency."""

    @pytest.mark.parametrize(
        ("line", "source", "kind", "pays"),
        [
            ((), (), "ems", True),
            (("ems",), (), "ems", True),
            ((), ("ems",), "ems", True),
            (("ems",), (), "patrol", False),
            ((), ("ems",), "patrol", False),
            (("ems", "patrol"), ("ems",), "patrol", False),
            (("ems",), ("patrol",), "ems", False),
        ],
    )
    def test_both_the_line_and_its_source_must_allow_a_kind(
        self, line: tuple[str, ...], source: tuple[str, ...], kind: str, pays: bool
    ) -> None:
        row = BudgetLine(unit_kinds=list(line), source=FundingSource(unit_kinds=list(source)))
        assert money.pays_for(row, kind) is pays

    def test_another_agencys_unit_is_not_paid(self, cast: Cast) -> None:
        line = funded(cast)
        unit = rosters.Unit.objects.get(id=van(cast, agency="ems", kind="ems"))
        with pytest.raises(Invalid, match="own agency") as said:
            money.checked(line, unit, clock.now(), clock.now() + HOUR)
        assert said.value.field == "line"

    @pytest.mark.parametrize(("first", "last", "fits"), [(-31, 0, False), (-30, 30, True), (0, 31, False)])
    def test_days_outside_its_term_are_not_paid(self, cast: Cast, first: int, last: int, fits: bool) -> None:
        line, unit = funded(cast), rosters.Unit.objects.get(id=van(cast))
        noon = datetime.combine(TODAY, datetime.min.time(), UTC) + 12 * HOUR
        days = [noon + timedelta(days=n) for n in (first, last)]
        if fits:
            money.checked(line, unit, *days)
            return
        with pytest.raises(Invalid, match="choose another line or other days"):
            money.checked(line, unit, *days)


class TestBurning:
    """Spent is what is over, promised what is set, and both are the hours at the unit's cost."""

    def test_what_is_over_is_spent_and_what_is_set_is_promised(self, cast: Cast) -> None:
        funded(cast)
        unit = van(cast)
        worked(unit, -24, 8)
        worked(unit, 24, 5)
        worked(van(cast, agency="ems", kind="ems", sign="M9"), -24, 8)
        [burn] = queries.money()
        assert (burn.spent, burn.promised, burn.left) == (Decimal(800), Decimal(500), Decimal(7700))
        assert burn.share == 14 and not burn.is_ahead

    def test_a_shift_that_runs_is_spent_so_far(self, cast: Cast) -> None:
        funded(cast)
        worked(van(cast), -2, 8)
        [burn] = queries.money()
        assert float(burn.spent) == pytest.approx(200, abs=1) and float(burn.promised) == pytest.approx(
            600, abs=1
        )

    def test_money_that_goes_faster_than_time_says_so(self, cast: Cast) -> None:
        line = funded(cast, amount=Decimal(1000), starts=TODAY, ends=TODAY + timedelta(days=300))
        start = clock.begin(TODAY)
        unit = van(cast)
        agencies.set_shift(by=SETUP, unit=unit, starts=start, ends=start + 8 * HOUR)
        with clock.at(start + 9 * HOUR):
            [burn] = queries.money(line.agency_id)
        assert burn.is_ahead and burn.share == 80 and burn.elapsed_share == 0

    def test_only_the_agency_asked_for(self, cast: Cast) -> None:
        funded(cast)
        assert queries.money(cast.agency["police"]) == [] and len(queries.money(cast.agency["health"])) == 1

    @given(amount=AMOUNTS, spent=AMOUNTS, promised=AMOUNTS, elapsed=some.floats(0, 1))
    def test_what_is_left_adds_up_and_bars_stay_in_their_frame(
        self, amount: Decimal, spent: Decimal, promised: Decimal, elapsed: float
    ) -> None:
        line = BudgetLine(amount=amount)
        burn = money.Burn(line, spent, promised, elapsed)
        assert burn.left + burn.spent + burn.promised == amount
        assert 0 <= burn.share <= 100 and 0 <= burn.elapsed_share <= 100
        assert (burn.share == 100) is (burn.left <= 0)
        assert not (burn.is_ahead and float(spent / amount) <= elapsed)

    @given(hours=some.lists(some.integers(0, 2000), min_size=1, max_size=6), cost=AMOUNTS)
    def test_a_span_costs_what_its_parts_cost(self, hours: list[int], cost: Decimal) -> None:
        unit = cast_unit(cost)
        start = datetime(2026, 3, 1, tzinfo=UTC)
        whole = money.cost_of(unit, start, start + sum(hours) * HOUR)
        assert whole == sum(money.cost_of(unit, start, start + n * HOUR) for n in hours)


def cast_unit(cost: Decimal) -> rosters.Unit:
    """Something with an hourly cost."""
    return cast(rosters.Unit, SimpleNamespace(hourly_cost=cost))
