"""What only the asker can say: the part of the facts that no table holds."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Claims made with a question; false by default. Claims of emergency are alerted and reviewed."""

    incident: UUID | None = None  # the call under which a look-up is made; counts only for those tied to it
    opening: UUID | None = None  # the breaking of the glass that the claims rest on: it has its own review
    imminent_threat: bool = False
    medical_emergency: bool = False
    consent_obtainable: bool = True
    break_glass: str | None = None
    legal_process: str | None = None
    le_locate_request: bool = False
    missing_person: bool = False
    in_lawful_custody: bool = False
    crime_on_program_premises: bool = False
    purpose_code: str | None = None
    used_against_subject: bool = False
    deidentified: bool = False
    limited_data_set: bool = False
    irb_or_dua: bool = False
    bulk_export: bool = False
    record_count: int = 1
    le_accounting_suspension: bool = False
    uk_policy_document: bool = False
    uk_strictly_necessary: bool = False
    uk_justification_recorded: bool = True


NONE = Circumstances()
