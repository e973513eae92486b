"""What diff-diff takes and answers for weighted comparisons, as far as it is read here."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Protocol

import numpy as np

from commonweal.engines.effects.panel import Panel

if TYPE_CHECKING:
    import pandas as pd


def frame(panel: Panel, since: float = -inf) -> "pd.DataFrame":
    """The panel as the library takes it."""
    import pandas as pd

    names = np.array(panel.unit.names, dtype=object)
    columns = {"unit": names[panel.unit.codes], "time": panel.time, "y": panel.outcome, "on": panel.treated}
    found = pd.DataFrame({**columns, **panel.covariates})
    found["on"] = found["on"].astype(int)
    return found[found["time"] >= since]


class Control(Protocol):
    """What the library answers of a synthetic control, as far as it is read here."""

    att: float
    donor_weights: Mapping[object, float]
    v_weights: Mapping[object, float]
    gap_path: Mapping[float, float]
    pre_rmspe: float
    rmspe_ratio: float
    placebo_p_value: float
    n_donors: int
    n_failed: int
    predictor_balance: "pd.DataFrame"
    effect_confidence_set: Mapping[str, float] | None

    def in_space_placebo(self) -> "pd.DataFrame":
        """One row a unit: its ratio of errors were it the treated one."""
        ...

    def leave_one_out(self) -> "pd.DataFrame":
        """One row a unit left out."""
        ...

    def confidence_set(self, gamma: float) -> object:
        """Fills `effect_confidence_set`."""
        ...


class Weighted:
    """What the library answers, as far as it is read here."""

    att: float
    se: float
    unit_weights: Mapping[object, float]
    time_weights: Mapping[float, float]
    variance_effects: Sequence[float]
    noise_level: float
    zeta_omega: float
    zeta_lambda: float
    pre_treatment_fit: float
    pre_fit_placebo_pvalue: float | None
    pre_periods: Sequence[float]
    post_periods: Sequence[float]
    treated_pre_trajectory: Sequence[float]
    treated_post_trajectory: Sequence[float]
    synthetic_pre_trajectory: Sequence[float]
    synthetic_post_trajectory: Sequence[float]
