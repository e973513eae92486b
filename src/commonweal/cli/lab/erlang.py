"""`commonweal lab erlang`: how many people answer so many calls."""

import argparse
from dataclasses import asdict
from pathlib import Path

from commonweal.cli.problem import add_arguments as add_arguments
from commonweal.cli.problem import answered
from commonweal.cli.tables import document, number
from commonweal.engines.staffing import Desk, required

NAME = "erlang"
HELP = """How many people must answer, by Erlang C, or Erlang A where callers lose patience.

  echo '{"calls_per_hour": 100, "handle_minutes": 5, "target_seconds": 20, "service_level": 0.8,
         "max_occupancy": 0.85, "shrinkage": 0.3}' > problem.json
  commonweal lab erlang problem.json

"patience_minutes" is the mean time after which a caller hangs up; leave it out where all wait. Out come
servers, rostered (servers over the share of paid time at the desk), service_level, occupancy, p_wait,
mean_wait_s and abandoned."""


def run(args: argparse.Namespace) -> int:
    """Solve one problem; 2 with a message where it cannot be used."""
    return answered(NAME, solved, args)


def solved(path: Path) -> dict[str, float]:
    """The answer to the problem in a file."""
    found = document(path)
    patience = None if found.get("patience_minutes") is None else number(found, path, "patience_minutes")
    desk = Desk(
        number(found, path, "calls_per_hour"),
        number(found, path, "handle_minutes"),
        number(found, path, "target_seconds", 20.0),
        patience,
    )
    answer = required(
        desk,
        number(found, path, "service_level", 0.8),
        number(found, path, "max_occupancy", 1.0),
        number(found, path, "shrinkage", 0.0),
    )
    parts = asdict(answer.service)
    return {"rostered": answer.rostered, "mean_wait_s": parts.pop("mean_wait"), **parts}
