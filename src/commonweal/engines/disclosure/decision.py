"""The decision: stages in order, the first that denies decides; then grants, limits and duties."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from commonweal.engines.disclosure.case import Case
from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.opening import narrow, open_fields
from commonweal.engines.disclosure.policy import Policy
from commonweal.engines.disclosure.question import Question
from commonweal.engines.disclosure.remedies import remedies
from commonweal.engines.disclosure.rulebook import Rulebook
from commonweal.engines.disclosure.rules import Bar, Duty, Opening, Rule
from commonweal.engines.disclosure.verdict import MINT, Permit, Refusal


def decide(question: Question, facts: Facts, policy: Policy) -> Permit | Refusal:
    """Return whether this role may see this category for this purpose, which fields, and at what price.

    Pure, total and deterministic: every question gets an answer, with the rules that gave it, their legal
    bases, the duties that come with it and, for a refusal that may be acknowledged, what would unlock it.
    What no rule grants is denied. Costs some tens of microseconds; a refusal's ``unlock`` is worked out
    only when read.
    """
    book = policy.book
    case = book.case(question, facts)
    bar = _barred(case, book)
    if bar is not None:
        return _refuse(case, book, (bar.rule,), bar.unlock)
    left = narrow(open_fields(case, book), case, book)
    fields = _wanted(left.openings, question)
    if not fields:
        regime = book.regimes[case.origin, question.category]
        return _refuse(case, book, (*left.explain, regime.rule), "")
    return _permit(
        case, book, fields, [opening for opening in left.openings if opening.fields & fields], left.took
    )


def _barred(case: Case, book: Rulebook) -> Bar | None:
    for bar in book.bars:
        if bar.when(case):
            return bar
    return None


def _wanted(openings: Iterable[Opening], question: Question) -> frozenset[str]:
    fields = frozenset().union(*[opening.fields for opening in openings])
    return fields if question.wanted is None else fields & question.wanted


def _opens(question: Question, book: Rulebook, facts: Facts) -> bool:
    """Whether anything opens on these facts: the decision without its explanation."""
    case = book.case(question, facts)
    if _barred(case, book) is not None:
        return False
    return bool(_wanted(narrow(open_fields(case, book), case, book).openings, question))


def _permit(
    case: Case, book: Rulebook, fields: frozenset[str], openings: list[Opening], took: list[Rule]
) -> Permit:
    grounds = frozenset([opening.grant.ground for opening in openings])
    duties = [duty for ground in grounds for duty in _owed(book.granted[ground], case)]
    question = case.question
    whole = book.vocabulary.whole(question.category) if question.wanted is None else question.wanted
    return Permit(
        question=question,
        decision="allow" if whole <= fields else "redact",
        fields=fields,
        fired=_once([opening.grant.rule for opening in openings] + took),
        obligations=frozenset([duty.owes for duty in duties]),
        expires_hours=_expiry(duties, openings),
        relied_on=tuple(dict.fromkeys([opening.relied_on for opening in openings if opening.relied_on])),
        mint=MINT,
    )


def _refuse(case: Case, book: Rulebook, rules: tuple[Rule, ...], unlock: str) -> Refusal:
    return Refusal(
        question=case.question,
        fired=rules,
        obligations=frozenset([duty.owes for duty in _owed(book.denied, case)]),
        remedies=partial(_unlock, case, book, unlock),
        mint=MINT,
    )


def _unlock(case: Case, book: Rulebook, first: str) -> tuple[str, ...]:
    found = remedies(case.question, case.facts, book, partial(_opens, case.question, book))
    return (first, *found) if first else found


def _owed(duties: tuple[Duty, ...], case: Case) -> list[Duty]:
    return [duty for duty in duties if duty.when is None or duty.when(case)]


def _expiry(duties: Iterable[Duty], openings: Iterable[Opening]) -> float | None:
    """The hours until the first of the grounds that the permit rests on comes to its end."""
    hours = [duty.hours for duty in duties if duty.hours is not None]
    hours += [opening.expires_hours for opening in openings if opening.expires_hours is not None]
    return min(hours) if hours else None


def _once(rules: list[Rule]) -> tuple[Rule, ...]:
    """The rules in order, each once: one consent rule fires for every consent that fits."""
    return tuple({rule.id: rule for rule in rules}.values()) if len(rules) > 1 else tuple(rules)
