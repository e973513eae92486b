"""The small protocol, case by case: a table of what goes in and what must come out."""

from __future__ import annotations

import pytest

from commonweal.engines.triage import Protocol, ProtocolError, triage

from .protocols import small

PROTOCOL = Protocol.read(small())


@pytest.mark.parametrize(
    ("answers", "context", "tier", "fired"),
    [
        ({"weapon": "none", "mood": "calm"}, {}, "T5", ["default"]),
        ({"weapon": "hand", "mood": "calm"}, {}, "T1", ["armed"]),
        ({"weapon": "none", "mood": "lost"}, {}, "T3", ["lost", "both"]),
        ({"weapon": "away", "mood": "upset"}, {}, "T4", ["both"]),
        ({"weapon": "none", "mood": "lost"}, {"team": False}, "T2", ["lost", "both", "team_off"]),
        ({"weapon": "none", "mood": "lost"}, {"team": True}, "T3", ["lost", "both"]),
        # A wish steps down from T1, but not below the gate that fired.
        ({"weapon": "hand", "mood": "calm"}, {"wish": True}, "T1", ["armed"]),
        ({"weapon": "none", "mood": "calm"}, {"days": 30}, "T2", ["default", "past"]),
        ({"weapon": "none", "mood": "calm"}, {"days": 31}, "T5", ["default"]),
        ({"weapon": "none", "mood": "calm"}, {"deaf": True}, "T5", ["default", "deaf"]),
    ],
)
def test_tiers(answers: dict[str, str], context: dict[str, object], tier: str, fired: list[str]) -> None:
    outcome = triage(PROTOCOL, answers, context)
    assert (outcome.tier, [rule.id for rule in outcome.fired]) == (tier, fired)
    assert outcome.settled and outcome.response == f"send_{tier}"


def test_what_is_not_known_counts_as_the_worst_and_says_so() -> None:
    outcome = triage(PROTOCOL, {"weapon": "unknown", "mood": "lost"})
    assert (outcome.tier, outcome.floor, outcome.settled) == ("T1", "T1", True)
    assert [(rule.id, rule.assumed) for rule in outcome.fired] == [
        ("lost", False),
        ("both", False),
        ("armed", True),
    ]
    assert outcome.explain == "Lost. 2 points. Until it is known that it is not so: Armed."


def test_nothing_asked_yet() -> None:
    outcome = triage(PROTOCOL, {})
    assert (outcome.tier, outcome.floor) == ("T1", "T5")
    assert outcome.missing == ("weapon", "mood")


def test_nothing_more_is_asked_once_the_gate_has_fired() -> None:
    assert triage(PROTOCOL, {"weapon": "hand"}).missing == ()


def test_a_step_that_could_be_forbidden_by_a_gate_keeps_its_question_open() -> None:
    rules = [
        {"id": "harm", "when": {"mood": "lost"}, "tier": "T1", "sentence": {"en": "Harm.", "es": "Daño."}}
    ]
    protocol = Protocol.read(small(rules=rules))
    wished = triage(protocol, {"mood": "lost"}, {"wish": True})
    assert (wished.tier, wished.floor, wished.missing) == ("T1", "T2", ("weapon",))


def test_an_outcome_speaks_in_the_agency_s_own_words() -> None:
    """Its label of the level, and one sentence for each answer that would change it."""
    calm = triage(PROTOCOL, {"weapon": "none", "mood": "calm"})
    assert (calm.local_label, calm.level.label.es) == ("Level T5", "Level T5 (es)")
    assert calm.would_change == tuple(change.sentence.en for change in calm.changes) != ()
    assert {change.tier for change in calm.changes}.isdisjoint({calm.tier})
    armed = triage(PROTOCOL, {"weapon": "hand", "mood": "calm"})
    assert ("mood", "lost") not in {(change.question, change.answer) for change in armed.changes}


def test_needs_are_collected_for_the_dispatcher() -> None:
    assert triage(PROTOCOL, {}, {"deaf": True}).requires == ("sign",)


def test_what_would_change_it_is_said_in_both_languages() -> None:
    change = triage(PROTOCOL, {"weapon": "none", "mood": "calm"}).changes[0]
    assert (change.question, change.answer, change.tier) == ("weapon", "hand", "T1")
    assert change.sentence.en == "“Weapon?” answered “hand” would make it T1, Level T1."
    assert change.sentence.es == "«Weapon? (es)» con la respuesta «hand (es)» lo haría T1, Level T1 (es)."


@pytest.mark.parametrize(
    ("answers", "context", "message"),
    [
        ({"wepon": "none"}, {}, "answers.wepon: small has no such question; it asks weapon, mood"),
        ({"weapon": "gun"}, {}, "'gun' is not an answer; give one of none, away, hand, unknown"),
        ({}, {"days": "yesterday"}, "context.days: 'yesterday' is not a number"),
        ({}, {"days": True}, "context.days: True is not a number"),
    ],
)
def test_refusals_name_field_value_and_remedy(
    answers: dict[str, str], context: dict[str, object], message: str
) -> None:
    with pytest.raises(ProtocolError, match=message):
        triage(PROTOCOL, answers, context)
