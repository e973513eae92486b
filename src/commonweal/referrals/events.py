"""What this room announces. No event names the person: handlers look it up where they may."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event

ANSWERS = frozenset({"waitlist", "ask", "miss", "schedule", "undo"})  # acts that the sender hears of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralMade(Event):
    """A referral was drafted."""

    kind: ClassVar[str] = "referrals.made"
    about: ClassVar[str] = "referral"
    referral: UUID
    service: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSent(Event):
    """A referral went to its receiver."""

    kind: ClassVar[str] = "referrals.sent"
    about: ClassVar[str] = "referral"
    referral: UUID
    service: UUID
    from_agency: UUID
    to_agency: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralMoved(Event):
    """Viewed, waiting, asked, informed, scheduled, missed, started: `act` and the state it reached."""

    kind: ClassVar[str] = "referrals.moved"
    about: ClassVar[str] = "referral"
    referral: UUID
    act: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralAccepted(Event):
    """The receiver takes the person."""

    kind: ClassVar[str] = "referrals.accepted"
    about: ClassVar[str] = "referral"
    referral: UUID
    service: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralDeclined(Event):
    """The receiver cannot; `reason` is a code."""

    kind: ClassVar[str] = "referrals.declined"
    about: ClassVar[str] = "referral"
    referral: UUID
    service: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralAttended(Event):
    """The person came."""

    kind: ClassVar[str] = "referrals.attended"
    about: ClassVar[str] = "referral"
    referral: UUID
    service: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSettled(Event):
    """The need is resolved, partly, or not."""

    kind: ClassVar[str] = "referrals.settled"
    about: ClassVar[str] = "referral"
    referral: UUID
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralClosed(Event):
    """The loop ended: closed, withdrawn or rerouted (`state`)."""

    kind: ClassVar[str] = "referrals.closed"
    about: ClassVar[str] = "referral"
    referral: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralExpired(Event):
    """Nobody answered in time; the sender must choose again."""

    kind: ClassVar[str] = "referrals.expired"
    about: ClassVar[str] = "referral"
    referral: UUID
    service: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralOverdue(Event):
    """A due time passed; the sender is told once."""

    kind: ClassVar[str] = "referrals.overdue"
    about: ClassVar[str] = "referral"
    referral: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Event):
    """A single-use answer link was made; the token travels by mail only."""

    kind: ClassVar[str] = "referrals.link_issued"
    about: ClassVar[str] = "referral"
    referral: UUID
    link: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnded(Event):
    """A link was used, or revoked and why."""

    kind: ClassVar[str] = "referrals.link_ended"
    about: ClassVar[str] = "referral"
    referral: UUID
    link: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReached(Event):
    """Somebody who was referred stands at the receiver's door; the hand-off clock runs."""

    kind: ClassVar[str] = "referrals.reached"
    about: ClassVar[str] = "referral"
    referral: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOff(Event):
    """The receiver took over; the hand-off clock stands still."""

    kind: ClassVar[str] = "referrals.handed_off"
    about: ClassVar[str] = "referral"
    referral: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardAgreed(Event):
    """A person agreed that a referral may go on by itself."""

    kind: ClassVar[str] = "referrals.onward_agreed"
    about: ClassVar[str] = "referral"
    referral: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardWithdrawn(Event):
    """A person took that back."""

    kind: ClassVar[str] = "referrals.onward_withdrawn"
    about: ClassVar[str] = "referral"
    referral: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardStopped(Event):
    """A referral goes no further by itself; `why` is a code."""

    kind: ClassVar[str] = "referrals.onward_stopped"
    about: ClassVar[str] = "referral"
    referral: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralWentOn(Event):
    """A referral was sent on by itself, after the one before was not taken."""

    kind: ClassVar[str] = "referrals.went_on"
    about: ClassVar[str] = "referral"
    referral: UUID
    before: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderChosen(Event):
    """A person chose how to be reminded: by codes, never the address."""

    kind: ClassVar[str] = "referrals.reminder_chosen"
    about: ClassVar[str] = "referral"
    referral: UUID
    way: str
    before: str
    neutral: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderEnded(Event):
    """That choice ended and its address was forgotten; `why` is a code."""

    kind: ClassVar[str] = "referrals.reminder_ended"
    about: ClassVar[str] = "referral"
    referral: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLeft(Event):
    """A reminder to the person leaves: written before its bytes do, at every try under the same id."""

    kind: ClassVar[str] = "referrals.reminder_left"
    about: ClassVar[str] = "referral"
    referral: UUID
    reminding: UUID
    way: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStayed(Event):
    """The outside did not take it; `fault` is the kind of fault, never what was answered."""

    kind: ClassVar[str] = "referrals.reminder_stayed"
    about: ClassVar[str] = "referral"
    referral: UUID
    reminding: UUID
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderCallDue(Event):
    """A person wants a call before their appointment: `account` makes it."""

    kind: ClassVar[str] = "referrals.reminder_call_due"
    about: ClassVar[str] = "referral"
    referral: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindingSettled(Event):
    """What became of a reminder: sent, reached, or the code why it was not."""

    kind: ClassVar[str] = "referrals.reminding_settled"
    about: ClassVar[str] = "referral"
    referral: UUID
    reminding: UUID
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBrought(Event):
    """Referrals of the past were brought in."""

    kind: ClassVar[str] = "referrals.past_brought"
    referrals: int


def word_to_sender(event: Event) -> str:
    """The word under which a referral's sender hears of an event; empty where it does not concern them."""
    match event:
        case ReferralMoved(act=act):
            return act if act in ANSWERS else ""
        case LinkEnded(why=why):
            return "link_ended" if why == "wrong_person" else ""
        case ReferralWentOn() | OnwardStopped():
            return event.kind.removeprefix("referrals.")
        case ReferralAccepted() | ReferralDeclined() | ReferralExpired() | ReferralOverdue():
            return event.kind.removeprefix("referrals.")
    return ""


def own_act_of_sender(event: Event) -> str:
    """What a sender hears who may know of a guarded referral only what they did; empty for the rest."""
    match event:
        case ReferralSent():
            return "made"
        case ReferralClosed(state="withdrawn"):
            return "withdrawn"
    return ""
