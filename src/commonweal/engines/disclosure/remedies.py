"""What would unlock a refusal: each remedy is supposed and the question decided again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.question import Clause, Consent, Question
from commonweal.engines.disclosure.rulebook import Rulebook
from commonweal.engines.disclosure.rules import Remedy

MOST = 8
"""No more sentences than a person will read."""


def remedies(
    question: Question, facts: Facts, book: Rulebook, opens: Callable[[Facts], bool]
) -> tuple[str, ...]:
    """Return the sentences of the remedies under which ``opens`` holds, or of pairs where no one does."""
    single = [
        remedy.says
        for remedy in book.remedies
        if _tried(facts, suppose(facts, remedy, question, book), opens)
    ]
    if single:
        return tuple(single[:MOST])
    pairs: list[str] = []
    for first in (remedy for remedy in book.remedies if remedy.also):
        there = suppose(facts, first, question, book)
        for second in book.remedies:
            if there != facts and second is not first and not (second.also and second.says < first.says):
                both = suppose(there, second, question, book)
                if _tried(there, both, opens):
                    pairs.append(f"{first.says} Together with this: {second.says}")
    return tuple(pairs[:MOST])


def suppose(facts: Facts, remedy: Remedy, question: Question, book: Rulebook) -> Facts:
    """Return the facts as they would be with the remedy in place."""
    supposed = facts.changed(dict(remedy.facts))
    if remedy.form is not None:
        given = Consent(remedy.form, complete=True, recipient_ok=True, category_ok=True, purpose_ok=True)
        supposed = replace(supposed, consents=(*facts.consents, given))
    if remedy.clause:
        whole = book.vocabulary.whole(question.category)
        agreed = Clause(whole, question.category, frozenset({question.actor}), frozenset({question.purpose}))
        supposed = replace(supposed, clauses=(*facts.clauses, agreed))
    return supposed


def _tried(before: Facts, after: Facts, opens: Callable[[Facts], bool]) -> bool:
    return after != before and opens(after)
