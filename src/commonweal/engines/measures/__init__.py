"""Metrics with fixed numerators and denominators."""

from commonweal.engines.measures.computing import (
    RULES,
    SMALL_CELL,
    Result,
    compute,
    compute_by,
    side_by_side,
)
from commonweal.engines.measures.diversion import DEFINITIONS, Counts
from commonweal.engines.measures.metric import (
    FAMILIES,
    Benchmark,
    Metric,
    MetricError,
    metric_from,
    registry,
)
from commonweal.engines.measures.rows import (
    ROW_TYPES,
    CallRow,
    ContactRow,
    EncounterRow,
    Grain,
    ReferralRow,
    ResponseRow,
    Row,
)
from commonweal.engines.measures.soundness import Doubt, Expected, Month, doubts

__all__ = [
    "DEFINITIONS",
    "FAMILIES",
    "ROW_TYPES",
    "RULES",
    "SMALL_CELL",
    "Benchmark",
    "CallRow",
    "ContactRow",
    "Counts",
    "Doubt",
    "EncounterRow",
    "Expected",
    "Grain",
    "Metric",
    "MetricError",
    "Month",
    "ReferralRow",
    "ResponseRow",
    "Result",
    "Row",
    "compute",
    "compute_by",
    "doubts",
    "metric_from",
    "registry",
    "side_by_side",
]
