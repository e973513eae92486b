"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReceived(Event):
    """A call came in."""

    kind: ClassVar[str] = "calls.received"
    about: ClassVar[str] = "call"
    call: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTriaged(Event):
    """A call has a tier, a new one, or one set by hand; `because`: answers, closed, override, scene.

    `asked`: the questions that were answered, or taken back, never what was said.
    """

    kind: ClassVar[str] = "calls.triaged"
    about: ClassVar[str] = "call"
    call: UUID
    tier: str
    because: str = "answers"
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanged(Event):
    """Something else about a call changed: which fields, never their values."""

    kind: ClassVar[str] = "calls.changed"
    about: ClassVar[str] = "call"
    call: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsDispatched(Event):
    """Units were committed to a call, together."""

    kind: ClassVar[str] = "calls.dispatched"
    about: ClassVar[str] = "call"
    call: UUID
    units: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStatusChanged(Event):
    """A unit moved on in its work."""

    kind: ClassVar[str] = "calls.unit_status"
    about: ClassVar[str] = "unit"
    unit: UUID
    call: UUID | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIdentified(Event):
    """A call's person is known now."""

    kind: ClassVar[str] = "calls.identified"
    about: ClassVar[str] = "call"
    call: UUID
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCleared(Event):
    """A call ended; `state` says how: cleared, transferred or cancelled."""

    kind: ClassVar[str] = "calls.cleared"
    about: ClassVar[str] = "call"
    call: UUID
    state: str = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHandedOver(Event):
    """A call left for another centre, or for its own: which fields were given, never their values."""

    kind: ClassVar[str] = "calls.handed_over"
    about: ClassVar[str] = "call"
    call: UUID
    to: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOffered(Event):
    """A caller is being handed to another centre, which has not answered; `agency` is the receiver."""

    kind: ClassVar[str] = "calls.transfer_offered"
    about: ClassVar[str] = "transfer"
    transfer: UUID
    call: UUID
    agency: UUID
    from_agency: UUID
    is_warm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAnswered(Event):
    """The other centre took the caller, or cannot (`refusal` says why, as a code); `agency` is the sender."""

    kind: ClassVar[str] = "calls.transfer_answered"
    about: ClassVar[str] = "transfer"
    transfer: UUID
    call: UUID
    agency: UUID
    is_accepted: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTakenBack(Event):
    """The sender kept the caller after all; `agency` is the receiver that had been asked."""

    kind: ClassVar[str] = "calls.transfer_taken_back"
    about: ClassVar[str] = "transfer"
    transfer: UUID
    call: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferUnanswered(Event):
    """Nobody answered an offered call within the site's target; `agency` is the receiver."""

    kind: ClassVar[str] = "calls.transfer_unanswered"
    about: ClassVar[str] = "transfer"
    transfer: UUID
    call: UUID
    agency: UUID
    from_agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsImported(Event):
    """A batch of past calls was brought in or brought up to date."""

    kind: ClassVar[str] = "calls.imported"
    about: ClassVar[str] = "run"
    run: UUID
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolApproved(Event):
    """A protocol version has its two signatures."""

    kind: ClassVar[str] = "calls.protocol_approved"
    about: ClassVar[str] = "protocol"
    protocol: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolAdopted(Event):
    """A centre works by this protocol from a day on."""

    kind: ClassVar[str] = "calls.protocol_adopted"
    about: ClassVar[str] = "agency"
    agency: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMade(Event):
    """A downtime pack left the system: how many open calls it holds, and how many the gate kept out."""

    kind: ClassVar[str] = "calls.pack_made"
    about: ClassVar[str] = "pack"
    pack: UUID
    agency: UUID
    reason: str
    calls: int
    withheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRemoved(Event):
    """A downtime pack's file was destroyed: its time had come, or somebody said that the paper is gone."""

    kind: ClassVar[str] = "calls.pack_removed"
    about: ClassVar[str] = "pack"
    pack: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMissed(Event):
    """The timer could write no downtime pack for a centre."""

    kind: ClassVar[str] = "calls.pack_missed"
    about: ClassVar[str] = "agency"
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperEntered(Event):
    """A numbered sheet was entered afterwards: a call, an encounter, or one of a drill (no record)."""

    kind: ClassVar[str] = "calls.paper_entered"
    about: ClassVar[str] = "paper"
    paper: UUID
    record: UUID | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DowntimePlanned(Event):
    """A centre said how it keeps ready for the system being away."""

    kind: ClassVar[str] = "calls.downtime_planned"
    about: ClassVar[str] = "agency"
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillBegun(Event):
    """A centre practises working on paper."""

    kind: ClassVar[str] = "calls.drill_begun"
    about: ClassVar[str] = "drill"
    drill: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillEnded(Event):
    """A drill ended: how many of its steps went well."""

    kind: ClassVar[str] = "calls.drill_ended"
    about: ClassVar[str] = "drill"
    drill: UUID
    went_well: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolDraftChanged(Event):
    """A protocol in the making was changed, begun, submitted or withdrawn."""

    kind: ClassVar[str] = "calls.protocol_draft_changed"
    about: ClassVar[str] = "draft"
    draft: UUID
    code: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolCaseKept(Event):
    """A test beside a protocol was added, changed or taken away."""

    kind: ClassVar[str] = "calls.protocol_case_kept"
    about: ClassVar[str] = "case"
    case: UUID
    code: str
