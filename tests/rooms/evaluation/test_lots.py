"""Lots: drawn once, ahead of the day, with a seed nobody chose; a plan that names them keeps to them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.evaluation import actions, queries
from commonweal.evaluation.drawing import checked
from commonweal.evaluation.models import Draw, Study
from commonweal.evaluation.plans import Plan
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import Cast, gather

AREAS = [f"A{n}" for n in range(6)]


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def days(*weeks: int) -> list[date]:
    """Days so many weeks from now."""
    return [clock.today() + timedelta(weeks=week) for week in weeks]


def plan(found: Draw, **other: Any) -> Plan:
    """A plan that follows a draw."""
    starts = {area: date.fromisoformat(day) if day else None for area, day in found.result.items()}
    told: dict[str, Any] = {
        "question": "Does it help?", "series": "all", "expected": "fewer", "rollout": "lot", "starts": starts,
        "first": clock.today() - timedelta(weeks=52), "last": clock.today() + timedelta(weeks=60), "step": 7,
        "zone": "UTC", "draw": found.fingerprint,
    }  # fmt: skip
    return Plan(**told | other)


def test_a_lot_is_kept_with_its_seed_and_the_plan_that_follows_is_a_wedge(cast: Cast) -> None:
    by = cast["evaluator"]
    made = actions.draw_lots(by=by, areas=AREAS, days=days(8, 4, 12), title="Second team")
    assert sorted(made.result) == AREAS and queries.is_true(made)
    assert [made.places[n][0] for n in range(3)] == [day.isoformat() for day in days(4, 8, 12)]
    [line] = JournalLine.objects.filter(actor=by.id)
    assert line.kind == "evaluation.lots_drawn" and made.fingerprint in str(line.data)
    study = actions.register(by=by, plan=plan(made))
    assert study.design == "stepped_wedge" and study.plan["draw"] == made.fingerprint
    assert queries.plan_of(study.plan).draw == made.fingerprint
    assert queries.drawn_as(study.plan["draw"]) == made


def test_with_areas_for_comparison_it_is_a_trial_of_areas(cast: Cast) -> None:
    made = actions.draw_lots(by=cast["evaluator"], areas=AREAS, days=days(4), compared=3)
    assert list(made.result.values()).count("") == 3
    assert actions.register(by=cast["evaluator"], plan=plan(made)).design == "cluster_randomised"


def test_drawing_until_it_pleases_shows(cast: Cast) -> None:
    made = [actions.draw_lots(by=cast["evaluator"], areas=AREAS, days=days(4, 8)) for _ in range(3)]
    actions.draw_lots(by=cast["evaluator"], areas=AREAS[:4], days=days(4, 8))
    assert len({one.seed for one in made}) == 3 and queries.times_drawn(made[0]) == 3
    assert queries.draws().count() == 4, "none is ever taken away"


def test_a_plan_that_departs_from_its_draw_is_refused(cast: Cast) -> None:
    by = cast["evaluator"]
    made = actions.draw_lots(by=by, areas=AREAS, days=days(4, 8))
    told = plan(made)
    other = {**told.starts, "A0": days(4)[0] if told.starts["A0"] != days(4)[0] else days(8)[0]}
    for wrong, field in (
        ({"starts": other}, "draw"), ({"draw": "0" * 64}, "draw"), ({"rollout": "steps"}, "rollout"),
        ({"starts": {**told.starts, "A9": days(4)[0]}}, "draw"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as said:
            actions.register(by=by, plan=replace(told, **wrong))
        assert said.value.field == field and said.value.remedy
    assert not Study.objects.exists()
    actions.register(by=by, plan=replace(told, starts={**told.starts, "A9": None}))
    Draw.objects.filter(id=made.id).update(result={**made.result, "A0": ""})
    assert not queries.is_true(queries.draw(made.id))
    with pytest.raises(Invalid, match="fits its seal"):
        actions.register(by=by, plan=told)


@pytest.mark.parametrize(
    ("areas", "weeks", "compared", "field"),
    [
        (["A0"], [4], 0, "areas"), (["A0", "A0"], [4], 0, "areas"), (AREAS, [], 0, "days"),
        (AREAS, list(range(1, 14)), 0, "days"), (AREAS, [0], 1, "days"), (AREAS, [-3, 4], 0, "days"),
        (AREAS, [4, 4], 0, "days"), (AREAS, [4], 0, "compared"), (AREAS, [4, 8], 5, "compared"),
        (AREAS, [4, 8], -1, "compared"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(
    cast: Cast, areas: list[str], weeks: list[int], compared: int, field: str
) -> None:
    with pytest.raises(Invalid) as said:
        actions.draw_lots(by=cast["evaluator"], areas=areas, days=days(*weeks), compared=compared)
    assert said.value.field == field and said.value.remedy and not Draw.objects.exists()


@given(st.integers(2, 20), st.integers(1, 6), st.integers(0, 18))
def test_every_area_has_one_place_and_every_day_an_area(units: int, steps: int, compared: int) -> None:
    weeks = list(range(1, steps + 1))
    names = [str(n) for n in range(units)]
    try:
        places = checked(names, days(*weeks), compared)
    except Invalid:
        assert units - compared < steps or (steps == 1 and compared == 0)
        return
    assert sum(count for _, count in places) == units and all(count > 0 for _, count in places)


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "analyst", "administrator", "call_taker"])
def test_whoever_does_not_evaluate_draws_nothing(cast: Cast, role: str) -> None:
    with pytest.raises(Invalid) as said:
        actions.draw_lots(by=cast[role], areas=AREAS, days=days(4, 8))
    assert said.value.field == "by" and not Draw.objects.exists()


def test_no_other_draw_is_known(cast: Cast) -> None:
    with pytest.raises(NotFound):
        queries.draw(uuid4())
    assert queries.drawn_as("") is None and queries.drawn_as("f" * 64) is None
