"""Playing a deployment: calls, units and rules as they are, in a compiled loop that a plain one checks."""

from commonweal.engines.staffing.playing.calibrating import RUNS, TOLERANCE, Calibration, Fit, calibrated
from commonweal.engines.staffing.playing.crews import Asking, Free, Policy
from commonweal.engines.staffing.playing.loop import play
from commonweal.engines.staffing.playing.measuring import MEASURES, TOTALS, Numbers, measured
from commonweal.engines.staffing.playing.plain import play_plainly
from commonweal.engines.staffing.playing.record import (
    ABANDONED,
    COMING,
    LOST,
    SENT,
    SERVED,
    STATUSES,
    WAITING,
    Record,
    Told,
    unheard,
)
from commonweal.engines.staffing.playing.spread import Spread
from commonweal.engines.staffing.playing.stream import Stream, drawn
from commonweal.engines.staffing.playing.trials import (
    Findings,
    Mean,
    Paired,
    Trial,
    compared,
    findings,
    paired,
    rows,
    simulated,
)
from commonweal.engines.staffing.playing.world import (
    POLICIES,
    Arrivals,
    CallType,
    Chance,
    Listed,
    Rules,
    Slot,
    Unit,
    World,
)

__all__ = [
    "ABANDONED",
    "STATUSES",
    "Arrivals",
    "Asking",
    "COMING",
    "Calibration",
    "CallType",
    "Chance",
    "Findings",
    "Fit",
    "Free",
    "LOST",
    "Listed",
    "MEASURES",
    "Mean",
    "Numbers",
    "POLICIES",
    "Paired",
    "Policy",
    "RUNS",
    "Record",
    "Rules",
    "SENT",
    "SERVED",
    "Slot",
    "Spread",
    "Stream",
    "TOLERANCE",
    "TOTALS",
    "Told",
    "Trial",
    "Unit",
    "WAITING",
    "World",
    "calibrated",
    "compared",
    "drawn",
    "findings",
    "measured",
    "paired",
    "play",
    "play_plainly",
    "rows",
    "simulated",
    "unheard",
]
