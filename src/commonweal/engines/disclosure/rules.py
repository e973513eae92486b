"""Compiled rules: what a policy pack's sentences become before the first question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from commonweal.engines.disclosure.case import Judge
from commonweal.engines.disclosure.question import Consent


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule carries: an id, a plain sentence, its legal bases by code, its citation in words.

    ``cites`` is that citation in its parts, one a legal basis; ``opens`` whether the rule is a grant.
    """

    id: str
    says: str
    basis: tuple[str, ...]
    cites: tuple[str, ...]
    opens: bool

    @property
    def citation(self) -> str:
        """The legal bases in words, as one."""
        return "; ".join(self.cites)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage that denies outright. ``unlock`` is said to those who may be told."""

    rule: Rule
    when: Judge
    unlock: str


@dataclass(frozen=True, slots=True)
class Regime:
    """The law's house that a record stands in, and when the matrix speaks for it."""

    rule: Rule
    matrix: Judge


@dataclass(frozen=True, slots=True)
class Grant:
    """A rule that opens ``fields`` of one category to one role for one purpose.

    ``regimes`` None marks a row of the matrix. ``source`` is "fields", or "matrix" where the role's own
    rows say which fields, or "clause" where the agreement does. ``consent`` judges the consent that
    ``form`` asks for.
    """

    rule: Rule
    ground: str
    regimes: frozenset[str] | None
    when: Judge
    fields: frozenset[str]
    source: str
    form: str | None
    consent: Callable[[Consent], bool]


@dataclass(frozen=True, slots=True)
class Spare:
    """What a limit leaves alone: grants of these grounds (empty: any) and forms, where ``when`` holds."""

    grounds: frozenset[str]
    forms: frozenset[str]
    when: Judge

    def covers(self, grant: Grant) -> bool:
        """Whether the grant is of the kind that is left alone."""
        return (not self.grounds or grant.ground in self.grounds) and (
            not self.forms or grant.form in self.forms
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule that takes fields away (None: all of them) from every grant it does not spare.

    ``explains`` names it in a denial even where there was nothing left to take.
    """

    rule: Rule
    when: Judge
    removes: frozenset[str] | None
    spares: tuple[Spare, ...]
    explains: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation, and the answers it attaches to. ``hours`` limits the permit.

    ``grounds`` None is any ground, ``when`` None any circumstance.
    """

    rule: Rule
    owes: str
    grounds: frozenset[str] | None
    when: Judge | None
    hours: float | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that could change a refusal: facts to suppose, a consent of a form, or a clause; and its
    sentence.

    ``also`` marks a circumstance that may be needed together with another remedy.
    """

    says: str
    facts: tuple[tuple[str, object], ...]
    form: str | None
    clause: bool
    also: bool


class Opening(NamedTuple):
    """A grant that fired: the fields it opens here, and the consent or clause it relied on."""

    grant: Grant
    fields: frozenset[str]
    relied_on: str = ""
    expires_hours: float | None = None
