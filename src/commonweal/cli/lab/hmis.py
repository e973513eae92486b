"""``commonweal lab hmis convert``: a HUD HMIS CSV export of one fiscal year as one of another."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from commonweal.adapters.hmis_csv.reader import FileRefused, ProfileError, open_folder, read_lists
from commonweal.adapters.hmis_csv.writer import YEARS, convert, load
from commonweal.cli.tables import written

NAME = "hmis"
HELP = """Convert a HUD HMIS CSV export between fiscal years 2024 and 2026; no database, no account.

  commonweal lab hmis convert export-2024 --to 2026 --out export-2026

The folder that is written holds the 24 files and decisions.json: what was dropped, mapped, filled and left
empty, in how many rows, and why, and what the other year would refuse. Gender is not turned into Sex, nor
back."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", choices=["convert"])
    parser.add_argument("folder", type=Path, metavar="DIR", help="the unpacked export")
    parser.add_argument("--to", type=int, required=True, choices=YEARS, help="the fiscal year to write")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
    parser.add_argument("--lists", type=Path, metavar="FILE", help="pick lists of your own (YAML or JSON)")


def run(args: argparse.Namespace) -> int:
    """Convert; 2 with a message where the folder cannot be read."""
    try:
        lists = read_lists(args.lists) if args.lists else {}
        found = convert(open_folder(args.folder, lists), load(args.to).with_lists(lists), args.out)
    except (FileRefused, ProfileError) as error:
        print(f"commonweal lab hmis: {error}", file=sys.stderr)
        return 2
    report = found.report()
    written({key: report[key] for key in ("from", "to", "rows", "files_left_out", "problem_count")})
    return 0
