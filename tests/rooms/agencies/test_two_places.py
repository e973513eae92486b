"""Nobody is at two places at once: of two shifts that share an hour the second is refused, in words."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from commonweal.agencies import actions, queries
from commonweal.agencies.actions.shifts import Span, first_clash
from commonweal.agencies.models import Account, Shift
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(name="vans")
def two_vans() -> list[UUID]:
    """Two vans of one shelter."""
    home = actions.open_agency(by=SETUP, name="Lantern Shelter", kind="hmis_shelter").id
    return [
        actions.open_unit(by=SETUP, agency=home, call_sign=sign, kind="outreach").id for sign in ("V1", "V2")
    ]


@pytest.fixture(name="ana")
def a_worker() -> Account:
    """Ana, who drives."""
    return actions.open_account(by=SETUP, username="ana", display_name="Ana Torres", role="shelter_worker")


def shift(unit: UUID, first: int, last: int, *crew: UUID) -> Shift:
    """The van on duty so many hours after eight."""
    return actions.set_shift(
        by=SETUP, unit=unit, starts=EIGHT + first * HOUR, ends=EIGHT + last * HOUR, crew=crew
    )


@pytest.mark.parametrize("hours", [(1, 7), (-1, 1), (7, 9), (-1, 9), (1, 8), (-1, 8)])
def test_one_van_is_not_on_duty_twice(vans: list[UUID], hours: tuple[int, int]) -> None:
    shift(vans[0], 0, 8)
    lines = JournalLine.objects.count()
    with pytest.raises(Invalid) as said:
        shift(vans[0], *hours)
    assert (said.value.field, said.value.value) == ("starts", EIGHT + hours[0] * HOUR)
    assert "V1 is on duty from" in said.value.remedy and "choose other hours" in said.value.remedy
    assert Shift.objects.count() == 1 and JournalLine.objects.count() == lines


@pytest.mark.parametrize("hours", [(8, 16), (-8, 0)])
def test_shifts_that_only_touch_both_stand(vans: list[UUID], ana: Account, hours: tuple[int, int]) -> None:
    shift(vans[0], 0, 8, ana.id)
    shift(vans[0], *hours, ana.id)
    assert Shift.objects.count() == 2


def test_one_person_is_not_aboard_two_vans(vans: list[UUID], ana: Account) -> None:
    shift(vans[0], 0, 8, ana.id)
    with pytest.raises(Invalid, match="Ana Torres is aboard V1") as said:
        shift(vans[1], -1, 1, ana.id)
    assert (said.value.field, said.value.value) == ("crew", "Ana Torres") and not said.value.__cause__
    shift(vans[1], -1, 1)
    assert Shift.objects.count() == 2, "the van itself is free"


def test_the_refusal_speaks_spanish(vans: list[UUID]) -> None:
    shift(vans[0], 0, 8)
    with translation.override("es"), pytest.raises(Invalid, match="V1 ya está de servicio"):
        shift(vans[0], 1, 2)


def test_a_shift_that_is_replaced_may_grow_until_the_next(vans: list[UUID], ana: Account) -> None:
    shift(vans[0], 0, 4, ana.id)
    shift(vans[0], 6, 8, ana.id)
    shift(vans[0], 0, 6, ana.id)
    with pytest.raises(Invalid, match="already"):
        shift(vans[0], 0, 7, ana.id)
    assert [s.ends - s.starts for s in Shift.objects.order_by("starts")] == [6 * HOUR, 2 * HOUR]


def test_a_cleared_shift_makes_room(vans: list[UUID], ana: Account) -> None:
    first = shift(vans[0], 0, 8, ana.id)
    actions.clear_shift(by=SETUP, shift=first.id)
    assert shift(vans[1], 2, 6, ana.id).unit_id == vans[1]


class TestRosters:
    """Several at once: all or none, and none against another."""

    @staticmethod
    def row(
        unit: UUID, first: int, last: int, *crew: UUID
    ) -> tuple[UUID, datetime, datetime, tuple[UUID, ...]]:
        return unit, EIGHT + first * HOUR, EIGHT + last * HOUR, crew

    def test_a_roster_that_clashes_with_itself_sets_nothing(self, vans: list[UUID], ana: Account) -> None:
        for rows, field in (
            ([self.row(vans[0], 0, 8), self.row(vans[0], 4, 12)], "starts"),
            ([self.row(vans[0], 0, 8, ana.id), self.row(vans[1], 7, 9, ana.id)], "crew"),
        ):
            with pytest.raises(Invalid) as said:
                actions.set_shifts(by=SETUP, shifts=rows)
            assert said.value.field == field and not Shift.objects.exists()

    def test_a_roster_that_clashes_with_what_stands_sets_nothing(
        self, vans: list[UUID], ana: Account
    ) -> None:
        shift(vans[0], 0, 8, ana.id)
        for bad in (self.row(vans[0], 7, 9), self.row(vans[1], 7, 9, ana.id)):
            with pytest.raises(Invalid):
                actions.set_shifts(by=SETUP, shifts=[self.row(vans[1], 20, 24), bad])
        assert Shift.objects.count() == 1

    def test_a_roster_may_replace_and_hand_over(self, vans: list[UUID], ana: Account) -> None:
        """Ana leaves one van for the other in the same roster: what is replaced no longer counts."""
        shift(vans[0], 0, 8, ana.id)
        rows = [self.row(vans[0], 0, 8), self.row(vans[1], 2, 9, ana.id)]
        assert actions.set_shifts(by=SETUP, shifts=rows) == 2
        assert [s.unit_id for s in queries.shifts_between(EIGHT, EIGHT + 9 * HOUR) if s.crew.exists()] == [
            vans[1]
        ]

    def test_somebody_unknown_is_named_as_given(self, vans: list[UUID]) -> None:
        nobody = uuid4()
        rows = [self.row(vans[0], 0, 8, nobody), self.row(vans[1], 7, 9, nobody)]
        with pytest.raises(Invalid, match=str(nobody)):
            actions.set_shifts(by=SETUP, shifts=rows)

    def test_an_empty_roster_sets_nothing(self) -> None:
        assert actions.set_shifts(by=SETUP, shifts=[]) == 0


@given(some.lists(some.tuples(some.integers(0, 30), some.integers(1, 9)), max_size=9))
def test_a_clash_is_found_exactly_where_two_share_an_hour(spans: list[tuple[int, int]]) -> None:
    made = [Span(EIGHT + s * HOUR, EIGHT + (s + n) * HOUR, UUID(int=i)) for i, (s, n) in enumerate(spans)]
    shared = [{a, b} for a, b in combinations(made, 2) if a.starts < b.ends and b.starts < a.ends]
    found = first_clash(made)
    assert (set(found) in shared) if found else not shared
