"""A clinician asks which house fits: the answer ranks, explains, asks, and refuses what must not count."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from commonweal.directory import actions, queries
from commonweal.directory.entries import Entry
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from factories import directory as make

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 3, 5, tzinfo=UTC)  # Monday 9 pm in California


def place(lon: float) -> tuple[actions.Place, ...]:
    """A place at a longitude."""
    return (actions.Place(external_id=str(lon), lon=lon, lat=37.77),)


def names(found: list[queries.Fitting]) -> list[str]:
    """Names in order."""
    return [fit.summary.name for fit in found]


def post(service: UUID, available: int, hours_ago: float = 0) -> None:
    """Room posted some hours before now."""
    with clock.at(clock.now() - timedelta(hours=hours_ago)):
        actions.post_capacity(by=make.CLERK, service=service, available=available)


def test_what_fits_comes_first_and_what_does_not_says_why_and_what_would_change_it() -> None:
    make.service("Youth house", topics=("shelter",), maximum_age=24)
    make.service("Anyone's beds", topics=("shelter",))
    found = queries.fitting(needs=["shelter"], person_facts={"age": 41})
    assert names(found) == ["Anyone's beds", "Youth house"]
    assert found[0].fits and not found[1].fits
    assert found[1].bars == ("Serves people up to 24",) and found[1].would_fit_if == ()


def test_an_unknown_fact_is_asked_never_assumed() -> None:
    make.service("Youth house", topics=("shelter",), maximum_age=24)
    with clock.at(EVENING):
        [fit] = queries.fitting(needs=["shelter"])
    assert fit.fits and not fit.is_certain and fit.to_ask == ("Serves people up to 24: ask the age",)


def test_room_counts_as_far_as_it_is_believed() -> None:
    with clock.at(EVENING):
        full, stale = make.service("Full", topics=("shelter",)), make.service("Stale", topics=("shelter",))
        post(full, 0)
        post(stale, 0, hours_ago=100)
        found = {fit.summary.name: fit for fit in queries.fitting(needs=["shelter"])}
    assert not found["Full"].fits and found["Full"].bars == () and found["Full"].misfits
    assert found["Stale"].fits
    assert found["Full"].confidence == 1.0 and (found["Stale"].confidence or 0) < 0.01


def test_the_nearer_of_two_equals_leads_and_says_how_far() -> None:
    make.service("Far", topics=("shelter",), places=place(-122.9))
    make.service("Near", topics=("shelter",), places=place(-122.41))
    found = queries.fitting(needs=["shelter"], near=(-122.4, 37.77))
    assert names(found) == ["Near", "Far"]
    assert any("minutes away" in reason for reason in found[0].reasons)


def test_reasons_are_words_in_either_language() -> None:
    make.service("Casa", topics=("shelter", "food"))
    facts = {"languages": ["es"]}
    [en] = queries.fitting(needs=["shelter"], person_facts=facts)
    [es] = queries.fitting(needs=["shelter"], person_facts=facts, language="es")
    assert en.reasons[0] == "Shelter tonight" and es.reasons[0] == "Refugio para esta noche"
    assert "Habla Español" in es.reasons or "Habla español" in es.reasons
    assert "Speaks Spanish" in queries.fitting(needs=["shelter"], person_facts=facts)[0].plain_reasons


def test_words_narrow_it_and_room_has_a_line_of_its_own() -> None:
    named = make.service("Quiet House", topics=("shelter",))
    make.service("Loud House", topics=("shelter",))
    post(named, 3)
    [only] = queries.fitting(needs=["shelter"], text="quiet")
    assert only.summary.name == "Quiet House"
    assert any("3 free" in reason for reason in only.reasons)
    assert not any("free" in reason for reason in only.plain_reasons)


def test_what_speaks_against_a_service_is_no_reason_for_it() -> None:
    """No language in common bars nobody; it is asked about, not praised."""
    make.service("Casa", topics=("shelter",))
    [fit] = queries.fitting(needs=["shelter"], person_facts={"languages": ["vi"]})
    words = "No language in common is known"
    assert fit.fits and words in fit.to_ask and words in fit.reasons and words not in fit.plain_reasons


@pytest.mark.parametrize(
    "fact", ["race", "immigration_status", "criminal_history", "arrests", "favourite_colour"]
)
def test_what_must_not_decide_is_refused_by_name(fact: str) -> None:
    make.service("Beds", topics=("shelter",))
    with pytest.raises(Invalid, match=fact):
        queries.fitting(needs=["shelter"], person_facts={fact: "x"})


def test_an_unknown_need_names_the_known_ones() -> None:
    with pytest.raises(Invalid, match="shelter"):
        queries.fitting(needs=["rocketry"])


def test_confidence_in_a_post_halves_with_its_half_life() -> None:
    beds = make.service("Beds", topics=("shelter",))
    with clock.at(EVENING):
        actions.post_capacity(by=make.CLERK, service=beds, available=2)
    sure = []
    for hours in (0, 12, 24):
        with clock.at(EVENING + timedelta(hours=hours)):
            room = queries.capacity(beds)
            assert room is not None
            sure.append(room.percent_sure)
    assert sure == [100, 50, 25]


def test_retired_services_and_other_needs_stay_out() -> None:
    row, _ = actions.file_service(by=make.CLERK, entry=entry("Gone"))
    actions.retire_service(by=make.CLERK, service=row.id)
    make.service("Kitchen", topics=("food",))
    assert queries.fitting(needs=["shelter"]) == []


def entry(name: str) -> Entry:
    """A shelter's entry."""
    return make.entry(name, name, topics=("shelter",))
