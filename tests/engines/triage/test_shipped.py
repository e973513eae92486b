"""The published criteria of five places and the demonstration county, as cases a reader can check."""

from __future__ import annotations

import pytest

from commonweal.engines.triage import TIERS, triage

from .protocols import SHIPPED, shipped

CALM = {
    "life": "none",
    "violence": "none",
    "weapon": "none",
    "suicide": "none",
    "crime": "none",
    "dependents": "none",
    "distress": "calm",
    "care": "able",
    "substance": "none",
    "contact": "phone",
    "timing": "later",
}


def tier(name: str, context: dict[str, object] | None = None, **answers: str) -> str:
    """The tier where all is calm but for these answers."""
    protocol = shipped(name)
    asked = {question.id for question in protocol.questions}
    calm = {key: value for key, value in CALM.items() if key in asked}
    outcome = triage(protocol, {**calm, **answers}, context)
    assert outcome.settled, outcome.missing
    return outcome.tier


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    "danger",
    [{"life": "medical"}, {"life": "fire"}, {"suicide": "acted"}, {"weapon": "used"},
     {"violence": "now", "weapon": "hand"}],
)  # fmt: skip
def test_a_life_in_danger_is_t0_everywhere(name: str, danger: dict[str, str]) -> None:
    need = {"need": "welfare"} if name in ("denver", "eugene") else {}
    assert tier(name, **need, **danger) == "T0"


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("danger", [{"weapon": "hand"}, {"violence": "threat"}, {"crime": "serious"}])
def test_weapon_threat_and_serious_crime_bring_police_everywhere(name: str, danger: dict[str, str]) -> None:
    need = {"need": "welfare"} if name in ("denver", "eugene") else {}
    assert tier(name, **need, **danger) == "T1"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, "T5"),
        ({"distress": "upset"}, "T4"),
        ({"suicide": "thoughts"}, "T4"),
        ({"suicide": "thoughts", "contact": "visit"}, "T3"),
        ({"distress": "lost"}, "T3"),
        ({"care": "some", "substance": "heavy"}, "T3"),
        ({"suicide": "plan"}, "T2"),
        ({"violence": "vague", "distress": "severe"}, "T2"),
        ({"distress": "lost", "care": "unable", "substance": "heavy"}, "T2"),
        ({"suicide": "means"}, "T1"),
        ({"dependents": "danger"}, "T1"),
        ({"life": "medical"}, "T0"),
    ],
)
def test_harlow_reaches_every_tier(answers: dict[str, str], expected: str) -> None:
    assert tier("harlow", **answers) == expected


def test_harlow_has_all_six_levels() -> None:
    assert sorted(shipped("harlow").levels) == list(TIERS)


@pytest.mark.parametrize(
    ("context", "answers", "expected"),
    [
        ({"hours_since_last_contact": 20}, {"distress": "upset"}, "T3"),
        ({"hours_since_last_contact": 200}, {"distress": "upset"}, "T4"),
        ({"remote_clinician_available": False}, {"distress": "upset"}, "T3"),
        ({"civilian_team_available": False}, {"distress": "lost"}, "T2"),
        (
            {"remote_clinician_available": False, "civilian_team_available": False},
            {"distress": "upset"},
            "T2",
        ),
        ({"asks_no_police": True}, {"suicide": "plan"}, "T3"),
        ({"asks_no_police": True}, {"weapon": "reach"}, "T1"),
        ({"asks_no_police": True, "civilian_team_available": False}, {"suicide": "plan"}, "T2"),
        ({"prior_violence_days": 100}, {}, "T2"),
        ({"prior_violence_days": 400}, {}, "T5"),
        ({"minor": True}, {}, "T3"),
    ],
)
def test_harlow_heeds_the_context(context: dict[str, object], answers: dict[str, str], expected: str) -> None:
    assert tier("harlow", context, **answers) == expected


def test_los_angeles_levels_one_to_three_leave_911() -> None:
    assert [
        tier("los_angeles"),
        tier("los_angeles", distress="upset"),
        tier("los_angeles", distress="severe"),
    ] == [
        "T5",
        "T4",
        "T3",
    ]
    labels = [shipped("los_angeles").levels[level].label.en[:7] for level in ("T5", "T4", "T3", "T2", "T1")]
    assert labels == ["Level 1", "Level 2", "Level 3", "Level 4", "Level 4"]


def test_illinois_counts_the_other_way_round() -> None:
    labels = [shipped("illinois").levels[level].label.en[:7] for level in ("T1", "T2", "T3", "T4")]
    assert labels == ["Level 1", "Level 2", "Level 3", "Level 4"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [({}, "T3"), ({"violence": "vague"}, "T2"), ({"violence": "threat"}, "T1"), ({"weapon": "away"}, "T2")],
)
def test_harris_sends_the_civilian_team_only_where_all_three_criteria_hold(
    answers: dict[str, str], expected: str
) -> None:
    assert tier("harris_county", **answers) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"need": "trespass", "crime": "minor"}, "T3"),
        ({"need": "suicidal", "suicide": "plan"}, "T3"),
        ({"need": "suicidal", "suicide": "thoughts", "weapon": "away"}, "T2"),
        ({"need": "other"}, "T2"),
        ({"need": "intoxicated"}, "T3"),
        ({"need": "exposure", "violence": "vague"}, "T2"),
    ],
)
def test_denver_sends_the_van_to_what_is_on_its_list(answers: dict[str, str], expected: str) -> None:
    assert tier("denver", **answers) == expected


def test_eugene_separates_public_assist_from_crisis_and_ended_in_april_2025() -> None:
    assert (tier("eugene", need="assist"), tier("eugene", need="welfare")) == ("T5", "T3")
    assert str(shipped("eugene").effective_to) == "2025-04-07"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_person_can_answer_every_question_with_one_key(name: str) -> None:
    assert all(2 <= len(question.answers) <= 9 for question in shipped(name).questions)


def test_a_typical_call_takes_few_questions() -> None:
    """A person with a suicide plan, nothing else: six questions settle it."""
    protocol, answers = shipped("harlow"), dict[str, str]()
    truth = {**CALM, "suicide": "plan", "distress": "severe"}
    while missing := triage(protocol, answers).missing:
        answers[missing[0]] = truth[missing[0]]
    assert len(answers) <= 6
