"""Reading the parts of a protocol from plain values; a refusal names the place, the value, the remedy."""

from __future__ import annotations

from collections.abc import Mapping

from commonweal.engines.numerics.node import Node
from commonweal.engines.triage.parts import (
    TIERS,
    UNKNOWN,
    Answer,
    Band,
    Condition,
    Inference,
    Level,
    Modifier,
    Question,
    Raise,
    Text,
)


def read_text(node: Node) -> Text:
    """Words in English and Spanish, both required."""
    node.only(["en", "es"])
    return Text(en=node.get("en").text(), es=node.get("es").text())


def read_level(node: Node, tier: str) -> Level:
    """What a protocol calls one neutral tier and whom it sends."""
    node.only(["label", "response"])
    if tier not in TIERS:
        node.refuse(f"is no neutral tier; use one of {', '.join(TIERS)}")
    return Level(tier=tier, label=read_text(node.get("label")), response=node.get("response").text())


def read_tier(node: Node, levels: Mapping[str, Level]) -> str:
    """A tier that the protocol has a level for."""
    tier = node.text()
    if tier not in levels:
        node.refuse(f"{tier!r} is not among the levels ({', '.join(sorted(levels))}); add it there")
    return tier


def read_question(node: Node) -> Question:
    """A question; answers go from the least to the most worrying, ``same: true`` ties with the last."""
    node.only(["id", "text", "weight", "answers"])
    answers: list[Answer] = []
    risk = -1
    for item in node.get("answers").list():
        item.only(["id", "text", "often", "same"])
        risk += 0 if item.get("same").flag() and answers else 1
        words, often = read_text(item.get("text")), item.get("often").positive()
        answers.append(Answer(item.get("id").text(), words, risk, often))
    if len(answers) < 2:
        node.get("answers").refuse("needs at least two answers; a question with one answer decides nothing")
    refuse_twins(node.get("answers"), [answer.id for answer in answers])
    if any(answer.id == UNKNOWN for answer in answers):
        node.get("answers").refuse("'unknown' is always allowed and counts as the worst; leave it out")
    words, weight = read_text(node.get("text")), node.get("weight").positive()
    return Question(node.get("id").text(), words, tuple(answers), weight)


def read_conditions(node: Node, questions: Mapping[str, Question]) -> dict[str, frozenset[str]]:
    """``{question: answer}`` means that answer or a more worrying one; ``{question: [a, b]}`` just those."""
    found: dict[str, frozenset[str]] = {}
    for key, item in node.items():
        question = _known(item, key, questions)
        if item.is_list:
            ids = [part.one_of([a.id for a in question.answers]) for part in item.list()]
            found[key] = frozenset(ids)
        else:
            least = question.answer(item.one_of([a.id for a in question.answers])).risk
            found[key] = frozenset(a.id for a in question.answers if a.risk >= least)
    if not found:
        node.refuse("needs at least one condition, such as {weapon: in_hand}")
    return found


def _known(node: Node, key: str, questions: Mapping[str, Question]) -> Question:
    if key not in questions:
        node.refuse(f"no question has the id {key!r}; use one of {', '.join(questions)}")
    return questions[key]


def read_raise(
    node: Node, questions: Mapping[str, Question], levels: Mapping[str, Level], *, gate: bool
) -> Raise:
    """A hard gate or a rule."""
    node.only(["id", "when", "tier", "sentence"])
    return Raise(
        id=node.get("id").text(),
        tier=read_tier(node.get("tier"), levels),
        sentence=read_text(node.get("sentence")),
        when=read_conditions(node.get("when"), questions),
        gate=gate,
    )


def read_score(
    node: Node, questions: Mapping[str, Question], levels: Mapping[str, Level]
) -> tuple[dict[str, dict[str, float]], tuple[Band, ...]]:
    """Points by question and answer (never fewer for a more worrying answer), and the bands they reach."""
    if node.absent:
        return {}, ()
    node.only(["points", "bands"])
    points: dict[str, dict[str, float]] = {}
    for key, item in node.get("points").items():
        question = _known(item, key, questions)
        item.only([answer.id for answer in question.answers])
        row = {answer.id: item.get(answer.id).number(0.0) for answer in question.answers}
        pairs = [(a, b) for a in question.answers for b in question.answers if a.risk <= b.risk]
        if any(row[a.id] > row[b.id] for a, b in pairs):
            item.refuse("a more worrying answer has fewer points; order the points as the answers are")
        points[key] = row
    return points, tuple(read_band(item, levels) for item in node.get("bands").list())


def read_band(node: Node, levels: Mapping[str, Level]) -> Band:
    """A score and the tier it reaches."""
    node.only(["id", "at_least", "tier", "sentence"])
    tier, sentence = read_tier(node.get("tier"), levels), read_text(node.get("sentence"))
    return Band(node.get("id").text(), node.get("at_least").number(), tier, sentence)


def read_modifier(node: Node, levels: Mapping[str, Level]) -> Modifier:
    """What the context does: a floor, a step to a neighbouring tier, or needs of the responder."""
    node.only(["id", "when", "floor", "step", "requires", "sentence"])
    floor, step = node.get("floor"), node.get("step")
    modifier = Modifier(
        id=node.get("id").text(),
        sentence=read_text(node.get("sentence")),
        tests=tuple(_test(item, key) for key, item in node.get("when").items()),
        floor=None if floor.absent else read_tier(floor, levels),
        step=None if step.absent else _step(step, levels),
        requires=tuple(item.text() for item in node.get("requires").list()),
    )
    if not modifier.tests:
        node.get("when").refuse("needs at least one test on the context, such as {minor: true}")
    if modifier.floor is None and modifier.step is None and not modifier.requires:
        node.refuse("changes nothing; give it a floor, a step or a list under requires")
    return modifier


def _step(node: Node, levels: Mapping[str, Level]) -> tuple[str, str]:
    node.only(["from", "to"])
    order = sorted(levels)
    start, end = read_tier(node.get("from"), levels), read_tier(node.get("to"), levels)
    if abs(order.index(start) - order.index(end)) != 1:
        node.refuse("a step leads to the neighbouring level only; a longer one could overtake a riskier call")
    return start, end


def _test(node: Node, key: str) -> Condition:
    """``{key: value}`` for equality, ``{key: {in: [...]}}``, or ``{key: {at_least: 1, at_most: 9}}``."""
    if not node.is_mapping:
        return Condition(key, equals=node.scalar())
    node.only(["in", "at_least", "at_most"])
    if not node.get("in").absent:
        return Condition(key, among=frozenset(item.text() for item in node.get("in").list()))
    low, high = node.get("at_least"), node.get("at_most")
    if low.absent and high.absent:
        node.refuse("gives no bound; write at_least, at_most or in")
    return Condition(
        key,
        at_least=None if low.absent else low.number(),
        at_most=None if high.absent else high.number(),
    )


def read_inference(node: Node, questions: Mapping[str, Question]) -> Inference:
    """What a past call's record says about the questions."""
    node.only(["natures", "words", "priorities", "answers"])
    answers: dict[str, str] = {}
    for key, item in node.get("answers").items():
        answers[key] = item.one_of([a.id for a in _known(item, key, questions).answers])
    return Inference(
        answers=answers,
        natures=frozenset(item.text() for item in node.get("natures").list()),
        words=tuple(item.text().casefold() for item in node.get("words").list()),
        priorities=frozenset(item.text() for item in node.get("priorities").list()),
    )


def refuse_twins(node: Node, ids: list[str]) -> None:
    """Refuse an id that is used twice."""
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        node.refuse(f"uses the id {twice[0]!r} twice; give each its own")
