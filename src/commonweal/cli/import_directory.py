"""`commonweal import directory FILES --profile NAME`: services of a directory file, by a mapping profile."""

import argparse
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from django.db import transaction

from commonweal import flow
from commonweal.adapters.directory_files import reader
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun

HELP = """services of a directory (Open Referral HSDS, JSON, CSV or XLSX), by a mapping profile

Good records are kept, bad ones are listed with line, field, value and reason. Again changes nothing.

hsds_1, hsds_2 and hsds_3 read Open Referral: name the tables, their folder, datapackage.json, or JSON.
A file of another layout: let `commonweal directory draft-profile FILE` propose a profile first.

Example: commonweal import directory feed/*.csv --profile hsds_1 --dry-run --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files and profile; without a profile the first file's own is recognised."""
    names = ", ".join(reader.shipped_profiles())
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be taken and what quarantined; keep nothing"
    )
    parser.add_argument("--source", default="", help="a name for where the files are from, kept in their ids")
    parser.add_argument("--profile", help=f"a profile's name ({names}) or its file; else it is recognised")


def run(args: argparse.Namespace) -> ImportRun:
    """Read and file the services in order."""
    profile = _profile(args.profile, args.files[0])
    if args.source:
        profile = replace(profile, source_system=args.source[:64])
    with transaction.atomic() if args.dry_run else nullcontext():
        record = flow.directory_arrives(by=system("import"), origins=args.files, profile=profile)
        if args.dry_run:
            transaction.set_rollback(True)
            record.notices = ["Dry run: nothing was kept; the lists say what would be.", *record.notices]
    return record


def _profile(name: str | None, first: Path) -> reader.Profile:
    try:
        found = name or reader.detect(first)
        if found is None:
            names = ", ".join(reader.shipped_profiles())
            raise Invalid("--profile", "", f"No shipped profile fits {first.name}; name one of: {names}.")
        return reader.load_profile(found)
    except reader.ProfileError as fault:
        raise Invalid("--profile", name, str(fault)) from fault
    except reader.FileRefused as fault:
        raise Invalid("FILE", first, str(fault)) from fault
