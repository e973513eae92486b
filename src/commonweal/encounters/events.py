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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGiven(Event):
    """A phone may work without network until the shift ends."""

    kind: ClassVar[str] = "encounters.lease_given"
    about: ClassVar[str] = "lease"
    lease: UUID
    device: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSynced(Event):
    """A phone sent what it had kept: how many changes were applied, diverged, were refused or held."""

    kind: ClassVar[str] = "encounters.phone_synced"
    about: ClassVar[str] = "lease"
    lease: UUID
    applied: int
    conflicts: int
    refused: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsDiverged(Event):
    """Two people answered the same question without seeing each other's answer."""

    kind: ClassVar[str] = "encounters.versions_diverged"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    divergence: UUID
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergenceSettled(Event):
    """A person chose which of two versions stands."""

    kind: ClassVar[str] = "encounters.divergence_settled"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    divergence: UUID
    field: str
    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDecided(Event):
    """What a shut-out phone had sent was released or discarded."""

    kind: ClassVar[str] = "encounters.held_decided"
    about: ClassVar[str] = "lease"
    lease: UUID
    changes: int
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpsGiven(Event):
    """Several next contacts became somebody's to make at once."""

    kind: ClassVar[str] = "encounters.follow_ups_given"
    about: ClassVar[str] = "account"
    account: UUID
    encounters: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpGiven(Event):
    """The next contact with a person became somebody's to make."""

    kind: ClassVar[str] = "encounters.follow_up_given"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographChanged(Event):
    """A photograph came to an encounter or changed.

    `act`: added, withdrawn, restored, destroyed, clean or refused (by the site's scanner).
    """

    kind: ClassVar[str] = "encounters.photograph"
    about: ClassVar[str] = "encounter"
    encounter: UUID
    photograph: UUID
    act: str
