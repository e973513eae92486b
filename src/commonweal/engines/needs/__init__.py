"""Joint needs assessment and shippable screeners: scores, bands, alerts and the pathways they begin."""

from commonweal.engines.needs.instrument import Instrument, Item, NeedsError, Option, Words
from commonweal.engines.needs.matrix import Assessment, Domain, Matrix, Progress, assess, progress
from commonweal.engines.needs.pathway import Pathway, Step, Task, agenda, begun
from commonweal.engines.needs.scoring import Score, score

__all__ = [
    "Assessment",
    "Domain",
    "Instrument",
    "Item",
    "Matrix",
    "NeedsError",
    "Option",
    "Pathway",
    "Progress",
    "Score",
    "Step",
    "Task",
    "Words",
    "agenda",
    "assess",
    "begun",
    "progress",
    "score",
]
