"""`commonweal import WHAT FILES`: each kind of file has a module of its own, named in KINDS."""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from commonweal.kernel.imports import ImportRun

KINDS = {
    "calls": "commonweal.cli.import_calls",
    "directory": "commonweal.cli.import_directory",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand a kind, each with its own options, all with --json."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, module in KINDS.items():
        if find_spec(module) is None:
            continue
        kind = importlib.import_module(module)
        child = kinds.add_parser(name, help=kind.HELP.splitlines()[0], description=kind.HELP)
        child.add_argument("--json", action="store_true", help="print the counts as JSON")
        child.add_argument("--home", metavar="DIR", help=argparse.SUPPRESS)
        kind.add_arguments(child)


def run(args: argparse.Namespace) -> int:
    """Import and say what became of each row. Rejected rows are no failure: they are listed."""
    record: ImportRun = importlib.import_module(KINDS[args.what]).run(args)
    report(record, as_json=args.json)
    return 0 if _taken(record.counts) or not record.counts["rejected"] else 2


def _taken(counts: Mapping[str, int]) -> int:
    return counts["accepted"] + counts["updated"] + counts["unchanged"]


def report(record: ImportRun, *, as_json: bool) -> None:
    """The counts of a run: exactly read, accepted, updated, unchanged, rejected, rejects_file."""
    if as_json:
        json.dump({**record.counts, "rejects_file": record.rejects_file}, sys.stdout)
        print()
        return
    counts = record.counts
    print(
        f"{counts['read']:,} rows read: {counts['accepted']:,} accepted, {counts['updated']:,} updated,",
        end=" ",
    )
    print(f"{counts['unchanged']:,} unchanged, {counts['rejected']:,} rejected.")
    if record.rejects_file:
        print(f"Rejected rows with line, field, value and reason: {record.rejects_file}")
