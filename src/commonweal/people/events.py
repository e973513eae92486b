"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNoted(Event):
    """A person entered the index, perhaps as a placeholder."""

    kind: ClassVar[str] = "people.noted"
    about: ClassVar[str] = "person"
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFiled(Event):
    """An agency's record was added or changed."""

    kind: ClassVar[str] = "people.record_filed"
    about: ClassVar[str] = "source_record"
    source_record: UUID
    person: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsBrought(Event):
    """Records of an archive were brought in; each stands for itself, none is announced alone."""

    kind: ClassVar[str] = "people.records_brought"
    records: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked(Event):
    """Two records were judged one person; `lost` redirects to `kept`."""

    kind: ClassVar[str] = "people.linked"
    about: ClassVar[str] = "person"
    person: UUID
    lost: UUID
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Event):
    """A record was parted from a person; `minted` is its new person."""

    kind: ClassVar[str] = "people.split"
    about: ClassVar[str] = "person"
    person: UUID
    minted: UUID
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Event):
    """Two records that were one person already were judged so."""

    kind: ClassVar[str] = "people.confirmed"
    about: ClassVar[str] = "person"
    person: UUID
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverSaid(Event):
    """Two records were judged two people, for good."""

    kind: ClassVar[str] = "people.never_said"
    about: ClassVar[str] = "source_record"
    source_record: UUID
    other: UUID
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Event):
    """A decision that moved no record was taken back."""

    kind: ClassVar[str] = "people.undone"
    about: ClassVar[str] = "source_record"
    source_record: UUID
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Event):
    """A linkage run proposed pairs for review."""

    kind: ClassVar[str] = "people.proposed"
    pairs: int
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanKept(Event):
    """A response plan was written or replaced."""

    kind: ClassVar[str] = "people.plan_kept"
    about: ClassVar[str] = "plan"
    plan: UUID
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CautionNoted(Event):
    """A dated caution was noted."""

    kind: ClassVar[str] = "people.caution_noted"
    about: ClassVar[str] = "caution"
    caution: UUID
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CautionEnded(Event):
    """A caution was reviewed and ended before its day."""

    kind: ClassVar[str] = "people.caution_ended"
    about: ClassVar[str] = "caution"
    caution: UUID
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Event):
    """A comparison was run and kept, so that later ones can be held against it."""

    kind: ClassVar[str] = "people.compared"
    run: UUID
    records: int
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDrawn(Event):
    """Pairs of a run were drawn for people to judge."""

    kind: ClassVar[str] = "people.sample_drawn"
    run: UUID
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairJudged(Event):
    """A drawn pair was judged, to measure with; nobody was linked or parted by it."""

    kind: ClassVar[str] = "people.pair_judged"
    about: ClassVar[str] = "source_record"
    source_record: UUID
    other: UUID
    judgement: UUID
