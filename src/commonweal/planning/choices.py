"""What money could buy, and the best use of it, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

NEW = "new"  # the purse of money that is not on file yet


@dataclass(frozen=True)
class Choice:
    """An option in the room's words: a year's cost, calls a year with the range that chance leaves, where."""

    code: str
    agency: UUID
    kind: str
    what: str
    sign: str
    hours: tuple[int, int]
    cost: float
    calls: float
    low: float
    high: float
    areas: tuple[tuple[str, float], ...]

    @property
    def programme(self) -> str:
        """Agency and kind."""
        return f"{self.agency}.{self.kind}"

    @property
    def each(self) -> float | None:
        """Money for one call more."""
        return self.cost / self.calls if self.calls else None


@dataclass(frozen=True)
class Use:
    """The best use of an amount: choices with the share bought and who pays, and what one more would give."""

    amount: float
    rows: Sequence[tuple[Choice, float, Mapping[str, float]]]
    calls: float
    worth: Mapping[str, float]
    price: Mapping[str, float]
    left: Mapping[str, float]
    ladder: Sequence[tuple[float, float]]
