"""A question laid beside its facts, with what the engine works out once before any rule is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from commonweal.engines.disclosure.facts import FLAGS, VALUES, Facts
from commonweal.engines.disclosure.question import Consent, Question


@dataclass(slots=True)
class Case:
    """One question in its circumstances.

    The question's words stand beside it, since most rules begin by asking for them. ``origin`` is the
    record's source, or its natural owner if none is said. ``consents`` holds the valid ones
    alone; ``unknown`` is true where a word or number is outside the vocabulary; ``break_glass_reason`` where
    the glass was broken with a reason; ``care_relationship`` is the fact, or what a consent stands in for;
    ``purpose_served`` is true where the purpose is one of the role's.
    """

    question: Question
    facts: Facts
    actor: str
    category: str
    purpose: str
    origin: str
    consents: tuple[Consent, ...]
    unknown: bool
    break_glass_reason: bool
    care_relationship: bool
    purpose_served: bool = False


OWN = ("unknown", "break_glass_reason", "care_relationship", "purpose_served")
"""The flags that are asked of the case itself."""

Judge = Callable[[Case], bool]
"""A compiled condition on a case."""


def case_flags(forms: frozenset[str]) -> dict[str, Judge]:
    """Return every yes-or-no word that a condition on a case may use: facts, and what is derived."""
    flags: dict[str, Judge] = {name: attrgetter(f"facts.{name}") for name in FLAGS}
    flags |= {name: attrgetter(name) for name in OWN}
    return flags | {f"consent_{form}": _holds(form) for form in forms}


def case_values() -> Mapping[str, Callable[[Case], object]]:
    """Return every word with a value that a condition on a case may compare."""
    asked = {name: attrgetter(name) for name in ("actor", "category", "purpose", "origin")}
    return {name: attrgetter(f"facts.{name}") for name in VALUES} | asked


def _holds(form: str) -> Judge:
    return lambda case: any(consent.form == form for consent in case.consents)
