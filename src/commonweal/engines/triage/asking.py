"""Which questions are still worth asking, and in what order.

A question is worth asking when some answer to it, together with some answers to the others still open,
gives another tier. Because the tier is monotone in risk it is enough to look at each rule's least worrying
way to fire: every other open question at its least worrying answer. For the score the combinations of open
scored questions are walked; the reader of a protocol is told by ``validate`` when they are too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from commonweal.engines.triage.deciding import completed, tier_of
from commonweal.engines.triage.parts import Modifier, Question, Raise
from commonweal.engines.triage.protocol import Protocol

Answers = Mapping[str, str]


def worth_asking(protocol: Protocol, answers: Answers, modifiers: tuple[Modifier, ...]) -> tuple[str, ...]:
    """The ids of the open questions that may still change the tier, best first.

    The best is the one after whose answer the fewest questions are expected to stay open, weighted by how
    often each answer is given and by the question's own weight; among equals the one that may reveal the
    most urgent tier, then the protocol's order. Nothing is worth asking when the call is settled.
    """
    relevant = _relevant(protocol, answers, modifiers)
    if len(relevant) < 2:
        return tuple(relevant)
    ranked = sorted(relevant, key=lambda name: _rank(protocol, answers, modifiers, name))
    return tuple(ranked)


def _relevant(protocol: Protocol, answers: Answers, modifiers: tuple[Modifier, ...]) -> list[str]:
    bottom = completed(protocol, answers, worst=False)
    top = completed(protocol, answers, worst=True)
    if tier_of(protocol, bottom, modifiers) == tier_of(protocol, top, modifiers):
        return []
    open_questions = {q.id: q for q in protocol.questions if q.id not in answers}
    found: set[str] = set()
    for high, question_id in _pivots(protocol, bottom, open_questions):
        if question_id in found:
            continue
        low = {**high, question_id: bottom[question_id]}
        if tier_of(protocol, high, modifiers) != tier_of(protocol, low, modifiers):
            found.add(question_id)
    return [question_id for question_id in open_questions if question_id in found]


def _pivots(
    protocol: Protocol, bottom: dict[str, str], open_questions: Mapping[str, Question]
) -> Iterator[tuple[dict[str, str], str]]:
    """Complete answers, each with the open question on which the tier may turn there."""
    floor = tier_of(protocol, bottom, ())
    for rule in protocol.raises:
        # A gate may matter at a tier already reached: it forbids a step down.
        useless = rule.tier >= floor and not rule.gate
        firing = None if useless else _least_firing(rule, bottom, open_questions)
        if firing is not None:
            for question_id in rule.when:
                if question_id in open_questions and firing[question_id] != bottom[question_id]:
                    yield firing, question_id
    scored = [open_questions[name] for name in protocol.points if name in open_questions]
    if not scored or all(band.tier >= floor for band in protocol.bands):
        return
    for choice in product(*(question.answers for question in scored)):
        full = {**bottom, **{q.id: answer.id for q, answer in zip(scored, choice, strict=True)}}
        for question in scored:
            if full[question.id] != bottom[question.id]:
                yield full, question.id


def _least_firing(
    rule: Raise, bottom: dict[str, str], open_questions: Mapping[str, Question]
) -> dict[str, str] | None:
    """The least worrying complete answers that fire a rule; None where what is known rules it out."""
    full = dict(bottom)
    for question_id, allowed in rule.when.items():
        if question_id in open_questions:
            answers = [a for a in open_questions[question_id].answers if a.id in allowed]
            full[question_id] = min(answers, key=lambda answer: answer.risk).id
        elif bottom[question_id] not in allowed:
            return None
    return full


def _rank(
    protocol: Protocol, answers: Answers, modifiers: tuple[Modifier, ...], question_id: str
) -> tuple[float, str, int]:
    question = protocol.question(question_id)
    total = sum(answer.often for answer in question.answers)
    expected = sum(
        answer.often / total * _still_open(protocol, {**answers, question_id: answer.id}, modifiers)
        for answer in question.answers
    )
    reveals = [rule.tier for rule in protocol.raises if question_id in rule.when]
    urgent = min([*reveals, *(band.tier for band in protocol.bands if question_id in protocol.points)])
    return (expected / question.weight, urgent, protocol.questions.index(question))


def _still_open(protocol: Protocol, answers: Answers, modifiers: tuple[Modifier, ...]) -> int:
    """How many questions some rule or band would still turn on: quick, and never fewer than truly open."""
    bottom = completed(protocol, answers, worst=False)
    floor = tier_of(protocol, bottom, modifiers)
    if floor == tier_of(protocol, completed(protocol, answers, worst=True), modifiers):
        return 0
    turning: set[str] = set()
    for rule in protocol.raises:
        open_names = [name for name in rule.when if name not in answers]
        if rule.tier < floor and all(bottom[k] in v for k, v in rule.when.items() if k in answers):
            turning.update(open_names)
    if any(band.tier < floor for band in protocol.bands):
        turning.update(name for name in protocol.points if name not in answers)
    return len(turning)
