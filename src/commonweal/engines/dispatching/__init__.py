"""Every unit ranked with reasons, every unavailable one with its shortfall."""

from commonweal.engines.dispatching.ranking import recommend
from commonweal.engines.dispatching.rules import DEFAULT_RULES, Rules
from commonweal.engines.dispatching.values import (
    TIERS,
    Option,
    Reason,
    Recommendation,
    Request,
    ResponseModel,
    Role,
    ScorePart,
    Shortfall,
    Status,
    Travel,
    UnitState,
)
from commonweal.engines.dispatching.wording import in_words

__all__ = [
    "DEFAULT_RULES",
    "TIERS",
    "Option",
    "Reason",
    "Recommendation",
    "Request",
    "ResponseModel",
    "Role",
    "Rules",
    "ScorePart",
    "Shortfall",
    "Status",
    "Travel",
    "UnitState",
    "in_words",
    "recommend",
]
