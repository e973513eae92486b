"""Live search and linkage over made-up people: recall, time, memory, and the peer in the same run.

python bench/people_found.py [--people 100000] [--queries 1000]

Targets at a million people: recall@10 at least 0.99, p99 under 10 ms, memory under 1.5 GB; one more record
against a hundred thousand: p99 under 10 ms. With DATABASE_URL set, as by deploy/postgres.py run, the same
queries are put to a GIN index of trigrams (pg_trgm). Both times are printed, the clock's and this process's;
the work of the database shows by the clock alone.
"""

import argparse
import os
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa

sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parents[1])]

from bench.made_people import Person, asked, people  # noqa: E402
from commonweal.engines.linkage import (  # noqa: E402
    Query,
    Record,
    Standing,
    build_columns,
    fixed_model,
    search,
    ymd_of,
)

ROLES = {
    "given": "given",
    "family": "family",
    "alias": "family",
    "born": "born",
    "sex": "sex",
    "number": "number",
}
ROLES |= {"street": "words", "city": "words", "postcode": "postcode", "phone": "phone"}
Finder = Callable[[Person], list[str]]


def query_of(one: Person) -> Query:
    """What a searcher says, as the engine takes it."""
    words = f"{one.street} {one.city}"
    return Query(
        given=one.given, family=one.family, born=ymd_of(one.born), phone=one.phone, sex=one.sex,
        words=words, number=one.number, postcode=one.postcode,
    )  # fmt: skip


def ours(known: Sequence[Person]) -> Finder:
    """The engine."""
    begun = process_time()
    columns: dict[str, list[pa.Array]] = {}
    for field, role in ROLES.items():
        columns.setdefault(role, []).append(pa.array([getattr(one, field) for one in known]))
    index = build_columns(pa.array([one.id for one in known]), columns, "bench")
    print(f"  built in {process_time() - begun:.1f} s of processor time")
    return lambda one: [hit.id for hit in search(index, query_of(one), 10)]


def trigrams(known: Sequence[Person], dsn: str) -> Finder:
    """pg_trgm: a GIN index over all text of a person, the likeliest ten by word similarity."""
    import psycopg

    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.execute("CREATE TEMP TABLE found (id text, said text)")
    with connection.cursor().copy("COPY found FROM STDIN") as copy:
        for one in known:
            copy.write_row((one.id, text_of(one)))
    connection.execute("CREATE INDEX ON found USING gin (said gin_trgm_ops)")
    connection.execute("SET pg_trgm.similarity_threshold = 0.3")
    sql = "SELECT id FROM found WHERE said %% %s ORDER BY similarity(said, %s) DESC LIMIT 10"
    return lambda one: [row[0] for row in connection.execute(sql, (text_of(one), text_of(one)))]


def text_of(one: Person) -> str:
    """Everything said of a person."""
    return " ".join(filter(None, (one.given, one.family, one.born, one.street, one.city, one.phone))).lower()


def measured(name: str, find: Finder, queries: Sequence[Person]) -> float:
    """Print recall and times of a finder; the median milliseconds by the clock."""
    for one in queries[:10]:
        find(one)
    times, right = [], 0
    for one in queries:
        begun, spent = perf_counter(), process_time()
        ids = find(one)
        times.append(((perf_counter() - begun) * 1000, (process_time() - spent) * 1000))
        right += one.id in ids
    (p50, own50), (p99, own99) = np.quantile(times, [0.5, 0.99], axis=0)
    print(
        f"  {name:<8} recall@10 {right / len(queries):.4f}  by the clock p50 {p50:.2f} p99 {p99:.2f} ms",
        end="",
    )
    print(f"  of the process p50 {own50:.2f} p99 {own99:.2f} ms", flush=True)
    return float(p50)


def one_more(known: Sequence[Person]) -> None:
    """One record against those that stand."""
    records = [record_of(one, one.id) for one in known[:100_000]]
    standing = Standing(records, fixed_model())
    rng = np.random.default_rng(5)
    times = []
    for place in rng.integers(0, len(records), 500):
        new = record_of(asked(known[place], rng), "new")
        begun = process_time()
        standing.proposals(new)
        times.append((process_time() - begun) * 1000)
    p50, p99 = np.quantile(times[10:], [0.5, 0.99])
    print(f"  one more record against {len(records)}: p50 {p50:.2f} ms  p99 {p99:.2f} ms (at most 10)")


def record_of(one: Person, id: str) -> Record:
    """A person as a record of linkage; a partial date is unknown there."""
    year, month, day = ymd_of(one.born)
    born = date(year, month, day) if year and 1 <= month <= 12 and 1 <= day <= 28 else None
    address = f"{one.number} {one.street} {one.city}".strip()
    return Record(
        id, "bench", "bench", one.given, one.family, born, one.sex, address, one.phone, postcode=one.postcode
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=1000)
    args = parser.parse_args()
    known, rng = people(args.people), np.random.default_rng(99)
    queries = [asked(known[place], rng) for place in rng.choice(len(known), args.queries, replace=False)]
    print(f"live search, {len(known)} people, {len(queries)} queries")
    own = measured("ours", ours(known), queries)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  memory {memory:.0f} MB, made-up people included")
    if dsn := os.environ.get("DATABASE_URL"):
        peer = measured("pg_trgm", trigrams(known, dsn), queries[:200])
        print(f"  pg_trgm takes {peer / own:.0f} times as long")
    one_more(known)


if __name__ == "__main__":
    main()
