"""`commonweal import WHAT FILES`: each kind of file has a module of its own, named in KINDS."""

import argparse
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from commonweal.cli.kinds import subcommands
from commonweal.kernel.imports import ImportRun
from commonweal.kernel.listings import read_rejects

SHOWN, MOST_FILES = 3, 1_000  # refused rows told at once; how far the list is read for that
KINDS = {
    "areas": "commonweal.cli.import_areas",
    "calls": "commonweal.cli.import_calls",
    "cap": "commonweal.cli.import_cap",
    "directory": "commonweal.cli.import_directory",
    "eido": "commonweal.cli.import_eido",
    "hmis": "commonweal.cli.import_hmis",
    "people": "commonweal.cli.import_people",
    "places": "commonweal.cli.import_places",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand a kind, each with its own options, all with --json."""
    for child in subcommands(parser, KINDS):
        child.add_argument("--json", action="store_true", help="print the counts as JSON")


def run(args: argparse.Namespace) -> int:
    """Import and say what became of each row. Rejected rows are no failure: they are listed.

    Exit code 2 where nothing could be kept although something was there; 0 otherwise.
    """
    record: ImportRun = importlib.import_module(KINDS[args.what]).run(args)
    complain(record)
    report(record, as_json=args.json)
    return 0 if _taken(record.counts) or not record.counts["rejected"] else 2


def _taken(counts: Mapping[str, int]) -> int:
    return counts["accepted"] + counts["updated"] + counts["unchanged"]


def complain(record: ImportRun) -> None:
    """To standard error: each word about a whole file, and the first rows that were refused."""
    for text in record.notices:
        print(text, file=sys.stderr)
    if not record.rejects_file:
        return
    listed = read_rejects(Path(record.rejects_file), MOST_FILES)
    rows = [one for one in listed if one.line]
    for one in rows[:SHOWN]:
        print(one.sentence(), file=sys.stderr)
    more = record.counts["rejected"] - (len(listed) - len(rows)) - SHOWN
    if rows and more > 0:
        print(f"... and {more:,} more, in {record.rejects_file}", file=sys.stderr)


def report(record: ImportRun, *, as_json: bool) -> None:
    """The counts of a run and its list of rejects, then what else is known of it."""
    if as_json:
        more = {"findings": record.findings, "findings_file": record.findings_file}
        said = {**record.counts, "rejects_file": record.rejects_file, **more, "messages": record.notices}
        json.dump(said, sys.stdout)
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
    if record.findings_file:
        print(f"{record.findings:,} findings in rows that were kept as they came: {record.findings_file}")
