"""Designs drawn by lot: people, clusters, and the order in which clusters begin."""

import numpy as np

from commonweal.cli.lab.effects.data import Words
from commonweal.cli.lab.effects.design import Design
from commonweal.cli.lab.effects.panels import labels, panel_of
from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.panel import Labels


def by_lot(design: Design) -> Finding:
    """People, each drawn for themselves."""
    return trial(design, None)


def by_lot_of_clusters(design: Design) -> Finding:
    """Clusters drawn as a whole; `unit` may name them where `cluster` does not."""
    return trial(design, design.column("cluster" if design.has("cluster") else "unit"))


def trial(design: Design, cluster: str | None) -> Finding:
    """The rows of a draw, and their difference."""
    from commonweal.engines.effects.randomised import Trial, randomised

    design.allow(("strata",), ("cohort", "weights", *(() if cluster else ("cluster",))))
    outcome, treated, covariates = (
        design.column("outcome"),
        design.column("treated"),
        design.names("covariates"),
    )
    strata = design.option("strata")
    data = design.read([outcome, treated, *covariates, *(name for name in (cluster, strata) if name)])
    values, flags = data.numbers(outcome), data.flags(treated)
    others = {name: data.numbers(name) for name in covariates}
    alone = Words([f"row {n + 1}" for n in range(data.length)], np.arange(data.length))
    together = data.words(cluster) if cluster else alone
    blocks = data.words(strata) if strata else None
    kept = data.kept
    rows = int(kept.sum())
    found = Trial(
        values[kept], flags[kept], labels(together, kept),
        labels(blocks, kept) if blocks else Labels(("all",), np.zeros(rows, dtype=np.intp)),
        {name: column[kept] for name, column in others.items()},
    )  # fmt: skip
    lost = {"rows_without_a_value": int((~kept).sum())}
    return randomised(found, design.level, design.seed).beside(lost)


def by_steps(design: Design) -> Finding:
    """A stepped wedge."""
    from commonweal.engines.effects.stepped_wedge import stepped_wedge

    design.allow(("start",), ("weights",))
    panel, left_out = panel_of(design)
    return stepped_wedge(panel, design.level, design.seed).beside(left_out)
