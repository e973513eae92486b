"""`commonweal export WHAT`: each kind of file has a module of its own, named in KINDS."""

import argparse
import importlib
from importlib.util import find_spec

KINDS = {
    "hmis": "commonweal.cli.export_hmis",
    "directory": "commonweal.cli.export_directory",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand a kind, each with its own options."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, module in KINDS.items():
        if find_spec(module) is None:
            continue
        kind = importlib.import_module(module)
        child = kinds.add_parser(
            name, help=kind.HELP.splitlines()[0], description=kind.HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        child.add_argument("--home", metavar="DIR", help=argparse.SUPPRESS)
        kind.add_arguments(child)


def run(args: argparse.Namespace) -> int:
    """Write it out; the module says what was written."""
    return int(importlib.import_module(KINDS[args.what]).run(args))
