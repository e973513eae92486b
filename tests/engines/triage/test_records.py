"""What a past call's record stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.triage import Protocol, ProtocolError, answers_from_record, triage

from .protocols import SHIPPED, shipped, small

PROTOCOL = Protocol.read(small())


@pytest.mark.parametrize(
    ("record", "answers"),
    [
        ({}, {"weapon": "none"}),
        ({"nature": "mental_health_crisis"}, {"weapon": "none", "mood": "upset"}),
        ({"natures": ["animal", "mental_health_crisis"]}, {"weapon": "none", "mood": "upset"}),
        ({"nature": "mental_health_crisis", "problem": "LOST PERSON"}, {"weapon": "none", "mood": "lost"}),
        ({"priority": 1}, {"weapon": "away"}),
        ({"priority": "1", "nature": None}, {"weapon": "away"}),
    ],
)
def test_entries_that_match_are_joined_and_the_worse_answer_kept(
    record: dict[str, object], answers: dict[str, str]
) -> None:
    assert answers_from_record(PROTOCOL, record) == answers


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"natures": "animal"}, "record.natures: 'animal' is not a list"),
        ({"priority": 1.5}, "record.priority: 1.5 is neither text nor a whole number"),
        ({"problem": ["x"]}, "record.problem"),
    ],
)
def test_records_of_another_kind_are_refused(record: dict[str, object], message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        answers_from_record(PROTOCOL, record)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    ("record", "tiers"),
    [
        ({"nature": "medical_critical"}, {"T0"}),
        ({"nature": "weapon"}, {"T1"}),
        ({"nature": "assault"}, {"T1"}),
        ({"nature": "suicide_risk"}, {"T2", "T3"}),
        ({"nature": "mental_health_crisis"}, {"T2", "T3"}),
        ({"nature": "social_need"}, {"T2", "T3", "T4", "T5"}),
    ],
)
def test_common_natures_reach_a_sensible_tier(name: str, record: dict[str, object], tiers: set[str]) -> None:
    protocol = shipped(name)
    assert triage(protocol, answers_from_record(protocol, record)).tier in tiers


@given(
    st.sampled_from(SHIPPED),
    st.lists(st.sampled_from(["assault", "suicide_risk", "animal", "overdose", "nothing_known"]), max_size=3),
    st.sampled_from(["welfare_check", "weapon", "noise"]),
)
def test_one_more_nature_never_lowers_a_tier(name: str, natures: list[str], more: str) -> None:
    """More natures mean more entries, and the more worrying answer is kept."""
    protocol = shipped(name)
    if any(question.id == "need" for question in protocol.questions):
        return
    fewer = triage(protocol, answers_from_record(protocol, {"natures": natures}))
    several = triage(protocol, answers_from_record(protocol, {"natures": [*natures, more]}))
    assert several.tier <= fewer.tier
