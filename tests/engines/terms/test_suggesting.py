"""Natures suggested for labels, in words that appear in many dispatch systems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.terms import suggest

from .vocabularies import nature, shipped, tiny


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("SUICIDAL SUBJ IN PROG", "suicide_risk"),
        ("PSYCHIATRIC EMERGENCY ALS 1", "mental_health_crisis"),
        ("EDP", "mental_health_crisis"),
        ("Disorganized behavior", "mental_health_crisis"),
        ("Needing social/mental health services", "social_need"),
        ("DRUNK/INTOX PERSON", "intoxicated_person"),
        ("DWI - DRUNK/INTOX DRIVER", "impaired_driver"),
        ("OVERDOSE ALS", "overdose"),
        ("WELFARE CHK", "welfare_check"),
        ("TROUBLE BREATHING ALS 2", "medical_critical"),
        ("FALL BLS", "injury"),
        ("ALARM HOLDUP", "panic_alarm"),
        ("ALARM RESIDENTIAL", "intrusion_alarm"),
        ("FIRE ALARM", "fire_alarm"),
        ("MVC INJURY", "crash_injury"),
        ("MVC PROPERTY DAMAGE", "crash"),
        ("DOMESTIC VIOL NO INJ", "domestic_violence"),
        ("DOMESTIC VERBAL", "domestic_dispute"),
        ("FIGHT NO WEAPONS", "fight"),
        ("WEAPON VIOL GUN", "weapon"),
        ("ASSIST FIRE - PROMPT", "assist_agency"),
        ("TRESPASSING IN PROG", "trespass"),
        ("RUNAWAY", "runaway_youth"),
        ("FD HELP SIGNAL", "responder_in_danger"),
    ],
)
def test_common_labels(label: str, expected: str) -> None:
    found = suggest(label, shipped())
    assert found.nature == expected
    assert found.confidence > 0


def test_words_nobody_knows_are_other_with_no_confidence() -> None:
    assert suggest("ZQXV 77", shipped()) == suggest("", shipped())
    assert (suggest("", shipped()).nature, suggest("", shipped()).confidence) == ("other", 0.0)


def test_what_a_person_confirmed_wins() -> None:
    known = {"PUBLIC SVC MULTI": "welfare_check", "NOISE": "noise"}
    found = suggest("Public service multi", shipped(), known)
    assert (found.nature, found.confidence, found.nearest[0]) == ("welfare_check", 1.0, "PUBLIC SVC MULTI")


def test_a_label_much_alike_lends_its_nature() -> None:
    found = suggest("ZEBRA LOOSE", tiny(nature("other")), {"ZEBRAS LOOSE TODAY": "animal"})
    assert found.nature == "animal"
    assert 0.6 <= found.confidence < 1


def test_two_natures_as_strong_halve_the_confidence() -> None:
    vocabulary = tiny(nature("a", "smoke"), nature("b", "alarm"))
    alone, torn = suggest("smoke", vocabulary), suggest("smoke alarm", vocabulary)
    assert torn.confidence == pytest.approx(alone.confidence / 2, abs=0.001)
    assert torn.others == ("b",)


@given(
    st.text(max_size=40),
    st.dictionaries(st.text(max_size=12), st.sampled_from(["noise", "fire"]), max_size=4),
)
def test_every_label_gets_a_suggestion(label: str, known: dict[str, str]) -> None:
    found = suggest(label, shipped(), known)
    assert found.nature in shipped().by_code
    assert 0 <= found.confidence <= 1
    assert set(found.nearest) <= set(known)
    assert found.nature not in found.others
