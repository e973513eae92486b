"""Effects: programmes without effect, a million rows of counts, and the same in statsmodels and linearmodels.

    pip install -r requirements-bench.lock; PYTHONPATH=src:tests python bench/effects.py [NAME ...]

programmes (1,000 without effect, one to eight treated clusters: at most 6 % called a success), coverage (an
effect that is there lies in its interval), million (two-way Poisson, clustered, within 6 CPU-seconds, and the
whole command on a CSV file), peers (a two-way panel against linearmodels, a Poisson against statsmodels).
Exits 1 where a target is missed. Wants a quiet machine and `nice`.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)]

from bench.figures import Figure, machine  # noqa: E402
from commonweal.cli.main import main as command  # noqa: E402
from commonweal.engines.effects.differences import did  # noqa: E402
from commonweal.engines.effects.panel import Labels, Panel  # noqa: E402
from commonweal.engines.effects.poisson import poisson_effect  # noqa: E402
from engines.effects.test_few_treated import beats  # noqa: E402

PROGRAMMES = 1_000
PEER_UNITS, PEER_TIMES = 400, 25


def programmes() -> list[Figure]:
    """A thousand programmes that did nothing, over 14, 20 and 40 clusters whose troubles last."""
    wrong, believed = 0, 0
    for seed in range(PROGRAMMES):
        clusters = (14, 20, 40)[seed % 3]
        found = did(beats(seed, 1 + seed % 8, clusters, 8), seed=seed)
        conventional = found.diagnostics["conventional"]
        assert isinstance(conventional, dict)
        wrong += found.p_value <= 0.05
        believed += conventional["p_value"] <= 0.05
    share, plain = 100 * wrong / PROGRAMMES, 100 * believed / PROGRAMMES
    return [Figure("false positives", share, "%", at_most=6, peer=f"clustered errors {plain:.1f} %")]


def coverage() -> list[Figure]:
    """How often the interval of the permutation holds an effect that is there."""
    held = sum(
        found.interval.low <= 2 <= found.interval.high
        for found in (did(beats(seed, 4, 16, 8, effect=2.0)) for seed in range(400))
    )
    return [Figure("interval holds the effect", held / 4, "%", at_least=93)]


def counted(units: int, times: int) -> Panel:
    """Counts of units over times, half of them treated half way, with one covariate."""
    rng = np.random.default_rng(0)
    unit, time = np.repeat(np.arange(units), times), np.tile(np.arange(times, dtype=float), units)
    on = ((unit % 2 == 0) & (time >= times // 2)).astype(float)
    x = rng.normal(size=units * times)
    rate = np.exp(rng.normal(0, 0.5, units)[unit] + rng.normal(0, 0.2, times)[time.astype(int)])
    outcome = rng.poisson(rate * np.exp(-0.1 * on + 0.05 * x)).astype(float)
    labels = Labels(tuple(f"u{n:05}" for n in range(units)), unit)
    return Panel(labels, time, outcome, on, np.ones(units * times), labels, {"x": x})


def million() -> list[Figure]:
    """Ten thousand units over a hundred times: the model alone, and the command from file to answer."""
    import pyarrow as pa
    from pyarrow import csv

    panel = counted(10_000, 100)
    model = spent(lambda: poisson_effect(panel))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns = {
            "unit": np.asarray(panel.unit.names)[panel.unit.codes], "time": panel.time.astype(int),
            "y": panel.outcome.astype(int), "on": panel.treated.astype(int), "x": panel.covariates["x"],
        }  # fmt: skip
        csv.write_csv(pa.table(columns), folder / "panel.csv")
        (folder / "d.json").write_text(
            '{"design": "poisson_fe", "data": "panel.csv", "unit": "unit", "time": "time", "outcome": "y", '
            '"treated": "on", "covariates": ["x"]}'
        )
        arguments = ["lab", "effects", str(folder / "d.json"), "--out", str(folder / "out.json")]
        whole = spent(lambda: command(arguments))
    return [
        Figure("a million rows, model", model, "CPU s", at_most=6),
        Figure("a million rows, whole command", whole, "CPU s", at_most=6),
    ]


def peers() -> list[Figure]:
    """Ten thousand rows: two-way least squares beside linearmodels, two-way Poisson beside statsmodels."""
    import pandas as pd
    import statsmodels.api as sm
    from linearmodels.panel import PanelOLS

    panel = counted(PEER_UNITS, PEER_TIMES)
    ours = spent(lambda: did(panel))
    data = pd.DataFrame({
        "unit": panel.unit.codes, "time": panel.time, "y": panel.outcome, "on": panel.treated,
        "x": panel.covariates["x"],
    }).set_index(["unit", "time"])  # fmt: skip
    model = PanelOLS(data["y"], data[["on", "x"]], entity_effects=True, time_effects=True)
    theirs = spent(lambda: model.fit(cov_type="clustered", cluster_entity=True))
    small = counted(100, PEER_TIMES)
    dummies = [small.unit.codes == n for n in range(100)]
    dummies += [small.time_codes == t for t in range(1, PEER_TIMES)]
    design = np.column_stack([small.treated, small.covariates["x"], *dummies]).astype(float)
    plain = sm.GLM(small.outcome, design, family=sm.families.Poisson())
    slow = spent(lambda: plain.fit(cov_type="cluster", cov_kwds={"groups": small.unit.codes}))
    quick = spent(lambda: poisson_effect(small))
    return [
        Figure("two-way panel, doubts and all", ours, "CPU s", peer=f"linearmodels, one fit: {theirs:.3f}"),
        Figure("Poisson over statsmodels' dummies", slow / quick, "x", at_least=1),
    ]


def spent(act: Callable[[], object], times: int = 2) -> float:
    """The least processor seconds of some runs of an act."""
    found = []
    for _ in range(times):
        begun = process_time()
        act()
        found.append(process_time() - begun)
    return min(found)


MEASURES = {"programmes": programmes, "coverage": coverage, "million": million, "peers": peers}


def main(names: list[str]) -> int:
    """Measure what is named, or all."""
    print("  ".join(f"{name}: {value}" for name, value in machine().items()))
    met = True
    for name in names or MEASURES:
        print(f"{name}: {(MEASURES[name].__doc__ or '').strip()}", flush=True)
        for figure in MEASURES[name]():
            told = f"; {figure.peer}" if figure.peer else ""
            mark = "" if figure.is_met else "  MISSED"
            print(f"  {figure.name:<36} {figure.value:>10.2f} {figure.unit}{told}{mark}", flush=True)
            met &= figure.is_met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
