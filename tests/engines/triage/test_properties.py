"""What must hold of every protocol, every set of answers and every context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from commonweal.engines.triage import TIERS, UNKNOWN, Protocol, triage

from .protocols import (
    ANY_PROTOCOL,
    SHIPPED,
    complete_answers,
    contexts,
    generated,
    partial_answers,
    shipped,
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Protocol, dict[str, str], dict[str, object]]:
    protocol = draw(ANY_PROTOCOL)
    return protocol, draw(partial_answers(protocol)), draw(contexts(protocol))


def completions(protocol: Protocol, answers: Mapping[str, str]) -> list[dict[str, str]]:
    """Every way the questions not asked could still be answered."""
    open_questions = [question for question in protocol.questions if question.id not in answers]
    choices = product(*([answer.id for answer in question.answers] for question in open_questions))
    return [
        {**answers, **{q.id: a for q, a in zip(open_questions, choice, strict=True)}} for choice in choices
    ]


@given(situations(), st.data())
def test_an_unknown_answer_never_lowers_a_tier(
    situation: tuple[Protocol, dict[str, str], dict[str, object]], data: st.DataObject
) -> None:
    protocol, answers, context = situation
    assume(answers)
    known = triage(protocol, answers, context)
    name = data.draw(st.sampled_from(sorted(answers)))
    assert triage(protocol, {**answers, name: UNKNOWN}, context).tier <= known.tier
    not_asked = {key: value for key, value in answers.items() if key != name}
    assert triage(protocol, not_asked, context).tier <= known.tier


@given(situations())
def test_a_gate_that_fires_is_never_undercut(
    situation: tuple[Protocol, dict[str, str], dict[str, object]],
) -> None:
    protocol, answers, context = situation
    outcome = triage(protocol, answers, context)
    fired = {rule.id for rule in outcome.fired}
    for rule in protocol.raises:
        if rule.gate and rule.id in fired:
            assert outcome.tier <= rule.tier


@given(situations(), st.data())
def test_a_riskier_answer_never_lowers_a_tier(
    situation: tuple[Protocol, dict[str, str], dict[str, object]], data: st.DataObject
) -> None:
    protocol, answers, context = situation
    question = data.draw(st.sampled_from(protocol.questions))
    one, other = sorted(
        [data.draw(st.sampled_from(question.answers)), data.draw(st.sampled_from(question.answers))],
        key=lambda answer: answer.risk,
    )
    milder = triage(protocol, {**answers, question.id: one.id}, context)
    riskier = triage(protocol, {**answers, question.id: other.id}, context)
    assert riskier.tier <= milder.tier
    assert riskier.floor <= milder.floor


@given(situations())
def test_the_order_of_answers_and_context_is_irrelevant(
    situation: tuple[Protocol, dict[str, str], dict[str, object]],
) -> None:
    protocol, answers, context = situation
    backwards = dict(reversed(answers.items()))
    assert triage(protocol, backwards, dict(reversed(context.items()))) == triage(protocol, answers, context)


@given(situations())
def test_every_situation_gets_an_answer_with_its_reasons_in_both_languages(
    situation: tuple[Protocol, dict[str, str], dict[str, object]],
) -> None:
    protocol, answers, context = situation
    outcome = triage(protocol, answers, context)
    assert outcome.tier in TIERS and outcome.floor in TIERS
    assert outcome.tier <= outcome.floor
    assert outcome.level == protocol.levels[outcome.tier]
    assert outcome.fired and outcome.explained("en") and outcome.explained("es")
    assert outcome.settled == (not outcome.missing)
    assert set(outcome.missing).isdisjoint(answers)


@given(st.data())
@settings(max_examples=150)
def test_a_question_is_worth_asking_exactly_when_its_answer_could_still_matter(data: st.DataObject) -> None:
    """The quick search agrees with trying out every way the call could go."""
    protocol = data.draw(generated())
    answers, context = data.draw(partial_answers(protocol)), data.draw(contexts(protocol))
    matters = set()
    for full in completions(protocol, answers):
        tier = triage(protocol, full, context).tier
        for question in protocol.questions:
            if question.id not in answers and question.id not in matters:
                others = ({**full, question.id: answer.id} for answer in question.answers)
                if any(triage(protocol, other, context).tier != tier for other in others):
                    matters.add(question.id)
    assert set(triage(protocol, answers, context).missing) == matters


@given(st.data())
@settings(max_examples=100)
def test_tier_and_floor_bound_every_way_the_call_could_still_go(data: st.DataObject) -> None:
    protocol = data.draw(generated())
    answers, context = data.draw(partial_answers(protocol)), data.draw(contexts(protocol))
    outcome = triage(protocol, answers, context)
    tiers = [triage(protocol, full, context).tier for full in completions(protocol, answers)]
    assert (min(tiers), max(tiers)) == (outcome.tier, outcome.floor)


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
@settings(max_examples=40)
def test_asking_the_best_question_first_always_settles_the_call(name: str, data: st.DataObject) -> None:
    protocol = shipped(name)
    truth = data.draw(complete_answers(protocol))
    answers: dict[str, str] = {}
    while not (outcome := triage(protocol, answers)).settled:
        answers[outcome.missing[0]] = truth[outcome.missing[0]]
    assert outcome.tier == triage(protocol, truth).tier


@given(situations())
def test_each_change_that_is_named_is_a_change(
    situation: tuple[Protocol, dict[str, str], dict[str, object]],
) -> None:
    protocol, answers, context = situation
    outcome = triage(protocol, answers, context)
    for change in outcome.changes:
        everything = {question.id: UNKNOWN for question in protocol.questions}
        other = triage(protocol, {**everything, **answers, change.question: change.answer}, context)
        assert other.tier == change.tier != outcome.tier


@settings(max_examples=40)
@given(situations(), st.data())
def test_a_remembered_decision_is_the_one_that_would_be_made_anew(
    situation: tuple[Protocol, dict[str, str], dict[str, object]], data: st.DataObject
) -> None:
    """In any order of answers, and under a protocol that reads alike but has decided nothing yet."""
    protocol, answers, context = situation
    first = triage(protocol, answers, context)
    turned = dict(data.draw(st.permutations(list(answers.items()))))
    assert triage(protocol, turned, context) is first
    assert triage(replace(protocol), turned, context) == first
