"""What must hold of every person and every list of services."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.matching import (
    MatchingError,
    Person,
    Room,
    Service,
    Settings,
    acceptance,
    chance_of_room,
    confidence,
    match,
)
from commonweal.engines.matching.scoring import record

CODES = st.sampled_from(["shelter", "food", "health"])
FACTS = st.sampled_from(["photo_id", "veteran", "oxygen"])
ROOMS = st.builds(
    Room,
    available=st.none() | st.integers(0, 5),
    is_open=st.booleans(),
    hours_old=st.floats(0, 200),
    source=st.sampled_from(["provider", "phone", "import", "telepathy"]),
)
PEOPLE = st.builds(
    Person,
    needs=st.lists(CODES, max_size=3, unique=True).map(tuple),
    age=st.none() | st.integers(0, 99),
    sex=st.none() | st.sampled_from(["female", "male", "x"]),
    area=st.none() | st.sampled_from(["Harlow", "Weston"]),
    languages=st.lists(st.sampled_from(["en", "es", "vi"]), max_size=2, unique=True).map(tuple),
    insurance=st.none() | st.sampled_from(["medicaid", "none"]),
    has_pets=st.booleans(),
    comes_with_police=st.booleans(),
    is_involuntary=st.booleans(),
    facts=st.dictionaries(FACTS, st.booleans()),
)
SERVICES = st.builds(
    Service,
    id=st.text(min_size=1, max_size=4),
    needs=st.frozensets(CODES),
    min_age=st.none() | st.integers(0, 30),
    max_age=st.none() | st.integers(31, 99),
    sexes=st.frozensets(st.sampled_from(["female", "male"])),
    areas=st.frozensets(st.sampled_from(["Harlow", "Weston"])),
    languages=st.frozensets(st.sampled_from(["en", "es"])),
    interprets=st.booleans(),
    insurances=st.frozensets(st.sampled_from(["medicaid", "private"])),
    allows_pets=st.none() | st.booleans(),
    accepts_police_drop_off=st.booleans(),
    accepts_involuntary=st.booleans(),
    requirements=st.frozensets(FACTS),
    exclusions=st.frozensets(FACTS),
    is_active=st.booleans(),
    is_open_now=st.none() | st.booleans(),
    room=st.none() | ROOMS,
    travel_minutes=st.none() | st.floats(0, 300),
    accepted=st.integers(0, 50),
    declined=st.integers(0, 50),
)


@given(PEOPLE, st.lists(SERVICES, max_size=5, unique_by=lambda service: service.id))
def test_every_service_appears_once_in_an_order_that_does_not_depend_on_the_list(
    person: Person, services: list[Service]
) -> None:
    ranked = match(person, services)
    assert match(person, services[::-1]) == ranked
    assert sorted(fit.service_id for fit in ranked) == sorted(service.id for service in services)
    assert [fit.fits for fit in ranked] == sorted((fit.fits for fit in ranked), reverse=True)


@given(PEOPLE, SERVICES)
def test_scores_and_parts_lie_between_nought_and_one_and_every_bar_has_words(
    person: Person, service: Service
) -> None:
    found = match(person, [service])[0]
    assert 0 <= found.score <= 1
    assert all(0 <= part <= 1 for part in found.parts.values())
    assert found.fits == (not found.misfits)
    assert found.is_certain <= found.fits
    assert all(note.text.en and note.text.es for note in (*found.reasons, *found.misfits, *found.to_ask))


@given(PEOPLE, SERVICES)
def test_knowing_less_never_refuses(person: Person, service: Service) -> None:
    """Whoever fits with their facts known also fits with fewer of them known."""
    if match(person, [service])[0].fits:
        vague = replace(person, age=None, sex=None, area=None, insurance=None, facts={})
        assert match(vague, [service])[0].fits


@given(PEOPLE, SERVICES, FACTS)
def test_one_more_rule_never_makes_a_misfit_fit(person: Person, service: Service, code: str) -> None:
    stricter = replace(service, requirements=service.requirements | {code})
    if match(person, [stricter])[0].fits:
        assert match(person, [service])[0].fits


@given(PEOPLE, SERVICES)
def test_doing_what_would_make_it_fit_makes_it_fit(person: Person, service: Service) -> None:
    found = match(person, [service])[0]
    if not found.would_fit_if:
        return
    lifted = replace(
        person,
        has_pets=False,
        comes_with_police=False,
        is_involuntary=False,
        area=next(iter(service.areas), None),
        insurance=next(iter(service.insurances), None),
        facts={code: code not in service.exclusions for code in service.requirements ^ service.exclusions},
    )
    if service.requirements & service.exclusions:
        return  # a service at odds with itself fits nobody whose fact is known
    with_room = replace(service, room=Room(1))
    assert match(lifted, [with_room])[0].fits


@given(PEOPLE, SERVICES, st.floats(0, 300), st.floats(0, 300))
def test_nearer_is_never_worse(person: Person, service: Service, one: float, other: float) -> None:
    near, far = sorted((one, other))
    at = [match(person, [replace(service, travel_minutes=minutes)])[0].score for minutes in (near, far)]
    assert at[0] >= at[1]


@given(SERVICES, st.integers(1, 9), st.floats(0, 100))
def test_news_of_room_is_never_worse_than_news_of_none(service: Service, free: int, age: float) -> None:
    some, none = (replace(service, room=Room(n, hours_old=age)) for n in (free, 0))
    assert chance_of_room(some, Settings()) >= chance_of_room(none, Settings())


@given(SERVICES)
def test_old_news_fades_into_the_record_of_acceptance(service: Service) -> None:
    forgotten = replace(service, room=Room(0, hours_old=10_000))
    assert chance_of_room(forgotten, Settings()) == pytest.approx(acceptance(service))


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0.1, 200))
def test_confidence_only_fades_and_halves_at_each_half_life(
    one: float, other: float, half_life: float
) -> None:
    early, late = sorted((one, other))
    assert 1 >= confidence(early, half_life) >= confidence(late, half_life) >= 0
    assert confidence(early + half_life, half_life) == pytest.approx(confidence(early, half_life) / 2)
    assert confidence(0, half_life) == 1


@pytest.mark.parametrize(("age", "half_life"), [(-1, 5), (float("nan"), 5), (1, 0), (1, -2)])
def test_impossible_ages_are_refused(age: float, half_life: float) -> None:
    with pytest.raises(MatchingError, match="give hours"):
        confidence(age, half_life)


@given(st.integers(0, 40), st.integers(0, 40))
def test_broken_posts_cost_belief_and_kept_ones_win_it_back(kept: int, broken: int) -> None:
    now = record(kept, broken)
    assert 0 < now <= 1 and record(kept, 0) == 1
    assert record(kept, broken + 1) < now or now == 1
    assert record(kept + 1, broken) >= now


def test_a_service_whose_posts_never_held_counts_as_its_answers_do() -> None:
    true, false = (Service("s", room=Room(9, kept=k, broken=b)) for k, b in ((9, 0), (0, 9)))
    assert chance_of_room(true, Settings()) == 1.0
    assert 0.5 < chance_of_room(false, Settings()) < 0.8
    with pytest.raises(MatchingError, match="count from 0"):
        record(-1, 0)
