"""How a dispatcher's label is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.terms import TermsError, Vocabulary

from .vocabularies import nature, shipped, tiny


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("104D_Alarm Commer Burg/Intru", "alarm commercial burglary intrusion"),
        ("6X - MAJOR DIST (VIOLENCE)", "major disturbance violence"),
        ("ASLT - WITH OR W/O WEAPONS (NO SHOOTINGS)", "assault"),
        ("MVC HIT/RUN NO INJ DELAY", "crash hit run"),
        ("113D_Disturbnce Physical", "disturbance physical"),
        ("TRAFFIC ACC/H&R", "traffic accident hit run"),
        ("ASSIST OTHER AGENCIES", "assist other agency"),
        ("PARKING VIOLATION (EXCEPT ABANDONED CAR)", "parking violation"),
        ("911 HANG UP", "911 hang up"),
        ("", ""),
        ("---", ""),
    ],
)
def test_labels_are_written_out(label: str, words: str) -> None:
    assert " ".join(shipped().words(label)) == words


@given(st.text(max_size=60))
def test_any_text_can_be_read(label: str) -> None:
    words = shipped().words(label)
    assert all(words)
    assert shipped().words(label.upper()) == shipped().words(label.upper().lower())
    assert {match.code for match, _ in shipped().matches(words)} <= set(shipped().by_code)


@given(st.permutations(["suspicious", "person", "weapon", "drunk", "alarm"]))
def test_the_order_of_words_is_irrelevant_to_the_match(words: list[str]) -> None:
    assert shipped().matches(words) == shipped().matches(sorted(words))


def test_the_longest_phrase_wins_and_among_equals_the_first_listed() -> None:
    vocabulary = tiny(nature("crash", "crash"), nature("hurt", "crash injury"), nature("injury", "injury"))
    assert [match.code for match, _ in vocabulary.matches(["crash", "injury"])] == ["hurt", "crash", "injury"]


def test_a_phrase_that_says_little_gives_way() -> None:
    vocabulary = tiny(nature("traffic", "~traffic"), nature("crash", "accident"))
    assert vocabulary.matches(["traffic", "accident"])[0][0].code == "crash"


def test_stems_and_words_that_must_not_occur() -> None:
    vocabulary = tiny(nature("drunk", "intox* person -driver"))
    assert vocabulary.matches(["intoxicated", "person"])
    assert not vocabulary.matches(["intoxicated", "person", "driver"])
    assert not vocabulary.matches(["intoxicated"])


def test_a_site_adds_its_abbreviations() -> None:
    vocabulary = tiny(nature("fire", "structure fire"), sf="structure fires")
    assert vocabulary.matches(vocabulary.words("SF"))[0][0].code == "fire"


def test_two_possible_words_leave_a_clipped_one_alone() -> None:
    vocabulary = tiny(nature("a", "disorderly"), nature("b", "disordered"))
    assert vocabulary.words("disorder") == ("disorder",)


@pytest.mark.parametrize(
    ("natures", "abbreviations", "message"),
    [
        ([], None, "is not a mapping with a list 'natures'"),
        ({"natures": [{}]}, None, r"natures\[0\]: has no code"),
        ({"natures": [{"code": "x", "group": "g"}]}, None, "'g' is not among"),
        ({"groups": {"g": "G"}, "natures": []}, None, "groups.g: 'G' lacks words"),
        ({"natures": []}, ["x"], "abbreviations: is not a mapping"),
        (
            {"groups": {"g": {"en": "G", "es": "G"}}, "natures": [nature("a"), nature("a")]},
            None,
            "stands twice",
        ),
        (
            {"groups": {"g": {"en": "G", "es": "G"}}, "natures": [nature("a", "x*")]},
            None,
            "letters before each",
        ),
        ({"groups": {"g": {"en": "G", "es": "G"}}, "natures": [nature("a", "-x")]}, None, "needs a word"),
        (
            {"groups": {"g": {"en": "G", "es": "G"}}, "natures": [{**nature("a"), "phrases": "x"}]},
            None,
            "'x' is not a list",
        ),
    ],
)
def test_a_faulty_vocabulary_is_refused(natures: object, abbreviations: object, message: str) -> None:
    with pytest.raises(TermsError, match=message):
        Vocabulary.read(natures, abbreviations)


def test_what_ships_is_bilingual_and_marks_behavioural_health() -> None:
    natures = shipped().natures
    assert 40 <= len(natures) <= 70
    assert all(item.en and item.es and item.phrases for item in natures)
    flagged = {item.code for item in natures if item.behavioral_health}
    assert flagged == {
        "overdose",
        "suicide_risk",
        "mental_health_crisis",
        "social_need",
        "intoxicated_person",
    }
