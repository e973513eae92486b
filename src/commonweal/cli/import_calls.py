"""`commonweal import calls FILES --profile NAME`: past calls of a dispatch system, by a mapping profile."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from commonweal.adapters.cad_csv import reader
from commonweal.agencies import actions, queries
from commonweal.calls.actions import import_calls
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Tally

HELP = """past calls of a dispatch system (CSV or XLSX), by a mapping profile

Good rows are kept, bad ones are listed with line, field, value and reason. Again changes nothing.

Example: commonweal import calls week35.csv week36.csv --profile alexandria --home my-county
"""
BY = system("import")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, profile, and whose calls they are."""
    names = ", ".join(reader.shipped_profiles())
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--profile", required=True, help=f"a profile's name ({names}) or its file")
    parser.add_argument(
        "--agency", help="the centre that took them (made where missing; default: by profile)"
    )


def run(args: argparse.Namespace) -> ImportRun:
    """Read and take the files in order; notices go to standard error."""
    try:
        profile = reader.load_profile(args.profile)
    except reader.ProfileError as fault:
        raise Invalid("--profile", args.profile, str(fault)) from fault
    centre = _centre(BY, args.agency or profile.source_system, str(profile.zone))
    tally = Tally()
    rows = _rows(reader.read(args.files, profile), tally)
    sources = [path.name for path in args.files]
    return import_calls(by=BY, rows=rows, agency=centre, profile=profile.name, sources=sources, tally=tally)


def _centre(by: Actor, name: str, zone: str) -> UUID:
    found = queries.agencies().filter(name__iexact=name).first()
    return found.id if found else actions.open_agency(by=by, name=name, kind="ecc", time_zone=zone).id


def _rows(items: Iterable[reader.Item], tally: Tally) -> Iterator[reader.CallRow]:
    """The calls; rejects go into the tally and notices to standard error as they come."""
    for item in items:
        match item:
            case reader.CallRow():
                yield item
            case reader.Reject():
                reason = f"{item.reason}. {item.remedy}"
                tally.rejects.append(Rejected(item.file, item.line, item.field, item.value, reason))
            case reader.Notice():
                print(f"{item.file}: {item.text}", file=sys.stderr)
