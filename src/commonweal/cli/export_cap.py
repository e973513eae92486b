"""`commonweal export cap ALERT --out FILE`: one public alert as an OASIS CAP 1.2 message."""

import argparse
import json
import sys
from pathlib import Path
from uuid import UUID

from commonweal import flow
from commonweal.kernel.errors import Invalid

HELP = """one public alert that was sent, as an OASIS CAP 1.2 message, XML

In English and Spanish, with its area and the messages that it follows. A draft is answered as if it did not
exist.

Example: commonweal export cap 0199a1c2-7d1e-7c3a-9b1f-2a6f0c9d4e10 --out storm.xml --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which alert, and where to."""
    parser.add_argument("alert", metavar="ALERT", help="the id of an alert, as its page and the API show it")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Write it and say where, as JSON."""
    try:
        alert = UUID(args.alert)
    except ValueError as wrong:
        remedy = "Give the id of an alert, as its page and the API show it."
        raise Invalid("alert", args.alert, remedy) from wrong
    flow.deliver_cap(alert=alert, out=args.out)
    json.dump({"out": str(args.out)}, sys.stdout)
    print()
    return 0
