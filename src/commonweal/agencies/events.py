"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyOpened(Event):
    """An agency takes part."""

    kind: ClassVar[str] = "agencies.agency_opened"
    about: ClassVar[str] = "agency"
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyChanged(Event):
    """An agency's own data changed."""

    kind: ClassVar[str] = "agencies.agency_changed"
    about: ClassVar[str] = "agency"
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened(Event):
    """A worker or a person helped may sign in."""

    kind: ClassVar[str] = "agencies.account_opened"
    about: ClassVar[str] = "account"
    account: UUID
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """A role, a fact of standing or the activity of an account changed."""

    kind: ClassVar[str] = "agencies.account_changed"
    about: ClassVar[str] = "account"
    account: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Event):
    """A worker was invited; the token travels by mail only."""

    kind: ClassVar[str] = "agencies.invited"
    about: ClassVar[str] = "invitation"
    invitation: UUID
    agency: UUID
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWithdrawn(Event):
    """An invitation was taken back before anybody used it: its link opens nothing any more."""

    kind: ClassVar[str] = "agencies.invitation_withdrawn"
    about: ClassVar[str] = "invitation"
    invitation: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Event):
    """An API token was made or revoked."""

    kind: ClassVar[str] = "agencies.token_issued"
    about: ClassVar[str] = "account"
    account: UUID
    token: UUID
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAddressSet(Event):
    """A worker's calendar got a secret address (`stands`), or it ended."""

    kind: ClassVar[str] = "agencies.calendar_address_set"
    about: ClassVar[str] = "account"
    account: UUID
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamOpened(Event):
    """An agency has one more team."""

    kind: ClassVar[str] = "agencies.team_opened"
    about: ClassVar[str] = "team"
    team: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOpened(Event):
    """A unit can be sent."""

    kind: ClassVar[str] = "agencies.unit_opened"
    about: ClassVar[str] = "unit"
    unit: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChanged(Event):
    """A unit's base, cost, call sign or standing is another; the names of what changed."""

    kind: ClassVar[str] = "agencies.unit_changed"
    about: ClassVar[str] = "unit"
    unit: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSet(Event):
    """A unit's duty was set, moved or cleared."""

    kind: ClassVar[str] = "agencies.shift_set"
    about: ClassVar[str] = "unit"
    unit: UUID
    shift: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """A session began, or an attempt failed (`outcome`: entered, refused, locked, left)."""

    kind: ClassVar[str] = "agencies.signed_in"
    about: ClassVar[str] = "account"
    account: UUID | None
    outcome: str
    device_class: str = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterBrought(Event):
    """Shifts that are over were brought in; each stands for itself, none is announced alone."""

    kind: ClassVar[str] = "agencies.roster_brought"
    shifts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway(Event):
    """Somebody signed in asked for a page or a route that their permissions do not open."""

    kind: ClassVar[str] = "agencies.turned_away"
    about: ClassVar[str] = "account"
    account: UUID
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceNoted(Event):
    """An account signed in on a device that the register did not know."""

    kind: ClassVar[str] = "agencies.device_noted"
    about: ClassVar[str] = "account"
    account: UUID
    device: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRevoked(Event):
    """A device was shut out: its sessions end, none begins again."""

    kind: ClassVar[str] = "agencies.device_revoked"
    about: ClassVar[str] = "account"
    account: UUID
    device: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRestored(Event):
    """A device that had been shut out may sign in again."""

    kind: ClassVar[str] = "agencies.device_restored"
    about: ClassVar[str] = "account"
    account: UUID
    device: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOn(Event):
    """A worker came on duty, or went off it."""

    kind: ClassVar[str] = "agencies.signed_on"
    about: ClassVar[str] = "account"
    account: UUID
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTermsSet(Event):
    """An agency's terms for showing who is on: whom it shows names to, and whether it gives a telephone."""

    kind: ClassVar[str] = "agencies.duty_terms_set"
    about: ClassVar[str] = "agency"
    agency: UUID
    names: str
    has_phone: bool
