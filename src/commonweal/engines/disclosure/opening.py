"""What opens, and what is taken away again: grants united, then limits, in the order of the policy."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from commonweal.engines.disclosure.case import Case
from commonweal.engines.disclosure.question import Clause, Consent
from commonweal.engines.disclosure.rulebook import Rulebook
from commonweal.engines.disclosure.rules import Grant, Limit, Opening, Rule


def open_fields(case: Case, book: Rulebook) -> list[Opening]:
    """Return every grant that fires on the case with the fields it opens, before any limit."""
    regime = book.regimes[case.origin, case.category]
    matrix: bool | None = None
    found: list[Opening] = []
    for grant in _listed(case, book):
        if grant.regimes is None:
            matrix = regime.matrix(case) if matrix is None else matrix
            applies = matrix
        else:
            applies = regime.rule.id in grant.regimes
        if applies and grant.when(case):
            found += _openings(grant, case, book)
    return found


def _listed(case: Case, book: Rulebook) -> tuple[Grant, ...]:
    return book.grants.get((case.actor, case.category, case.purpose), ())


def _openings(grant: Grant, case: Case, book: Rulebook) -> list[Opening]:
    if grant.form is not None:
        return _by_consent(grant, case, book)
    if grant.source == "clause":
        return [
            Opening(grant, clause.fields & book.vocabulary.whole(clause.category), clause.id)
            for clause in case.facts.clauses
            if _holds(clause, case, book)
        ]
    return [Opening(grant, grant.fields)]


def _by_consent(grant: Grant, case: Case, book: Rulebook) -> list[Opening]:
    """One opening for each consent that serves; all of them open the same fields."""
    serving = [consent for consent in case.consents if _serves(grant, consent)]
    if not serving:
        return []
    fields = _as_ordinary(case, book) if grant.source == "matrix" else grant.fields
    return [Opening(grant, fields, consent.id, consent.expires_hours) for consent in serving]


def _serves(grant: Grant, consent: Consent) -> bool:
    return consent.form == grant.form and grant.consent(consent)


def _as_ordinary(case: Case, book: Rulebook) -> frozenset[str]:
    """The fields that the role's own rows would open were the record an ordinary one.

    Where none of its rows' circumstances holds, the consent stands in for the care relationship, since the
    grant that got here has already found the role treating or assigned.
    """
    return _row_fields(case, book) or _row_fields(replace(case, care_relationship=True), book)


def _row_fields(case: Case, book: Rulebook) -> frozenset[str]:
    rows = (grant for grant in _listed(case, book) if grant.regimes is None and grant.when(case))
    return frozenset().union(*(grant.fields for grant in rows))


def _holds(clause: Clause, case: Case, book: Rulebook) -> bool:
    return (
        clause.category == case.category
        and case.actor in clause.roles
        and case.purpose in clause.purposes
        and all(name in book.names and book.names[name](case) for name in clause.conditions)
    )


class Narrowed(NamedTuple):
    """What the limits leave; the rules that took something; those and any that explain a denial."""

    openings: list[Opening]
    took: list[Rule]
    explain: list[Rule]


def narrow(openings: list[Opening], case: Case, book: Rulebook) -> Narrowed:
    """Apply the policy's limits, in its order, to every opening that they do not spare."""
    took: list[Rule] = []
    explain: list[Rule] = []
    for limit in book.limits:
        if not (openings or limit.explains) or not limit.when(case):
            continue
        left = [kept for kept in [_after(limit, opening, case) for opening in openings] if kept.fields]
        if left != openings:
            took.append(limit.rule)
        if left != openings or limit.explains:
            explain.append(limit.rule)
        openings = left
    return Narrowed(openings, took, explain)


def _after(limit: Limit, opening: Opening, case: Case) -> Opening:
    if any(spare.covers(opening.grant) and spare.when(case) for spare in limit.spares):
        return opening
    kept = frozenset() if limit.removes is None else opening.fields - limit.removes
    return opening._replace(fields=kept)
