"""What this room announces: every decision of the gate, and what changes later decisions."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate(Event):
    of: str
    id: UUID
    category: str
    fields: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The record asked about."""
        return str(self.id)

    @property
    def subject_kind(self) -> str:
        """Its kind."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(_Gate):
    """A permit was given: these fields of this record may leave (log_read)."""

    kind: ClassVar[str] = "sharing.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(_Gate):
    """A question was refused (log_denial)."""

    kind: ClassVar[str] = "sharing.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals(Event):
    """Counts were released or withheld; `cells` released, `hidden` under the threshold."""

    kind: ClassVar[str] = "sharing.totals"
    category: str
    fields: tuple[str, ...]
    cells: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted(Event):
    """The privacy officer is to look at this at once (alert_privacy, post_review)."""

    kind: ClassVar[str] = "sharing.alerted"
    about: ClassVar[str] = "review"
    review: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClosed(Event):
    """A review was closed with an outcome."""

    kind: ClassVar[str] = "sharing.review_closed"
    about: ClassVar[str] = "review"
    review: UUID
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A person agreed to share."""

    kind: ClassVar[str] = "sharing.consent_given"
    about: ClassVar[str] = "person"
    person: UUID
    consent: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsiderNamed(Event):
    """A person named somebody outside to whom a letter may be written once they sign for it."""

    kind: ClassVar[str] = "sharing.outsider_named"
    about: ClassVar[str] = "person"
    person: UUID
    outsider: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRevoked(Event):
    """A person withdrew a consent: it stops the future, not the past."""

    kind: ClassVar[str] = "sharing.consent_revoked"
    about: ClassVar[str] = "person"
    person: UUID
    consent: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryConsentRevoked(Event):
    """All that a person ever agreed to was taken back at once; each that stood has a line of its own."""

    kind: ClassVar[str] = "sharing.every_consent_revoked"
    about: ClassVar[str] = "person"
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChanged(Event):
    """An agreement was drafted, signed, put in force or ended."""

    kind: ClassVar[str] = "sharing.agreement_changed"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Event):
    """A record was sealed or expunged; rooms drop it from indexes."""

    kind: ClassVar[str] = "sharing.sealed"
    about: ClassVar[str] = "holding"
    holding: UUID
    of: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCarriedOut(Event):
    """An order of a court to seal or expunge was carried out upon so many records."""

    kind: ClassVar[str] = "sharing.order_carried_out"
    about: ClassVar[str] = "order"
    order: UUID
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionApplied(Event):
    """A retention schedule was applied: how many records went, how many a litigation hold keeps."""

    kind: ClassVar[str] = "sharing.retention_applied"
    about: ClassVar[str] = "schedule"
    schedule: str
    gone: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMoved(Event):
    """A request took a step: received, verified, in_work, extended, answered, amended, told, closed."""

    kind: ClassVar[str] = "sharing.request_moved"
    about: ClassVar[str] = "request"
    request: UUID
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAmended(Event):
    """A granted correction stands beside a record; `tell`: whoever was given the record is to hear of it."""

    kind: ClassVar[str] = "sharing.record_amended"
    about: ClassVar[str] = "request"
    request: UUID
    of: str
    record: UUID
    tell: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRead(Event):
    """A request was opened, with the name, words and letters of whoever asked: by an officer, or by them."""

    kind: ClassVar[str] = "sharing.request_read"
    about: ClassVar[str] = "request"
    request: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted(Event):
    """Records were answered to the public; `fields` were blacked out in all."""

    kind: ClassVar[str] = "sharing.redacted"
    about: ClassVar[str] = "request"
    request: UUID
    records: int
    fields: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldChanged(Event):
    """A litigation hold was set or lifted."""

    kind: ClassVar[str] = "sharing.hold_changed"
    about: ClassVar[str] = "legal_hold"
    legal_hold: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentativeChanged(Event):
    """Authority to act for a person was recorded or ended."""

    kind: ClassVar[str] = "sharing.representative_changed"
    about: ClassVar[str] = "person"
    person: UUID
    representative: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationAsked(Event):
    """A worker was asked to explain look-ups."""

    kind: ClassVar[str] = "sharing.explanation_asked"
    about: ClassVar[str] = "review"
    review: UUID
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosenessRecorded(Event):
    """What the detector may know of a worker's own life was recorded; never what it is."""

    kind: ClassVar[str] = "sharing.closeness_recorded"
    about: ClassVar[str] = "account"
    account: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestMarked(Event):
    """A person was marked as one whom many may be curious about."""

    kind: ClassVar[str] = "sharing.interest_marked"
    about: ClassVar[str] = "person"
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(Event):
    """A party signed exactly this: SHA-256 over text, term, parties and clauses."""

    kind: ClassVar[str] = "sharing.agreement_signed"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    party: UUID
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureVoided(Event):
    """A change after a party's signature took it back."""

    kind: ClassVar[str] = "sharing.signature_voided"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    party: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReplayed(Event):
    """Last month's questions were decided again under a version; `questions` distinct ones."""

    kind: ClassVar[str] = "sharing.agreement_replayed"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSet(Event):
    """An agreement has one more accountability measure."""

    kind: ClassVar[str] = "sharing.measure_set"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    measure: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRecorded(Event):
    """A measure has its value."""

    kind: ClassVar[str] = "sharing.measure_recorded"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    measure: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDue(Event):
    """The day of a measure has come and no value is recorded."""

    kind: ClassVar[str] = "sharing.measure_due"
    about: ClassVar[str] = "agreement"
    agreement: UUID
    measure: UUID
    owner: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue(Event):
    """The review day of an agreement has come."""

    kind: ClassVar[str] = "sharing.review_due"
    about: ClassVar[str] = "agreement"
    agreement: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationGiven(Event):
    """A worker explained look-ups."""

    kind: ClassVar[str] = "sharing.explanation_given"
    about: ClassVar[str] = "review"
    review: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingSuspended(Event):
    """An agency's statement hides what it was given from a person's accounting until then."""

    kind: ClassVar[str] = "sharing.accounting_suspended"
    about: ClassVar[str] = "suspension"
    suspension: UUID
    agency: UUID
    manner: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingResumed(Event):
    """A suspension was lifted before its term."""

    kind: ClassVar[str] = "sharing.accounting_resumed"
    about: ClassVar[str] = "suspension"
    suspension: UUID
    agency: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestUnmarked(Event):
    """A person is no longer held to be of public interest."""

    kind: ClassVar[str] = "sharing.interest_unmarked"
    about: ClassVar[str] = "person"
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken(Event):
    """A worker opened what an emergency opens of one person; `until` is its end, `categories` what opened."""

    kind: ClassVar[str] = "sharing.glass_broken"
    about: ClassVar[str] = "person"
    person: UUID
    opening: UUID
    code: str
    categories: tuple[str, ...]
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassMended(Event):
    """An opening was ended by hand before its time."""

    kind: ClassVar[str] = "sharing.glass_mended"
    about: ClassVar[str] = "person"
    person: UUID
    opening: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CriminalHistoryGivenOn(Event):
    """Criminal history was given on to somebody outside: a secondary dissemination."""

    kind: ClassVar[str] = "sharing.criminal_history_given_on"
    about: ClassVar[str] = "dissemination"
    dissemination: UUID
    onward: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Event):
    """A version of the site's own policy was drafted, changed, approved or withdrawn."""

    kind: ClassVar[str] = "sharing.policy_changed"
    about: ClassVar[str] = "policy"
    policy: UUID
    number: int
    state: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReplayed(Event):
    """A month's questions were decided again under a version of the site's own policy."""

    kind: ClassVar[str] = "sharing.policy_replayed"
    about: ClassVar[str] = "policy"
    policy: UUID
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalVerified(Event):
    """The journal was recomputed from its stored rows; `checked` lines, and whether all match.

    `door`: by which way it was asked for (page, api, command); `checkpoint`: the number of the line whose
    digest was kept elsewhere and compared, 0 where none was.
    """

    kind: ClassVar[str] = "sharing.journal_verified"
    checked: int
    head: str
    is_sound: bool
    door: str = "page"
    checkpoint: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillHeld(Event):
    """An exercise was held: what was tried, on which day, and whether it went as planned."""

    kind: ClassVar[str] = "sharing.drill_held"
    drill: str
    day: str
    is_passed: bool
