"""Nouns of this room: money and what it is for; proposed rosters, scenarios, their simulations."""

from commonweal.planning.models.grants import GRANT_STATES, ITEM_KINDS, Grant, GrantAnswer, GrantItem
from commonweal.planning.models.money import SOURCE_KINDS, BudgetLine, FundingSource
from commonweal.planning.models.rosters import GOING, RUN_STATES, STATES, Plan, Scenario, SimulationRun

__all__ = [
    "GOING", "GRANT_STATES", "ITEM_KINDS", "RUN_STATES", "SOURCE_KINDS", "STATES", "BudgetLine",
    "FundingSource", "Grant", "GrantAnswer", "GrantItem", "Plan", "Scenario", "SimulationRun",
]  # fmt: skip
