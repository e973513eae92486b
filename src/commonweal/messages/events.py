"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted(Event):
    """Someone wrote in a thread."""

    kind: ClassVar[str] = "messages.posted"
    about: ClassVar[str] = "thread"
    thread: UUID
    message: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified(Event):
    """A line was put in someone's bell."""

    kind: ClassVar[str] = "messages.notified"
    about: ClassVar[str] = "account"
    account: UUID
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInMissed(Event):
    """A unit did not answer its safety timer; `step` climbs the ladder."""

    kind: ClassVar[str] = "messages.check_in_missed"
    about: ClassVar[str] = "unit"
    unit: UUID
    call: UUID | None
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuressRaised(Event):
    """A worker asked for help silently."""

    kind: ClassVar[str] = "messages.duress_raised"
    about: ClassVar[str] = "duress"
    duress: UUID
    unit: UUID | None
    call: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuressClosed(Event):
    """The worker who asked for help was reached."""

    kind: ClassVar[str] = "messages.duress_closed"
    about: ClassVar[str] = "duress"
    duress: UUID
