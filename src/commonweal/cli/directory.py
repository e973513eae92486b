"""`commonweal directory draft-profile FILE`: a mapping profile proposed for a file of unknown layout."""

import argparse
import sys
from pathlib import Path

from commonweal.adapters.directory_files.reader import FileRefused, draft_profile
from commonweal.kernel.errors import Invalid


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, the file, and where the profile goes."""
    parser.add_argument("what", choices=["draft-profile"])
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or a JSON list")
    parser.add_argument("--out", type=Path, metavar="PROFILE.yaml", help="write it here; else it is printed")
    parser.epilog = (
        "Example: commonweal directory draft-profile services.csv --out mine.yaml\n"
        "Then: commonweal import directory services.csv --profile mine.yaml --dry-run"
    )


def run(args: argparse.Namespace) -> int:
    """Propose the profile; Invalid for a file that cannot be read."""
    try:
        proposed = draft_profile(args.file)
    except FileRefused as fault:
        raise Invalid("FILE", str(args.file), str(fault)) from fault
    if args.out is None:
        sys.stdout.write(proposed)
    else:
        args.out.write_text(proposed, encoding="utf-8")
    return 0
