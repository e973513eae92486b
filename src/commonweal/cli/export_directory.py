"""`commonweal export directory --format hsds_3 --out FILE.jsonl`: the directory in HSDS 3.0."""

import argparse
import json
import sys
from pathlib import Path

from commonweal import flow
from commonweal.kernel.errors import Invalid

HELP = """the directory in Open Referral HSDS 3.0

hsds_3 writes one full service object a line; datapackage writes tables and datapackage.json into a folder.
Confidential places are left out.

Example: commonweal export directory --format hsds_3 --out services.jsonl --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form and where to."""
    parser.add_argument("--format", required=True, choices=["hsds_3", "datapackage"])
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PATH", help="a file, or a folder for tables"
    )


def run(args: argparse.Namespace) -> int:
    """Write it and print the rows by table as JSON."""
    if args.format == "hsds_3" and (args.out.is_dir() or not args.out.parent.is_dir()):
        raise Invalid("--out", str(args.out), "Name a file in a folder that exists.")
    if args.format == "datapackage" and args.out.is_file():
        raise Invalid("--out", str(args.out), "Name a folder.")
    rows = flow.deliver_directory(out=args.out, form=args.format)
    json.dump({"out": str(args.out), "rows": rows}, sys.stdout)
    print()
    return 0
