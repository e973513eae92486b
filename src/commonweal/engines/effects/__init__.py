"""Did it work: comparisons with intervals and warnings."""

from commonweal.engines.effects.before_after import before_after
from commonweal.engines.effects.breaks import level_break
from commonweal.engines.effects.cautions import in_words
from commonweal.engines.effects.panel import did
from commonweal.engines.effects.ratios import rates
from commonweal.engines.effects.values import Caution, Effect, PanelRow, Period, Rate

__all__ = [
    "Caution",
    "Effect",
    "PanelRow",
    "Period",
    "Rate",
    "before_after",
    "did",
    "in_words",
    "level_break",
    "rates",
]
