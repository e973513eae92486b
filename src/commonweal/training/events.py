"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Event):
    """A worker has a place in a session."""

    kind: ClassVar[str] = "training.enrolled"
    about: ClassVar[str] = "session"
    session: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGivenUp(Event):
    """A seat in a session is free again; `own` where the worker gave it up, else it was taken from them."""

    kind: ClassVar[str] = "training.seat_given_up"
    about: ClassVar[str] = "session"
    session: UUID
    account: UUID
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCancelled(Event):
    """A session will not be held."""

    kind: ClassVar[str] = "training.session_cancelled"
    about: ClassVar[str] = "session"
    session: UUID
    course: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlanned(Event):
    """A session of a course has its day."""

    kind: ClassVar[str] = "training.session_planned"
    about: ClassVar[str] = "session"
    session: UUID
    course: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended(Event):
    """A session was held and a worker was there."""

    kind: ClassVar[str] = "training.attended"
    about: ClassVar[str] = "session"
    session: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified(Event):
    """A certificate was awarded or withdrawn."""

    kind: ClassVar[str] = "training.certified"
    about: ClassVar[str] = "account"
    account: UUID
    certificate: UUID
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChanged(Event):
    """A worker's standing lapsed or was restored."""

    kind: ClassVar[str] = "training.standing_changed"
    about: ClassVar[str] = "account"
    account: UUID
    lapsed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPlayed(Event):
    """A scenario was played to its end."""

    kind: ClassVar[str] = "training.scenario_played"
    about: ClassVar[str] = "account"
    account: UUID
    scenario: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBrought(Event):
    """Sessions held and certificates given in the past were brought in; none is announced alone."""

    kind: ClassVar[str] = "training.past_brought"
    sessions: int
    certificates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseKept(Event):
    """A course was added or changed."""

    kind: ClassVar[str] = "training.course_kept"
    about: ClassVar[str] = "course"
    course: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementSet(Event):
    """A role must hold a certificate, or need no longer (`ended`)."""

    kind: ClassVar[str] = "training.requirement_set"
    about: ClassVar[str] = "requirement"
    requirement: UUID
    role: str
    certificate: str
    ended: bool = False
