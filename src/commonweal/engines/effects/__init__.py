"""Did it work: comparisons with intervals and warnings.

The designs of `commonweal lab effects` stand in modules of their own (`differences`, `staggered`, `synthetic`
...) and are imported from there, so that a web process loads none of their libraries.
"""

from commonweal.engines.effects.before_after import before_after
from commonweal.engines.effects.breaks import level_break
from commonweal.engines.effects.cautions import in_words
from commonweal.engines.effects.ratios import rates
from commonweal.engines.effects.values import Caution, Effect, PanelRow, Period, Rate

__all__ = [
    "Caution",
    "Effect",
    "PanelRow",
    "Period",
    "Rate",
    "before_after",
    "in_words",
    "level_break",
    "rates",
]
