"""A picture of need counts what was reported, once, in its place and hour, and hides what is small."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.calls import queries as calls
from commonweal.directory import actions as directory
from commonweal.engines.foresight import hour_of_week
from commonweal.foresight import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.places import queries as places
from factories.calls import HERE, Centre, open_centre
from factories.cast import SETUP
from factories.directory import service

ZONE = ZoneInfo("America/Los_Angeles")
SMALL = 11  # where the site has set no number of its own
START, END = datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 16, 8, tzinfo=UTC)
CELL, FAR = places.cell_of(*HERE), places.cell_of(HERE[0] + 1, HERE[1])


def call(number: int = 0, **facts: Any) -> calls.Counted:
    """A call without anybody in it, an hour after the start unless said otherwise."""
    given: dict[str, Any] = {
        "key": UUID(int=number), "agency": UUID(int=1), "source": "911", "discipline": "police",
        "nature": "welfare_check", "tier": "T3", "response": "", "state": "closed", "cell": CELL, "area": "",
        "is_behavioural": True, "dispositions": (), "received": START + timedelta(hours=1),
        "dispatched": None, "on_scene": None, "cleared": None, "priority": 3, "sent": frozenset(),
        "is_remote_accepted": False,
    }  # fmt: skip
    return calls.Counted(**given | facts)


def picture(found: list[calls.Counted], **asked: Any) -> queries.Picture:
    """The picture of these calls."""

    def extract(*_: object) -> Iterator[calls.Counted]:
        return iter(found)

    with patch.object(calls, "extract", extract):
        return queries.picture({}, queries.Question(**{"start": START, "end": END, "zone": ZONE, **asked}))


class TestQuestions:
    """A span with a zone that ends after it starts; and what belongs to it."""

    @pytest.mark.parametrize(
        ("start", "end", "field"),
        [
            (START, START, "end"),
            (END, START, "end"),
            (START.replace(tzinfo=None), END, "start"),
            (START, END.replace(tzinfo=None), "start"),
        ],
    )
    def test_a_span_that_is_none_is_named(self, start: datetime, end: datetime, field: str) -> None:
        with pytest.raises(Invalid) as said:
            queries.Question(start, end, ZONE)
        assert said.value.field == field and said.value.remedy

    @pytest.mark.parametrize(
        ("facts", "about", "belongs"),
        [
            ({}, "behavioural", True),
            ({"is_behavioural": False}, "behavioural", False),
            ({"is_behavioural": None}, "behavioural", False),
            ({"is_behavioural": False}, "all", True),
            ({"is_behavioural": False}, "welfare_check", True),
            ({}, "trespass", False),
            ({"state": "cancelled"}, "all", False),
            ({"dispositions": ("Cancelled en route",)}, "all", False),
            ({"dispositions": ("Duplicate of 25-0001",)}, "all", False),
            ({"dispositions": ("Test call",)}, "welfare_check", False),
        ],
    )
    def test_what_belongs(self, facts: dict[str, Any], about: str, belongs: bool) -> None:
        """Cancelled calls and second calls of one incident never do."""
        assert queries.Question(START, END, ZONE, about=about).wants(call(**facts)) is belongs


@pytest.mark.django_db
class TestCounting:
    """Whatever comes in, what is shown adds up and is never small."""

    @given(
        some.lists(
            some.tuples(
                some.integers(0, 14 * 24 - 1),
                some.booleans(),
                some.sampled_from(["welfare_check", "trespass"]),
            ),
            max_size=60,
        )
    )
    def test_hours_natures_and_places_add_up(self, drawn: list[tuple[int, bool, str]]) -> None:
        found = [
            call(n, received=START + timedelta(hours=hour), cell=CELL if placed else "", nature=nature)
            for n, (hour, placed, nature) in enumerate(drawn)
        ]
        told = picture(found)
        assert told.total == len(found) == sum(n for _, n in told.natures)
        assert told.without_place == sum(not one.cell for one in found)
        assert (told.need is None) is all(not one.cell for one in found)
        counts = [0] * 168
        for one in found:
            counts[hour_of_week(one.received, ZONE)] += 1
        small = [n for n in counts if 0 < n < SMALL]
        alone = min((n for n in counts if n >= SMALL), default=None) if len(small) == 1 else None
        for hour in told.hours:
            real = counts[hour.hour_of_week]
            if hour.count is None and real == alone:
                continue  # one that goes with the only small one
            assert hour.count == (None if 0 < real < SMALL else real)
            assert (hour.interval is None) is (hour.count is None)
        assert [n for _, n in told.natures] == sorted((n for _, n in told.natures), reverse=True)

    @given(some.integers(1, 30))
    def test_a_cell_is_shown_from_eleven_on(self, number: int) -> None:
        need = picture([call(n) for n in range(number)]).need
        assert need is not None
        [cell] = need.cells
        assert cell.cell == CELL and cell.count == (number if number >= SMALL else None)

    def test_only_the_hours_asked_for_are_counted(self) -> None:
        night, noon = START + timedelta(hours=18), START + timedelta(hours=12)
        found = [call(n, received=night) for n in range(12)] + [call(90 + n, received=noon) for n in range(5)]
        told = picture(found, hours=[hour_of_week(night, ZONE)])
        assert told.total == 12 and told.natures == (("welfare_check", 12),)
        assert told.hours[hour_of_week(noon, ZONE)].count is None, (
            "every hour keeps its own line, small or not"
        )

    def test_two_weeks_halve_the_rate(self) -> None:
        told = picture([call(n) for n in range(22)])
        [hour] = [hour for hour in told.hours if hour.count]
        assert (hour.count, hour.per_hour) == (22, 11.0)
        assert hour.interval is not None and hour.interval.low < 11 < hour.interval.high

    def test_nothing_reported_is_a_picture_of_nothing(self) -> None:
        told = picture([])
        assert (told.need, told.total, told.natures, told.without_place) == (None, 0, (), 0)
        assert all(hour.count == 0 for hour in told.hours)


@pytest.mark.django_db
class TestDeserts:
    """Need that is far from every service with room."""

    @staticmethod
    def need() -> queries.Need:
        """Twelve calls here and thirteen a degree to the east."""
        found = picture([call(n) for n in range(12)] + [call(50 + n, cell=FAR) for n in range(13)]).need
        assert found is not None
        return found

    @staticmethod
    def near(name: str, lon: float) -> UUID:
        """A shelter at a longitude."""
        spot = directory.Place(external_id=name, address="1 Quay", lon=lon, lat=HERE[1])
        return service(name, topics=("shelter",), places=(spot,))

    def found(self, *, unknown: bool = False, minutes: float = 20) -> queries.Deserts:
        """Cells farther than so many minutes."""
        return queries.deserts(self.need(), "shelter", minutes, count_unknown=unknown)

    def test_without_any_service_all_need_is_beyond(self) -> None:
        told = self.found()
        assert (told.need, told.need_beyond, told.share_beyond) == (25, 25, 1.0)
        assert [cell.cell for cell in told.cells] == [FAR, CELL], "most unmet first"

    def test_room_counts_fullness_does_not_and_silence_only_where_asked(self) -> None:
        here = self.near("Here house", HERE[0])
        assert self.found().share_beyond == 1.0, "nobody said whether there is room"
        assert self.found(unknown=True).share_beyond == 13 / 25
        directory.post_capacity(by=SETUP, service=here, available=0)
        assert self.found(unknown=True).share_beyond == 1.0 and self.found().services_without_room == 1
        directory.post_capacity(by=SETUP, service=here, available=2)
        assert self.found().share_beyond == 13 / 25
        directory.post_capacity(by=SETUP, service=here, available=2, is_open=False)
        assert self.found().share_beyond == 1.0, "closed is no room"

    def test_another_need_is_another_map(self) -> None:
        spot = directory.Place(external_id="p", address="1 Quay", lon=HERE[0], lat=HERE[1])
        food = service("Pantry", topics=("food",), places=(spot,))
        directory.post_capacity(by=SETUP, service=food, available=9)
        assert self.found().services_counted == 0

    def test_farther_limits_never_make_more_desert(self) -> None:
        house = self.near("Here house", HERE[0])
        directory.post_capacity(by=SETUP, service=house, available=3)
        shares = [self.found(minutes=m).need_beyond for m in (0, 5, 30, 90, 300)]
        assert shares == sorted(shares, reverse=True) and shares[-1] == 0


@pytest.mark.django_db
class TestRealCalls:
    """From the desk to the map, through the gate."""

    @pytest.fixture(name="centre")
    def a_centre(self) -> Centre:
        """A centre with eleven calls from one corner, and one of the lifeline."""
        centre = open_centre(staffed=False)
        for _ in range(11):
            centre.call()
        centre.call(source="lifeline_988")
        return centre

    def asked(self, about: str = "all") -> queries.Question:
        """The last day."""
        now = clock.now()
        return queries.Question(now - timedelta(days=1), now + timedelta(minutes=1), ZONE, about=about)

    def test_an_analyst_sees_the_corner_and_no_call_of_the_lifeline(self, centre: Centre) -> None:
        told = queries.picture(actions.open_set(by=centre.cast["analyst"]), self.asked())
        assert told.total == 11 and told.need is not None
        assert sum(cell.count or 0 for cell in told.need.cells) == 11

    @pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "shelter_worker"])
    def test_whoever_opens_no_set_counts_nothing(self, centre: Centre, role: str) -> None:
        told = queries.picture(actions.open_set(by=centre.cast[role]), self.asked())
        assert told.total == 0 and told.need is None

    def test_another_nature_counts_nothing(self, centre: Centre) -> None:
        told = queries.picture(actions.open_set(by=centre.cast["analyst"]), self.asked("trespass"))
        assert told.total == 0
