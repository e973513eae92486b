"""What the plain player keeps of each unit and call, and what a policy is shown of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf, nan

from commonweal.engines.staffing.playing.record import COMING
from commonweal.engines.staffing.playing.world import Slot, Unit


@dataclass(frozen=True)
class Asking:
    """A call as a policy sees it: its type now, where it is, and how long it has waited (minutes)."""

    type: str
    atom: int
    priority: int
    waited: float


@dataclass(frozen=True)
class Free:
    """A unit as a policy sees it: it could stand at the call in so many minutes."""

    id: str
    kind: str
    minutes: float
    minutes_on_duty: float


Policy = Callable[[Asking, Sequence[Free]], Sequence[str]]


@dataclass(eq=False)
class Crew:
    """A unit's state as time goes by. It is between `leg[0]` and `leg[1]`, which it left at `left`."""

    number: int
    unit: Unit
    leg: tuple[int, int]
    left: float = 0.0
    lasts: float = 0.0
    state: str = "off"
    began: float = 0.0
    ends: float = -inf
    since: float = 0.0  # when it was last sent
    call: "Job | None" = None
    pending: float = 0.0  # minutes of breaks due
    missed: int = 0
    owed: int = 0
    version: int = 0  # an event planned for an older one no longer happens
    back_at: float = inf
    busy: float = 0.0
    overrun: float = 0.0


@dataclass(eq=False)
class Job:
    """A call's state as time goes by."""

    index: int
    at: float
    status: int = COMING
    stage: int = 0
    way: int = -1
    crews: list[Crew] = field(default_factory=list)
    left: int = 0
    sent: float = nan
    first: float = nan
    complete: float = nan
    done: float = nan
    pre_empted: int = 0


def fitted(slots: Sequence[Slot], keys: Sequence[tuple[float, Crew]]) -> list[Crew]:
    """A unit for each slot, none twice: the best for the first that leaves the others fillable, and so on."""
    if not slots:
        return []
    for _, crew in sorted(keys, key=lambda pair: (pair[0], pair[1].number)):
        if crew.unit.kind in slots[0].kinds:
            rest = fitted(slots[1:], [pair for pair in keys if pair[1] is not crew])
            if len(rest) == len(slots) - 1:
                return [crew, *rest]
    return []
