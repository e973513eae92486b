"""`commonweal import areas FILES --kind KIND --code PROPERTY --name PROPERTY`: beats, districts ..."""

import argparse
from pathlib import Path

from commonweal import flow
from commonweal.adapters.geography.reader import Naming
from commonweal.kernel import sweeping
from commonweal.kernel.actors import system
from commonweal.kernel.imports import ImportRun
from commonweal.places.queries import AREA_KINDS

HELP = """areas of a site (county, cities, districts, beats), from GeoJSON polygons

An area is known by its code: again changes nothing, another outline redraws it. Features that cannot be
drawn are listed with their number, field, value and reason. Load areas before places, so that each place
knows its beat.

Example: commonweal import areas beats.geojson --kind beat --code BEAT --name BEAT_NAME --home my-county
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, what their areas are, and which properties say code and name."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--kind", required=True, choices=AREA_KINDS, help="what these areas are")
    parser.add_argument(
        "--code", required=True, metavar="PROPERTY", help="the property that tells them apart"
    )
    parser.add_argument("--name", required=True, metavar="PROPERTY", help="the property that people say")
    parser.add_argument("--prefix", default="", help="put before each code, where two kinds share codes")
    parser.add_argument("--crs", default="", help="the files' system where they name none, such as EPSG:2913")


def run(args: argparse.Namespace) -> ImportRun:
    """Read the files and draw their areas."""
    sweeping.settle()
    naming = Naming(args.code, args.name, args.prefix)
    return flow.areas_arrive(
        by=system("import"), origins=args.files, kind=args.kind, naming=naming, crs=args.crs
    )
