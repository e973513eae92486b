"""What the validator finds in protocols that can be read but should not be approved."""

from __future__ import annotations

import pytest

from commonweal.engines.triage import Protocol, ProtocolError, validate

from .protocols import SHIPPED, shipped, small, words


def kinds(**changes: object) -> list[tuple[str, str]]:
    return [(finding.kind, finding.about) for finding in validate(Protocol.read(small(**changes)))]


def rule(name: str, when: dict[str, object], tier: str) -> dict[str, object]:
    return {"id": name, "when": when, "tier": tier, "sentence": words(name)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_protocols_that_ship_have_no_findings(name: str) -> None:
    assert validate(shipped(name)) == ()


def test_a_rule_in_the_shadow_of_another_is_found() -> None:
    rules = [rule("wide", {"mood": "upset"}, "T3"), rule("narrow", {"mood": "lost"}, "T3")]
    assert ("unreachable_rule", "narrow") in kinds(rules=rules)
    assert ("unreachable_rule", "wide") not in kinds(rules=rules)


def test_of_two_equal_rules_the_later_is_found() -> None:
    rules = [rule("first", {"mood": "lost"}, "T3"), rule("second", {"mood": "lost"}, "T3")]
    assert [about for kind, about in kinds(rules=rules) if kind == "unreachable_rule"] == ["second"]


def test_a_rule_that_raises_to_the_default_is_found() -> None:
    assert ("unreachable_rule", "idle") in kinds(rules=[rule("idle", {"mood": "lost"}, "T5")])


def test_a_band_beyond_the_points_is_found() -> None:
    score = {
        "points": {"mood": {"lost": 2}, "weapon": {"hand": 1}},
        "bands": [{"id": "far", "at_least": 9, "tier": "T4", "sentence": words("far")}],
    }
    assert ("unreachable_band", "far") in kinds(score=score)


def test_a_question_that_nothing_uses_is_found() -> None:
    assert ("idle_question", "mood") in kinds(rules=[], score=None)


def test_a_protocol_without_gates_is_found() -> None:
    assert ("ungated", "small") in kinds(gates=[])


def test_levels_that_nothing_leads_to_are_found() -> None:
    gaps = [about for kind, about in kinds() if kind == "gap"]
    assert gaps == ["T0"]


def test_a_default_that_is_never_used_is_found() -> None:
    assert ("gap", "T5") in kinds(rules=[rule("always", {"mood": "calm"}, "T4")])


def test_a_score_with_too_many_combinations_is_found() -> None:
    questions = [
        {"id": f"q{i}", "text": words("?"), "answers": [{"id": a, "text": words(a)} for a in "abcd"]}
        for i in range(6)
    ]
    score = {
        "points": {f"q{i}": {"d": 1} for i in range(6)},
        "bands": [{"id": "some", "at_least": 3, "tier": "T4", "sentence": words("some")}],
    }
    found = kinds(questions=questions, gates=[], rules=[], score=score, records=None)
    assert ("too_many_combinations", "score") in found


def test_an_unknown_that_would_fire_no_gate_is_found() -> None:
    """The reader already refuses what would lower a tier; a gate on tied answers can still miss one."""
    answers = [{"id": "no", "text": words("no")}, {"id": "yes", "text": words("yes")}]
    question = {"id": "fire", "text": words("?"), "answers": answers}
    gates = [rule("fire_no", {"fire": "no"}, "T0"), rule("both", {"fire": ["yes"]}, "T0")]
    found = kinds(questions=[question], gates=gates, rules=[], score=None, records=None)
    assert ("unreachable_rule", "both") in found
    assert not any(kind == "unknown_hole" for kind, _ in found)


def test_a_gate_that_a_worse_answer_would_switch_off_is_not_even_read() -> None:
    """What is not known counts as the worst answer: a gate upon a lesser one alone would miss it."""
    lesser, worst = rule("near", {"weapon": ["away"]}, "T1"), rule("armed", {"weapon": "hand"}, "T1")
    narrower = rule("lost", {"weapon": "hand", "mood": "lost"}, "T1")
    for gates, rules in (([lesser], []), ([lesser], [worst]), ([lesser, narrower], [worst])):
        with pytest.raises(ProtocolError, match="rule 'near' falls silent for weapon=hand"):
            kinds(gates=gates, rules=rules)
    with pytest.raises(ProtocolError, match="falls silent"):
        kinds(gates=[lesser, {**worst, "tier": "T2"}])
    for tier in ("T0", "T1"):
        assert ("unknown_hole", "near") not in kinds(gates=[lesser, {**worst, "tier": tier}])


def test_a_life_in_danger_without_a_level_is_found() -> None:
    levels = {f"T{n}": {"label": words(f"Level {n}"), "response": "send"} for n in range(1, 6)}
    messages = [f.message for f in validate(Protocol.read(small(levels=levels))) if f.about == "T0"]
    assert messages == ["a life in danger has no level; add T0 and a gate that leads to it"]
