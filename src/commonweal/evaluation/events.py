"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortFrozen(Event):
    """Figures were counted and sealed."""

    kind: ClassVar[str] = "evaluation.cohort_frozen"
    about: ClassVar[str] = "cohort"
    cohort: UUID
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRegistered(Event):
    """A plan was frozen under its seal, before its answer was computed."""

    kind: ClassVar[str] = "evaluation.study_registered"
    about: ClassVar[str] = "study"
    study: UUID
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsDrawn(Event):
    """It was drawn which areas begin when; the seal covers areas, places and seed."""

    kind: ClassVar[str] = "evaluation.lots_drawn"
    about: ClassVar[str] = "draw"
    draw: UUID
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyAnalysed(Event):
    """A registered study was analysed, with so many departures from its plan."""

    kind: ClassVar[str] = "evaluation.study_analysed"
    about: ClassVar[str] = "study"
    study: UUID
    deviations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Event):
    """A before-and-after comparison was made."""

    kind: ClassVar[str] = "evaluation.compared"
    about: ClassVar[str] = "comparison"
    comparison: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLookedAt(Event):
    """Records were looked through for faults: so many are open now."""

    kind: ClassVar[str] = "evaluation.quality_looked_at"
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMoved(Event):
    """Somebody took a fault in their agency's records, corrected it, explained it, or gave it back."""

    kind: ClassVar[str] = "evaluation.quality_moved"
    about: ClassVar[str] = "quality_item"
    quality_item: UUID
    state: str
    reason: str = ""
