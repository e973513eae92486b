"""`commonweal import WHAT`, `commonweal export WHAT`: one subcommand a kind, each a module of its own."""

import argparse
import importlib
from collections.abc import Mapping


def subcommands(parser: argparse.ArgumentParser, kinds: Mapping[str, str]) -> list[argparse.ArgumentParser]:
    """A parser for each kind, with its module's HELP and options."""
    found = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    children = []
    for name, module in kinds.items():
        kind = importlib.import_module(module)
        child = found.add_parser(
            name, help=kind.HELP.splitlines()[0], description=kind.HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        child.add_argument("--home", metavar="DIR", help=argparse.SUPPRESS)
        kind.add_arguments(child)
        children.append(child)
    return children
