"""The seven rates that are published as "diversion", from the same calls, and what they may show together.

After the Eugene Police Department's Crime Analysis Unit (CAHOOTS program analysis, 2020 and 2021 update), in
the reading of N. Burton, University of Oregon, who rebuilt each from the report's own counts. What one counts
is the remainder of another, so that they are judged and hidden together.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.measures.rows import ResponseRow, Row
from commonweal.engines.measures.rules import Frame, Tally, typed
from commonweal.engines.numerics import Interval, normal_quantile, wilson

Flags = NDArray[np.bool_]
NONE: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
WELFARE = "welfare_check"
WELFARE_WEIGHT = 0.74  # the share of welfare checks taken to need an officer otherwise (EPD 2021)
MOST = 3  # the commonest natures that are taken off as "not police work anyway"
BASELINE = 11  # police calls of a nature below which its minutes are no baseline


@dataclass(frozen=True)
class Counts:
    """What the seven rates are made of, each a number of calls.

    `top_*` count the team's three commonest natures, among calls where it was alone and where it was sent;
    `is_welfare_on_top` says whether welfare checks are one of them.
    """

    calls: int
    associated: int
    dispatched: int
    alone: int
    top_alone: int
    sent: int
    top_dispatched: int
    welfare: int
    is_welfare_on_top: bool = True


@dataclass(frozen=True)
class Parts:
    """One rate: `weight` x `hits` / `of`; `is_apart` where the hits are no part of the denominator."""

    hits: int
    of: int
    weight: float = 1.0
    is_apart: bool = False

    @property
    def value(self) -> float | None:
        """The rate; None where there is nothing to divide by."""
        return self.weight * self.hits / self.of if self.of > 0 else None

    def interval(self, level: float = 0.95) -> Interval | None:
        """Wilson's, through the odds where the hits are no part of the rest; the weight taken as sure."""
        if self.of <= 0:
            return None
        if not self.is_apart:
            bounds = wilson(min(self.hits, self.of), self.of, level)
            return Interval(self.weight * bounds.low, self.weight * bounds.high, level)
        bounds = wilson(self.hits, self.hits + self.of, level)
        odds = [p / (1 - p) if p < 1 else float("inf") for p in (bounds.low, bounds.high)]
        return Interval(self.weight * odds[0], self.weight * odds[1], level)


DEFINITIONS: Mapping[str, Callable[[Counts], Parts]] = {
    "diversion_associated": lambda n: Parts(n.associated, n.calls),
    "diversion_dispatched": lambda n: Parts(n.dispatched, n.calls),
    "diversion_arrived_alone": lambda n: Parts(n.alone, n.calls),
    "diversion_less_top_three": lambda n: Parts(n.alone - n.top_alone, n.calls),
    "diversion_less_top_three_of_sent": lambda n: Parts(n.alone - n.top_alone, n.sent - n.top_alone),
    "diversion_welfare_weighted": lambda n: Parts(n.welfare, n.calls, WELFARE_WEIGHT),
    "diversion_welfare_weighted_of_sent": lambda n: Parts(
        n.welfare, n.sent - n.top_dispatched, WELFARE_WEIGHT, n.is_welfare_on_top
    ),
}
MADE_OF: Mapping[str, tuple[str, str]] = {  # numerator and denominator, as sets of calls
    "diversion_associated": ("associated", "calls"),
    "diversion_dispatched": ("dispatched", "calls"),
    "diversion_arrived_alone": ("alone", "calls"),
    "diversion_less_top_three": ("alone_rest", "calls"),
    "diversion_less_top_three_of_sent": ("alone_rest", "sent_less_alone_top"),
    "diversion_welfare_weighted": ("welfare", "calls"),
    "diversion_welfare_weighted_of_sent": ("welfare", "sent_less_dispatched_top"),
}


@dataclass(frozen=True)
class Sorted:
    """Calls sorted into the sets that the rates count; `top` names the team's commonest natures, in order."""

    sets: Mapping[str, Flags]
    top: tuple[str, ...]
    excluded: Mapping[str, int]
    by_record: int

    def size(self, name: str) -> int:
        """How many calls a set holds."""
        return int(self.sets[name].sum())

    @property
    def counts(self) -> Counts:
        """The sets as numbers."""
        alone, sent = self.size("alone"), self.size("sent")
        return Counts(
            calls=self.size("calls"), associated=self.size("associated"), dispatched=self.size("dispatched"),
            alone=alone, top_alone=alone - self.size("alone_rest"), sent=sent,
            top_dispatched=sent - self.size("sent_less_dispatched_top"), welfare=self.size("welfare"),
            is_welfare_on_top=WELFARE in self.top,
        )  # fmt: skip


def left_out(row: ResponseRow) -> str | None:
    """Why a call is in none of the rates: another service's, an officer's own, or told twice."""
    if row.duplicate:
        return "duplicate"
    if not row.is_public:
        return "self_initiated"
    return "other_service" if row.is_other_service else None


def sorted_calls(rows: Sequence[Row]) -> Sorted:
    """The calls that count, sorted. Alone means: the team arrived and no police unit was sent."""
    reasons = [(row, left_out(row)) for row in typed(rows, ResponseRow)]
    kept = [row for row, reason in reasons if reason is None]

    def flags(test: Callable[[ResponseRow], bool]) -> Flags:
        return np.fromiter((test(row) for row in kept), dtype=np.bool_, count=len(kept))

    alone = flags(lambda row: row.team_arrived and not row.police_sent)
    dispatched, sent = flags(lambda row: row.team_dispatched), flags(lambda row: row.anyone_sent)
    natures = Counter(row.nature for row, solo in zip(kept, alone, strict=True) if solo and row.nature)
    top = tuple(sorted(natures, key=lambda nature: (-natures[nature], nature))[:MOST])
    is_top = flags(lambda row: row.nature in top)
    sets = {
        "calls": np.ones(len(kept), dtype=np.bool_),
        "associated": flags(lambda row: row.team_associated),
        "dispatched": dispatched,
        "alone": alone,
        "alone_rest": alone & ~is_top,
        "sent": sent,
        "sent_less_alone_top": sent & ~(alone & is_top),
        "sent_less_dispatched_top": sent & ~(dispatched & is_top),
        "welfare": dispatched & flags(lambda row: row.nature == WELFARE),
    }
    excluded = Counter(reason for _, reason in reasons if reason)
    return Sorted(sets, top, dict(excluded), sum(row.by_record for row in kept))


def to_hide(sets: Mapping[str, Flags], threshold: int) -> frozenset[str]:
    """Which sets' sizes must not be told, so that neither they, nor the difference of two that lie in one
    another, nor any cell that the told sizes determine by adding and subtracting, is from 1 to threshold - 1.
    """
    sizes = {name: int(found.sum()) for name, found in sets.items()}
    hidden = {name for name, size in sizes.items() if 0 < size < threshold}
    matrix = np.array(list(sets.values()), dtype=np.bool_).reshape(len(sets), -1)
    cells, numbers = np.unique(matrix, axis=1, return_counts=True) if matrix.size else (matrix, NONE)
    small = np.flatnonzero((numbers > 0) & (numbers < threshold))
    while True:
        shown = [name for name in sets if name not in hidden]
        leak = nested_leak(sets, sizes, shown, threshold)
        if leak is None:
            place = solved_leak(cells, small, [n for n, name in enumerate(sets) if name in shown])
            leak = None if place is None else list(sets)[place]
        if leak is None:
            return frozenset(hidden)
        hidden.add(leak)


def nested_leak(
    sets: Mapping[str, Flags], sizes: Mapping[str, int], shown: Sequence[str], threshold: int
) -> str | None:
    """A shown set that lies in another and leaves a few of it."""
    for inner in shown:
        for outer in shown:
            rest = sizes[outer] - sizes[inner]
            if 0 < rest < threshold and not (sets[inner] & ~sets[outer]).any():
                return inner if inner != "calls" else outer
    return None


def solved_leak(cells: Flags, small: NDArray[np.intp], shown: Sequence[int]) -> int | None:
    """The last shown set that it takes to solve for one of the small cells; None where none can be had."""
    if not shown or not cells.size:
        return None
    told = cells[list(shown)].astype(np.float64)
    for place in small:
        wanted = np.zeros(cells.shape[1])
        wanted[place] = 1.0
        found = np.linalg.lstsq(told.T, wanted, rcond=None)[0]
        if np.allclose(told.T @ found, wanted, atol=1e-8):
            return max(n for n, weight in zip(shown, found, strict=True) if abs(weight) > 1e-9)
    return None


def tallies(rows: Sequence[Row], frame: Frame, threshold: int) -> dict[str, tuple[Tally, bool]]:
    """Each of the seven with whether it must be hidden, judged over all of them together."""
    found = sorted_calls(rows)
    hidden, counts = to_hide(found.sets, threshold), found.counts
    notes = tuple(f"top:{nature}" for nature in found.top)
    notes += ("by_record",) if found.by_record else ()
    answers = {}
    for code, parts_of in DEFINITIONS.items():
        parts = parts_of(counts)
        tally = Tally(parts.hits, parts.of, parts.value, parts.interval(frame.level), found.excluded, notes)
        answers[code] = (tally, bool(hidden & set(MADE_OF[code])))
    return answers


def officer_hours(rows: Sequence[Row], frame: Frame) -> Tally:
    """Officer time that calls taken by the team alone would have cost, less what they did cost (nothing).

    For each nature: police unit-minutes a call, as recorded where police answered without the team, times the
    calls that the team took alone. The interval holds the scatter of calls and of the baseline, nothing of
    whether police would have gone at all.
    """
    excluded: Counter[str] = Counter()
    minutes: dict[str, list[float]] = {}
    taken: Counter[str] = Counter()
    for row in typed(rows, ResponseRow):
        if reason := left_out(row):
            excluded[reason] += 1
        elif row.team_arrived and not row.police_sent:
            taken[row.nature] += 1
        elif row.police_minutes is not None and not row.team_dispatched:
            minutes.setdefault(row.nature, []).append(row.police_minutes)
    value = variance = 0.0
    calls = 0
    for nature, number in taken.items():
        known = minutes.get(nature, [])
        if len(known) < BASELINE:
            excluded["no_police_baseline"] += number
            continue
        calls += number
        value += number * float(np.mean(known)) / 60
        variance += float(np.var(known, ddof=1)) / 3600 * (number + number**2 / len(known))
    if not calls:
        return Tally(None, 0, None, None, dict(excluded))
    half = normal_quantile(frame.level) * sqrt(variance)
    bounds = Interval(max(0.0, value - half), value + half, frame.level)
    return Tally(None, calls, value, bounds, dict(excluded))
