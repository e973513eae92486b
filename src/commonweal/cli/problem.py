"""A lab command on one problem: a JSON document in, its answer out, a fault named by file and field."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from commonweal.cli.tables import BadFile, written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("problem", type=Path, help="a JSON file, or - for standard input")
    parser.add_argument("--out", type=Path, help="write the result here")


def answered(name: str, solved: Callable[[Path], Mapping[str, object]], args: argparse.Namespace) -> int:
    """Solve one problem by the command `name`; 2 with a message where it cannot be used."""
    try:
        written(dict(solved(args.problem)), args.out)
    except ValueError as error:
        where = "" if isinstance(error, BadFile) else f"{args.problem}, field "
        print(f"commonweal lab {name}: {where}{error}", file=sys.stderr)
        return 2
    return 0
