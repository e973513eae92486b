"""Counts of need by place and hour, with intervals; service deserts."""

from commonweal.engines.foresight.cells import NEIGHBOURHOOD, cell_of, centre, outline
from commonweal.engines.foresight.counts import (
    CellCount,
    Event,
    HourCount,
    Need,
    Window,
    hour_counts,
    hour_of_week,
    naive_count,
)
from commonweal.engines.foresight.deserts import CellAccess, Deserts, Service, service_desert

__all__ = [
    "NEIGHBOURHOOD",
    "CellAccess",
    "CellCount",
    "Deserts",
    "Event",
    "HourCount",
    "Need",
    "Service",
    "Window",
    "cell_of",
    "centre",
    "hour_counts",
    "hour_of_week",
    "naive_count",
    "outline",
    "service_desert",
]
