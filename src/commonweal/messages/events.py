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
class Addressed(Event):
    """A message names workers, or asks some to confirm that they read it: how many."""

    kind: ClassVar[str] = "messages.addressed"
    about: ClassVar[str] = "thread"
    thread: UUID
    message: UUID
    named: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Event):
    """Somebody who was asked says that they read a message."""

    kind: ClassVar[str] = "messages.confirmed"
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
class LadderClimbed(Event):
    """Nobody had said "I have it": so many steps were told of it by now."""

    kind: ClassVar[str] = "messages.ladder_climbed"
    about: ClassVar[str] = "climb"
    climb: UUID
    occasion: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderAnswered(Event):
    """Somebody who was told takes it on."""

    kind: ClassVar[str] = "messages.ladder_answered"
    about: ClassVar[str] = "climb"
    climb: UUID
    occasion: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderEnded(Event):
    """What it was about is over."""

    kind: ClassVar[str] = "messages.ladder_ended"
    about: ClassVar[str] = "climb"
    climb: UUID
    occasion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderSet(Event):
    """The site's own steps of a ladder were set, or taken back."""

    kind: ClassVar[str] = "messages.ladder_set"
    occasion: str
    steps: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftGiven(Event):
    """Somebody leaves and gives what is open to whoever comes: how many items."""

    kind: ClassVar[str] = "messages.shift_given"
    about: ClassVar[str] = "handover"
    handover: UUID
    agency: UUID
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTaken(Event):
    """The incoming person acknowledged every item of a hand-over."""

    kind: ClassVar[str] = "messages.shift_taken"
    about: ClassVar[str] = "handover"
    handover: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNotTaken(Event):
    """A hand-over waits longer than it may: what is open may fall between two shifts."""

    kind: ClassVar[str] = "messages.shift_not_taken"
    about: ClassVar[str] = "handover"
    handover: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesChosen(Event):
    """A worker chose how to hear of things; `quiet` whether at some hours not."""

    kind: ClassVar[str] = "messages.notices_chosen"
    about: ClassVar[str] = "account"
    account: UUID
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLeft(Event):
    """A message about so many notices is handed to the outside now; written before its bytes leave."""

    kind: ClassVar[str] = "messages.notice_left"
    about: ClassVar[str] = "account"
    account: UUID
    batch: UUID
    channel: str
    notices: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStayed(Event):
    """The outside refused a message; it is tried again."""

    kind: ClassVar[str] = "messages.notice_stayed"
    about: ClassVar[str] = "account"
    account: UUID
    batch: UUID
    channel: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointKept(Event):
    """An agency's endpoint for webhooks was registered, rotated, disabled, enabled or removed."""

    kind: ClassVar[str] = "messages.endpoint_kept"
    about: ClassVar[str] = "endpoint"
    endpoint: UUID
    agency: UUID
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDisabled(Event):
    """An endpoint failed too often and is asked no more, until somebody enables it."""

    kind: ClassVar[str] = "messages.endpoint_disabled"
    about: ClassVar[str] = "endpoint"
    endpoint: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSent(Event):
    """An event left for an endpoint: which, about what; what of it the gate opened has its own line."""

    kind: ClassVar[str] = "messages.webhook_sent"
    about: ClassVar[str] = "delivery"
    delivery: UUID
    endpoint: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinMoved(Event):
    """A bulletin was posted, superseded, withdrawn or acknowledged; `what`: its kind."""

    kind: ClassVar[str] = "messages.bulletin_moved"
    about: ClassVar[str] = "bulletin"
    bulletin: UUID
    what: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillStarted(Event):
    """A communication test asked so many workers on duty to confirm."""

    kind: ClassVar[str] = "messages.drill_started"
    about: ClassVar[str] = "drill"
    drill: UUID
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillConfirmed(Event):
    """Somebody whom a communication test asked has confirmed."""

    kind: ClassVar[str] = "messages.drill_confirmed"
    about: ClassVar[str] = "drill"
    drill: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillStopped(Event):
    """A communication test is not held again by itself."""

    kind: ClassVar[str] = "messages.drill_stopped"
    about: ClassVar[str] = "drill"
    drill: UUID
