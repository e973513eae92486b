"""`commonweal extract`: de-identified calls as Parquet by month, through the gate; and the standard views."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from commonweal.agencies import queries as agencies
from commonweal.foresight import actions, queries
from commonweal.kernel.errors import Invalid

HELP = """de-identified calls as Parquet, one file a month, with a manifest and checksums

The account named by --as must be one that may evaluate: the gate decides for it, origin by origin, and the
journal tells it. Keys are opaque, times are hours, rare natures and thinly used cells are blanked. A second
run looks at every month that stands there (or --from, --to) and writes those that changed: what was sealed,
expunged or withdrawn since is gone from them.

Example: commonweal extract --as nora --out extract --from 2026-01 --to 2026-03 --home my-county
         commonweal extract --out extract --view by-month-and-nature [--engine spark]
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, in whose name, which months; or which view."""
    parser.description = HELP
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the extract")
    parser.add_argument("--as", dest="account", metavar="SIGN-IN-NAME", help="an evaluator's account")
    parser.add_argument("--from", dest="first", metavar="YYYY-MM", help="the first month (all that stand)")
    parser.add_argument("--to", dest="last", metavar="YYYY-MM", help="the last month (default: the first)")
    parser.add_argument("--view", help=f"print a view instead: {', '.join(queries.VIEWS)}")
    parser.add_argument(
        "--engine", default="duckdb", help="what computes the view: duckdb (default) or spark"
    )


def run(args: argparse.Namespace) -> int:
    """Write the months, or print a view, as JSON."""
    if args.view:
        json.dump(queries.view(args.out, args.view, args.engine), sys.stdout, default=str, indent=1)
        print()
        return 0
    account = agencies.account_named(args.account or "")
    if account is None:
        raise Invalid("--as", args.account, "Give the sign-in name of an evaluator's account.")
    standing = sorted(queries.manifest(args.out))
    first = _month("--from", args.first or (standing[0] if standing else None))
    last = _month("--to", args.last or args.first or standing[-1])
    by = agencies.actor(account.id)
    json.dump(actions.write_extract(by=by, out=args.out, first=first, last=last), sys.stdout, indent=1)
    print()
    return 0


def _month(option: str, text: str | None) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(option, text, "Write a month as YYYY-MM, such as 2026-03.") from None
