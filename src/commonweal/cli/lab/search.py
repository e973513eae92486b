"""`commonweal lab search`: find people by half-heard names and partial dates, and time it."""

import argparse
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from commonweal.cli.people_files import BETWEEN, Schema, person_fields, records
from commonweal.cli.tables import rows, write_csv, written
from commonweal.engines.linkage import Index, Query, Record, build, search

NAME = "search"
HELP = """Find people as a live search would, and say how long each query took.

  commonweal lab search people.csv --queries queries.csv --schema schema.json --top 10 --out results.csv

The schema is that of lab link. Queries have query_id and any of the columns, with typing errors, nicknames,
swapped names, partial or wrong dates. Results hold query_id,rank,id,score."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("people", type=Path)
    parser.add_argument("--queries", required=True, type=Path)
    parser.add_argument("--schema", required=True, type=Path)
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("--out", required=True, type=Path, help="write results here")


def run(args: argparse.Namespace) -> int:
    """Answer every query; 2 with a message where the input cannot be used."""
    try:
        schema = Schema.read(args.schema)
        people = [Record(**row) for row in records(args.people, schema)]
        asked = list(queries(args.queries, schema))
    except ValueError as error:
        print(f"commonweal lab search: {error}", file=sys.stderr)
        return 2
    begun = perf_counter()
    index = build(people)
    built = perf_counter() - begun
    seconds: list[float] = []
    write_csv(args.out, ("query_id", "rank", "id", "score"), results(index, asked, args.top, seconds))
    written(
        {
            "people": len(people),
            "build_s": round(built, 3),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "queries": len(asked),
            "p50_ms": 1000 * float(np.quantile(seconds, 0.5)) if seconds else None,
            "p99_ms": 1000 * float(np.quantile(seconds, 0.99)) if seconds else None,
        }
    )
    return 0


def results(
    index: Index, asked: list[tuple[str, Query]], top: int, seconds: list[float]
) -> Iterator[tuple[object, ...]]:
    """Hits as rows; the time of each query is added to `seconds`."""
    for query_id, query in asked:
        begun = perf_counter()
        hits = search(index, query, top)
        seconds.append(perf_counter() - begun)
        for rank, hit in enumerate(hits, start=1):
            yield query_id, rank, hit.id.split(BETWEEN)[1], round(hit.score, 6)


def queries(path: Path, schema: Schema) -> Iterator[tuple[str, Query]]:
    """Each query with its id."""
    for row in rows(path):
        values = schema.values(row)
        known = person_fields(values)
        yield (
            row.text("query_id"),
            Query(
                given=known["given"],
                family=known["family"],
                born=partial_date(values.get("date_of_birth", "")),
                phone=known["phone"],
            ),
        )


def partial_date(text: str) -> tuple[int, int, int] | None:
    """Year, month, day from "1984", "1984-05" or "1984-05-07" (also without hyphens); 0 where not given."""
    found = re.fullmatch(r"(\d{4})-?(\d{2})?-?(\d{2})?", text.strip())
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    return year, month, day
