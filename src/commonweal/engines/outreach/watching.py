"""When an active model must stop by itself: its people have changed, or it is wrong."""

from collections.abc import Mapping

import numpy as np

from commonweal.engines.numerics import Floats, wilson
from commonweal.engines.outreach.learning import Fifths, Fitted

DRIFTED = 0.25  # population stability index: the customary mark of a shift that needs a new model
FEWEST = 50


def stability(values: Floats, fifths: Fifths) -> float:
    """The population stability index of values against the parts they were trained on; 0 is no change."""
    marks, shares = (np.asarray(side, float) for side in fifths)
    counts = np.bincount(np.searchsorted(marks, values, "left"), minlength=marks.size + 1)
    now, trained = np.maximum(counts / values.size, 1e-3), np.maximum(shares, 1e-3)
    return float(((now - trained) * np.log(now / trained)).sum())


def drifted(fitted: Fitted, rows: Floats) -> tuple[str, ...]:
    """Features whose people have changed; none where fewer than `FEWEST` were seen."""
    if rows.shape[0] < FEWEST or fitted.edges is None:
        return ()
    told = {code: stability(rows[:, n], fitted.edges[code]) for n, code in enumerate(fitted.features)}
    return tuple(code for code, index in told.items() if index > DRIFTED)


def is_off(expected: float, happened: int, people: int) -> bool:
    """Whether what happened in a band contradicts what was expected of it (99 % interval)."""
    if people < FEWEST:
        return False
    told = wilson(happened, people, 0.99)
    return not told.low <= expected <= told.high


def broken(bands: Mapping[str, tuple[float, int, int]]) -> tuple[str, ...]:
    """Bands (expected share, happened, people) that turned out otherwise than the model said."""
    return tuple(band for band, told in bands.items() if is_off(*told))
