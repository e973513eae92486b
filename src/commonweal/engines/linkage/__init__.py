"""Which source records are the same person, with what evidence; live search."""

from commonweal.engines.linkage.columns import Columns, columns_of
from commonweal.engines.linkage.judging import (
    Change,
    Estimate,
    Share,
    by_group,
    changes,
    estimated,
    estimated_of,
    sampled_precision,
    to_judge,
)
from commonweal.engines.linkage.linking import Links, Run, explain, link, linked_of
from commonweal.engines.linkage.model import Evidence, Model, fixed_model
from commonweal.engines.linkage.pairs import Link, Settings, chances_of, possible
from commonweal.engines.linkage.records import Record, VictimServiceRecord
from commonweal.engines.linkage.searching import (
    Hit,
    Index,
    Query,
    build,
    build_columns,
    index_of,
    parts_of,
    search,
    ymd_of,
)
from commonweal.engines.linkage.standing import Standing

__all__ = [
    "Change",
    "Estimate",
    "Share",
    "by_group",
    "changes",
    "estimated",
    "estimated_of",
    "sampled_precision",
    "to_judge",
    "Columns",
    "Evidence",
    "Hit",
    "Index",
    "Link",
    "Links",
    "Model",
    "Query",
    "Record",
    "Run",
    "Settings",
    "Standing",
    "VictimServiceRecord",
    "build",
    "build_columns",
    "chances_of",
    "columns_of",
    "explain",
    "fixed_model",
    "index_of",
    "link",
    "linked_of",
    "parts_of",
    "possible",
    "search",
    "ymd_of",
]
