"""The simulator sends whom the live desk would send: engines meet as parameters, never by import."""

from collections.abc import Sequence
from datetime import date

from commonweal.engines.dispatching import Request, ResponseModel, UnitState, recommend
from commonweal.engines.numerics import haversine_km
from commonweal.engines.staffing import (
    FreeUnit,
    Plan,
    PlannedUnit,
    Scenario,
    Shift,
    SimCall,
    Travel,
    compare,
    simulate,
)

CENTRE, NORTH = (-77.05, 38.80), (-77.05, 38.95)
ALWAYS = (Shift(0, 0, 168),)
CERTIFIED = frozenset({"P-1"})


def drive(a: tuple[float, float], b: tuple[float, float]) -> float:
    return 1.5 * haversine_km(a, b)


def live(call: SimCall, free: Sequence[FreeUnit], travel: Travel) -> Sequence[str]:
    """The desk's recommendation over the units that are free in the simulation."""
    units = [
        UnitState(
            u.id,
            u.kind,
            place=u.place,
            certificates=frozenset({"cit_40h"}) if u.id in CERTIFIED else frozenset(),
            lapsed={} if u.id in CERTIFIED else {"cit_40h": date(2025, 1, 1)},
            hours_on_duty=u.minutes_on_duty / 60 % 12,
        )
        for u in free
    ]
    request = Request(call.place, "T2", ResponseModel(call.needs))
    answer = recommend(
        request, units, travel=lambda u, place: None if u.place is None else travel(u.place, place)
    )
    return answer.best.units if answer.best else ()


def unit(
    id: str, kind: str, home: tuple[float, float] = CENTRE, shifts: tuple[Shift, ...] = ALWAYS
) -> PlannedUnit:
    return PlannedUnit(id, kind, home, shifts, 90.0)


def test_joint_calls_take_two_units_and_lapsed_officers_wait_for_no_cit_call() -> None:
    plan = Plan("now", (unit("P-1", "patrol"), unit("P-2", "patrol"), unit("C-1", "clinician")))
    calls = [
        SimCall("joint", 0, NORTH, "co_response", 30),
        SimCall("cit", 5, CENTRE, "cit_officer", 30),
        SimCall("patrol", 6, CENTRE, "patrol", 30),
    ]
    run = simulate(calls, plan, drive, live, days=1)
    sent = {served.call.id: served.units for served in run.served}
    assert sent["joint"] == ("P-1", "C-1") and sent["patrol"] == ("P-2",)
    assert sent["cit"] == ("P-1",), "only the officer whose certificate is in force, once free again"
    assert next(s for s in run.served if s.call.id == "cit").complete > 30


def test_a_joint_car_moved_to_the_evening_answers_the_evenings_calls_sooner() -> None:
    calls = tuple(SimCall(f"c{day}", day * 1440 + 19 * 60, NORTH, "co_response", 45) for day in range(21))
    scenario = Scenario(calls, 21, drive, live)
    daytime = tuple(Shift(day, 8, 8) for day in range(7))
    evening = tuple(Shift(day, 15, 8) for day in range(7))
    found = compare(
        scenario,
        Plan("daytime", (unit("CO-1", "co_response", shifts=daytime),)),
        Plan("evening", (unit("CO-1", "co_response", shifts=evening),)),
        seed=2,
        replications=5,
    )
    assert found.base.measures["unserved_share"].value == 1.0
    assert found.other.measures["unserved_share"].value == 0.0
    assert found.weekly_cost_difference == 0
