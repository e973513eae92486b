"""What the law would make of a clause before anybody signs it: the engine asked with the clause in force."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.conf import settings

from commonweal.engines import disclosure
from commonweal.sharing.policy import current
from commonweal.sharing.versions import Term

SUPPOSED: dict[str, dict[str, object]] = {  # what makes a term of the policy true
    "on_call": {"assigned_to_incident": True, "incident_active": True},
    "follow_up": {"assigned_to_incident": True, "hours_since_incident": 1.0},
    "care": {"care_relationship": True},
    "treating": {"care_relationship": True},
}
CONDITIONS = (
    "training_current", "on_call", "follow_up", "care_relationship", "cjis_screened", "missing_person",
    "tie:table",
)  # fmt: skip
"""Conditions that a drafter may choose from; each is a fact or a term of the policy, or a tie."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """For one role, purpose and origin of records: what would open, what never would, and why."""

    role: str
    purpose: str
    origin: str
    opens: frozenset[str]
    closed: frozenset[str]
    rules: tuple[str, ...]


@lru_cache(maxsize=4096)
def _prospect(term: Term, role: str, purpose: str, origin: str, version: str) -> Prospect:
    """The engine's answer where everything that the clause itself asks for holds, and nothing else.

    Remembered for the version of the policy in force.
    """
    policy = current()
    terms = frozenset(c for c in term.conditions if not c.startswith("tie:"))
    supposed: dict[str, object] = {"jurisdiction": settings.JURISDICTION, "cjis_screened": True}
    supposed |= {"source_program": origin} if origin else {}
    for name in terms:
        supposed |= SUPPOSED.get(name, {name: True} if name in disclosure.Facts.__dataclass_fields__ else {})
    clause = disclosure.Clause(term.fields, term.category, term.roles, term.purposes, terms, term.key)
    facts = replace(disclosure.Facts.read(supposed), clauses=(clause,))
    asked = disclosure.Question(role, term.category, purpose, wanted=term.fields)
    answer = disclosure.decide(asked, facts, policy)
    closed = term.fields - answer.fields
    rules: tuple[str, ...] = ()
    if closed:
        rest = disclosure.Question(role, term.category, purpose, wanted=closed)
        rules = tuple(disclosure.decide(rest, facts, policy).rules)
    return Prospect(role, purpose, origin, answer.fields & term.fields, closed, rules)


def prospects(term: Term, origins: Iterable[str]) -> list[Prospect]:
    """The answer for each role and purpose of a grant and each origin of the parties' records."""
    places: Sequence[str] = sorted(set(origins)) or [""]
    if term.kind != "grant":
        return []
    version = current().version
    return [
        _prospect(term, role, purpose, origin, version)
        for role in sorted(term.roles)
        for purpose in sorted(term.purposes)
        for origin in places
    ]


@dataclass(frozen=True, slots=True)
class Honoured:
    """The sum for one clause: "all", "some" or "none" of it would be honoured; what would be refused."""

    term: Term
    how: str
    refused: tuple[Prospect, ...]

    @property
    def never(self) -> bool:
        """Whether no party's record, role or purpose would ever open by it."""
        return self.how == "none"


def honoured(term: Term, origins: Collection[str]) -> Honoured:
    """Whether the packs in force could honour a clause between agencies with records of these origins."""
    found = prospects(term, origins)
    refused = tuple(p for p in found if p.closed)
    opens = any(p.opens for p in found)
    how = "all" if not refused and (opens or term.kind != "grant") else "some" if opens else "none"
    return Honoured(term, how, refused)
