"""Metrics with fixed numerators and denominators."""

from commonweal.engines.measures.computing import SMALL_CELL, Result, compute, compute_by
from commonweal.engines.measures.metric import Metric, MetricError, metric_from, registry
from commonweal.engines.measures.rows import (
    ROW_TYPES,
    CallRow,
    ContactRow,
    EncounterRow,
    Grain,
    ReferralRow,
    Row,
)
from commonweal.engines.measures.rules import RULES

__all__ = [
    "ROW_TYPES",
    "RULES",
    "SMALL_CELL",
    "CallRow",
    "ContactRow",
    "EncounterRow",
    "Grain",
    "Metric",
    "MetricError",
    "ReferralRow",
    "Result",
    "Row",
    "compute",
    "compute_by",
    "metric_from",
    "registry",
]
