"""`commonweal lab forecast`: counts ahead with intervals, and how such forecasts would have done before."""

import argparse
import sys
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time

import numpy as np

from commonweal.cli.tables import BadFile, Row, rows, written
from commonweal.engines.foresight.forecasters import models
from commonweal.engines.foresight.forecasting import LEVELS, Outlook, Score, Series, backtest, outlook

NAME = "forecast"
HELP = """A forecast of counts with 80 % and 95 % intervals.

  commonweal lab forecast calls.csv --time day --value calls --horizon 14 --season 7 --origins 60

One row a step, oldest first, every step there: days with --season 7, hours with --season 24 or 168, weeks. A
step without a row is refused unless --fill says what it was (0, where nothing happened and nothing was
written). With --origins, that many forecasts are made at earlier steps, each from what came before it: mean
absolute error, the share of values inside each interval, and the same for the seasonal-naive forecast. How
much each model counts, and how wide the intervals are, is learned only from forecasts whose horizon had ended
by then. A change of level (another way of counting, say) is found, named, and what lies before it is read by
the later measure; nothing can foresee one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("series", type=Path, help="CSV, JSON, JSON lines or Parquet, one step a row")
    parser.add_argument("--time", required=True, metavar="COL", help="day, or day and hour (ISO 8601)")
    parser.add_argument("--value", required=True, metavar="COL", help="the count")
    parser.add_argument("--horizon", type=int, default=14, help="steps ahead (14)")
    parser.add_argument("--season", type=int, default=7, help="steps in a season (7)")
    parser.add_argument("--origins", type=int, default=0, help="how many earlier forecasts to judge (none)")
    parser.add_argument("--fill", type=float, metavar="NUMBER", help="what a step without a row was")
    parser.add_argument("--out", type=Path, help="write the result here")


def run(args: argparse.Namespace) -> int:
    """Forecast one series; 2 with a message where the input cannot be used."""
    try:
        written(forecast(args), args.out)
    except ValueError as error:
        where = "" if isinstance(error, BadFile) else f"{args.series}, field {args.value}: "
        print(f"commonweal lab forecast: {where}{error}", file=sys.stderr)
        return 2
    return 0


def forecast(args: argparse.Namespace) -> dict[str, object]:
    """The answer: the steps ahead, what was learned, and the back-test where one was asked for."""
    begun = process_time()
    if args.origins < 0:
        raise BadFile(f"--origins: {args.origins}; give how many earlier forecasts to judge")
    last, step, values = steps(args)
    series = Series(np.array(values), args.season, args.horizon)
    kept = models(args.season)
    ahead = outlook(series, kept)
    start = last - step * (len(values) - 1)
    told: dict[str, object] = {
        "forecast": points(ahead, last, step), "values": len(values), "step": str(step),
        "first": start.isoformat(), "last": last.isoformat(), "weights": dict(ahead.weights),
        "level_break": broken(ahead, start, step),
    }  # fmt: skip
    if args.origins:
        told["backtest"] = judged(backtest(series, kept, args.origins), args.origins)
    return told | {"seconds": process_time() - begun}


def steps(args: argparse.Namespace) -> tuple[datetime, timedelta, list[float]]:
    """The last moment, the step and the values of a file; BadFile for rows unsorted, doubled or missing."""
    found = [(moment(row, args.time), row.number(args.value), row) for row in rows(args.series)]
    if len(found) < 3:
        raise BadFile(f"{args.series}: {len(found)} rows; a forecast needs three seasons and a horizon")
    apart = [b[0] - a[0] for a, b in zip(found, found[1:], strict=False)]
    step = min((gap for gap in apart if gap > timedelta(0)), default=timedelta(days=1))
    values = [found[0][1]]
    for (before, _, _), (at, value, row) in zip(found, found[1:], strict=False):
        if at <= before:
            said = "twice" if at == before else "after a later one"
            raise row.bad(args.time, f"comes {said}; sort the rows by time and give one a step")
        missing, odd = divmod(at - before, step)
        if odd:
            raise row.bad(args.time, f"is {at - before} after the row before it, no multiple of {step}")
        if missing > 1 and args.fill is None:
            raise row.bad(
                args.time, f"comes after a gap of {missing - 1} steps from {before + step}; write rows "
                "for them, or say with --fill 0 that nothing happened then",
            )  # fmt: skip
        values += [args.fill] * (missing - 1) + [value]
    return found[-1][0], step, values


def moment(row: Row, field: str) -> datetime:
    """A day or an hour, by the clock that the file uses."""
    text = row.text(field)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise row.bad(field, "is no date or time; write YYYY-MM-DD or YYYY-MM-DDTHH:MM") from None


def points(ahead: Outlook, last: datetime, step: timedelta) -> list[dict[str, object]]:
    """One entry a step ahead, in the lab's shape."""
    return [
        {"time": (last + step * (n + 1)).isoformat(), "point": float(point)}
        | {
            f"interval_{level * 100:.0f}": [float(low[n]), float(high[n])]
            for level, (low, high) in ahead.bounds.items()
        }
        for n, point in enumerate(ahead.point)
    ]


def broken(ahead: Outlook, start: datetime, step: timedelta) -> dict[str, object] | None:
    """The last change of level that was found, and when."""
    if ahead.broken is None:
        return None
    found = ahead.broken
    return {
        "time": (start + step * found.index).isoformat(), "before": found.before,
        "after": found.after, "factor": found.factor,
    }  # fmt: skip


def judged(score: Score, asked: int) -> dict[str, object]:
    """The back-test in the lab's shape."""

    def shares(found: dict[float, float]) -> dict[str, float]:
        return {f"{level * 100:.0f}": found[level] for level in LEVELS}

    return {
        "origins": score.origins, "asked": asked, "mae": score.mae,
        "coverage": shares(dict(score.coverage)), "mae_ratio": score.ratio,
        "seasonal_naive": {"mae": score.naive_mae, "coverage": shares(dict(score.naive_coverage))},
    }  # fmt: skip
