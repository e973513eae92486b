"""Coverage, queueing and simulation of a deployment."""

from commonweal.engines.staffing.allocating import Allocation, Option, allocate
from commonweal.engines.staffing.hypercube import Problem, Solution, exact, nearest_first
from commonweal.engines.staffing.plans import Coverage, Plan, PlannedUnit, Shift, coverage
from commonweal.engines.staffing.policies import nearest
from commonweal.engines.staffing.queueing import (
    Desk,
    Service,
    Staffing,
    erlang_b,
    erlang_c,
    required,
    service,
)
from commonweal.engines.staffing.replication import (
    MEASURES,
    Comparison,
    Estimate,
    Outlook,
    Scenario,
    compare,
    replicate,
)
from commonweal.engines.staffing.screening import approximate
from commonweal.engines.staffing.simulation import (
    FreeUnit,
    Policy,
    Run,
    Served,
    SimCall,
    Travel,
    simulate,
)

__all__ = [
    "MEASURES",
    "Allocation",
    "Comparison",
    "Coverage",
    "Desk",
    "Estimate",
    "FreeUnit",
    "Option",
    "Outlook",
    "Plan",
    "PlannedUnit",
    "Policy",
    "Problem",
    "Run",
    "Scenario",
    "Served",
    "Service",
    "Shift",
    "SimCall",
    "Solution",
    "Staffing",
    "Travel",
    "allocate",
    "approximate",
    "compare",
    "coverage",
    "erlang_b",
    "erlang_c",
    "exact",
    "nearest",
    "nearest_first",
    "replicate",
    "required",
    "service",
    "simulate",
]
