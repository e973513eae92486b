"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFiled(Event):
    """A provider was added or changed."""

    kind: ClassVar[str] = "directory.provider_filed"
    about: ClassVar[str] = "provider"
    provider: UUID
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFiled(Event):
    """A service was added or changed."""

    kind: ClassVar[str] = "directory.service_filed"
    about: ClassVar[str] = "service"
    service: UUID
    provider: UUID
    outcome: str = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAssured(Event):
    """Someone confirmed that a service's entry is right."""

    kind: ClassVar[str] = "directory.service_assured"
    about: ClassVar[str] = "service"
    service: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityPosted(Event):
    """Room at a service was posted, confirmed, or learned from an answer."""

    kind: ClassVar[str] = "directory.capacity_posted"
    about: ClassVar[str] = "service"
    service: UUID
    post: UUID
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityBrought(Event):
    """Earlier posts of room were brought in; each stands for itself, none is announced alone."""

    kind: ClassVar[str] = "directory.capacity_brought"
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryImported(Event):
    """An import of services ended; its counts stand in the run."""

    kind: ClassVar[str] = "directory.imported"
    about: ClassVar[str] = "run"
    run: UUID
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHeld(Event):
    """A place is held for a referral (`cause`), or for longer."""

    kind: ClassVar[str] = "directory.place_held"
    about: ClassVar[str] = "service"
    service: UUID
    hold: UUID
    cause: UUID
    extended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    """A held place was taken by arriving, released, or let go by its time (`how`)."""

    kind: ClassVar[str] = "directory.hold_ended"
    about: ClassVar[str] = "service"
    service: UUID
    hold: UUID
    cause: UUID
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLimitSet(Event):
    """A provider said how long it holds its places."""

    kind: ClassVar[str] = "directory.hold_limit_set"
    about: ClassVar[str] = "service"
    service: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinsSought(Event):
    """The directory was compared with itself: how many pairs wait to be looked at."""

    kind: ClassVar[str] = "directory.twins_sought"
    waiting: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesMerged(Event):
    """A person said that two entries are one service; `service` stands for both from now on."""

    kind: ClassVar[str] = "directory.services_merged"
    about: ClassVar[str] = "service"
    service: UUID
    merged: UUID
    pair: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesParted(Event):
    """Two entries are two services: said at once (`undone` false), or a merging was taken back."""

    kind: ClassVar[str] = "directory.services_parted"
    about: ClassVar[str] = "service"
    service: UUID
    other: UUID
    pair: UUID
    undone: bool = False
