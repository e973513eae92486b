"""Shared arithmetic that every engine may import."""

from commonweal.engines.numerics.geodesy import Place, checked_place, haversine_km
from commonweal.engines.numerics.intervals import (
    Interval,
    clopper_pearson,
    garwood,
    normal_quantile,
    wilson,
)
from commonweal.engines.numerics.resampling import (
    Floats,
    bootstrap,
    generator,
    percentile_interval,
    resampled_blocks,
)

__all__ = [
    "Floats",
    "Interval",
    "Place",
    "bootstrap",
    "checked_place",
    "clopper_pearson",
    "garwood",
    "generator",
    "haversine_km",
    "normal_quantile",
    "percentile_interval",
    "resampled_blocks",
    "wilson",
]
