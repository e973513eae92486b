"""How good a ranking is: precision at capacity beside plain rules, calibration overall and by group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats, Interval, generator, percentile_interval
from commonweal.engines.outreach.fairness import Audit, audit, calibration_error
from commonweal.engines.outreach.features import History, Proxy, proxies, table
from commonweal.engines.outreach.labels import outcomes
from commonweal.engines.outreach.learning import Fitted, Score, Task, fit, gradient, heuristics, recurrent

SEED = 20_260
Rival = Callable[[Sequence[History], Task, Sequence[float]], Score]
RIVALS: Mapping[str, Rival] = {"gradient boosting": gradient, "Cox, recurrent": recurrent}


@dataclass(frozen=True, slots=True)
class Compared:
    """One ranking at capacity: how many of the listed had the need."""

    name: str
    precision: float


@dataclass(frozen=True, slots=True)
class Report:
    """A held-out judgement: at the list's capacity, against the best plain rule, with calibration and audit.

    `ratio` is the precision over the best plain rule's, with a bootstrap interval over people.
    """

    people: int
    listed: int
    base_rate: float
    ours: float
    best: Compared
    ratio: float
    interval: Interval
    calibration: float
    compared: tuple[Compared, ...]
    audit: Audit
    proxies: tuple[Proxy, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model must reach before anybody may activate it."""

    ratio_low: float = 1.0
    calibration: float = 0.03
    group_calibration: float = 0.05
    gap: float = 0.2


def precision(score: Floats, happened: Floats, listed: int) -> float:
    """The share of the `listed` highest whom it happened to; equal scores at the edge share what is left."""
    listed = min(listed, score.size)
    if listed < 1:
        return float("nan")
    edge = np.sort(score)[-listed]
    above, at = score > edge, score == edge
    left = listed - int(above.sum())
    return float((happened[above].sum() + left * happened[at].mean()) / listed)


def judge(
    people: Sequence[History],
    task: Task,
    train: Sequence[float],
    test: float,
    capacity: float,
    rivals: Mapping[str, Rival] = RIVALS,
) -> tuple[Fitted, Report]:
    """Fit on the origins of `train` (the last calibrates), judge at `test`, whose horizon nobody has seen.

    ValueError where a horizon of training reaches into the test's.
    """
    if max(train) + task.days > test + 1e-9:
        raise ValueError(
            f"test: {test}; horizons of training end at {max(train) + task.days}, begin after them"
        )
    fitted = fit(people, task, train, capacity)
    rows, happened = table(people, test, task.features), outcomes(people, test, task.days, task.kind)
    listed = max(1, round(capacity * len(people)))
    chances = fitted.chances(rows)
    others: dict[str, Score] = {name: make(people, task, train) for name, make in rivals.items()}
    plain = heuristics(task.codes)
    best = max(
        (Compared(name, precision(score(rows), happened, listed)) for name, score in plain.items()),
        key=lambda one: one.precision,
    )
    ours = precision(chances, happened, listed)
    compared = tuple(
        Compared(name, precision(score(rows), happened, listed)) for name, score in (others | plain).items()
    )
    groups = {name: [one.groups.get(name, "") for one in people] for name in people[0].groups}
    chosen = np.zeros(len(people), bool)
    chosen[np.argsort(-chances, kind="stable")[:listed]] = True
    return fitted, Report(
        len(people), listed, float(happened.mean()), ours, best, ours / best.precision,
        _interval(chances, plain[best.name](rows), happened, capacity), calibration_error(chances, happened),
        compared, audit(chances, chosen, happened, groups), proxies(rows, task.codes, groups),
    )  # fmt: skip


def _interval(ours: Floats, theirs: Floats, happened: Floats, capacity: float, draws: int = 400) -> Interval:
    random, size = generator(SEED), ours.size
    listed = max(1, round(capacity * size))
    ratios = []
    for _ in range(draws):
        drawn = random.integers(0, size, size)
        plain = precision(theirs[drawn], happened[drawn], listed)
        ratios.append(precision(ours[drawn], happened[drawn], listed) / plain if plain else np.inf)
    return percentile_interval(np.array(ratios))


def lacks(report: Report, limits: Limits | None = None) -> tuple[str, ...]:
    """Why a model may not be activated, as codes; empty where it may."""
    least, found = limits or Limits(), []
    if not report.interval.low >= least.ratio_low:
        found.append("worse_than_rule")
    if not report.calibration <= least.calibration:
        found.append("calibration")
    groups: Mapping[str, float] = report.audit.worst
    if not groups.get("calibration", 0.0) <= least.group_calibration:
        found.append("group_calibration")
    if not max(groups.get("fpr_gap", 0.0), groups.get("fnr_gap", 0.0)) <= least.gap:
        found.append("uneven_errors")
    return tuple(found)
