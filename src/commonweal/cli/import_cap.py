"""`commonweal import cap FILES`: public alerts of other systems, as OASIS CAP 1.2 messages."""

import argparse
from pathlib import Path

from commonweal import flow
from commonweal.kernel import sweeping
from commonweal.kernel.imports import ImportRun

HELP = """public alerts of other systems, as OASIS CAP 1.2 messages, XML

A file holds one message. It becomes a draft at /community/alerts/desk/: nobody outside sees it before a
person has read it and found nobody named in it. An update of an alert that came from there becomes the draft
that will replace it; a cancellation ends it at once, or drops the draft. The same message again changes
nothing. What breaks the standard, or could fetch or swell (a document type, an entity), is refused by name
with line, value and remedy.

Example: commonweal import cap storm.xml --json --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, in the order in which they were sent."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> ImportRun:
    """Read and take the files in order."""
    sweeping.settle()
    return flow.cap_arrives(files=args.files)
