"""`commonweal import calls FILES --profile NAME`: past calls of a dispatch system, by a mapping profile."""

import argparse
from pathlib import Path

from commonweal import flow
from commonweal.adapters.cad_csv import reader
from commonweal.kernel import sweeping
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun

HELP = """past calls of a dispatch system (CSV or XLSX), by a mapping profile

Good rows are kept, bad ones are listed with line, field, value and reason; what is odd in a row that is kept
is listed too. Again changes nothing.

Example: commonweal import calls week35.csv week36.csv --profile alexandria --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, profile, and whose calls they are."""
    names = ", ".join(reader.shipped_profiles())
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--profile", required=True, help=f"a profile's name ({names}) or its file")
    parser.add_argument(
        "--agency", default="", help="the centre that took them (made where missing; default: by profile)"
    )


def run(args: argparse.Namespace) -> ImportRun:
    """Read and take the files in order."""
    sweeping.settle()
    try:
        profile = reader.load_profile(args.profile)
    except reader.ProfileError as fault:
        raise Invalid("--profile", args.profile, str(fault)) from fault
    return flow.calls_arrive(by=system("import"), origins=args.files, profile=profile, agency=args.agency)
