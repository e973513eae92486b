"""Shared arithmetic that every engine may import."""

from commonweal.engines.numerics.geodesy import Place, checked_place, haversine_km
from commonweal.engines.numerics.intervals import (
    Interval,
    clopper_pearson,
    garwood,
    normal_quantile,
    quantile_interval,
    wilson,
)
from commonweal.engines.numerics.resampling import (
    Floats,
    bootstrap,
    generator,
    percentile_interval,
    resampled_blocks,
)
from commonweal.engines.numerics.survival import SurvivalCurve, kaplan_meier

__all__ = [
    "Floats",
    "Interval",
    "Place",
    "SurvivalCurve",
    "bootstrap",
    "checked_place",
    "clopper_pearson",
    "garwood",
    "generator",
    "haversine_km",
    "kaplan_meier",
    "normal_quantile",
    "percentile_interval",
    "quantile_interval",
    "resampled_blocks",
    "wilson",
]
