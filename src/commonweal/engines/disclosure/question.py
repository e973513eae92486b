"""What is asked, and the consents and agreement clauses that bear on it: frozen values without names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants which category of whose record, and what for.

    ``actor``, ``category`` and ``purpose`` are words of the policy's vocabulary; ``subject``, ``actor_id``
    and ``agency`` are opaque ids that the decision never reads. ``wanted`` limits the answer to some fields
    of the category; None wants all that may be had.
    """

    actor: str
    category: str
    purpose: str
    subject: str = ""
    actor_id: str = ""
    agency: str = ""
    wanted: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent as it bears on this question: its form, and whether it names this recipient and purpose.

    A missing element defaults to absent, so that a half-described consent is void. ``expires_hours`` counts
    from the moment of asking; None means that the form sets no hour. ``id`` is the consent's own id, for
    the register. ``age`` is the person's at the signing, in whole years, where they were a minor; who signed
    then matters by name: ``by_person``, ``by_guardian`` (42 CFR 2.14).
    """

    form: str
    complete: bool = False
    recipient_ok: bool = False
    category_ok: bool = False
    purpose_ok: bool = False
    expired: bool = False
    revoked: bool = False
    includes_counseling_notes: bool = False
    separate: bool = False
    conditioned_on_service: bool = False
    signed_by_abuser: bool = False
    tpo_single: bool = False
    expires_hours: float | None = None
    id: str = ""
    age: int | None = None
    by_person: bool = False
    by_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of an agreement in force: these fields of a category, to these roles, for these purposes.

    ``conditions`` names facts or terms of the policy that must all hold (``training_current``,
    ``on_call``); a name the policy does not know never holds. Every name is a word of the policy's
    vocabulary.
    """

    fields: frozenset[str]
    category: str
    roles: frozenset[str]
    purposes: frozenset[str]
    conditions: frozenset[str] = frozenset()
    id: str = ""
