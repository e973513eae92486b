"""`commonweal lab hotspots`: where events will be, judged by what came after, beside the naive count."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time

import numpy as np

from commonweal.cli.boundaries import Plane, plane
from commonweal.cli.tables import BadFile, Row, rows, written
from commonweal.engines.foresight.grid import Grid, laid
from commonweal.engines.foresight.hotspots import Ask, Events, Judged, Standing, Verdict, judge

NAME = "hotspots"
HELP = """Hot spots by several models, and whether any of them may stand beside the naive count.

  commonweal lab hotspots crimes.csv --x x_coordina --y y_coordina --time occ_date --crs EPSG:2913
      --boundary Portland_Police_Districts.shp --cell-feet 600 --area-share 0.01 --horizon-days 30
      --origins 2015-03-01,2015-05-01

Each origin is a first day; a map made from what came before it marks that share of the area, and is judged
by the events of the days that follow: "pai" is the share of events caught over the share of area marked,
"pei" the same over the best that any map could have caught. The model is chosen anew before each origin, by
the same contest at earlier ones ("chosen_on" says at how many); unless the lower bound of its ratio to the
naive count of all history was 0.95 or more, the naive count is shown and called that. Equal counts at the
edge of what may be marked are shared out, so that no order of cells flatters a map. --boundary is GeoJSON or
a shapefile; --crs names the system of --x and --y. Places and counts only: nothing here knows a person."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("events", type=Path, help="CSV, JSON, JSON lines or Parquet, one event a row")
    parser.add_argument("--x", required=True, metavar="COL", help="easting, or longitude")
    parser.add_argument("--y", required=True, metavar="COL", help="northing, or latitude")
    parser.add_argument("--time", required=True, metavar="COL", help="day, or day and time (ISO 8601)")
    parser.add_argument("--crs", required=True, help="the coordinate system, such as EPSG:2913 or EPSG:4326")
    parser.add_argument("--boundary", type=Path, required=True, metavar="FILE", help="GeoJSON or .shp")
    parser.add_argument("--cell-feet", type=float, default=600.0, help="the side of a cell (600)")
    parser.add_argument("--area-share", type=float, default=0.01, help="what a map may mark (0.01)")
    parser.add_argument("--horizon-days", type=float, default=30.0, help="how long it is for (30)")
    parser.add_argument("--origins", required=True, help="first days, such as 2015-03-01,2015-05-01")
    parser.add_argument("--seed", type=int, default=20_101, help="of the bootstrap")
    parser.add_argument("--out", type=Path, help="write the result here")


def run(args: argparse.Namespace) -> int:
    """Judge the origins; 2 with a message where the input cannot be used."""
    try:
        written(judged(args), args.out)
    except ValueError as error:
        print(f"commonweal lab hotspots: {error}", file=sys.stderr)
        return 2
    return 0


def judged(args: argparse.Namespace) -> dict[str, object]:
    """The answer: one entry an origin, then the summary."""
    begun = process_time()
    ask = Ask(args.area_share, args.horizon_days, args.seed)
    origins = [origin(text) for text in args.origins.split(",")]
    here = plane(args.boundary, args.crs)
    if not args.cell_feet > 0:
        raise BadFile(f"--cell-feet: {args.cell_feet}; a cell needs a side above zero")
    grid = laid(here.boundary, args.cell_feet * here.foot)
    events, outside = located(args, here, grid)
    verdict = judge(events, [float(day.toordinal()) for day in origins], ask)
    spent = {"events": int(events.cells.size), "outside": outside, "seconds": process_time() - begun}
    return {
        "origins": [entry(one) for one in verdict.origins],
        "summary": summary(verdict) | spent | extent(grid, here),
    }


def origin(text: str) -> date:
    """A first day, as it is written."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadFile(f"--origins: {text.strip()!r} is no date; write YYYY-MM-DD,YYYY-MM-DD") from None


def located(args: argparse.Namespace, here: Plane, grid: Grid) -> tuple[Events, int]:
    """The events inside the boundary in order of time, and how many lay beyond it."""
    found = [(row.number(args.x), row.number(args.y), days(row, args.time)) for row in rows(args.events)]
    if not found:
        raise BadFile(f"{args.events}, line 1: no rows below the header; there is nothing to map")
    x, y, at = np.array(found, dtype=np.float64).T
    cells = grid.cells_of(*here.moved(x, y))
    inside = np.flatnonzero(cells >= 0)
    if not inside.size:
        raise BadFile(
            f"{args.events}, field {args.x}: no event of {len(found)} lies inside {args.boundary}; "
            f"see whether --crs {args.crs} is the system of both"
        )
    order = inside[np.argsort(at[inside], kind="stable")]
    return Events(grid, cells[order], at[order]), len(found) - int(inside.size)


def days(row: Row, field: str) -> float:
    """A moment as days, with its part of a day; a time with a zone is taken in UTC."""
    text = row.text(field)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise row.bad(field, "is no date or time; write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS") from None
    local = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return local.toordinal() + (local - datetime.combine(local, datetime.min.time())) / timedelta(days=1)


def entry(one: Judged) -> dict[str, object]:
    """One origin in the lab's shape."""
    return {
        "origin": date.fromordinal(int(one.origin)).isoformat(), "pai": one.pai, "pei": one.pei,
        "naive_pai": one.naive_pai, "method": one.method, "events": one.events, "chosen_on": one.chosen_on,
    }  # fmt: skip


def standing(one: Standing) -> dict[str, object]:
    """A ratio to the naive count with its interval."""
    bounds = [one.interval.low, one.interval.high]
    return {"method": one.method, "ratio": one.ratio, "interval": bounds, "trials": one.trials}


def summary(verdict: Verdict) -> dict[str, object]:
    """What was published against the naive count, what would be next, and how each model stood."""
    ratio = verdict.ratio
    told = {"ratio_to_naive": None, "interval": None, "is_publishable": None} if ratio is None else {
        "ratio_to_naive": ratio.ratio, "interval": [ratio.interval.low, ratio.interval.high],
        "is_publishable": ratio.is_shown(),
    }  # fmt: skip
    judged = [one for one in verdict.origins if one.events]
    means = {
        "mean_pai": mean([one.pai for one in judged]), "mean_pei": mean([one.pei for one in judged]),
        "mean_naive_pai": mean([one.naive_pai for one in judged]),
    }  # fmt: skip
    return told | means | {
        "interval_level": 0.95, "next_method": verdict.method,
        "candidates": [standing(one) for one in verdict.candidates],
    }  # fmt: skip


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is known; None of nothing."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def extent(grid: Grid, here: Plane) -> dict[str, object]:
    """How large the area and its cells are."""
    mile = 5280 * here.foot
    return {
        "cells": int((grid.areas > 0).sum()), "square_miles": grid.area / (mile * mile),
        "cell_feet": grid.side / here.foot,
    }  # fmt: skip
