"""`commonweal lab search`: find people by half-heard names and partial dates, and time it."""

import argparse
import gc
import resource
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import numpy as np

from commonweal.cli.people_columns import ROLES, people_columns
from commonweal.cli.people_files import Schema
from commonweal.cli.snapshots import kept, restored
from commonweal.cli.tables import BadFile, rows, write_csv, written
from commonweal.engines.linkage import Index, Query, build_columns, index_of, parts_of, search, ymd_of
from commonweal.kernel.written import split_name

NAME = "search"
HELP = """Find people as a live search would, and say how long each query took.

  commonweal lab search people.csv --queries queries.csv --schema schema.json --top 10 --out results.csv

The schema is that of lab link. Queries have query_id and any of the columns, with typing errors, nicknames,
swapped names, partial or wrong dates (1984, 1984-05, 05-07, 1984-??-07). Results hold query_id,rank,id,score.
With --snapshot FOLDER the index is kept there, and taken from there if it was made from the same file."""
WARM = 3  # queries asked once before the clock runs: the first of a process compiles or loads machine code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("people", type=Path)
    parser.add_argument("--queries", required=True, type=Path)
    parser.add_argument("--schema", required=True, type=Path)
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("--out", required=True, type=Path, help="write results here")
    parser.add_argument(
        "--snapshot", type=Path, metavar="FOLDER", help="keep the index here for the next start"
    )


def run(args: argparse.Namespace) -> int:
    """Answer every query; 2 with a message where the input cannot be used."""
    try:
        if args.top < 1:
            raise BadFile(f"--top {args.top}: give 1 or more")
        schema = Schema.read(args.schema)
        begun = perf_counter()
        index = indexed(args.people, schema, args.snapshot)
        built = perf_counter() - begun
        asked = list(queries(args.queries, schema))
    except ValueError as error:
        print(f"commonweal lab search: {error}", file=sys.stderr)
        return 2
    print(f"{len(index)} people indexed in {built:.1f} s; {len(asked)} queries", file=sys.stderr)
    gc.collect()
    gc.freeze()
    seconds: list[float] = []
    write_csv(args.out, ("query_id", "rank", "id", "score"), results(index, asked, args.top, seconds))
    written(
        {
            "people": len(index),
            "build_s": round(built, 3),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "queries": len(asked),
            "p50_ms": 1000 * float(np.quantile(seconds, 0.5)) if seconds else None,
            "p99_ms": 1000 * float(np.quantile(seconds, 0.99)) if seconds else None,
        }
    )
    return 0


def indexed(people: Path, schema: Schema, folder: Path | None) -> Index:
    """The index of a file of people, from a snapshot of the same file where there is one."""
    if folder is not None and (parts := restored(folder, people, schema)) is not None:
        with suppress(KeyError):  # a part is gone: build anew
            return index_of(parts)
    ids, columns = people_columns(people, schema)
    index = build_columns(ids, columns, schema.origin)
    if folder is not None:
        kept(parts_of(index), folder, people, schema)
    return index


def results(
    index: Index, asked: list[tuple[str, Query]], top: int, seconds: list[float]
) -> Iterator[tuple[object, ...]]:
    """Hits as rows; the time of each query is added to `seconds`."""
    for _, query in asked[:WARM]:
        search(index, query, top)
    for query_id, query in asked:
        begun = perf_counter()
        hits = search(index, query, top)
        seconds.append(perf_counter() - begun)
        for rank, hit in enumerate(hits, start=1):
            yield query_id, rank, hit.id, round(hit.score, 6)


def queries(path: Path, schema: Schema) -> Iterator[tuple[str, Query]]:
    """Each query with its id."""
    for row in rows(path):
        id = row.text("query_id")
        if not id:
            raise row.bad("query_id", "is blank; every query needs an id")
        yield id, query_of(schema.values(row))


def query_of(values: Mapping[str, str]) -> Query:
    """What a row of queries asks; a date of which nothing can be read asks nothing."""
    asked: dict[str, str] = {}
    for kind, text in values.items():
        given, family = split_name(text) if kind == "full_name" else ("", "")
        parts = {"given": given, "family": family} if kind == "full_name" else {ROLES[kind]: text}
        for role, part in parts.items():
            asked[role] = " ".join(filter(None, (asked.get(role, ""), part)))
    born = ymd_of(asked.pop("born", ""))
    return Query(born=born, **asked)
