"""`commonweal export eido CALL --out FILE`: one call as an EIDO document (NENA-STA-021)."""

import argparse
import json
import sys
from pathlib import Path

from commonweal import flow
from commonweal.kernel.actors import system

HELP = """one call as an EIDO document (NENA-STA-021), JSON

Without --to the call is handed back whole to the centre whose it is, and the journal says so. With --to it
holds what that agency's own permit opens at this moment, and the register of disclosures has its row. Sealed
calls are answered as if they did not exist.

Example: commonweal export eido 26-000042 --to "Harlow 988" --out incident.json --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which call, for whom, and where to."""
    parser.add_argument("call", metavar="CALL", help="an incident number or the id of a call")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--to", default="", metavar="AGENCY", help="the receiver (default: the own centre)")
    parser.add_argument("--schema", type=Path, metavar="FILE", help="the published schema, to check against")


def run(args: argparse.Namespace) -> int:
    """Write it and print what was withheld as JSON."""
    by = system("export")
    withheld = flow.deliver_eido(
        by=by, call=args.call, out=args.out, receiver=args.to, schema=args.schema
    )  # fmt: skip
    json.dump({"out": str(args.out), "withheld": withheld}, sys.stdout)
    print()
    return 0
