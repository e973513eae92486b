"""A triage protocol as a frozen value, built from a parsed file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from commonweal.engines.numerics.node import Node
from commonweal.engines.triage.parts import (
    Band,
    Inference,
    Level,
    Modifier,
    ProtocolError,
    Question,
    Raise,
    Text,
)
from commonweal.engines.triage.reading import (
    read_inference,
    read_level,
    read_modifier,
    read_question,
    read_raise,
    read_score,
    read_text,
    read_tier,
    refuse_twins,
)

_KEYS = (
    *("protocol", "version", "effective_from", "effective_to", "title", "source", "unknown", "default"),
    *("levels", "questions", "gates", "rules", "score", "modifiers", "records"),
)


@dataclass(frozen=True, eq=False)
class Protocol:
    """One version of one agency's triage protocol. Built by ``Protocol.read``, never by hand.

    Two are the same only where they are one object: decisions under it are remembered by it.
    """

    id: str
    version: str
    effective_from: date
    effective_to: date | None
    title: Text
    source: str
    default: str
    default_sentence: Text
    levels: Mapping[str, Level]
    questions: tuple[Question, ...]
    raises: tuple[Raise, ...]
    points: Mapping[str, Mapping[str, float]]
    bands: tuple[Band, ...]
    modifiers: tuple[Modifier, ...]
    inferences: tuple[Inference, ...]

    @staticmethod
    def read(mapping: Mapping[str, object]) -> Protocol:
        """Build a protocol from a plain mapping, as parsed from YAML or JSON.

        Strict: unknown keys, missing words in either language, conditions on questions or answers that
        do not exist and orders that would let a riskier answer lower a tier all raise ProtocolError,
        which names the place, the value and the remedy.
        """
        return _read(Node(mapping, "protocol", ProtocolError))

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def urgent_first(self) -> tuple[Raise, ...]:
        """Gates and rules from the most urgent tier on; at the same tier gates come first."""
        return tuple(sorted(self.raises, key=lambda rule: (rule.tier, not rule.gate)))

    @cached_property
    def least(self) -> dict[str, str]:
        """The least worrying answer to every question."""
        return {question.id: question.least.id for question in self.questions}

    @cached_property
    def worst(self) -> dict[str, str]:
        """The most worrying answer to every question."""
        return {question.id: question.worst.id for question in self.questions}

    def question(self, question_id: str) -> Question:
        """The question with this id; raises ProtocolError naming those that exist."""
        if question_id not in self._by_id:
            known = ", ".join(self._by_id)
            raise ProtocolError(f"answers.{question_id}: {self.id} has no such question; it asks {known}")
        return self._by_id[question_id]

    def in_force(self, on: date) -> bool:
        """Whether this version is effective on a day (both ends included)."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


def _read(top: Node) -> Protocol:
    top.only(_KEYS)
    if top.get("unknown").text("worst") != "worst":
        top.get("unknown").refuse("an unknown answer must never lower a tier; write 'unknown: worst'")
    levels = {key: read_level(node, key) for key, node in top.get("levels").items()}
    questions = tuple(read_question(node) for node in top.get("questions").list())
    refuse_twins(top.get("questions"), [question.id for question in questions])
    by_id = {question.id: question for question in questions}
    gates = tuple(read_raise(node, by_id, levels, gate=True) for node in top.get("gates").list())
    rules = tuple(read_raise(node, by_id, levels, gate=False) for node in top.get("rules").list())
    points, bands = read_score(top.get("score"), by_id, levels)
    modifiers = tuple(read_modifier(node, levels) for node in top.get("modifiers").list())
    ids = [raised.id for raised in gates + rules] + [band.id for band in bands]
    refuse_twins(top, ids + [modifier.id for modifier in modifiers])
    top.get("default").only(["tier", "sentence"])
    protocol = Protocol(
        id=top.get("protocol").text(),
        version=top.get("version").text(),
        effective_from=top.get("effective_from").day(),
        effective_to=_last_day(top),
        title=read_text(top.get("title")),
        source=top.get("source").text(),
        default=read_tier(top.get("default").get("tier"), levels),
        default_sentence=read_text(top.get("default").get("sentence")),
        levels=levels,
        questions=questions,
        raises=gates + rules,
        points=points,
        bands=bands,
        modifiers=modifiers,
        inferences=tuple(read_inference(node, by_id) for node in top.get("records").list()),
    )
    _refuse_disorder(top, protocol)
    return protocol


def _last_day(top: Node) -> date | None:
    """The day the version ends, if any; refuses one before its beginning."""
    end = top.get("effective_to")
    if end.absent:
        return None
    if end.day() < top.get("effective_from").day():
        end.refuse("is before effective_from; give a later day or leave it out")
    return end.day()


def _refuse_disorder(top: Node, protocol: Protocol) -> None:
    """Refuse a rule that a more worrying answer switches off with no rule as urgent to take its place."""
    for rule in protocol.raises:
        for question_id, allowed in rule.when.items():
            question = protocol.question(question_id)
            least = min(question.answer(name).risk for name in allowed)
            riskier = [a.id for a in question.answers if a.risk >= least and a.id not in allowed]
            for answer in riskier:
                if not any(_takes_over(other, rule, question_id, answer) for other in protocol.raises):
                    top.refuse(
                        f"rule {rule.id!r} falls silent for {question_id}={answer}, no less worrying; "
                        f"write '{question_id}: <least answer>' instead of a list, or add a rule for {answer}"
                    )


def _takes_over(other: Raise, rule: Raise, question_id: str, answer: str) -> bool:
    """Whether ``other`` fires, as urgently, wherever ``rule`` would have but for this one answer."""
    if other.tier > rule.tier or (rule.gate and not other.gate):
        return False
    if answer not in other.when.get(question_id, frozenset([answer])):
        return False
    rest = {key: allowed for key, allowed in other.when.items() if key != question_id}
    return all(key in rule.when and rule.when[key] <= allowed for key, allowed in rest.items())
