"""`commonweal lab link`: which records of several files are about one person."""

import argparse
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from time import perf_counter

from commonweal.cli.people_files import BETWEEN, Schema, records
from commonweal.cli.tables import write_csv, written
from commonweal.engines.linkage import Links, Record, Settings, estimated, link, possible

NAME = "link"
HELP = """Link people across files, within them, or both, without labels.

  commonweal lab link police.csv shelter.csv --schema schema.json --mode both \\
      --pairs pairs.csv --clusters clusters.csv

schema.json: {"id": COLUMN, "fields": {COLUMN: KIND}}, kinds first_name last_name full_name date_of_birth
sex street_number street_address address_extra place region postcode phone email identifier birth_place
occupation other. Pairs hold source_a,id_a,source_b,id_b,probability,weight (bits); clusters source,id,
cluster. Standard output: counts, the model's chances by field and level, seconds, peak memory."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="people; sources take the file's stem"
    )
    parser.add_argument("--schema", required=True, type=Path, help="what each column holds")
    parser.add_argument("--mode", choices=("link", "dedupe", "both"), default="both")
    parser.add_argument("--pairs", required=True, type=Path, help="write pairs here")
    parser.add_argument("--clusters", required=True, type=Path, help="write clusters here")
    parser.add_argument("--engine", choices=("duckdb",), default="duckdb")
    parser.add_argument(
        "--threshold", type=float, default=0.5, metavar="P", help="least probability of a pair (0.5)"
    )
    parser.add_argument(
        "--join", type=float, default=0.75, metavar="P", help="least probability that joins a cluster (0.75)"
    )


def run(args: argparse.Namespace) -> int:
    """Link the files; 2 with a message where they cannot be used."""
    try:
        begun = perf_counter()
        found = read(args.files, args.schema)
        print(f"{len(found)} records read; linking", file=sys.stderr)
        settings = Settings(args.mode, args.threshold, max(args.threshold, args.join))
        links = link(found, settings)
        pairs = list(pair_lines(links))
        write_csv(args.pairs, ("source_a", "id_a", "source_b", "id_b", "probability", "weight"), pairs)
        write_csv(args.clusters, ("source", "id", "cluster"), cluster_lines(links))
        expected = asdict(estimated(links, possible(found, args.mode)))
        counted = {"records": len(found), "pairs": len(pairs), "engine": args.engine, "estimated": expected}
        written({**counted, **summary(found, links, perf_counter() - begun)})
    except ValueError as error:
        print(f"commonweal lab link: {error}", file=sys.stderr)
        return 2
    return 0


def read(files: list[Path], schema: Path) -> list[Record]:
    """The records of all files."""
    stated = Schema.read(schema)
    rows = chain.from_iterable(records(path, stated) for path in files)
    return [Record(**row) for row in rows]


def pair_lines(links: Links) -> Iterator[tuple[object, ...]]:
    """Pairs as rows, most probable first, after what the groups say of them.

    All pairs of a group; of the others those of two records that nothing else was joined to, since what
    speaks for a third record between two groups is not enough where the groups as wholes differ.
    """
    group_of = {id: place for place, group in enumerate(links.clusters) for id in group}
    sizes = [len(group) for group in links.clusters]
    for pair in sorted((*links.pairs, *links.through), key=lambda pair: -pair.probability):
        one, other = group_of[pair.left], group_of[pair.right]
        if one == other or sizes[one] == sizes[other] == 1:
            ends = (*pair.left.split(BETWEEN), *pair.right.split(BETWEEN))
            yield *ends, pair.probability, round(pair.weight, 4)


def cluster_lines(links: Links) -> Iterator[tuple[object, ...]]:
    """Every record with the number of its cluster."""
    for number, group in enumerate(links.clusters, start=1):
        for id in group:
            yield *id.split(BETWEEN), number


def summary(found: list[Record], links: Links, seconds: float) -> dict[str, object]:
    """What the run did, without anybody's values."""
    return {
        "clusters": len(links.clusters),
        "without_birth_date": sum(not (record.born or record.born_part) for record in found),
        "model": {
            "version": links.model.version,
            "trained": links.model.trained,
            "prior": links.model.prior,
            "chances": {name: [list(pair) for pair in pairs] for name, pairs in links.model.chances.items()},
        },
        "notes": list(links.notes),
        "seconds": round(seconds, 3),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
