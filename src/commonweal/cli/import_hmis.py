"""`commonweal import hmis DIR`: an export of a homeless-services system in HUD's CSV format."""

import argparse
from pathlib import Path

from commonweal import flow
from commonweal.adapters.hmis_csv import reader
from commonweal.kernel import sweeping
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun

HELP = """an HMIS export (HUD CSV, fiscal year 2024 or 2026): a folder of files

Good rows are kept, bad ones are listed with file, line, field, value and reason; overlapping enrolments and
what else is odd in rows that are kept is listed too. Nothing of a victim service provider is read. Again
changes nothing.

Example: commonweal import hmis export-2024 --agency "Quayside HMIS" --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, whose rows they are, and pick lists of a site's own."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the unpacked export")
    parser.add_argument(
        "--agency", default="", help="whose it is (made where missing; default: its SourceName)"
    )
    parser.add_argument("--lists", type=Path, metavar="FILE", help="pick lists of your own (YAML or JSON)")


def run(args: argparse.Namespace) -> ImportRun:
    """Read the folder and take its rows in."""
    sweeping.settle()
    try:
        lists = reader.read_lists(args.lists) if args.lists else {}
        folder = reader.open_folder(args.folder, lists)
    except reader.ProfileError as fault:
        raise Invalid("--lists", args.lists, str(fault)) from fault
    except reader.FileRefused as fault:
        raise Invalid("DIR", args.folder, str(fault)) from fault
    return flow.hmis_arrives(by=system("import"), folder=folder, agency=args.agency)
