"""What is known about a question: the published facts with their defaults, free of names and narratives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from commonweal.engines.disclosure.question import Clause, Consent
from commonweal.engines.disclosure.reading import NotUnderstood, entry


@dataclass(frozen=True, slots=True)
class Facts:
    """The circumstances of a question, with the defaults of the published policy vocabulary.

    ``hours_since_incident`` is in hours, ``record_count`` and ``aggregate_cell_n`` are counts.
    ``break_glass`` is the reason given, or None where no glass was broken; an empty reason alerts but opens
    nothing. ``consents`` and ``clauses`` hold every one that bears on the question.
    """

    jurisdiction: str = "US"
    mfa: bool = True
    session_valid: bool = True
    account_active: bool = True
    training_current: bool = True
    device_trusted: bool = True
    purpose_declared: bool = True
    mou_active: bool = True
    conflict_of_interest: bool = False
    source_program: str | None = None
    same_agency_as_source: bool = False
    assigned_to_incident: bool = False
    incident_active: bool = False
    hours_since_incident: float | None = None
    care_relationship: bool = False
    actor_is_medical: bool = False
    actor_covered_entity: bool = False
    imminent_threat: bool = False
    medical_emergency: bool = False
    consent_obtainable: bool = True
    break_glass: str | None = None
    consents: tuple[Consent, ...] = ()
    clauses: tuple[Clause, ...] = ()
    legal_process: str | None = None
    le_locate_request: bool = False
    missing_person: bool = False
    in_lawful_custody: bool = False
    crime_on_program_premises: bool = False
    subject_minor: bool = False
    subject_is_dv_victim: bool = False
    address_confidentiality: bool = False
    subject_deceased: bool = False
    record_sealed: bool = False
    record_expunged: bool = False
    cjis_screened: bool = False
    security_addendum: bool = False
    purpose_code: str | None = None
    deidentified: bool = False
    aggregate_cell_n: int | None = None
    irb_or_dua: bool = False
    limited_data_set: bool = False
    used_against_subject: bool = False
    diversion_condition: bool = False
    bulk_export: bool = False
    record_count: int = 1
    le_accounting_suspension: bool = False
    state_law_stricter: bool = False
    uk_policy_document: bool = False
    uk_strictly_necessary: bool = False
    uk_justification_recorded: bool = True
    unknown_value: bool = False

    @classmethod
    def read(cls, mapping: Mapping[str, object]) -> Facts:
        """Return facts read strictly from a mapping in the published form; what is missing takes its default.

        The form's single ``consent`` becomes a tuple of one; ``consents`` and ``clauses`` may be lists. An
        unknown name or a value of the wrong kind keeps its default and sets ``unknown_value``, so that the
        answer is a denial. Never raises.
        """
        if not isinstance(mapping, Mapping):
            return cls(unknown_value=True)
        known: dict[str, object] = {}
        for name, value in mapping.items():
            try:
                attribute, known_value = entry(name, value, FLAGS)
            except NotUnderstood:
                known["unknown_value"] = True
            else:
                if known.setdefault(attribute, known_value) is not known_value:
                    known["unknown_value"] = True
        return cls().changed(known)

    def changed(self, known: Mapping[str, object]) -> Facts:
        """Return these facts with others in place, whose values a reader has checked against their kinds."""
        return replace(self, **cast("dict[str, Any]", known))


FLAGS: frozenset[str] = frozenset(item.name for item in fields(Facts) if isinstance(item.default, bool))
"""The facts that are plainly true or false."""

VALUES: frozenset[str] = frozenset(item.name for item in fields(Facts)) - FLAGS - {"consents", "clauses"}
"""The facts that hold a word, a number or nothing."""
