"""What happened to each call and each unit: the same shape from the plain player and the compiled one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.playing.stream import Ints

# what became of a call: not yet in, waiting, on its way or being served, served, given up, nobody could wait
COMING, WAITING, SENT, SERVED, ABANDONED, LOST = range(6)
STATUSES = ("not due", "unanswered", "unanswered", "served", "abandoned", "lost")
# at one moment things happen in this order
RELEASE, BACK, ON, OFF, PAUSE, RETRIAGE, CALL, LEAVE = range(8)


Told = Callable[[int, int], None]  # how many are done, of how many


def unheard(done: int, of: int) -> None:
    """Nobody waits to hear how far it is."""


@dataclass(frozen=True, eq=False)
class Record:
    """By call (index of the stream): `status`; on the clock, when it came, when units were sent for the last
    time, when the first and the last needed one stood there, when it was done (NaN where that never was);
    `way` and `units` by slot (-1 for none), how often it was pre-empted, its `stage` (1: re-triaged).

    By unit: minutes at work and on duty within the counted days, minutes of overrun, breaks that were missed.
    """

    status: Ints
    at: Floats
    sent: Floats
    first: Floats
    complete: Floats
    done: Floats
    way: Ints
    units: Ints
    pre_empted: Ints
    stage: Ints
    busy: Floats
    duty: Floats
    overrun: Floats
    missed_breaks: Ints

    def calls_as(self) -> list[tuple[object, ...]]:
        """One tuple a call, None for what never was; two players agree where these are equal."""
        times = np.stack([self.at, self.sent, self.first, self.complete, self.done], axis=1)
        told = [[None if np.isnan(t) else t for t in row] for row in times.tolist()]
        rest = zip(self.status.tolist(), self.way.tolist(), self.pre_empted.tolist(), self.stage.tolist(),
                   self.units.tolist(), told, strict=True)  # fmt: skip
        return [(*head, *units, *times) for *head, units, times in rest]


def counted_spans(spans: npt.NDArray[np.float64], window: tuple[float, float]) -> float:
    """Minutes of spans (rows of start and end) within a window."""
    low, high = window
    return float(np.maximum(0.0, np.minimum(spans[:, 1], high) - np.maximum(spans[:, 0], low)).sum())
