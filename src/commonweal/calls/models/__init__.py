"""Calls and what hangs on them; protocol versions; where units stand."""

from commonweal.calls.models.call import (
    CALLER_ROLES,
    OPEN_STATES,
    PARTNERS,
    SOURCES,
    STAGES,
    STATES,
    Call,
    Change,
    Document,
    Note,
    Numbering,
    Stamp,
    Transfer,
)
from commonweal.calls.models.downtime import (
    DowntimePlan,
    Drill,
    Pack,
    PaperEntry,
    PaperSeries,
)
from commonweal.calls.models.protocol import (
    Adoption,
    Approval,
    ProtocolCase,
    ProtocolDraft,
    ProtocolVersion,
)
from commonweal.calls.models.unit import UNIT_STATUSES, Assignment, UnitStatus

__all__ = [
    "CALLER_ROLES", "OPEN_STATES", "PARTNERS", "SOURCES", "STAGES", "STATES", "UNIT_STATUSES", "Adoption",
    "Approval", "Assignment", "Call", "Change", "Document", "DowntimePlan", "Drill", "Note", "Numbering",
    "Pack", "PaperEntry", "PaperSeries", "ProtocolCase", "ProtocolDraft", "ProtocolVersion", "Stamp",
    "Transfer", "UnitStatus",
]  # fmt: skip
