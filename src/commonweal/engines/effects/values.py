"""What a comparison takes and gives: periods, panels, an estimate with its interval and its cautions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from commonweal.engines.numerics import Interval

Param = str | float


@dataclass(frozen=True)
class Period:
    """Events counted over `days` from `start`; `exposure` is their measure: days, people or calls."""

    start: date
    days: int
    events: int
    exposure: float

    def __post_init__(self) -> None:
        """Refuse empty spans, negative counts and exposure that is not above zero."""
        if self.days < 1:
            raise ValueError(f"days: {self.days} from {self.start}; a period lasts a day or longer")
        if self.events < 0:
            raise ValueError(f"events: {self.events} from {self.start}; a count is zero or more")
        if not 0 < self.exposure < float("inf"):
            raise ValueError(f"exposure: {self.exposure} from {self.start}; give a number above zero")

    @property
    def end(self) -> date:
        """The first day after the period."""
        return self.start + timedelta(days=self.days)


@dataclass(frozen=True)
class PanelRow:
    """One unit (area, team, person) in one time period; `treated` where the change was in force."""

    unit: str
    time: float
    outcome: float
    treated: bool
    weight: float = 1.0


@dataclass(frozen=True)
class Caution:
    """A reason to doubt an estimate, as a code with parameters (`cautions.in_words` says it)."""

    code: str
    params: tuple[tuple[str, Param], ...] = ()

    @classmethod
    def of(cls, code: str, **params: Param) -> "Caution":
        """Build a caution from keyword parameters."""
        return cls(code, tuple(params.items()))


@dataclass(frozen=True)
class Effect:
    """An estimate. `std_error` is on the log scale for ratios (`scale` "ratio"), else in outcome units.

    NaN where it cannot be known (no events before, say); a caution then says why.
    """

    estimate: float
    std_error: float
    interval: Interval
    p_value: float
    scale: str
    method: str
    cautions: tuple[Caution, ...]
    aggregates: Mapping[str, float] = field(default_factory=dict)
    diagnostics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rate:
    """A group's rate per unit of exposure, and its ratio to the reference group (None for that group)."""

    group: str
    events: int
    exposure: float
    rate: float
    interval: Interval
    ratio: float | None
    ratio_interval: Interval | None
