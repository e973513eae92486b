"""The pieces of live search, each against a plain reference or by its law."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from commonweal.engines.linkage import VictimServiceRecord, build, build_columns, ymd_of
from commonweal.engines.linkage.nicknames import short_forms
from commonweal.engines.linkage.records import plain, sounding
from commonweal.engines.linkage.searching.columns import code_of, name_words, text_words
from commonweal.engines.linkage.searching.postings import day_of, pair
from commonweal.engines.linkage.searching.probing import near_dates
from commonweal.engines.linkage.searching.scoring import FULL, born_bits, code_match, is_one_edit
from commonweal.engines.linkage.searching.spelling import FAR, LETTERS, edits, letters_of, near_words
from commonweal.engines.linkage.searching.vocabulary import Vocabulary, sound_code, spelt

words = st.text("abcdeñ", min_size=1, max_size=9)
quick = settings(max_examples=150, deadline=None)


@quick
@given(words, words)
def test_edit_distance_is_the_optimal_string_alignment(a: str, b: str) -> None:
    one, other = letters_of([a, b])
    assert edits(one, other, np.zeros((3, LETTERS + 1), dtype=np.int64)) == OSA.distance(a, b)


@quick
@given(words, st.lists(words, min_size=1, max_size=12, unique=True), st.integers(1, 3))
@example("smith", ["smyth", "schmidt", "smithson", "jones"], 1)
def test_no_near_word_is_passed_over(asked: str, known: list[str], most: int) -> None:
    places, distances = near_words(letters_of([asked])[0], sound_code(asked), most, spelt(known))
    found = dict(zip(places.tolist(), distances.tolist(), strict=True))
    for place, word in enumerate(known):
        distance = OSA.distance(asked, word)
        if distance <= most:
            assert found[place] == distance
        elif place in found:
            assert found[place] >= FAR
            assert sounding(word) == sounding(asked) or word[:3] == asked[:3]


def test_words_that_sound_alike_and_names_with_forms() -> None:
    for one, other in (
        ("phillips", "filips"),
        ("catherine", "katherine"),
        ("schmidt", "smit"),
        ("knight", "night"),
    ):
        assert sounding(one) == sounding(other), (one, other)
    assert sounding("garcia") != sounding("smith") and sounding("") == ""
    assert "bill" in short_forms("william") and short_forms("nobody") == frozenset()
    assert plain("Łódź Bjørn Weiß") == "lodz bjoern weiss"


def test_a_nearer_word_is_worth_more() -> None:
    known = Vocabulary(["", "william", "bill", "willam", "wallace", "w"], np.array([0, 50, 9, 2, 9, 3]))
    near = known.near("william", 1000)
    worth = dict(zip((known.words[place] for place in near.ids), near.bits.tolist(), strict=True))
    assert worth["william"] > worth["bill"] > worth["w"] and worth["william"] > worth["willam"]
    assert "wallace" not in worth
    assert set(known.near("w", 1000).ids.tolist()) == {1, 3, 4, 5}
    assert known.add("zoe") == 6 and known.near("zoe", 1000).ids.tolist() == [6]
    assert known.add("zoe") == 6 and known.counts[6] == 2


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1984-05-07", (1984, 5, 7)),
        ("19840507", (1984, 5, 7)),
        ("1984", (1984, 0, 0)),
        ("1984-5", (1984, 5, 0)),
        ("1984-??-07", (1984, 0, 7)),
        ("05/07/1984", (1984, 5, 7)),
        ("05/1984", (1984, 5, 0)),
        ("05-07", (0, 5, 7)),
        ("1984-13-45", (1984, 13, 45)),
        ("1984-05-07T00:00:00", (1984, 5, 7)),
        ("unknown", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_dates_as_they_are_remembered(text: str, expected: tuple[int, int, int]) -> None:
    assert ymd_of(text) == expected


@quick
@given(st.dates(date(1920, 1, 1), date(2025, 1, 1)), st.dates(date(1920, 1, 1), date(2025, 1, 1)))
def test_no_date_fits_better_than_itself_and_unknown_says_nothing(one: date, other: date) -> None:
    asked, known = (int(day.strftime("%Y%m%d")) for day in (one, other))
    assert born_bits(asked, asked) == pytest.approx(FULL) and born_bits(known, 0) == born_bits(0, known) == 0
    assert born_bits(known, asked) <= FULL
    if asked != known:
        assert born_bits(known, asked) < FULL - 2
    swapped = asked // 10_000 * 10_000 + asked % 100 * 100 + asked // 100 % 100
    assert day_of(swapped) == day_of(asked) and swapped in near_dates(asked) and asked in near_dates(asked)


def test_errors_in_a_date_cost_in_proportion() -> None:
    asked = 19840507
    worth = [
        born_bits(known, asked) for known in (19840507, 19840705, 19840508, 19850507, 19630507, 19990923)
    ]
    assert worth == sorted(worth, reverse=True) and worth[-1] < 0 < worth[-2]
    assert born_bits(19840507, 19840000) > born_bits(19840507, 19850000) > born_bits(19840507, 19500000)


@quick
@given(st.text("0123456789ab", min_size=2, max_size=12), st.data())
def test_a_code_with_one_slip_is_near_and_another_is_not(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code) - 1))
    known = code_of(code, "identifier")
    slips = {code[:at] + "z" + code[at + 1 :], code[:at] + code[at + 1 :]}
    slips |= {code[:at] + code[at + 1 : at + 2] + code[at] + code[at + 2 :]}
    for slip in slips - {""}:
        assert is_one_edit(known, code_of(slip, "identifier")) and is_one_edit(
            code_of(slip, "identifier"), known
        )
    assert code_match(known, known, 9.0) == 9.0 and code_match(0, known, 9.0) == 0
    assert code_match(known, code_of(code + "zz9", "identifier"), 9.0) < 0


def test_codes_and_words_in_their_usual_writings() -> None:
    assert code_of("+1 (703) 555-0101", "phone") == code_of("703.555.0101", "phone")
    assert code_of("ana@example.org", "email") == code_of("ANA@elsewhere.example", "email")
    assert code_of("", "phone") == code_of("none", "phone") == -1
    assert code_of("123-45-6789", "ssn_last4") == code_of("6789", "ssn_last4")
    assert name_words("Dr. María de la Cruz") == ["maria", "cruz", "mariadelacruz"]
    assert name_words("Li") == ["li"] and text_words("12 Oak-Street") == ["12", "oak", "street"]


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_two_names_have_one_key_in_either_order(one: int, other: int) -> None:
    assert pair(one, other) == pair(other, one)


def test_columns_that_may_not_or_cannot_be_searched() -> None:
    with pytest.raises(VictimServiceRecord, match="excluded from linkage by law"):
        build_columns(pa.array(["1"]), {"given": [pa.array(["Ana"])]}, "victim_service_provider")
    with pytest.raises(ValueError, match="'shoe' .*have no role|have no role"):
        build_columns(pa.array(["1"]), {"shoe": [pa.array(["42"])]}, "police")
    assert len(build([])) == 0
