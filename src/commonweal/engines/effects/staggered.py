"""Staggered adoption: the effect on each cohort at each time, and its averages (Callaway & Sant'Anna 2021).

Written from the paper (J. Econometrics 225, 200-230) and held against what R's `did` gives: no kept library
had all four averages, sampling weights and clustered errors together. Each number is a mean of influences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import chdtrc, ndtri

from commonweal.engines.effects.averaging import Averages, Weighed
from commonweal.engines.effects.differences import doubted, tested
from commonweal.engines.effects.event_study import tested_apart
from commonweal.engines.effects.findings import Finding, detectable, part, student
from commonweal.engines.effects.panel import FEW_TREATED, Flags, Panel, panel_doubts
from commonweal.engines.effects.two_by_two import METHODS, Cell, NoOverlap, plain
from commonweal.engines.effects.values import Caution
from commonweal.engines.numerics import Floats, generator

CONTROLS = ("never_treated", "not_yet_treated")
BASES = ("varying", "universal")
AVERAGES = ("simple", "dynamic", "group", "calendar")
SMALL_GROUP = 5

__all__ = ["Choices", "staggered", "tested"]


@dataclass(frozen=True)
class Choices:
    """How to estimate: who is compared, by what method, and how the errors are found.

    `bootstrap` is a number of multiplier draws, 0 for errors by formula. `aggregate` names the average that
    is the estimate.
    """

    controls: str = "never_treated"
    method: str = "dr"
    anticipation: int = 0
    base: str = "varying"
    aggregate: str = "simple"
    bootstrap: int = 0
    seed: int = 0
    earliest: float = -np.inf
    latest: float = np.inf

    def __post_init__(self) -> None:
        """Refuse unknown words."""
        for name, value, allowed in (
            ("control_group", self.controls, CONTROLS), ("method", self.method, tuple(METHODS)),
            ("base_period", self.base, BASES), ("aggregate", self.aggregate, AVERAGES),
        ):  # fmt: skip
            if value not in allowed:
                raise ValueError(f"options.{name}: {value!r}; use one of {', '.join(allowed)}")


@dataclass(frozen=True)
class Wide:
    """A balanced panel as tables of unit by time; `starts` are infinite for the never treated."""

    outcome: Floats
    times: Floats
    starts: Floats
    weights: Floats
    covariates: Floats  # (unit, time, covariate), the first of them one
    cluster: Floats

    @cached_property
    def groups(self) -> Floats:
        """When units started, those that did."""
        return np.unique(self.starts[np.isfinite(self.starts)])


def staggered(panel: Panel, choices: Choices | None = None, level: float = 0.95) -> Finding:
    """Group-time effects and their averages, with errors by influence functions or a multiplier bootstrap.

    Units without a row at every time and units treated from the first time on are left out and counted. A
    ValueError says when nobody is left to compare with.
    """
    choices = choices or Choices()
    panel.need()
    kept, dropped = comparable(panel, choices)
    wide = widened(kept)
    cells = Cells(wide, choices)
    if not cells.post.any():
        raise ValueError(
            "cohort: no group can be compared after its start; there must be units never treated, or "
            "treated later"
        )
    averages = Averages(cells.groups, cells.times, cells.effects, cells.influences, wide.starts, wide.weights)
    answer = told(averages, cells, wide, choices, level)
    cautions = [*panel_doubts(panel), *(Caution.of(code, units=n) for code, n in dropped.items() if n)]
    cautions = [caution for caution in cautions if caution.code != "staggered_start"]
    smallest = min(int((wide.starts == g).sum()) for g in wide.groups)
    if smallest < SMALL_GROUP:
        cautions.append(Caution.of("small_group", units=smallest))
    if cells.refused:
        cautions.append(Caution.of("cells_without_overlap", cells=len(cells.refused)))
    finding = answer.beside(
        {
            "rows": len(panel.outcome), "units": len(wide.starts), "times": len(wide.times),
            "clusters": len(np.unique(wide.cluster)), "treated_clusters": panel.treated_clusters,
            "never_treated": int(np.isinf(wide.starts).sum()), "left_out": dropped,
            "minimum_detectable_effect": detectable(answer.std_error, np.inf),
            "leads_are_zero": pre_test(cells, wide),
        },
        cautions,
    )  # fmt: skip
    finding = doubted(finding, panel, level)
    return tested_apart(finding, panel, choices.seed) if panel.treated_clusters < FEW_TREATED else finding


def comparable(panel: Panel, choices: Choices) -> tuple[Panel, dict[str, int]]:
    """The units seen at every time and not treated from the start, and how many were left out, by reason."""
    starts = panel.starts()
    seen = np.bincount(panel.unit.codes) == len(panel.times)
    always = starts <= panel.times[0] + choices.anticipation
    good = seen & ~always
    dropped = {"units_incomplete": int((~seen).sum()), "units_always_treated": int((seen & always).sum())}
    rows = good[panel.unit.codes]
    if not np.isinf(starts[good]).any() and np.isfinite(starts[good]).any():
        # without a never-treated unit the last cohort is the comparison, until it starts
        last = float(starts[good].max())
        rows = rows & (panel.time < last - choices.anticipation)
    if not rows.any():
        raise ValueError("unit: no unit has a row at every time and was untreated at first; see left_out")
    return panel.only(rows), dropped


def widened(panel: Panel) -> Wide:
    """Tables of unit by time."""
    order = np.lexsort((panel.time_codes, panel.unit.codes))
    shape = (len(panel.unit.names), len(panel.times))
    weights = panel.weights[order].reshape(shape)[:, 0]
    columns = [np.ones(len(order)), *panel.covariates.values()]
    covariates = np.stack([column[order].reshape(shape) for column in columns], axis=2)
    return Wide(
        panel.outcome[order].reshape(shape), panel.times, panel.starts(), weights / weights.mean(),
        covariates, panel.cluster.codes[order].reshape(shape)[:, 0].astype(np.float64),
    )  # fmt: skip


class Cells:
    """All group-time effects of a panel and the influence of each unit on each."""

    def __init__(self, wide: Wide, choices: Choices) -> None:
        self.wide, self.choices = wide, choices
        self.refused: list[tuple[float, float]] = []
        found = [
            (group, float(wide.times[place]), answer)
            for group in wide.groups
            for place in range(len(wide.times))
            if (answer := self.cell(float(group), place)) is not None
        ]
        self.groups = np.array([group for group, _, _ in found])
        self.times = np.array([time for _, time, _ in found])
        self.effects = np.array([answer[0] for _, _, answer in found])
        columns = [answer[1] for _, _, answer in found]
        self.influences = np.column_stack(columns) if columns else np.zeros((len(wide.starts), 0))

    @property
    def post(self) -> Floats:
        """1 where a cell lies after its group's start."""
        return (self.times >= self.groups).astype(np.float64)

    def base(self, group: float, place: int) -> int | None:
        """The place of the time that this one is compared with; None where there is none."""
        before = np.flatnonzero(self.wide.times < group - self.choices.anticipation)
        if len(before) == 0:
            return None
        is_before = self.wide.times[place] < group - self.choices.anticipation
        if is_before and self.choices.base == "varying":
            return place - 1 if place else None
        return int(before[-1])

    def cell(self, group: float, place: int) -> tuple[float, Floats] | None:
        """One group-time effect with its influences over all units; None where it cannot be had."""
        base = self.base(group, place)
        if base is None:
            return None
        if base == place:
            return 0.0, np.zeros(len(self.wide.starts))
        treated = self.wide.starts == group
        rows = treated | self.compared(group, max(base, place))
        if not treated.any() or not (rows & ~treated).any():
            return None
        weights = self.wide.weights[rows] / self.wide.weights[rows].mean()
        change = self.wide.outcome[rows, place] - self.wide.outcome[rows, base]
        x = self.wide.covariates[rows, min(base, place)]
        cell = Cell(change, treated[rows].astype(np.float64), weights, x)
        try:
            effect, influence = METHODS[self.choices.method](cell) if x.shape[1] > 1 else plain(cell)
        except (NoOverlap, np.linalg.LinAlgError):
            self.refused.append((group, float(self.wide.times[place])))
            return None
        whole = np.zeros(len(rows))
        whole[rows] = influence * len(rows) / int(rows.sum())
        return effect, whole

    def compared(self, group: float, latest: int) -> Flags:
        """Who a group is compared with: the never treated, or all that are not treated by then."""
        starts = self.wide.starts
        if self.choices.controls == "never_treated":
            last = float(starts.max())
            found: Flags = np.isinf(starts) if np.isinf(last) else starts == last
        else:
            found = starts > float(self.wide.times[latest]) + self.choices.anticipation
        found = found & (starts != group)
        return found


def told(averages: Averages, cells: Cells, wide: Wide, choices: Choices, level: float) -> Finding:
    """Every average with its error; the chosen one as the estimate."""
    errors = Errors(wide.cluster, choices.bootstrap, choices.seed, level)
    single = [
        Weighed(str_of(t), effect, cells.influences[:, n])
        for n, (t, effect) in enumerate(zip(cells.times, cells.effects, strict=True))
    ]
    group_time: dict[str, dict[str, object]] = {}
    for group, one, entry in zip(cells.groups, single, errors.parts(single), strict=True):
        group_time.setdefault(str_of(group), {})[one.name] = entry
    dynamic = [w for w in averages.dynamic() if choices.earliest <= float(w.name) <= choices.latest]
    by_event, by_group, by_time = dynamic, averages.group(), averages.calendar()
    late = [w for w in by_event if float(w.name) >= 0]
    overall = {
        "simple": averages.simple(), "dynamic": averages.mean(late),
        "group": averages.over_groups(by_group), "calendar": averages.mean(by_time),
    }  # fmt: skip
    aggregates: dict[str, object] = {"group_time": group_time}
    for name, parts in (("simple", []), ("dynamic", by_event), ("group", by_group), ("calendar", by_time)):
        entry = errors.parts([overall[name]])[0]
        under = dict(zip([w.name for w in parts], errors.parts(parts), strict=True))
        aggregates[name] = {**entry, **({"parts": under} if parts else {})}
    chosen = overall[choices.aggregate]
    error = errors.error(chosen.influence)
    interval, p_value = student(chosen.estimate, error, np.inf, level)
    return Finding(
        chosen.estimate, error, interval, p_value, f"callaway_santanna_{choices.method}",
        aggregates=aggregates, diagnostics={"errors": errors.method, "aggregate": choices.aggregate},
    )  # fmt: skip


class Errors:
    """Standard errors of means of influences: by formula, or by a multiplier bootstrap over clusters."""

    def __init__(self, cluster: Floats, draws: int, seed: int, level: float) -> None:
        self.units, self.level = len(cluster), level
        self.place = np.unique(cluster, return_inverse=True)[1].reshape(-1)
        self.signs: Floats | None = None
        if draws:
            rng, root = generator(seed), np.sqrt(5.0)
            low = rng.random((draws, int(self.place.max()) + 1)) < (root + 1) / (2 * root)
            self.signs = np.where(low, (1 - root) / 2, (1 + root) / 2)  # Mammen's two points
        self.method = "multiplier_bootstrap" if draws else "influence_function"

    def sums(self, influence: Floats) -> Floats:
        """Influence by cluster, as part of the mean over units."""
        return np.bincount(self.place, influence) / self.units

    def drawn(self, influence: Floats) -> Floats:
        """The bootstrap's deviations of one estimate."""
        assert self.signs is not None
        found: Floats = self.signs @ self.sums(influence)
        return found

    def error(self, influence: Floats) -> float:
        """The standard error of one estimate; by the quartiles of the draws, as R's did takes it."""
        if self.signs is None:
            return float(np.sqrt((self.sums(influence) ** 2).sum()))
        low, high = np.quantile(self.drawn(influence), [0.25, 0.75])
        return float(high - low) / float(ndtri(0.75) - ndtri(0.25))

    def parts(self, several: list[Weighed]) -> list[dict[str, object]]:
        """Entries of `aggregates`; with a bootstrap, a band that holds all of them at once."""
        found = [part(w.estimate, self.error(w.influence), np.inf, self.level) for w in several]
        if self.signs is None or not several:
            return found
        ratios = [np.abs(self.drawn(w.influence)) / e for w in several if (e := self.error(w.influence)) > 0]
        wide = float(np.quantile(np.max(ratios, axis=0), self.level)) if ratios else float("nan")
        for w, entry in zip(several, found, strict=True):
            half = wide * self.error(w.influence)
            entry["band"] = [w.estimate - half, w.estimate + half]
        return found


def pre_test(cells: Cells, wide: Wide) -> Mapping[str, object] | None:
    """The joint test that no group moved apart before its start (chi square); None where it cannot be had."""
    places = np.flatnonzero((cells.times < cells.groups - cells.choices.anticipation) & (cells.effects != 0))
    if len(places) == 0:
        return None
    errors = Errors(wide.cluster, 0, 0, 0.95)
    sums = np.column_stack([errors.sums(cells.influences[:, n]) for n in places])
    covariance = sums.T @ sums
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(places):
        return None
    statistic = float(cells.effects[places] @ np.linalg.solve(covariance, cells.effects[places]))
    return {"chi_square": statistic, "degrees": len(places), "p_value": float(chdtrc(len(places), statistic))}


def str_of(value: float) -> str:
    """A time as text: 2004, not 2004.0."""
    return f"{value:.10g}"
