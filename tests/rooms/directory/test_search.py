"""Someone looks for help: by words, need, language, nearness, and now."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.directory import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from factories import directory as make

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")
HERE = (-122.41, 37.78)


def at(lon: float, lat: float) -> tuple[actions.Place, ...]:
    """One place."""
    return (actions.Place(external_id=f"{lon}/{lat}", lon=lon, lat=lat),)


@pytest.fixture
def town(db: None) -> None:
    """Three services in one town."""
    make.service("Harbor Night Shelter", places=at(-122.40, 37.77))
    make.service(
        "Cocina del Barrio", description="Comida caliente", keywords="food", languages=(("es", "Spanish"),),
        hours=(actions.Hours(days=WEEKDAYS, opens=time(11), closes=time(14)),), places=at(-122.45, 37.75),
    )  # fmt: skip
    make.service(
        "Elm Clinic", description="Primary care for adults", keywords="medical", hours=(), places=(),
        languages=(("vi", "Vietnamese"),),
    )  # fmt: skip


def names(found: queries.Found) -> list[str]:
    """Names on the page."""
    return [row.name for row in found.rows]


@pytest.mark.usefixtures("town")
class TestSearch:
    def test_words_match_without_accents_or_case_and_names_lead(self) -> None:
        make.service("Other place", description="sends people to the Elm clinic", keywords="legal")
        assert names(queries.search(text="ÉLM clinic")) == ["Elm Clinic", "Other place"]

    def test_a_need_finds_in_either_language(self) -> None:
        assert (
            names(queries.search(text="comida"))
            == names(queries.search(need="food"))
            == ["Cocina del Barrio"]
        )

    def test_a_language_narrows(self) -> None:
        assert names(queries.search(language="vi")) == ["Elm Clinic"]
        assert names(queries.search(language="spanish")) == ["Cocina del Barrio", "Harbor Night Shelter"]

    def test_the_nearest_comes_first_and_those_without_a_place_last(self) -> None:
        found = queries.search(near=HERE)
        assert names(found) == ["Harbor Night Shelter", "Cocina del Barrio", "Elm Clinic"]
        assert found.rows[0].distance == pytest.approx(1.4, abs=0.1) and found.rows[2].distance is None

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (datetime(2026, 3, 2, 20, tzinfo=UTC), ["Cocina del Barrio"]),  # Monday noon in California
            (datetime(2026, 3, 3, 5, tzinfo=UTC), ["Harbor Night Shelter"]),  # Monday 9 pm
            (
                datetime(2026, 3, 3, 15, tzinfo=UTC),
                ["Harbor Night Shelter"],
            ),  # Tuesday 7 am, from Monday's night
            (datetime(2026, 3, 3, 17, tzinfo=UTC), []),  # Tuesday 9 am
        ],
    )
    def test_open_now_means_now_there(self, moment: datetime, expected: list[str]) -> None:
        with clock.at(moment):
            assert names(queries.search(open_now=True)) == expected

    def test_pages_do_not_overlap_and_count_everything(self) -> None:
        pages = [queries.search(limit=2, offset=offset) for offset in (0, 2)]
        assert [p.total for p in pages] == [3, 3]
        assert sorted(names(pages[0]) + names(pages[1])) == sorted(names(queries.search()))

    def test_nothing_found_is_an_empty_page(self) -> None:
        assert queries.search(text="zzz") == queries.Found(0, ())

    def test_an_unknown_need_or_place_says_what_to_give(self) -> None:
        with pytest.raises(Invalid, match="food"):
            queries.search(need="rocketry")
        with pytest.raises(Invalid, match="longitude"):
            queries.search(near=(0.0, 210.0))

    def test_languages_are_offered_once_each_by_name(self) -> None:
        assert [code for code, _ in queries.languages()] == ["en", "es", "vi"]


@given(
    opens=some.times(), closes=some.times(), day=some.integers(0, 6),
    moment=some.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31)),
)  # fmt: skip
def test_a_span_and_its_complement_never_both_hold(
    opens: time, closes: time, day: int, moment: datetime
) -> None:
    """Open at a moment, or it opens later: the next opening lies ahead, within a week, on the span's day."""
    span = queries.Span(day, opens, closes)
    later = queries.next_opening([span], moment)
    assert later is not None and moment < later and (later - moment).days <= 7
    assert later.weekday() == day and queries.is_open([span], later)


@given(some.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31)))
def test_unknown_hours_answer_nothing_and_round_the_clock_is_always_open(moment: datetime) -> None:
    assert queries.is_open([], moment) is None and queries.next_opening([], moment) is None
    assert queries.is_open([queries.Span(day, time(0), time(0)) for day in range(7)], moment)
