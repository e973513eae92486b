"""`commonweal export hmis --year 2026 --out DIR`: an agency's HMIS rows in HUD's CSV format."""

import argparse
import json
import sys
from pathlib import Path

from commonweal import flow
from commonweal.adapters.hmis_csv.reader import FileRefused
from commonweal.adapters.hmis_csv.writer import YEARS
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid

HELP = """an agency's HMIS rows as HUD CSV: the 24 files, and decisions.json

Rows that came in the format of another year are converted; decisions.json says what was dropped, mapped and
left empty. Of social security numbers the last four digits are written, the rest as x. The journal keeps that
the rows were handed over.

Example: commonweal export hmis --year 2026 --out export-2026 --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The year, the folder, and whose rows."""
    parser.add_argument("--year", type=int, required=True, choices=YEARS)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.add_argument("--agency", default="", help="whose rows (default: the only agency that has some)")


def run(args: argparse.Namespace) -> int:
    """Write the folder and print the rows by file as JSON."""
    try:
        counts = flow.deliver_hmis(by=system("export"), agency=args.agency, year=args.year, out=args.out)
    except FileRefused as fault:
        raise Invalid("--out", str(args.out), str(fault)) from fault
    json.dump({"out": str(args.out), "year": args.year, "rows": dict(sorted(counts.items()))}, sys.stdout)
    print()
    return 0
