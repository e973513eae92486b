"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """Support began, or began again; `given_to` is a manager who did not open it themself."""

    kind: ClassVar[str] = "cases.opened"
    about: ClassVar[str] = "case"
    case: UUID
    person: UUID
    reopened: bool = False
    given_to: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanged(Event):
    """Plan, tasks, team or ratings changed; `part` says which."""

    kind: ClassVar[str] = "cases.changed"
    about: ClassVar[str] = "case"
    case: UUID
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMade(Event):
    """The person was reached, or an attempt was made."""

    kind: ClassVar[str] = "cases.contact"
    about: ClassVar[str] = "case"
    case: UUID
    contact: UUID
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """Support ended, with a reason."""

    kind: ClassVar[str] = "cases.closed"
    about: ClassVar[str] = "case"
    case: UUID
    person: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareChanged(Event):
    """Check-ins after support were agreed, or ended; `part` says which, never what was answered."""

    kind: ClassVar[str] = "cases.aftercare"
    about: ClassVar[str] = "case"
    case: UUID
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceChanged(Event):
    """A conference on a case was called, moved, prepared or held; `part` says what, never what was said."""

    kind: ClassVar[str] = "cases.conference"
    about: ClassVar[str] = "case"
    case: UUID
    conference: UUID
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignSeen(Event):
    """A rule of early signs saw something on a case; `rule` is its id."""

    kind: ClassVar[str] = "cases.sign_seen"
    about: ClassVar[str] = "case"
    case: UUID
    sign: UUID
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAnswered(Event):
    """A worker answered an early sign, or it passed by itself; no reason travels with it."""

    kind: ClassVar[str] = "cases.sign_answered"
    about: ClassVar[str] = "case"
    case: UUID
    sign: UUID
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRulesChanged(Event):
    """A version of the rules of early signs was drafted, approved or withdrawn."""

    kind: ClassVar[str] = "cases.sign_rules_changed"
    about: ClassVar[str] = "sign_rules"
    sign_rules: UUID
    number: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewKept(Event):
    """A worker kept a view of the caseload; its name does not travel."""

    kind: ClassVar[str] = "cases.view_kept"
    about: ClassVar[str] = "view"
    view: UUID
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDropped(Event):
    """A worker took a view of theirs away."""

    kind: ClassVar[str] = "cases.view_dropped"
    about: ClassVar[str] = "view"
    view: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnding(Event):
    """The hold on a charge ends soon, or has lapsed; `state` says which."""

    kind: ClassVar[str] = "cases.hold_ending"
    about: ClassVar[str] = "case"
    case: UUID
    charge: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChanged(Event):
    """A document came to a case or changed; neither its title nor its name travels.

    `act`: added, retitled, recategorized, withdrawn, restored, clean, refused (by the scanner), destroyed.
    """

    kind: ClassVar[str] = "cases.document"
    about: ClassVar[str] = "case"
    case: UUID
    document: UUID
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOpened(Event):
    """A hub table began."""

    kind: ClassVar[str] = "cases.table_opened"
    about: ClassVar[str] = "table"
    table: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated(Event):
    """A worker took the seat of their agency."""

    kind: ClassVar[str] = "cases.seated"
    about: ClassVar[str] = "table"
    table: UUID
    account: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionChanged(Event):
    """The test of risk, a part or the joint plan was written; `part` says which."""

    kind: ClassVar[str] = "cases.discussion_changed"
    about: ClassVar[str] = "discussion"
    discussion: UUID
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionOpened(Event):
    """A situation was brought to a table."""

    kind: ClassVar[str] = "cases.discussion_opened"
    about: ClassVar[str] = "discussion"
    discussion: UUID
    table: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionRead(Event):
    """Someone in the room read what was said there: these fields of this category were shown."""

    kind: ClassVar[str] = "cases.discussion_read"
    about: ClassVar[str] = "discussion"
    discussion: UUID
    category: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMoved(Event):
    """A discussion passed to another filter."""

    kind: ClassVar[str] = "cases.stage_moved"
    about: ClassVar[str] = "discussion"
    discussion: UUID
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """Someone left the room of a discussion: their access ended."""

    kind: ClassVar[str] = "cases.left"
    about: ClassVar[str] = "discussion"
    discussion: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded(Event):
    """A discussion ended."""

    kind: ClassVar[str] = "cases.concluded"
    about: ClassVar[str] = "discussion"
    discussion: UUID
    conclusion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNamed(Event):
    """The originating agency said whom a discussion is about; no id of the person travels with it."""

    kind: ClassVar[str] = "cases.person_named"
    about: ClassVar[str] = "discussion"
    discussion: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HmisRowsFiled(Event):
    """Rows of an agency's homeless-services system came in; how many were new, how many changed."""

    kind: ClassVar[str] = "cases.hmis_filed"
    about: ClassVar[str] = "agency"
    agency: UUID
    accepted: int
    updated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HmisRowsForgotten(Event):
    """Rows of projects that turned out to be a victim service provider's were deleted."""

    kind: ClassVar[str] = "cases.hmis_forgotten"
    about: ClassVar[str] = "agency"
    agency: UUID
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HmisRowsHandedOver(Event):
    """An agency's own rows were written to files for it."""

    kind: ClassVar[str] = "cases.hmis_handed_over"
    about: ClassVar[str] = "agency"
    agency: UUID
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterChanged(Event):
    """A letter on somebody's behalf: drafted, changed, approved, answered by the person, sent or dropped."""

    kind: ClassVar[str] = "cases.letter_changed"
    about: ClassVar[str] = "case"
    case: UUID
    letter: UUID
    act: str
