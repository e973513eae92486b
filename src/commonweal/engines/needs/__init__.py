"""Joint needs assessment and shippable screeners: scores, bands, alerts and the pathways they begin."""

from commonweal.engines.needs.instrument import Instrument, Item, NeedsError, Option, Words
from commonweal.engines.needs.matrix import Assessment, Domain, Matrix, Progress, assess, progress
from commonweal.engines.needs.pathway import Pathway, Step, Task, agenda, begun
from commonweal.engines.needs.scoring import Score, score
from commonweal.engines.needs.signs import MEASURES, TELLS, Moment, Past, Rule, Tried, read_rules, sign, tried

__all__ = [
    "MEASURES",
    "TELLS",
    "Assessment",
    "Domain",
    "Instrument",
    "Item",
    "Matrix",
    "Moment",
    "NeedsError",
    "Option",
    "Past",
    "Pathway",
    "Progress",
    "Rule",
    "Score",
    "Step",
    "Task",
    "Tried",
    "Words",
    "agenda",
    "assess",
    "begun",
    "progress",
    "read_rules",
    "score",
    "sign",
    "tried",
]
