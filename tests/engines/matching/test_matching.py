"""Services for a person: what fits, what does not, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from commonweal import packs
from commonweal.engines.matching import EXCLUDED, Fit, MatchingError, Person, Room, Service, Settings, match

PERSON: dict[str, object] = {
    "needs": ["shelter", "food"],
    "age": 34,
    "sex": "female",
    "area": "Harlow",
    "languages": ["es"],
    "insurance": "medicaid",
}


def only(service: Service, **changes: object) -> Fit:
    """The fit of one service for the usual person with some facts changed."""
    return match({**PERSON, **changes}, [service])[0]


def shelter(**facts: object) -> Service:
    return Service(id="s", needs=frozenset({"shelter"}), **facts)  # type: ignore[arg-type]


def test_a_shelter_with_room_fits_and_says_why() -> None:
    service = shelter(
        min_age=18,
        sexes=frozenset({"female"}),
        languages=frozenset({"es", "en"}),
        room=Room(3, hours_old=1),
        travel_minutes=12.4,
        is_open_now=True,
    )
    found = only(service)
    assert found.fits and found.is_certain and not found.would_fit_if
    assert found.explained("en") == (
        "Helps with shelter. Serves people from 18 on. Serves female only. "
        "3 free, posted 1 hours ago (94 % sure). 12 minutes away. Speaks es. Open now."
    )
    assert found.explained("es").startswith("Ayuda con shelter. Atiende a personas de 18 años en adelante.")


@pytest.mark.parametrize(
    ("service", "changes", "rule", "remedy"),
    [
        (shelter(is_active=False), {}, "active", ""),
        (Service("s", needs=frozenset({"legal"})), {}, "needs", ""),
        (shelter(min_age=35), {}, "age", ""),
        (shelter(max_age=24), {}, "age", ""),
        (shelter(sexes=frozenset({"male"})), {}, "sex", ""),
        (shelter(areas=frozenset({"Weston"})), {}, "area", "the person stays in Weston"),
        (
            shelter(insurances=frozenset({"private"})),
            {},
            "insurance",
            "the person is covered by one of private",
        ),
        (shelter(allows_pets=False), {"has_pets": True}, "pets", "the pets can stay elsewhere"),
        (shelter(), {"comes_with_police": True}, "drop_off", "somebody other than police brings the person"),
        (shelter(), {"is_involuntary": True}, "involuntary", "the person comes of their own will"),
        (
            shelter(requirements=frozenset({"photo_id"})),
            {"facts": {"photo_id": False}},
            "requires:photo_id",
            "this holds: photo id",
        ),
        (
            shelter(exclusions=frozenset({"oxygen"})),
            {"facts": {"oxygen": True}},
            "excludes:oxygen",
            "this no longer holds: oxygen",
        ),
        (shelter(room=Room(0, hours_old=1)), {}, "room", "a place becomes free"),
        (shelter(room=Room(None, is_open=False, hours_old=1)), {}, "room", "a place becomes free"),
    ],
)
def test_each_bar_is_named_with_what_would_lift_it(
    service: Service, changes: dict[str, object], rule: str, remedy: str
) -> None:
    found = only(service, **changes)
    assert not found.fits
    assert [note.rule for note in found.misfits] == [rule]
    assert [text.en for text in found.would_fit_if] == ([remedy] if remedy else [])
    assert remedy in found.explained("en")


def test_a_bar_that_cannot_be_lifted_leaves_no_false_hope() -> None:
    found = only(shelter(min_age=60, allows_pets=False), has_pets=True)
    assert [note.rule for note in found.misfits] == ["age", "pets"]
    assert found.would_fit_if == ()


@pytest.mark.parametrize(
    ("service", "fact", "rule"),
    [
        (shelter(min_age=18), "age", "age"),
        (shelter(sexes=frozenset({"female"})), "sex", "sex"),
        (shelter(areas=frozenset({"Harlow"})), "area", "area"),
        (shelter(insurances=frozenset({"medicaid"})), "insurance", "insurance"),
    ],
)
def test_what_is_not_known_is_asked_and_never_refuses(service: Service, fact: str, rule: str) -> None:
    found = only(service, **{fact: None})
    assert found.fits and not found.is_certain
    assert [note.rule for note in found.to_ask] == [rule]


def test_unknown_requirements_and_pets_are_asked_too() -> None:
    service = shelter(requirements=frozenset({"photo_id"}), exclusions=frozenset({"oxygen"}))
    found = only(service, has_pets=True)
    assert found.fits
    assert [note.rule for note in found.to_ask] == ["pets", "requires:photo_id", "excludes:oxygen"]


def test_a_stale_full_no_longer_bars() -> None:
    fresh, stale = only(shelter(room=Room(0, hours_old=2))), only(shelter(room=Room(0, hours_old=30)))
    assert (fresh.fits, stale.fits) == (False, True)
    assert stale.capacity_confidence == pytest.approx(0.1768)


def test_a_service_that_accepts_ranks_above_one_that_declines() -> None:
    warm, cold = Service("warm", accepted=9, declined=1), Service("cold", accepted=1, declined=9)
    assert [fit.service_id for fit in match({}, [cold, warm])] == ["warm", "cold"]


def test_the_first_need_counts_most() -> None:
    bed, meal = Service("bed", needs=frozenset({"shelter"})), Service("meal", needs=frozenset({"food"}))
    assert [fit.service_id for fit in match(PERSON, [meal, bed])] == ["bed", "meal"]


def test_language_orders_but_never_bars() -> None:
    speaks = Service("speaks", languages=frozenset({"es"}))
    interprets = Service("interprets", interprets=True)
    neither = Service("neither", languages=frozenset({"fr"}))
    ranked = match({"languages": ["es"]}, [neither, interprets, speaks])
    assert [fit.service_id for fit in ranked] == ["speaks", "interprets", "neither"]
    assert all(fit.fits for fit in ranked)
    assert "No language in common is known" in ranked[2].explained("en")


def test_what_fits_comes_before_what_does_not_whatever_the_score() -> None:
    perfect_but_barred = shelter(min_age=60, room=Room(9), travel_minutes=0, is_open_now=True)
    far_and_unsure = Service("far", needs=frozenset({"food"}), travel_minutes=200, is_open_now=False)
    ranked = match(PERSON, [perfect_but_barred, far_and_unsure])
    assert [fit.service_id for fit in ranked] == ["far", "s"]
    assert ranked[1].score > ranked[0].score


@pytest.mark.parametrize("feature", sorted(EXCLUDED))
def test_traits_and_marks_of_enforcement_raise_wherever_they_are_passed(feature: str) -> None:
    message = f"{feature}: must never decide who is offered help"
    with pytest.raises(MatchingError, match=message):
        match({feature: None}, [])
    with pytest.raises(MatchingError, match=message):
        match({"facts": {feature: True}}, [])
    with pytest.raises(MatchingError, match=message):
        Person(facts={feature: False})


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"shoe_size": 9}, "shoe_size: is not a fact that matching uses; it uses needs, age"),
        ({"age": -1}, "age: -1 is not a whole number of years"),
        ({"age": 200}, "age: 200"),
        ({"age": True}, "age: True"),
        ({"age": "34"}, "age: '34'"),
        ({"needs": "shelter"}, "needs: 'shelter' is not a list"),
        ({"needs": [1]}, "needs: "),
        ({"sex": 1}, "sex: 1 is not text"),
        ({"has_pets": "yes"}, "has_pets: 'yes' is neither true nor false"),
        ({"facts": {"photo_id": "yes"}}, "facts: .* is not codes with true or false"),
    ],
)
def test_facts_of_a_wrong_kind_are_refused(facts: dict[str, object], message: str) -> None:
    with pytest.raises(MatchingError, match=message):
        match(facts, [])


def test_the_settings_that_ship_are_the_usual_ones() -> None:
    mapping = cast(Mapping[str, object], packs.read("directory/matching.yaml"))
    assert Settings.read(mapping) == Settings() == Settings.read({})


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"weights": {"need": 1}}, "weights: must name each of need, room, travel, language, hours"),
        ({"weights": {"need": 0}}, "not above zero"),
        ({"half_life_hours": {"provider": -1}}, "not above zero"),
        ({"travel_halves_at_minutes": 0}, "not above zero"),
        ({"believed_full_from": 2}, "not above 0 and up to 1"),
        ({"colour": 1}, "not a known key"),
    ],
)
def test_faulty_settings_are_refused(mapping: dict[str, object], message: str) -> None:
    with pytest.raises(MatchingError, match=message):
        Settings.read(mapping)
