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
class Compared(Event):
    """A before-and-after comparison was made."""

    kind: ClassVar[str] = "evaluation.compared"
    about: ClassVar[str] = "comparison"
    comparison: UUID
