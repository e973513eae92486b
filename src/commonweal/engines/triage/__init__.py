"""Protocol answers in, a tier with the rules that fired and the questions still worth asking out."""

from commonweal.engines.triage.checking import Finding, validate
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

__all__ = [
    "TIERS",
    "UNKNOWN",
    "Answer",
    "Change",
    "Finding",
    "Level",
    "Modifier",
    "Outcome",
    "Protocol",
    "ProtocolError",
    "Question",
    "Rule",
    "Text",
    "answers_from_record",
    "triage",
    "validate",
]
