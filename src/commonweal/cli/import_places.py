"""`commonweal import places FILES`: address points, street blocks and named places, from CSV or GeoJSON."""

import argparse
from dataclasses import replace
from pathlib import Path

from commonweal import flow
from commonweal.adapters.geography import reader
from commonweal.kernel import sweeping
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun

HELP = """address points, street blocks and named places, from CSV, XLSX or GeoJSON points

Columns are known by their common names (name, address, or number and street; city, postcode, kind; longitude
or lon or x; latitude or lat or y); a file with others needs a profile. A place is known by name and address:
again changes nothing. Rows that cannot be kept are listed with line, field, value and reason.

Example: commonweal import places addresses.csv landmarks.geojson --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, and how to read them where their columns have other names."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--profile", default="", metavar="FILE.yaml", help="which column says what")
    parser.add_argument("--crs", default="", help="the system of the numbers where they are no degrees")


def run(args: argparse.Namespace) -> ImportRun:
    """Read the files and note their places."""
    sweeping.settle()
    try:
        profile = reader.load_profile(args.profile)
    except reader.ProfileError as fault:
        raise Invalid("--profile", args.profile, str(fault)) from fault
    if args.crs:
        profile = replace(profile, crs=args.crs)
    return flow.places_arrive(by=system("import"), origins=args.files, profile=profile)
