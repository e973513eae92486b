"""Everything a decision needs, compiled and indexed: the engine looks up, it does not search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from commonweal.engines.disclosure.case import Case, Judge
from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.minors import Minors
from commonweal.engines.disclosure.question import Consent, Question
from commonweal.engines.disclosure.rules import Bar, Duty, Grant, Limit, Regime, Remedy, Rule
from commonweal.engines.disclosure.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Compiled packs. Grants are found by (actor, category, purpose), regimes by (origin, category), and the
    duties that come with a permit by the ground that it rests on.

    ``names`` are the facts and terms that a clause's conditions may name; ``rules`` every rule by id, and
    ``bases`` every legal basis in words by its code.
    """

    vocabulary: Vocabulary
    roles: Mapping[tuple[str, str], Judge]
    regimes: Mapping[tuple[str, str], Regime]
    bars: tuple[Bar, ...]
    grants: Mapping[tuple[str, str, str], tuple[Grant, ...]]
    limits: tuple[Limit, ...]
    granted: Mapping[str, tuple[Duty, ...]]
    denied: tuple[Duty, ...]
    remedies: tuple[Remedy, ...]
    consent_valid: Callable[[Consent], bool]
    minors: Minors
    names: Mapping[str, Judge]
    rules: Mapping[str, Rule]
    bases: Mapping[str, str]
    version: str

    def case(self, question: Question, facts: Facts) -> Case:
        """Lay a question beside its facts."""
        consents = facts.consents
        glass = facts.break_glass
        case = Case(
            question,
            facts,
            question.actor,
            question.category,
            question.purpose,
            facts.source_program or self.vocabulary.owners.get(question.category, ""),
            tuple(c for c in consents if self.consent_valid(c) and self.minors.signed(c)) if consents else (),
            self.vocabulary.lacks(question, facts),
            glass is not None and bool(glass.strip()),
            facts.care_relationship,
        )
        serves = self.roles.get((question.actor, question.purpose))
        case.purpose_served = serves is not None and serves(case)
        return case
