"""Before a study: how large an effect must be to be seen, judged by how much the past scatters.

The design is pretended in the untreated past again and again; the scatter of estimates that are known to be
nothing is the standard error to expect (Burlig, Preonas & Woerman 2020, J. Dev. Econ. 144).
"""

import numpy as np
from scipy.special import ndtr

from commonweal.engines.effects.differences import Regression
from commonweal.engines.effects.findings import Finding, detectable
from commonweal.engines.effects.panel import FEW_TREATED, Panel, panel_doubts
from commonweal.engines.effects.permuting import shuffled
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Interval

EFFECTS = 9


def power(
    panel: Panel, treated: int, start: float, aim: float = 0.8, level: float = 0.95, seed: int = 0
) -> Finding:
    """The smallest effect that `treated` clusters starting at `start` would let be seen, `aim` of the time.

    The panel holds what was measured without the programme; rows already treated are left out. A ValueError
    says when the design leaves nobody to compare with.
    """
    past = panel.only(panel.treated == 0) if panel.treated.any() else panel
    clusters = len(past.cluster.names)
    if not 0 < treated < clusters:
        raise ValueError(f"options.treated_clusters: {treated}; between 1 and {clusters - 1} can be treated")
    if not past.times[0] < start <= past.times[-1]:
        raise ValueError(
            f"options.start: {start:g}; the data run from {past.times[0]:g} to {past.times[-1]:g}: choose "
            "one after the first"
        )
    starts = np.full(clusters, np.inf)
    starts[:treated] = start
    regression = Regression(past, (past.time >= starts[past.cluster.codes]).astype(np.float64)[:, None])
    shuffle = shuffled(
        regression.outcome, regression.within, regression.controls, past.time, past.cluster.codes, starts,
        seed,
    )  # fmt: skip
    error = float(np.sqrt((shuffle.estimates**2).mean()))
    smallest = shuffle.smallest_p
    least = detectable(error, np.inf, aim, level) if smallest <= 1 - level else float("inf")
    sizes = np.linspace(0, 2 * detectable(error, np.inf, aim, level), EFFECTS)
    z = detectable(1.0, np.inf, 0.5, level)
    chances = {
        f"{size:.4g}": float(ndtr(size / error - z) + ndtr(-size / error - z)) if error else 1.0
        for size in sizes
    }
    finding = Finding(
        least, error, Interval(-least, least, level), float("nan"), "power_by_placebo_assignments",
        cautions=tuple(c for c in panel_doubts(past) if c.code in ("few_clusters", "rows_doubled")),
        aggregates={"chance_to_see": chances, "power": aim},
        diagnostics={
            "clusters": clusters, "treated_clusters": treated, "times": len(past.times),
            "assignments_tried": len(shuffle.estimates), "smallest_attainable_p": smallest,
        },
    )  # fmt: skip
    if treated < FEW_TREATED:
        finding = finding.beside(
            {}, [Caution.of("few_treated", clusters=treated, smallest=round(smallest, 4))]
        )
    return finding
