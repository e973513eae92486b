"""Look-ups that want an explanation."""

from commonweal.engines.watching.evidence import Evidence, Flag, weigh
from commonweal.engines.watching.judging import Context, Finding, judge
from commonweal.engines.watching.looks import Bond, Line, Visit, visits
from commonweal.engines.watching.nearness import Near, Renown
from commonweal.engines.watching.rules import PATTERNS, Rules, WatchingError
from commonweal.engines.watching.usual import Habit, habit

__all__ = [
    "PATTERNS",
    "Bond",
    "Context",
    "Evidence",
    "Finding",
    "Flag",
    "Habit",
    "Line",
    "Near",
    "Renown",
    "Rules",
    "Visit",
    "WatchingError",
    "habit",
    "judge",
    "visits",
    "weigh",
]
