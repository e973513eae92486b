"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MapExported(Event):
    """Totals by cell left the product as a file."""

    kind: ClassVar[str] = "foresight.exported"
    form: str
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractWritten(Event):
    """A month of de-identified calls was written to a folder, or taken out of it."""

    kind: ClassVar[str] = "foresight.extract_written"
    month: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegistered(Event):
    """A ranking for outreach was entered in the register."""

    kind: ClassVar[str] = "foresight.model_registered"
    about: ClassVar[str] = "model"
    model: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelActivated(Event):
    """A second person let it be used, its report in order."""

    kind: ClassVar[str] = "foresight.model_activated"
    about: ClassVar[str] = "model"
    model: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDisabled(Event):
    """It is used no more, and nobody stands on its list."""

    kind: ClassVar[str] = "foresight.model_disabled"
    about: ClassVar[str] = "model"
    model: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMade(Event):
    """An outreach list was made anew: how many are on it."""

    kind: ClassVar[str] = "foresight.list_made"
    about: ClassVar[str] = "model"
    model: UUID
    listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListViewed(Event):
    """Somebody looked at an outreach list: how many were shown."""

    kind: ClassVar[str] = "foresight.list_read"
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachDecided(Event):
    """A clinician decided for one person on the list."""

    kind: ClassVar[str] = "foresight.outreach_decided"
    about: ClassVar[str] = "decision"
    decision: UUID
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Event):
    """A person and all that was derived of them left the lists."""

    kind: ClassVar[str] = "foresight.erased"
    about: ClassVar[str] = "person"
    person: UUID
    why: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected(Event):
    """Somebody contests being listed, or was answered."""

    kind: ClassVar[str] = "foresight.objected"
    about: ClassVar[str] = "objection"
    objection: UUID
