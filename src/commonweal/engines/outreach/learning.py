"""Fitting: a ranking that can be read and written as numbers, and the rivals it is held against.

What may be activated is the logistic model with hinges and pairs (scikit-learn), kept as plain numbers: what
was audited is what ranks. Gradient boosting and Cox (survival with recurrent events: every origin of a person
is a new spell, Andersen & Gill 1982) are fitted beside it and reported.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations_with_replacement
from typing import TypedDict, cast

import numpy as np

from commonweal.engines.numerics import Floats
from commonweal.engines.outreach.features import Feature, History, registered, table
from commonweal.engines.outreach.labels import outcomes, waits

Score = Callable[[Floats], Floats]
Fifths = tuple[tuple[float, ...], tuple[float, ...]]  # marks, and the shares that they part
HEURISTICS: Mapping[str, str] = {  # plain rules that anybody could follow: the greatest, or the latest, first
    "most crises in 30 days": "crises_30", "most crises in 90 days": "crises_90",
    "most crises in a year": "crises_365", "latest crisis": "-since_crisis",
    "most emergency visits in 90 days": "ed_visits_90", "most emergency visits in a year": "ed_visits_365",
    "most missed referrals": "missed_180", "last referral missed": "waits",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be foretold: a kind of happening within `days`, at these origins, by these features."""

    kind: str
    days: float
    features: tuple[Feature, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The features' codes, in order."""
        return tuple(one.code for one in self.features)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model as numbers: features, pairs among them, their scales, weights, calibration, bands, edges.

    `bands` are the least chance of the first and of the second band; `edges` by feature split what it was
    trained on into fifths, so that drift can be seen later.
    """

    features: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    shift: float
    slope: float
    level: float
    bands: tuple[float, float] = (0.5, 0.25)
    edges: Mapping[str, Fifths] | None = None

    def chances(self, found: Floats) -> Floats:
        """(people,): the calibrated chance of each row of a table of `features`."""
        raw = _scaled(_widened(found, self.pairs), self.middle, self.spread) @ np.array(self.weights)
        return _logistic(self.level + self.slope * (raw + self.shift))

    def reasons(self, row: Floats, most: int = 3) -> tuple[str, ...]:
        """Features that raise this row most above the middle one, greatest first."""
        wide = _scaled(_widened(row.reshape(1, -1), self.pairs), self.middle, self.spread)[0]
        shares = wide * np.array(self.weights)
        lift = dict.fromkeys(self.features, 0.0)
        columns = [*((n, n) for n in range(len(self.features))), *self.pairs]
        for share, (a, b) in zip(shares, columns, strict=True):
            lift[self.features[a]] += float(share) / 2
            lift[self.features[b]] += float(share) / 2
        ranked = sorted(lift, key=lambda code: -lift[code])
        return tuple(code for code in ranked[:most] if lift[code] > 0)

    def band(self, chance: float) -> str:
        """The band of a chance: all that is ever kept or shown of it."""
        first, second = self.bands
        return "first" if chance >= first else "second" if chance >= second else "later"

    def written(self) -> dict[str, object]:
        """As JSON may hold it."""
        return asdict(self)


class _Written(TypedDict):
    """What `Fitted.written` gives, once it has been through JSON."""

    features: Sequence[str]
    pairs: Sequence[Sequence[int]]
    middle: Sequence[float]
    spread: Sequence[float]
    weights: Sequence[float]
    shift: float
    slope: float
    level: float
    bands: Sequence[float]
    edges: Mapping[str, Sequence[Sequence[float]]] | None


def read(told: Mapping[str, object]) -> Fitted:
    """A model from its JSON; ValueError for one whose parts do not fit together."""
    written = cast("_Written", told)
    first, second = written["bands"]
    edges = written.get("edges") or {}
    found = Fitted(
        features=tuple(written["features"]),
        pairs=tuple((int(a), int(b)) for a, b in written["pairs"]),
        middle=tuple(written["middle"]),
        spread=tuple(written["spread"]),
        weights=tuple(written["weights"]),
        shift=written["shift"],
        slope=written["slope"],
        level=written["level"],
        bands=(first, second),
        edges={code: (tuple(marks), tuple(shares)) for code, (marks, shares) in edges.items()},
    )
    wide = len(found.features) + len(found.pairs)
    if not len(found.middle) == len(found.spread) == len(found.weights) == wide:
        raise ValueError(f"weights: {len(found.weights)} for {wide} columns; the model is not whole")
    return found


def stacked(people: Sequence[History], task: Task, origins: Sequence[float]) -> tuple[Floats, Floats]:
    """Rows and outcomes of everybody at every origin; shapes (people * origins, features) and (.., )."""
    rows = [table(people, at, task.features) for at in origins]
    return np.vstack(rows), np.concatenate([outcomes(people, at, task.days, task.kind) for at in origins])


def fit(people: Sequence[History], task: Task, origins: Sequence[float], capacity: float) -> Fitted:
    """Fit on all origins but the last, calibrate on the last. `capacity` is the share of people listed.

    ValueError where fewer than two origins, or where nothing (or only that) happened.
    """
    from sklearn.linear_model import LogisticRegression

    if len(origins) < 2:
        raise ValueError(f"origins: {len(origins)}; give at least two, the last to calibrate")
    rows, happened = stacked(people, task, origins[:-1])
    if len(set(happened)) < 2:
        raise ValueError(f"label: {task.kind} never, or always, happened; there is nothing to learn")
    pairs = tuple(combinations_with_replacement(range(len(task.features)), 2))
    wide = _widened(rows, pairs)
    middle, spread = wide.mean(axis=0), np.maximum(wide.std(axis=0), 1e-9)
    model = LogisticRegression(C=0.1, max_iter=400).fit(_scaled(wide, tuple(middle), tuple(spread)), happened)
    plain = Fitted(
        features=task.codes, pairs=pairs, middle=tuple(map(float, middle)), spread=tuple(map(float, spread)),
        weights=tuple(map(float, model.coef_[0])), shift=float(model.intercept_[0]), slope=1.0, level=0.0,
        edges={code: _fifths(rows[:, n]) for n, code in enumerate(task.codes)},
    )  # fmt: skip
    return _calibrated(plain, *stacked(people, task, origins[-1:]), capacity)


def _fifths(values: Floats) -> Fifths:
    """Marks that split values into fifths, those that coincide once, and the share that lies in each part."""
    marks = np.unique(np.quantile(values, [0.2, 0.4, 0.6, 0.8]))
    parts = np.bincount(np.searchsorted(marks, values, "left"), minlength=marks.size + 1)
    return tuple(map(float, marks)), tuple(map(float, parts / values.size))


def _calibrated(plain: Fitted, rows: Floats, happened: Floats, capacity: float) -> Fitted:
    """Slope and level by Platt (1999) on rows not fitted on; bands at the capacity and at three times it."""
    from sklearn.linear_model import LogisticRegression

    raw = _odds(plain.chances(rows))
    scale = LogisticRegression(C=1e6).fit(raw.reshape(-1, 1), happened)
    slope, level = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    chances = _logistic(level + slope * raw)
    first, second = (float(np.quantile(chances, 1 - min(1.0, share))) for share in (capacity, 3 * capacity))
    told = plain.written() | {"slope": slope, "level": level, "bands": (first, min(first, second))}
    return read(told)


def gradient(people: Sequence[History], task: Task, origins: Sequence[float]) -> Score:
    """Gradient-boosted trees (scikit-learn): a rival, reported and never activated."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows, happened = stacked(people, task, origins)
    model = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=12, random_state=0
    )
    model.fit(rows, happened)
    return lambda found: np.asarray(model.predict_proba(found)[:, 1], float)


def cox(
    rows: Floats, start: Floats, end: Floats, happened: Floats, ties: str = "efron"
) -> tuple[Floats, Floats]:
    """Log hazard ratios and standard errors of a Cox model over spells (statsmodels); shapes (features,)."""
    from statsmodels.duration.hazard_regression import PHReg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = PHReg(end, rows, status=happened, entry=start, ties=ties).fit(method="bfgs", disp=0)
    return np.asarray(found.params, float), np.asarray(found.bse, float)


def recurrent(people: Sequence[History], task: Task, origins: Sequence[float]) -> Score:
    """A Cox model over the spells that begin at each origin; scores are its linear predictor."""
    rows = np.vstack([table(people, at, task.features) for at in origins])
    spells = [waits(people, at, at + task.days, task.kind) for at in origins]
    length, happened = (np.concatenate(part) for part in zip(*spells, strict=True))
    varied = rows.std(axis=0) > 0
    middle, spread = rows[:, varied].mean(axis=0), rows[:, varied].std(axis=0)
    scaled = (rows[:, varied] - middle) / spread
    weights, _ = cox(scaled, np.zeros(length.size), np.ceil(length), happened, "breslow")
    return lambda found: np.asarray((found[:, varied] - middle) / spread @ weights, float)


def heuristics(codes: Sequence[str]) -> dict[str, Score]:
    """The plain rules over a table of these features."""
    every = {code: n for n, code in enumerate(codes)}

    def by(code: str) -> Score:
        sign, column = (-1.0 if code.startswith("-") else 1.0), every[code.lstrip("-")]
        return lambda found: np.asarray(sign * found[:, column], float)

    return {name: by(code) for name, code in HEURISTICS.items() if code.lstrip("-") in every}


def task_of(label_kind: str, days: float, codes: Sequence[str]) -> Task:
    """A task over registered features; Refused for any that may not be used."""
    return Task(label_kind, days, registered(codes))


def _widened(found: Floats, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Columns and their products."""
    if not pairs:
        return found
    left, right = (list(side) for side in zip(*pairs, strict=True))
    return np.hstack([found, found[:, left] * found[:, right]])


def _scaled(wide: Floats, middle: Sequence[float], spread: Sequence[float]) -> Floats:
    return np.asarray((wide - np.array(middle)) / np.array(spread), float)


def _logistic(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), float)


def _odds(chances: Floats) -> Floats:
    held = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(held / (1 - held)), float)
