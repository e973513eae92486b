"""The models that a forecast is blended from: those of statsforecast, and two plain levels with a season."""

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from commonweal.engines.numerics import Floats

Model = Callable[[Floats, int, int], Floats]


class Kept(Protocol):
    """A model of statsforecast: fitted and asked in one call."""

    def forecast(self, y: Floats, h: int) -> Mapping[str, Floats]:
        """`h` values that follow `y`, under "mean"."""
        ...


LONGEST_SEASON = 24  # beyond, theta and ets take seconds or refuse


def seasonal_naive(values: Floats, season: int, horizon: int) -> Floats:
    """The same place of the last season, again and again."""
    return np.resize(values[-season:], horizon)


def weighed(values: Floats, season: int, horizon: int, half_life: float) -> Floats:
    """A level that forgets by `half_life` seasons, and a seasonal pattern that forgets by 26."""
    age = values.size - 1.0 - np.arange(values.size)
    place = np.arange(values.size) % season
    padded = np.pad(values, (season // 2, season - 1 - season // 2), mode="edge")
    apart = values - np.convolve(padded, np.full(season, 1 / season), "valid")
    slow, fast = np.exp2(-age / (26 * season)), np.exp2(-age / (half_life * season))
    pattern = np.bincount(place, slow * apart, season) / (np.bincount(place, slow, season) + 1)
    pattern -= pattern.mean()
    level = float((fast * (values - pattern[place])).sum() / fast.sum())
    return np.asarray(level + pattern[(values.size + np.arange(horizon)) % season], dtype=np.float64)


def models(season: int) -> Mapping[str, Model]:
    """The models of a season's length. Those of statsforecast are imported here: that takes seconds."""
    from statsforecast import models as kept

    def of(model: Kept) -> Model:
        return lambda values, _, horizon: np.asarray(
            model.forecast(values, horizon)["mean"], dtype=np.float64
        )

    found: dict[str, Model] = {
        "exponential smoothing": of(kept.SimpleExponentialSmoothingOptimized()),
        "level and season, slow": lambda values, s, h: weighed(values, s, h, 2.0),
        "level and season, quick": lambda values, s, h: weighed(values, s, h, 0.7),
    }
    if season <= LONGEST_SEASON:
        found["theta"] = of(kept.DynamicOptimizedTheta(season_length=season))
        found["ets"] = of(kept.AutoETS(season_length=season, model="ANA" if season > 1 else "ANN"))
    if season > 1:
        level = kept.SimpleExponentialSmoothing(alpha=0.1)
        found["mstl"] = of(kept.MSTL(season_length=[season], trend_forecaster=level))
        found["same place, three seasons"] = of(
            kept.SeasonalWindowAverage(season_length=season, window_size=3)
        )
    return found


def forecast(model: Model, values: Floats, season: int, horizon: int) -> Floats:
    """A model's forecast; the seasonal-naive one where it finds none (a constant series, say).

    The library says so by whatever its arithmetic meets, and of a few values by NotImplementedError ("tiny
    datasets"). A TypeError would be a mistake of ours, and is not passed over.
    """
    try:
        with np.errstate(all="ignore"):
            found = model(values, season, horizon)
    except (ArithmeticError, LookupError, NotImplementedError, ValueError):
        found = np.full(horizon, np.nan)
    return found if np.isfinite(found).all() else seasonal_naive(values, season, horizon)
