"""Service deserts: full services do not help, silence is not room, and need weighs, not land."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.foresight import Service, cell_of, service_desert
from commonweal.engines.numerics import Place, haversine_km

NEAR, FAR = cell_of((-77.05, 38.80)), cell_of((-78.05, 38.80))
SHELTER = Service("shelter", (-77.05, 38.80), available=3)


def drive(a: Place, b: Place) -> float:
    return haversine_km(a, b) * 1.5


def test_need_far_from_the_shelter_is_in_a_desert() -> None:
    found = service_desert({NEAR: 30, FAR: 10}, [SHELTER], drive)
    assert [(c.cell, c.beyond) for c in found.cells] == [(FAR, True), (NEAR, False)]
    assert (found.share_beyond, found.need_beyond, found.services_counted) == (0.25, 10, 1)


def test_a_full_shelter_makes_a_desert_next_door() -> None:
    found = service_desert({NEAR: 30}, [Service("shelter", (-77.05, 38.80), available=0)], drive)
    assert found.share_beyond == 1.0 and found.cells[0].nearest is None
    assert found.services_without_room == 1


def test_a_shelter_that_says_nothing_counts_only_when_asked_to() -> None:
    silent = Service("shelter", (-77.05, 38.80))
    assert service_desert({NEAR: 30}, [silent], drive).share_beyond == 1.0
    trusting = service_desert({NEAR: 30}, [silent], drive, count_unknown=True)
    assert (trusting.share_beyond, trusting.services_unknown) == (0.0, 1)


def test_where_no_road_leads_there_is_no_help() -> None:
    assert service_desert({NEAR: 1}, [SHELTER], lambda a, b: None).cells[0].minutes is None


def test_without_need_there_is_no_share() -> None:
    assert service_desert({}, [SHELTER], drive).share_beyond is None
    assert service_desert({NEAR: 0}, [SHELTER], drive).share_beyond is None


places = st.tuples(st.floats(-78, -77), st.floats(38, 39))
needs = st.dictionaries(places.map(cell_of), st.integers(0, 50), max_size=12)
services = st.lists(
    st.builds(Service, st.uuids().map(str), places, st.sampled_from([None, 0.0, 2.0])), max_size=6
)


@given(needs, services, st.floats(0, 120))
def test_minutes_are_those_of_the_nearest_with_room(
    need: dict[str, float], offers: list[Service], limit: float
) -> None:
    found = service_desert(need, offers, drive, beyond_minutes=limit)
    assert {c.cell: c.need for c in found.cells} == need
    for cell in found.cells:
        assert cell.beyond == (cell.minutes is None or cell.minutes > limit)
        assert cell.nearest is None or next(s for s in offers if s.id == cell.nearest).available == 2.0


@given(needs, services, places, st.floats(0, 120))
def test_one_more_service_never_makes_a_desert(
    need: dict[str, float], offers: list[Service], where: Place, limit: float
) -> None:
    before = service_desert(need, offers, drive, beyond_minutes=limit)
    after = service_desert(need, [*offers, Service("new", where, 1)], drive, beyond_minutes=limit)
    assert after.need_beyond <= before.need_beyond


def test_bad_input_names_the_remedy() -> None:
    with pytest.raises(ValueError, match="available: -1"):
        Service("s", (0.0, 0.0), -1)
    with pytest.raises(ValueError, match="beyond_minutes"):
        service_desert({}, [], drive, beyond_minutes=-1)
    with pytest.raises(ValueError, match="need is zero or more"):
        service_desert({NEAR: -2.0}, [], drive)
