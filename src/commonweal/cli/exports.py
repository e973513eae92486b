"""`commonweal export WHAT`: each kind of file has a module of its own, named in KINDS."""

import argparse
import importlib

from commonweal.cli.kinds import subcommands

KINDS = {
    "hmis": "commonweal.cli.export_hmis",
    "directory": "commonweal.cli.export_directory",
    "eido": "commonweal.cli.export_eido",
    "cap": "commonweal.cli.export_cap",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand a kind, each with its own options."""
    subcommands(parser, KINDS)


def run(args: argparse.Namespace) -> int:
    """Write it out; the module says what was written."""
    return int(importlib.import_module(KINDS[args.what]).run(args))
