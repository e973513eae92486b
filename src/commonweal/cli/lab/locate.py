"""`commonweal lab locate`: where to stand, with a proven bound for every answer."""

import argparse
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from commonweal.cli.orlib import graph
from commonweal.cli.problem import answered
from commonweal.cli.tables import BadFile, document, number, numbers, whole_numbers
from commonweal.engines.staffing.siting import MODELS, Model, Sited, Siting, locate

NAME = "locate"
HELP = """Choose sites: p-median, p-centre, set cover, maximal, expected and backup covering.

  echo '{"model": "p_median", "demand": [3, 1, 2], "cost": [[0, 5], [4, 2], [6, 0]], "p": 1}' > three.json
  commonweal lab locate three.json
  commonweal lab locate --orlib pmed1.txt

"model": p_median (least demand x cost), p_center (smallest largest cost), lscp (fewest sites within
"radius" of everybody), mclp (most demand within "radius"), mexclp (the same, each unit out a share "busy" of
the time), backup (most demand covered twice, among the choices that cover most once). "cost" is demand x
site, null where a site cannot serve a place; "open" and "closed" lock sites; "capacity" limits the demand of
a site (p_median). "gap" (0.0001) is near enough, "seconds" how long it may take. The answer's "bound" is
proven: no choice of sites does better; "gap" is the relative distance to it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("problem", type=Path, nargs="?", help="a JSON file, or - for standard input")
    parser.add_argument("--orlib", type=Path, metavar="FILE", help="an OR-Library p-median file instead")
    parser.add_argument("--out", type=Path, help="write the result here")


def run(args: argparse.Namespace) -> int:
    """Solve one problem; 2 with a message where it cannot be used."""
    if (args.problem is None) == (args.orlib is None):
        print("commonweal lab locate: give either a problem file or --orlib FILE", file=sys.stderr)
        return 2
    is_library = args.orlib is not None
    args.problem = args.orlib if is_library else args.problem
    return answered(NAME, of_library if is_library else solved, args)


def solved(path: Path) -> dict[str, object]:
    """The answer to the problem in a file."""
    return _answer(siting(document(path), path))


def of_library(path: Path) -> dict[str, object]:
    """The answer to an OR-Library file: every node has one unit of demand."""
    ways, p = graph(path)
    return _answer(Siting("p_median", np.ones(len(ways)), ways, p=p))


def _answer(asked: Siting) -> dict[str, object]:
    begun = perf_counter()
    found: Sited = locate(asked)
    said = {
        "sites": list(found.sites), "assignment": list(found.assignment), "objective": found.objective,
        "bound": found.bound, "gap": found.gap,
    }  # fmt: skip
    return {**said, **found.detail, "model": asked.model, "seconds": perf_counter() - begun}


def siting(found: Mapping[str, object], path: Path) -> Siting:
    """The problem that a document states."""
    return Siting(
        model=_model(found, path),
        demand=np.array(numbers(found, path, "demand")),
        cost=_costs(found, path),
        p=_count(found, path, "p"),
        radius=None if found.get("radius") is None else number(found, path, "radius"),
        busy=number(found, path, "busy", 0.0),
        opened=frozenset(whole_numbers(found, path, "open")),
        closed=frozenset(whole_numbers(found, path, "closed")),
        capacity=None if found.get("capacity") is None else np.array(numbers(found, path, "capacity")),
        seconds=None if found.get("seconds") is None else number(found, path, "seconds"),
        gap=number(found, path, "gap", 1e-4),
    )


def _model(found: Mapping[str, object], path: Path) -> Model:
    value = found.get("model")
    for model in MODELS:
        if model == value:
            return model
    raise BadFile(f"{path}, field model: {value!r} is not known; use one of: {', '.join(MODELS)}")


def _count(found: Mapping[str, object], path: Path, field: str) -> int | None:
    if found.get(field) is None:
        return None
    value = number(found, path, field)
    if value != int(value):
        raise BadFile(f"{path}, field {field}: {value} is no whole number; give one")
    return int(value)


def _costs(found: Mapping[str, object], path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Rows of numbers; null is no way."""
    rows = found.get("cost")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadFile(f"{path}, field cost: give one list of numbers for each place of demand")
    if len({len(row) for row in rows}) != 1:
        raise BadFile(f"{path}, field cost: its rows differ in length; give one number for each site")
    for place, row in enumerate(rows):
        for site, value in enumerate(row):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise BadFile(
                    f"{path}, field cost[{place}][{site}]: {value!r} is no number; give one, or null"
                )
    return np.array([[math.inf if value is None else float(value) for value in row] for row in rows])
