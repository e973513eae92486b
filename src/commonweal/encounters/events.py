"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterOpened(Event):
    """A team began to record what it found."""

    kind: ClassVar[str] = "encounters.opened"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    call: UUID | None
    person: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterRecorded(Event):
    """Fields were written."""

    kind: ClassVar[str] = "encounters.recorded"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNamed(Event):
    """The person of an encounter is now known."""

    kind: ClassVar[str] = "encounters.person_named"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed(Event):
    """A screener was scored."""

    kind: ClassVar[str] = "encounters.assessed"
    about: ClassVar[str] = "assessment"
    assessment: UUID
    encounter: UUID | None
    instrument: str
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterClosed(Event):
    """The record is complete."""

    kind: ClassVar[str] = "encounters.closed"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    call: UUID | None
    person: UUID | None
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpMade(Event):
    """A post-crisis contact was attempted or made."""

    kind: ClassVar[str] = "encounters.follow_up_made"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    follow_up: UUID
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBrought(Event):
    """Encounters of the past were brought in."""

    kind: ClassVar[str] = "encounters.past_brought"
    encounters: int
