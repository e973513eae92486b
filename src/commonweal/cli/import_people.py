"""`commonweal import people FILES --agency NAME --profile NAME`: an agency's list of people."""

import argparse
from contextlib import nullcontext
from pathlib import Path

from django.db import transaction

from commonweal import flow
from commonweal.adapters.people_csv import reader
from commonweal.kernel import sweeping
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun

HELP = """people whom an agency has on file in another system (CSV or XLSX), by a mapping profile

Good rows are kept as they came under the agency, bad ones are listed with line, field, value and reason. Each
run ends with a report on quality: of each field how much is filled, unreadable, and how it is written. Again
changes nothing. Nobody is linked: the agency's steward compares records in the browser, at /people/.

Example: commonweal import people clients.csv --agency "Open Door" --profile plain --dry-run --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, profile, and whose people they are."""
    names = ", ".join(reader.shipped_profiles())
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--agency", required=True, help="whose records they are; it must be on file")
    parser.add_argument("--profile", required=True, help=f"a profile's name ({names}) or its file")
    parser.add_argument("--dry-run", action="store_true", help="report on quality and faults; keep nothing")


def run(args: argparse.Namespace) -> ImportRun:
    """Read and file the people in order."""
    sweeping.settle()
    profile = _profile(args.profile)
    with transaction.atomic() if args.dry_run else nullcontext():
        record = flow.people_arrive(
            by=system("import"), origins=args.files, profile=profile, agency=args.agency
        )
        if args.dry_run:
            transaction.set_rollback(True)
            record.notices = ["Dry run: nothing was kept; the lists say what would be.", *record.notices]
    return record


def _profile(name: str) -> reader.Profile:
    try:
        return reader.load_profile(name)
    except reader.ProfileError as fault:
        raise Invalid("--profile", name, str(fault)) from fault
