"""The parts of a triage protocol as frozen values: questions, gates, rules, a score, modifiers, levels.

The tiers are the neutral ones every local level maps to (product.md, system 1): T0 life threat now,
T1 police with a crisis-trained officer, T2 co-response, T3 civilian mobile crisis team, T4 remote
clinician, T5 referral or scheduled follow-up. A smaller index is more urgent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TIERS = ("T0", "T1", "T2", "T3", "T4", "T5")
UNKNOWN = "unknown"


class ProtocolError(ValueError):
    """A protocol, answer or context that cannot be used; the message names field, value and remedy."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and Spanish."""

    en: str
    es: str

    def said_in(self, language: str) -> str:
        """The words in a language; English where the language is neither of the two."""
        return self.es if language.lower().startswith("es") else self.en


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``risk`` ranks it within its question (higher is more worrying), ``often`` is how
    frequently it is given relative to its neighbours, and orders the questions only."""

    id: str
    text: Text
    risk: int
    often: float = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers from the least to the most worrying."""

    id: str
    text: Text
    answers: tuple[Answer, ...]
    weight: float = 1.0

    def answer(self, answer_id: str) -> Answer:
        """The answer with this id; raises ProtocolError naming those that exist."""
        for answer in self.answers:
            if answer.id == answer_id:
                return answer
        allowed = ", ".join([*(a.id for a in self.answers), UNKNOWN])
        raise ProtocolError(f"answers.{self.id}: {answer_id!r} is not an answer; give one of {allowed}")

    @property
    def least(self) -> Answer:
        """The least worrying answer (the first among equals)."""
        return min(self.answers, key=lambda answer: answer.risk)

    @property
    def worst(self) -> Answer:
        """The most worrying answer (the last among equals): what an unknown one counts as."""
        return max(reversed(self.answers), key=lambda answer: answer.risk)


@dataclass(frozen=True, slots=True)
class Level:
    """One local level: its neutral tier, the local label and the response model it sends."""

    tier: str
    label: Text
    response: str


@dataclass(frozen=True, slots=True)
class Raise:
    """A hard gate or rule: when every condition holds, the call is at least of this tier.

    ``when`` maps a question to the answers that count.
    """

    id: str
    tier: str
    sentence: Text
    when: Mapping[str, frozenset[str]]
    gate: bool = False

    def fires(self, answers: Mapping[str, str]) -> bool:
        """Whether every condition holds for a complete set of answers."""
        # A plain loop: this runs some thousand times a call, and a generator costs it threefold.
        for question, allowed in self.when.items():
            if answers[question] not in allowed:
                break
        else:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Band:
    """A score of ``at_least`` this many points makes the call at least of this tier."""

    id: str
    at_least: float
    tier: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one context value: an equality, a membership or a numeric bound, whichever is set."""

    key: str
    equals: object = None
    among: frozenset[str] | None = None
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, context: Mapping[str, object]) -> bool:
        """Whether the context meets this; a value that is absent or None never does.

        Raises ProtocolError where a bound meets something that is not a number.
        """
        value = context.get(self.key)
        if value is None:
            return False
        if self.at_least is None and self.at_most is None:
            return value in self.among if self.among is not None else value == self.equals
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ProtocolError(f"context.{self.key}: {value!r} is not a number; give one or none")
        low = self.at_least if self.at_least is not None else float("-inf")
        high = self.at_most if self.at_most is not None else float("inf")
        return low <= value <= high


@dataclass(frozen=True, slots=True)
class Modifier:
    """What the context does to a tier: a floor, a step from one tier to its neighbour, or a need only.

    ``requires`` are needs that the responder must meet (``interpreter``, ``child_trained``, ...). Steps
    lead to the neighbouring level only, so that a riskier call never ends below a less risky one; a step
    down never goes below a hard gate that fired.
    """

    id: str
    sentence: Text
    tests: tuple[Condition, ...]
    floor: str | None = None
    step: tuple[str, str] | None = None
    requires: tuple[str, ...] = ()

    def applies(self, context: Mapping[str, object]) -> bool:
        """Whether every test on the context holds."""
        return all(test.holds(context) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Inference:
    """What a past call's record says about a question, where its nature, words or priority match.

    Empty conditions match every record. Several may match; the more worrying answer is kept.
    """

    answers: Mapping[str, str]
    natures: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    priorities: frozenset[str] = frozenset()
