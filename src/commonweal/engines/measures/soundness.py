"""What is doubtful in a source's records: gaps, impossible orders, lateness, drift. Counts in, doubts out.

The dimensions are those of ISO/IEC 25012 that counts alone can show: completeness, consistency, currentness.
Drift compares the newest whole month with up to six before it, by two proportions (z of four or more).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from statistics import median

BEFORE = 6  # months that the newest is held against
SURELY = 4.0  # standard errors: a hundred fields looked at each month give a false alarm once in decades


Cell = tuple[date, int, int]


@dataclass(frozen=True, slots=True)
class Month:
    """One source's records of a month. `filled` is, by field, how many say it and how many could."""

    first: date
    rows: int
    filled: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    odd: Mapping[tuple[str, str], int] = field(default_factory=dict)
    late: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What a site expects: least filled shares by field, the most late, and what counts as a change."""

    least: Mapping[str, float]
    late_share: float = 0.1
    drift: float = 0.1
    volume: float = 2.0
    fewest: int = 50


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at: in `number` of `of` records, first met in the month `since`.

    `series` is each month of records with how many are concerned, of how many.
    """

    kind: str
    field: str
    problem: str
    number: int
    of: int
    since: date
    series: tuple[Cell, ...] = ()


def doubts(months: Sequence[Month], expected: Expected, today: date) -> list[Doubt]:
    """Every doubt about one source, months in their order; none for a source without records."""
    known = [month for month in months if month.rows]
    if not known:
        return []
    whole = [month for month in known if (month.first.year, month.first.month) < (today.year, today.month)]
    return [
        *_missing(known, expected), *_odd(known), *_late(known, expected), *_drifted(whole, expected),
        *_volume(whole, expected),
    ]  # fmt: skip


def _missing(months: Sequence[Month], expected: Expected) -> list[Doubt]:
    found = []
    for name, least in expected.least.items():
        series = _gaps(months, name)
        open_, of = sum(cell[1] for cell in series), sum(cell[2] for cell in series)
        if of and of - open_ < least * of:
            found.append(_doubt("missing", name, "missing", series))
    return found


def _gaps(months: Sequence[Month], name: str) -> tuple[Cell, ...]:
    cells = [(month.first, *month.filled.get(name, (0, 0))) for month in months]
    return tuple((first, of - said, of) for first, said, of in cells)


def _doubt(kind: str, name: str, problem: str, series: tuple[Cell, ...]) -> Doubt:
    """A doubt about all months at once."""
    number, of = sum(cell[1] for cell in series), sum(cell[2] for cell in series)
    since = next(first for first, met, _ in series if met)
    return Doubt(kind, name, problem, number, of, since, series)


def _odd(months: Sequence[Month]) -> list[Doubt]:
    names = sorted({key for month in months for key in month.odd if month.odd[key]})
    return [
        _doubt(
            "order" if problem.startswith("before ") else "unreadable", name, problem,
            tuple((month.first, month.odd.get((name, problem), 0), month.rows) for month in months),
        )
        for name, problem in names
    ]  # fmt: skip


def _late(months: Sequence[Month], expected: Expected) -> list[Doubt]:
    late, rows = sum(month.late for month in months), sum(month.rows for month in months)
    if late <= expected.late_share * rows:
        return []
    series = tuple((month.first, month.late, month.rows) for month in months)
    return [_doubt("late", "recorded", "kept_late", series)]


def _drifted(whole: Sequence[Month], expected: Expected) -> list[Doubt]:
    """Fields whose filled share moved in the newest whole month."""
    if len(whole) < 2:
        return []
    last, before = whole[-1], whole[-1 - BEFORE : -1]
    found = []
    for name in sorted(last.filled):
        said, of = last.filled[name]
        was = [month.filled.get(name, (0, 0)) for month in before]
        said_was, of_was = sum(a for a, _ in was), sum(b for _, b in was)
        if min(of, of_was) < expected.fewest:
            continue
        moved = said / of - said_was / of_was
        pooled = (said + said_was) / (of + of_was)
        error = sqrt(pooled * (1 - pooled) * (1 / of + 1 / of_was))
        if abs(moved) >= expected.drift and abs(moved) >= SURELY * error:
            problem = "more_filled" if moved > 0 else "less_filled"
            number = round(abs(moved) * of)
            found.append(Doubt("drift", name, problem, number, of, last.first, _gaps(whole, name)))
    return found


def _volume(whole: Sequence[Month], expected: Expected) -> list[Doubt]:
    """Many more or far fewer records in the newest whole month than in half of those before it."""
    if len(whole) < 3:
        return []
    last, usual = whole[-1], round(median(month.rows for month in whole[-1 - BEFORE : -1]))
    if usual < expected.fewest or usual / expected.volume < last.rows < usual * expected.volume:
        return []
    problem = "more_rows" if last.rows > usual else "fewer_rows"
    series = tuple((month.first, month.rows, 0) for month in whole)
    return [Doubt("drift", "rows", problem, abs(last.rows - usual), usual, last.first, series)]
