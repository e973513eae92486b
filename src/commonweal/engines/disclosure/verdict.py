"""The two answers, as values that only the engine can make.

A permit is the key to personal data: rooms take it as an argument, so a forged one would be a leak. It
therefore refuses to be built, copied with changes, subclassed or unpickled outside ``decide``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import NoReturn

from commonweal.engines.disclosure.question import Question
from commonweal.engines.disclosure.rules import Rule

NOT_FOUND = "No such record."
"""All that a refusal says where even saying no would acknowledge a record (42 CFR 2.13(c))."""

MINT = object()
"""What an answer must be built with. For engines.disclosure.decision alone; a house test keeps it there."""


class Forged(TypeError):
    """Somebody but the engine tried to make, copy, extend or store an answer. Call decide() instead."""


def _check(mint: object) -> None:
    if mint is not MINT:
        raise Forged("a Permit or Refusal is made by engines.disclosure.decide alone; ask the gate for one")


class _Answer:
    """What both answers share: the rules that fired. And what both forbid: subclasses, a life elsewhere."""

    __slots__ = ()
    fired: tuple[Rule, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that fired; the policy's ``sentence`` and ``citation`` explain them."""
        return tuple(rule.id for rule in self.fired)

    @property
    def basis(self) -> tuple[str, ...]:
        """The legal bases of those rules, by code, each once."""
        return tuple(dict.fromkeys(code for rule in self.fired for code in rule.basis))

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__()
        if cls.__name__ not in ("Permit", "Refusal") or cls.__module__ != __name__:
            raise Forged("a Permit or Refusal cannot be extended")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise Forged("a Permit or Refusal is not stored or sent; keep the question and ask again")


@dataclass(frozen=True, slots=True)
class Permit(_Answer):
    """Leave to read ``fields`` of the question's category, for its purpose and subject, with duties attached.

    ``decision`` is "allow" (everything wanted, or the whole category) or "redact" (less). ``rules`` are the
    ids that fired (``policy.sentence(id)`` and ``policy.citation(id)`` explain them), ``basis`` the legal
    bases by code, ``why`` a plain sentence. ``expires_hours`` counts from the decision; None is no expiry
    of its own. ``relied_on`` holds the ids of the consents and clauses that opened something.
    """

    question: Question
    decision: str
    fields: frozenset[str]
    fired: tuple[Rule, ...] = field(repr=False)
    obligations: frozenset[str]
    expires_hours: float | None
    relied_on: tuple[str, ...]
    mint: InitVar[object]

    def __post_init__(self, mint: object) -> None:
        """Refuse to exist unless the engine asked."""
        _check(mint)

    @property
    def why(self) -> str:
        """The sentences of the rules that opened and limited, as one."""
        return " ".join(dict.fromkeys(rule.says for rule in self.fired))

    def shows(self, name: str) -> bool:
        """Whether the permit opens this field of its category."""
        return name in self.fields


@dataclass(frozen=True, slots=True)
class Refusal(_Answer):
    """No. ``why`` says so in a sentence, ``unlock`` says what would change it, unless that would acknowledge.

    ``decision`` is always "deny" and ``fields`` is empty. ``rules`` and ``basis`` are for the journal and
    the steward; where ``acknowledged`` is False the person asking sees ``why`` alone, the same words as for
    a record that does not exist.
    """

    question: Question
    fired: tuple[Rule, ...] = field(repr=False)
    obligations: frozenset[str]
    remedies: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)
    mint: InitVar[object]

    def __post_init__(self, mint: object) -> None:
        """Refuse to exist unless the engine asked."""
        _check(mint)

    @property
    def why(self) -> str:
        """One sentence; where the record is not acknowledged, always the same one."""
        return self.fired[0].says if self.acknowledged else NOT_FOUND

    @property
    def decision(self) -> str:
        """Always "deny"."""
        return "deny"

    @property
    def fields(self) -> frozenset[str]:
        """Always empty."""
        return frozenset()

    @property
    def acknowledged(self) -> bool:
        """False where the reply must not differ from that for a record that does not exist."""
        return "no_acknowledgement" not in self.obligations

    @property
    def unlock(self) -> tuple[str, ...]:
        """Plain sentences, each naming something that would open at least one field; worked out when read."""
        return self.remedies() if self.acknowledged else ()
