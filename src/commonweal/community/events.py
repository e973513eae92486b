"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReceived(Event):
    """A resident said how it went."""

    kind: ClassVar[str] = "community.feedback_received"
    about: ClassVar[str] = "feedback"
    feedback: UUID
    agency: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRead(Event):
    """Someone who answers residents read what one of them wrote: free text may name people."""

    kind: ClassVar[str] = "community.feedback_read"
    about: ClassVar[str] = "feedback"
    feedback: UUID
    category: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAnswered(Event):
    """An agency replied."""

    kind: ClassVar[str] = "community.feedback_answered"
    about: ClassVar[str] = "feedback"
    feedback: UUID
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationSet(Event):
    """What the population is by one margin was written down, with its source."""

    kind: ClassVar[str] = "community.population_set"
    margin: str
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeNamed(Event):
    """What many speak of was given a name, or taken off the list."""

    kind: ClassVar[str] = "community.theme"
    about: ClassVar[str] = "theme"
    theme: UUID
    dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesSought(Event):
    """Words that many answers share were looked for; no answer was shown."""

    kind: ClassVar[str] = "community.themes_sought"
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalled(Event):
    """A meeting was set or its minutes were written."""

    kind: ClassVar[str] = "community.meeting"
    about: ClassVar[str] = "meeting"
    meeting: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMade(Event):
    """Something was promised, or the promise was kept."""

    kind: ClassVar[str] = "community.commitment"
    about: ClassVar[str] = "commitment"
    commitment: UUID
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPublished(Event):
    """Counts went to the public page."""

    kind: ClassVar[str] = "community.figures_published"
    code: str
    month: str
    cells: int
    withheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresWithdrawn(Event):
    """A month's counts were taken off the public page."""

    kind: ClassVar[str] = "community.figures_withdrawn"
    code: str
    month: str
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMoved(Event):
    """A public alert was drafted, changed, approved, issued, updated, cancelled or dropped."""

    kind: ClassVar[str] = "community.alert"
    about: ClassVar[str] = "alert"
    alert: UUID
    act: str
    status: str
