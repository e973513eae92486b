"""Protocol answers in, a tier with the rules that fired and the questions still worth asking out."""

from commonweal.engines.triage.checking import Finding, validate
from commonweal.engines.triage.comparing import Difference, differences
from commonweal.engines.triage.outcome import Change, Outcome, Rule, triage
from commonweal.engines.triage.parts import (
    TIERS,
    UNKNOWN,
    Answer,
    Level,
    Modifier,
    ProtocolError,
    Question,
    Text,
)
from commonweal.engines.triage.protocol import Protocol
from commonweal.engines.triage.records import answers_from_record
from commonweal.engines.triage.weighing import Share, Weighing

__all__ = [
    "TIERS",
    "UNKNOWN",
    "Answer",
    "Change",
    "Difference",
    "Finding",
    "Level",
    "Modifier",
    "Outcome",
    "Protocol",
    "ProtocolError",
    "Question",
    "Rule",
    "Share",
    "Text",
    "Weighing",
    "answers_from_record",
    "differences",
    "triage",
    "validate",
]
