"""Need by cell and hour: nothing lost, nothing small shown, clocks honoured."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.foresight import (
    Event,
    Need,
    Window,
    cell_of,
    centre,
    hour_of_week,
    naive_count,
    outline,
)
from commonweal.engines.numerics import haversine_km

EASTERN = ZoneInfo("America/New_York")
MONDAY = datetime(2025, 9, 1, tzinfo=EASTERN)
YEAR = Window(MONDAY, MONDAY + timedelta(weeks=52))
TOWN = (-77.05, 38.80)
AWAY = (-77.20, 38.90)


def friday_nights(n: int, place: tuple[float, float] = TOWN) -> list[Event]:
    friday = MONDAY + timedelta(days=4, hours=22)
    return [Event(place, friday + timedelta(weeks=i % 52)) for i in range(n)]


def count(events: list[Event], **more: object) -> Need:
    return naive_count(events, YEAR, zone=EASTERN, **more)  # type: ignore[arg-type]


def test_friday_nights_in_town() -> None:
    need = count(friday_nights(104))
    (cell,) = need.cells
    assert cell.cell == cell_of(TOWN) and cell.count == 104
    assert cell.per_week == pytest.approx(2.0) and need.method == "naive count"
    assert cell.interval is not None and cell.interval.low < 2.0 < cell.interval.high
    busy = [hour for hour in need.hours if hour.count]
    assert [(hour.hour_of_week, hour.occurrences) for hour in busy] == [(4 * 24 + 22, 52)]


def test_only_the_asked_hours_count() -> None:
    need = count(friday_nights(104), hours=range(0, 24))
    assert (need.cells, need.total, need.outside) == ((), 0, 104)
    assert [hour.hour_of_week for hour in need.hours] == list(range(24))


def test_small_cells_are_hidden_with_a_partner() -> None:
    other = (-77.40, 38.60)
    need = count(friday_nights(60) + friday_nights(40, other) + friday_nights(4, AWAY))
    assert [cell.count for cell in need.cells] == [60, None, None]
    assert {cell.cell for cell in need.cells if cell.hidden} == {cell_of(AWAY), cell_of(other)}


def test_a_handful_in_all_is_hidden_altogether() -> None:
    need = count(friday_nights(4))
    assert need.total is None and need.cells[0].hidden


def test_the_week_the_clocks_change_has_167_or_169_hours() -> None:
    spring = Window(datetime(2025, 3, 3, tzinfo=EASTERN), datetime(2025, 3, 10, tzinfo=EASTERN))
    hours = naive_count([], spring, zone=EASTERN).hours
    assert sum(hour.occurrences for hour in hours) == 167
    assert hours[6 * 24 + 2].occurrences == 0 and hours[6 * 24 + 2].per_hour is None
    autumn = Window(datetime(2025, 10, 27, tzinfo=EASTERN), datetime(2025, 11, 3, tzinfo=EASTERN))
    assert naive_count([], autumn, zone=EASTERN).hours[6 * 24 + 1].occurrences == 2


def test_hours_are_local() -> None:
    assert hour_of_week(datetime(2025, 9, 1, 3, 30, tzinfo=UTC), EASTERN) == 6 * 24 + 23  # still Sunday there


moments = st.datetimes(datetime(2025, 8, 1), datetime(2026, 10, 1), timezones=st.just(UTC))
events = st.lists(
    st.builds(Event, st.tuples(st.floats(-77.3, -77.0), st.floats(38.7, 38.9)), moments), max_size=60
)


@given(events, st.integers(5, 9))
def test_every_event_is_in_one_cell_and_one_hour_or_outside(found: list[Event], resolution: int) -> None:
    need = count(found, resolution=resolution, threshold=1)
    inside = [event for event in found if YEAR.start <= event.at < YEAR.end]
    assert need.total == len(inside) == sum(cell.count or 0 for cell in need.cells)
    assert sum(hour.count or 0 for hour in need.hours) == len(inside)
    assert need.outside == len(found) - len(inside)
    assert Counter({c.cell: c.count for c in need.cells}) == Counter(
        cell_of(e.place, resolution) for e in inside
    )


@given(events)
def test_no_small_count_is_ever_shown(found: list[Event]) -> None:
    need = count(found, resolution=5)
    for shown in (need.total, *(c.count for c in need.cells), *(h.count for h in need.hours)):
        assert shown is None or shown == 0 or shown >= 11
    assert sum(cell.hidden for cell in need.cells) != 1 or len(need.cells) == 1


@given(events)
def test_intervals_hold_the_rate(found: list[Event]) -> None:
    for cell in count(found, resolution=6, threshold=1).cells:
        assert cell.interval is not None and cell.per_week is not None
        assert cell.interval.low <= cell.per_week <= cell.interval.high


@given(st.tuples(st.floats(-179, 179), st.floats(-80, 80)))
def test_a_cell_lies_around_its_place(place: tuple[float, float]) -> None:
    cell = cell_of(place)
    ring = outline(cell)
    assert ring[0] == ring[-1] and len(ring) >= 6
    assert haversine_km(place, centre(cell)) < 1.0
    assert cell_of(centre(cell)) == cell


def test_bad_input_names_the_remedy() -> None:
    with pytest.raises(ValueError, match="finer cells point at single homes"):
        cell_of(TOWN, 12)
    with pytest.raises(ValueError, match="is no H3 cell"):
        centre("north")
    with pytest.raises(ValueError, match="time without a zone"):
        Window(datetime(2025, 1, 1), datetime(2025, 2, 1))
    with pytest.raises(ValueError, match="an hour or longer"):
        Window(MONDAY, MONDAY)
    with pytest.raises(ValueError, match="hours: give at least one"):
        count([], hours=[168])
    with pytest.raises(ValueError, match="none of them comes"):
        naive_count([], Window(MONDAY, MONDAY + timedelta(hours=2)), zone=EASTERN, hours=[100])
