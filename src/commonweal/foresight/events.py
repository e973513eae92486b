"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar

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
