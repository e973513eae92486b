"""The triage of one call: the tier, whom it sends, why, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from commonweal.engines.triage.asking import worth_asking
from commonweal.engines.triage.deciding import active, check_answers, completed, reasons, tier_of
from commonweal.engines.triage.parts import UNKNOWN, Level, Modifier, Question, Text
from commonweal.engines.triage.protocol import Protocol

REMEMBERED = 8192  # decisions that are kept: calls begin alike, and the first answers come again and again


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason. ``assumed`` marks one that holds only because an answer is not known and so counts as
    the worst it could be."""

    id: str
    sentence: Text
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """If this question had this answer, the tier would be another."""

    question: str
    answer: str
    tier: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What triage decided.

    ``tier`` counts everything not known as the worst it could be; ``floor`` is the tier that what is known
    already establishes by itself. The two agree exactly when ``settled``. ``missing`` are question ids
    still worth asking, best first; ``requires`` are needs the responder must meet.
    """

    protocol: str
    version: str
    tier: str
    floor: str
    level: Level
    fired: tuple[Rule, ...]
    missing: tuple[str, ...]
    changes: tuple[Change, ...]
    requires: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether no answer still open could change the tier."""
        return self.tier == self.floor

    @property
    def local_label(self) -> str:
        """What the agency calls this level, in English; ``level.label`` has both languages."""
        return self.level.label.en

    @property
    def response(self) -> str:
        """The code of the response model."""
        return self.level.response

    @property
    def explain(self) -> str:
        """The reasons as English sentences."""
        return self.explained("en")

    @property
    def would_change(self) -> tuple[str, ...]:
        """One English sentence for each single answer that would give another tier."""
        return tuple(change.sentence.en for change in self.changes)

    def explained(self, language: str) -> str:
        """The reasons as sentences in ``en`` or ``es``: those that are known first."""
        known = [rule.sentence.said_in(language) for rule in self.fired if not rule.assumed]
        assumed = [rule.sentence.said_in(language) for rule in self.fired if rule.assumed]
        if assumed:
            until = Text("Until it is known that it is not so:", "Mientras no se sepa que no es así:")
            known.append(until.said_in(language))
        return " ".join(known + assumed)


def triage(
    protocol: Protocol, answers: Mapping[str, str], context: Mapping[str, object] | None = None
) -> Outcome:
    """Decide the tier of a call from what is known of it.

    ``answers`` maps question ids to answer ids or ``unknown``; a question left out has not been asked. Both
    count as the worst answer, so neither can lower a tier. ``context`` holds what is known apart from the
    answers (prior violence, capacity, wishes, needs); absent values change nothing. Total over valid input
    and independent of order. Raises ProtocolError for a question, answer or value that does not exist.
    """
    check_answers(protocol, answers)
    return _decided(protocol, frozenset(answers.items()), active(protocol, context or {}))


@lru_cache(maxsize=REMEMBERED)
def _decided(
    protocol: Protocol, given: frozenset[tuple[str, str]], modifiers: tuple[Modifier, ...]
) -> Outcome:
    answers = dict(given)
    worst = completed(protocol, answers, worst=True)
    least = completed(protocol, answers, worst=False)
    tier = tier_of(protocol, worst, modifiers)
    known = {key: value for key, value in answers.items() if value != UNKNOWN}
    return Outcome(
        protocol=protocol.id,
        version=protocol.version,
        tier=tier,
        floor=tier_of(protocol, least, modifiers),
        level=protocol.levels[tier],
        fired=_fired(protocol, known, worst, modifiers),
        missing=worth_asking(protocol, answers, modifiers),
        changes=tuple(_changes(protocol, answers, worst, modifiers)),
        requires=tuple(sorted({need for modifier in modifiers for need in modifier.requires})),
    )


def _fired(
    protocol: Protocol, known: Mapping[str, str], worst: Mapping[str, str], modifiers: tuple[Modifier, ...]
) -> tuple[Rule, ...]:
    """What the known answers fire, and what the unknown ones would where that is more urgent."""
    least = completed(protocol, known, worst=False)
    certain = reasons(protocol, least, modifiers)
    established = tier_of(protocol, least, modifiers)
    possible = reasons(protocol, worst, modifiers)
    assumed = [
        Rule(name, sentence, assumed=True)
        for name, (tier, sentence) in possible.items()
        if name not in certain and tier < established
    ]
    known_rules = [Rule(name, sentence) for name, (_, sentence) in certain.items()]
    if assumed:
        known_rules = [rule for rule in known_rules if rule.id != "default"]
    return (*known_rules, *assumed)


def _changes(
    protocol: Protocol, answers: Mapping[str, str], worst: Mapping[str, str], modifiers: tuple[Modifier, ...]
) -> Iterator[Change]:
    """Each question's least different answer that gives another tier, in the protocol's order."""
    tier = tier_of(protocol, worst, modifiers)
    for question in protocol.questions:
        seen = {tier}
        for answer in question.answers:
            other = tier_of(protocol, {**worst, question.id: answer.id}, modifiers)
            if other not in seen:
                seen.add(other)
                sentence = _said(protocol, question, answer.id, other, asked=question.id in answers)
                yield Change(question.id, answer.id, other, sentence)


def _said(protocol: Protocol, question: Question, answer_id: str, tier: str, *, asked: bool) -> Text:
    answer, label = question.answer(answer_id).text, protocol.levels[tier].label
    open_en, open_es = ("", "") if asked else (" (not asked yet)", " (aún sin preguntar)")
    return Text(
        en=f"“{question.text.en}”{open_en} answered “{answer.en}” would make it {tier}, {label.en}.",
        es=f"«{question.text.es}»{open_es} con la respuesta «{answer.es}» lo haría {tier}, {label.es}.",
    )
