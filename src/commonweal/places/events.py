"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaDrawn(Event):
    """An area was added or redrawn."""

    kind: ClassVar[str] = "places.area_drawn"
    about: ClassVar[str] = "area"
    area: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesNoted(Event):
    """Places were added to or corrected in the gazetteer."""

    kind: ClassVar[str] = "places.noted"
    places: int
