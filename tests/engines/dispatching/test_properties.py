"""What must hold for every fleet: nobody lost, nobody unfit sent, order, and a plain second opinion."""

from datetime import date
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.dispatching import (
    DEFAULT_RULES,
    Request,
    ResponseModel,
    Status,
    UnitState,
    in_words,
    recommend,
)
from commonweal.engines.dispatching.candidates import Worth, split_units

KINDS = sorted(DEFAULT_RULES.roles_by_kind)
minutes_by_unit = st.one_of(st.none(), st.integers(0, 120))


@st.composite
def units(draw: st.DrawFn) -> list[UnitState]:
    fleet = []
    for i in range(draw(st.integers(0, 7))):
        held = draw(st.sampled_from(["none", "in force", "lapsed"]))
        fleet.append(
            UnitState(
                id=f"U{i}",
                kind=draw(st.sampled_from([*KINDS, "tow_truck"])),
                status=draw(st.sampled_from([Status.AVAILABLE, Status.AVAILABLE, *Status])),
                certificates=frozenset({"cit_40h"}) if held == "in force" else frozenset(),
                lapsed={"cit_40h": date(2025, 1, 1)} if held == "lapsed" else {},
                languages=draw(st.frozensets(st.sampled_from(["en", "es"]))),
                responders=draw(st.frozensets(st.sampled_from(["amara", "ben"]))),
                hours_on_duty=draw(st.sampled_from([0.0, 11.0, 20.0])),
                hours_rest=draw(st.sampled_from([None, 4.0, 12.0])),
                area=draw(st.sampled_from(["north", "south"])),
            )
        )
    return fleet


requests = st.builds(
    Request,
    place=st.just((0.0, 0.0)),
    tier=st.sampled_from(["T0", "T1", "T2", "T3", "T4", "T5"]),
    model=st.sampled_from(list(ResponseModel)),
    language=st.sampled_from(["en", "es", "ti"]),
    past_responders=st.frozensets(st.sampled_from(["amara", "cy"])),
)
coverages = st.dictionaries(st.sampled_from(["north", "south"]), st.integers(0, 3))
roads = st.lists(minutes_by_unit, min_size=7, max_size=7)


def travel_of(road: list[int | None]):  # type: ignore[no-untyped-def]
    return lambda unit, place: road[int(unit.id[1:])]


@given(requests, units(), coverages, roads)
def test_every_unit_is_accounted_for_once(request, fleet, coverage, road) -> None:  # type: ignore[no-untyped-def]
    answer = recommend(request, fleet, coverage, travel=travel_of(road))
    named = [*answer.able, *(shortfall.unit for shortfall in answer.shortfalls)]
    assert sorted(named) == sorted(unit.id for unit in fleet)
    assert all(shortfall.reasons for shortfall in answer.shortfalls)


@given(requests, units(), coverages, roads)
def test_nobody_busy_spent_or_lapsed_is_sent(request, fleet, coverage, road) -> None:  # type: ignore[no-untyped-def]
    answer = recommend(request, fleet, coverage, travel=travel_of(road))
    by_id = {unit.id: unit for unit in fleet}
    for option in (*answer.options, *answer.fallbacks):
        team = [by_id[id] for id in option.units]
        assert all(unit.status is Status.AVAILABLE and unit.hours_on_duty < 16 for unit in team)
        filled = set[str]()
        for unit in team:
            roles = set(DEFAULT_RULES.roles_by_kind[unit.kind])
            if "cit_40h" not in unit.certificates:
                roles.discard("cit_officer")  # type: ignore[arg-type]
            filled |= roles
        assert filled >= set(DEFAULT_RULES.needs[option.model])


@given(requests, units(), coverages, roads)
def test_scores_are_the_sum_of_their_parts_and_in_order(request, fleet, coverage, road) -> None:  # type: ignore[no-untyped-def]
    answer = recommend(request, fleet, coverage, travel=travel_of(road))
    scores = [option.score for option in answer.options]
    assert scores == sorted(scores)
    for option in answer.options:
        assert option.score == sum(part.minutes for part in option.parts)
        assert option.first_minutes <= option.arrival_minutes == option.parts[0].minutes


@settings(max_examples=60)
@given(requests, units(), coverages, roads, st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(request, fleet, coverage, road, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(fleet, len(fleet))
    travel = travel_of(road)
    assert recommend(request, fleet, coverage, travel=travel) == recommend(
        request, shuffled, coverage, travel=travel
    )


@given(requests, units(), coverages, roads)
def test_the_search_agrees_with_weighing_every_pair(request, fleet, coverage, road) -> None:  # type: ignore[no-untyped-def]
    rules, travel = DEFAULT_RULES, travel_of(road)
    worth, wanted = Worth.of(request, rules, fleet, coverage), rules.needs[request.model]
    able, _ = split_units(request.model, fleet, travel, worth)
    teams = [(c,) for c in able if c.roles >= set(wanted)]
    if len(wanted) == 2:
        teams += [
            (a, b) for a, b in permutations(able, 2) if a.roles == {wanted[0]} and b.roles == {wanted[1]}
        ]
    plain = sorted(sum(worth.price(team).values()) for team in teams)
    found = recommend(request, fleet, coverage, travel=travel, limit=2)
    assert [option.score for option in found.options] == plain[:2]


@given(requests, units(), coverages, roads)
def test_every_reason_can_be_said_in_both_languages(request, fleet, coverage, road) -> None:  # type: ignore[no-untyped-def]
    answer = recommend(request, fleet, coverage, travel=travel_of(road))
    reasons = list(answer.cautions)
    for told in (*answer.options, *answer.fallbacks, *answer.shortfalls):
        reasons += told.reasons
    for reason in reasons:
        english, spanish = in_words(reason), in_words(reason, "es-MX")
        assert english != spanish and "{" not in english + spanish
