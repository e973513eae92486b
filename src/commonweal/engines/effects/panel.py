"""A panel: units over time with an outcome, a treatment and what else was measured; and its checks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.effects.fixed_effects import Codes
from commonweal.engines.effects.values import Caution, PanelRow
from commonweal.engines.numerics import Floats

Flags = NDArray[np.bool_]
FEW_CLUSTERS = 30
FEW_TREATED = 10  # treated clusters below which standard errors are not believed


class Labels(NamedTuple):
    """A column of labels: the different ones, and for each row its place among them."""

    names: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, values: Sequence[str] | NDArray[np.str_]) -> "Labels":
        """Labels in sorted order."""
        names, places = np.unique(np.asarray(values, dtype=object), return_inverse=True)
        return cls(tuple(str(name) for name in names), places.astype(np.intp).reshape(-1))

    def only(self, rows: Flags) -> "Labels":
        """The labels of some rows, without those that no longer occur."""
        left, places = np.unique(self.codes[rows], return_inverse=True)
        return Labels(tuple(self.names[n] for n in left), places.astype(np.intp).reshape(-1))


@dataclass(frozen=True)
class Panel:
    """Rows as columns of equal length. `treated` is 1 where and when the change was in force, else 0.

    `cluster` is who was treated together (the unit, unless said otherwise); `weights` are above zero.
    """

    unit: Labels
    time: Floats
    outcome: Floats
    treated: Floats
    weights: Floats
    cluster: Labels
    covariates: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an empty panel and weights that are not above zero."""
        if len(self.outcome) == 0:
            raise ValueError("rows: empty; hand in one row for each unit and time")
        if not (self.weights > 0).all():
            raise ValueError("weight: zero or below; leave such rows out")

    @classmethod
    def of(cls, rows: Sequence[PanelRow]) -> "Panel":
        """A panel from rows, clustered by unit."""
        unit = Labels.of([row.unit for row in rows])
        columns = np.array([(r.time, r.outcome, r.treated, r.weight) for r in rows], dtype=np.float64)
        time, outcome, treated, weights = columns.reshape(-1, 4).T
        return cls(unit, time, outcome, treated, weights, unit)

    @cached_property
    def times(self) -> Floats:
        """The different times, in order."""
        return np.unique(self.time)

    @cached_property
    def time_codes(self) -> Codes:
        """The place of each row's time."""
        return np.searchsorted(self.times, self.time).astype(np.intp)

    @cached_property
    def controls(self) -> Floats:
        """The covariates as columns, shape (rows, covariates)."""
        none = np.zeros((len(self.outcome), 0))
        return np.column_stack(list(self.covariates.values())) if self.covariates else none

    def starts(self, of: Labels | None = None) -> Floats:
        """The first treated time of each unit (or of each of other labels); infinite for never."""
        labels = of or self.unit
        found = np.full(len(labels.names), np.inf)
        rows = self.treated > 0
        np.minimum.at(found, labels.codes[rows], self.time[rows])
        return found

    def only(self, rows: Flags) -> "Panel":
        """Some of the rows."""
        return Panel(
            self.unit.only(rows), self.time[rows], self.outcome[rows], self.treated[rows],
            self.weights[rows], self.cluster.only(rows),
            {name: column[rows] for name, column in self.covariates.items()},
        )  # fmt: skip

    def with_covariates(self, covariates: Mapping[str, Floats]) -> "Panel":
        """The same rows with other covariates."""
        return replace(self, covariates=covariates)

    def pretending(self, treated: Floats) -> "Panel":
        """The same rows with another treatment."""
        return replace(self, treated=treated)

    @property
    def doubled(self) -> tuple[str, float] | None:
        """The first unit and time that has two rows; None in a panel worth the name."""
        keys = self.unit.codes * len(self.times) + self.time_codes
        found, counts = np.unique(keys, return_counts=True)
        if (counts == 1).all():
            return None
        unit, time = divmod(int(found[counts > 1][0]), len(self.times))
        return self.unit.names[unit], float(self.times[time])

    @property
    def is_balanced(self) -> bool:
        """Whether every unit has one row at every time."""
        return self.doubled is None and len(self.time) == len(self.times) * len(self.unit.names)

    @property
    def is_absorbing(self) -> bool:
        """Whether nobody is untreated again after being treated."""
        return bool(((self.time >= self.starts()[self.unit.codes]) == (self.treated > 0)).all())

    @property
    def treated_clusters(self) -> int:
        """How many clusters were ever treated."""
        return int(np.isfinite(self.starts(self.cluster)).sum())

    def need(self, *, unique: bool = True, absorbing: bool = True, balanced: bool = False) -> None:
        """ValueError, naming a unit and a time, where the panel is not what a design needs."""
        if unique and (twice := self.doubled):
            raise ValueError(
                f"unit: {twice[0]!r} has two rows at time {twice[1]:g}; one row for each unit and time"
            )
        if absorbing and not self.is_absorbing:
            off = (self.time >= self.starts()[self.unit.codes]) & (self.treated == 0)
            name, when = self.unit.names[self.unit.codes[off][0]], float(self.time[off][0])
            raise ValueError(
                f"treated: {name!r} is untreated again at time {when:g}; this design needs treatment that "
                "stays: use poisson_fe or did, or cut the panel there"
            )
        if balanced and not self.is_balanced:
            lengths = np.bincount(self.unit.codes)
            short = int(lengths.argmin())
            raise ValueError(
                f"unit: {self.unit.names[short]!r} has {lengths[short]} of {len(self.times)} times; give "
                "every unit a row at every time, or leave it out"
            )


def panel_doubts(panel: Panel) -> Iterator[Caution]:
    """What a reader should know about the panel."""
    starts = panel.starts()
    begun = starts[np.isfinite(starts)]
    if len(begun) == len(starts):
        yield Caution.of("no_untreated_units")
    if len(np.unique(begun)) > 1:
        yield Caution.of("staggered_start", starts=len(np.unique(begun)))
    if panel.treated_clusters < 5:
        yield Caution.of("few_units", units=panel.treated_clusters)
    if len(panel.cluster.names) < FEW_CLUSTERS:
        yield Caution.of("few_clusters", clusters=len(panel.cluster.names))
    before = np.bincount(panel.unit.codes, panel.time < starts[panel.unit.codes], len(starts))
    if (before[np.isfinite(starts)] < 2).any():
        yield Caution.of("trend_untestable")
    if twice := panel.doubled:
        yield Caution.of("rows_doubled", unit=twice[0], time=twice[1])
    if not panel.is_absorbing:
        yield Caution.of("treatment_ends")
