"""Which map may be shown: the naive count, unless a model has shown itself on this site's own calls."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import cos, radians

import numpy as np
import shapely

from commonweal.calls import queries as calls
from commonweal.engines.disclosure import Permit
from commonweal.engines.foresight import centre
from commonweal.engines.foresight.grid import laid
from commonweal.engines.foresight.hotspots import (
    AT_LEAST,
    FEWEST_TRIALS,
    Ask,
    Events,
    Standing,
    chosen,
    earlier_origins,
    standings,
    trial,
)
from commonweal.engines.foresight.surfaces import NAIVE
from commonweal.foresight.questions import Question

HISTORY = timedelta(weeks=156)
KM = 111.32  # a degree of latitude
SIDE = 1.0  # kilometres: about the breadth of a cell of resolution 8
ASK = Ask(share=0.05, days=28)
FEWEST_CALLS = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """The map that may be shown (`NAIVE` or a model), on how many back-tests, and every model's standing.

    `standings` are ratios of PAI to the naive count's, best lower bound first; empty without enough history.
    """

    method: str
    trials: int
    standings: tuple[Standing, ...]
    at_least: float = AT_LEAST
    fewest: int = FEWEST_TRIALS

    @property
    def is_naive(self) -> bool:
        """Whether the map is a count of what was reported, and called that."""
        return self.method == NAIVE


def proof(permits: Mapping[str, Permit], question: Question) -> Proof:
    """Back-test every model on up to three years of calls before the question's end.

    A model is named only if the lower bound of its interval is at least 0.95 of the naive count, and it
    does better than it on the whole; otherwise, or with little history, the naive count is.
    """
    wide = replace(question, start=question.end - HISTORY)
    found = [
        (*centre(call.cell), call.received.timestamp() / 86_400)
        for call in calls.extract(permits, wide.start, wide.end, wide.about)
        if call.cell and wide.wants(call)
    ]
    if len(found) < FEWEST_CALLS:
        return Proof(NAIVE, 0, ())
    events = _laid(found)
    origins = earlier_origins(events, ASK, float(events.days[-1]))
    told = standings([trial(events, at, ASK) for at in origins], ASK)
    return Proof(chosen(told, ASK), told[0].trials if told else 0, tuple(told))


def _laid(found: list[tuple[float, float, float]]) -> Events:
    lon, lat, days = np.array(sorted(found, key=lambda row: row[2])).T
    x, y = lon * KM * cos(radians(float(lat.mean()))), lat * KM
    grid = laid(shapely.box(x.min() - 1, y.min() - 1, x.max() + 1, y.max() + 1), SIDE)
    return Events(grid, grid.cells_of(x, y), days)
