"""`commonweal lab link-encoded`: which encodings of several parties are of one person."""

import argparse
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict, astuple
from pathlib import Path
from time import perf_counter

from commonweal.cli.lab.encode.parcels import together
from commonweal.cli.tables import write_csv, written
from commonweal.engines.linkage.private import Matching, match

NAME = "link-encoded"
HELP = """Link the encodings of two or more parties (commonweal lab encode), without key, labels or names.

  commonweal lab link-encoded police.encodings.jsonl shelter.encodings.jsonl \\
      --pairs pairs.csv --clusters clusters.csv

Every party's file holds a person once. Pairs hold source_a,id_a,source_b,id_b,likeness (Dice); clusters
source,id,cluster, at most one record of each party; ids are the opaque ones, which only their party can turn
back. The encodings are pseudonymised personal data: delete them when the linkage is done."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="encodings, one file a party")
    parser.add_argument("--pairs", required=True, type=Path, help="write pairs here")
    parser.add_argument("--clusters", required=True, type=Path, help="write clusters here")
    parser.add_argument(
        "--threshold", type=float, metavar="D", help="least likeness of a pair (default: learned, no labels)"
    )


def run(args: argparse.Namespace) -> int:
    """Match the files; 2 with a message where they cannot be used."""
    try:
        begun = perf_counter()
        parcels = together(args.files)
        parties = [parcel.encoded for parcel in parcels]
        found = match(parties, parcels[0].encoding.fingerprint, args.threshold)
        write_csv(
            args.pairs, ("source_a", "id_a", "source_b", "id_b", "likeness"), map(astuple, found.matches)
        )
        write_csv(args.clusters, ("source", "id", "cluster"), cluster_lines(found))
        written(
            {
                "records": {party.source: len(party.ids) for party in parties},
                "pairs": len(found.matches),
                "clusters": len(found.groups),
                "learned": {" + ".join(ends): asdict(one) for ends, one in found.calibrations.items()},
                "seconds": round(perf_counter() - begun, 3),
                "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            }
        )
    except ValueError as error:
        print(f"commonweal lab link-encoded: {error}", file=sys.stderr)
        return 2
    return 0


def cluster_lines(found: Matching) -> Iterator[tuple[object, ...]]:
    """Every record of a group with the group's number."""
    for number, group in enumerate(found.groups, start=1):
        for source, id in group:
            yield source, id, number
