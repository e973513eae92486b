"""`commonweal lab hypercube`: how busy each unit is when calls fall to the best one that is free."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from commonweal.cli.problem import add_arguments as add_arguments
from commonweal.cli.problem import answered
from commonweal.cli.tables import BadFile, document, number, numbers, table
from commonweal.engines.staffing import Problem, approximate, exact, nearest_first

NAME = "hypercube"
HELP = """Larson's hypercube queueing model, exact for up to twenty units (fifteen take less than a second).

  echo '{"demand": [1.0], "service_rate": [1.0, 1.0], "preference": [[0, 1]], "queue": "loss"}' > two.json
  commonweal lab hypercube two.json

"demand" is calls per hour by atom, "service_rate" per hour by unit, "preference" the units of each atom,
best first; with "queue": "loss" an atom may leave out units that never go there. Without "preference" they
follow "travel": minutes, unit x atom. "queue" is "loss", "infinite" or how many may wait; "method" is
"auto" or "exact" (the same), or "approximate": for screening, with a caution, and with the largest error of
any unit's workload where the exact answer takes less than a second."""
QUEUES = {"loss": 0, "infinite": None}
METHODS = ("auto", "exact", "approximate")
CHECKED = 15  # units up to which an approximation is held against the exact answer
CAUTION = (
    "An approximation: use it to screen plans. A single unit's workload can be off by a third or more; "
    "tell no team its workload from this without an exact or simulated check."
)


def run(args: argparse.Namespace) -> int:
    """Solve one problem; 2 with a message where it cannot be used."""
    return answered(NAME, solved, args)


def solved(path: Path) -> dict[str, object]:
    """The answer to the problem in a file."""
    found = document(path)
    begun = perf_counter()
    problem = problem_in(found, path)
    if found.get("method") != "approximate":
        return {**asdict(exact(problem)), "method": "exact", "seconds": perf_counter() - begun}
    answer = approximate(problem)
    told = {**asdict(answer), "method": "approximate", "seconds": perf_counter() - begun, "caution": CAUTION}
    if len(problem.service_rate) > CHECKED:
        return {**told, "farthest_from_exact": None}
    pairs = zip(answer.workload, exact(problem).workload, strict=True)
    return {**told, "farthest_from_exact": max(abs(mine - right) for mine, right in pairs)}


def problem_in(found: Mapping[str, object], path: Path) -> Problem:
    """The problem that a document states."""
    if found.get("method", "auto") not in METHODS:
        raise BadFile(f"{path}, field method: {found['method']!r}; use one of {', '.join(METHODS)}")
    travel = None if found.get("travel") is None else table(found, path, "travel")
    if found.get("preference") is None and travel:
        preference = nearest_first(travel)
    else:
        preference = [[int(u) for u in row] for row in table(found, path, "preference")]
    return Problem(
        demand=numbers(found, path, "demand"),
        service_rate=numbers(found, path, "service_rate"),
        preference=preference,
        travel=travel,
        queue=queue_in(found, path),
    )


def queue_in(found: Mapping[str, object], path: Path) -> int | None:
    """How many may wait: 0 for "loss", None for "infinite"."""
    value = found.get("queue", "loss")
    if isinstance(value, str):
        if value not in QUEUES:
            raise BadFile(f'{path}, field queue: {value!r}; use "loss", "infinite" or a number')
        return QUEUES[value]
    room = number(found, path, "queue")
    if room < 0 or room != int(room):
        raise BadFile(f"{path}, field queue: {value!r}; give a whole number, zero or more")
    return int(room)
