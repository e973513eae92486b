"""`commonweal import eido FILES`: incidents of other centres, as EIDO documents (NENA-STA-021)."""

import argparse
from pathlib import Path

from commonweal import flow
from commonweal.kernel import sweeping
from commonweal.kernel.actors import system
from commonweal.kernel.imports import ImportRun

HELP = """incidents of other centres, as EIDO documents (NENA-STA-021), JSON

A file holds one document, a list of them, or one a line. An incident is known by its tracking id at its
owning agency: again changes nothing, a newer document brings it up to date. What is not read here stays with
the call in its document; what is odd is listed, and what cannot be kept is listed with field, value, reason
and remedy.

Example: commonweal import eido incidents.json --json --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, and whose calls they are."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--agency", default="", help="the centre that takes them all (default: each incident's owning agency)"
    )


def run(args: argparse.Namespace) -> ImportRun:
    """Read and take the files in order."""
    sweeping.settle()
    return flow.eido_arrives(by=system("import"), origins=args.files, agency=args.agency)
