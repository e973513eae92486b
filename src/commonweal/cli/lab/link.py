"""`commonweal lab link`: which records of several files are about one person."""

import argparse
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from commonweal.cli.on_spark import spark
from commonweal.cli.people_columns import people_fields
from commonweal.cli.people_files import BETWEEN, Schema
from commonweal.cli.tables import written
from commonweal.engines.linkage import Columns, Run, Settings, chances_of, columns_of, estimated_of, linked_of

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
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    parser.add_argument(
        "--master", metavar="URL", help="the Spark cluster: spark://HOST:PORT, or local-cluster[2,1,1500]"
    )
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
        cluster = spark(args.master) if args.engine == "spark" else None
        found = read(args.files, Schema.read(args.schema))
        print(f"{len(found)} records read; linking", file=sys.stderr)
        settings = Settings(args.mode, args.threshold, max(args.threshold, args.join))
        done = linked_of(found, settings, backend=cluster)
        pairs = pair_table(done)
        for table, path in ((pairs, args.pairs), (cluster_table(done), args.clusters)):
            pa.csv.write_csv(
                table, path, pa.csv.WriteOptions(quoting_style="needed", quoting_header="needed")
            )
        engine = f"spark {cluster.master}" if cluster and len(found) >= settings.train_from else "duckdb"
        expected = asdict(estimated_of(done, args.mode))
        counted = {"records": len(found), "pairs": pairs.num_rows, "engine": engine, "estimated": expected}
        written({**counted, **summary(done, perf_counter() - begun)})
    except ValueError as error:
        print(f"commonweal lab link: {error}", file=sys.stderr)
        return 2
    return 0


def read(files: list[Path], schema: Schema) -> Columns:
    """The records of all files."""
    ids: list[pa.Array] = []
    tables: list[pa.Table] = []
    for path in files:
        own, fields = people_fields(path, schema)
        source = pa.array([path.stem] * len(own), pa.string())
        ids.append(pc.binary_join_element_wise(source, own, BETWEEN))
        tables.append(pa.table({**fields, "": source}))
    table = pa.concat_tables(tables, promote_options="default")
    fields = {name: table[name].combine_chunks() for name in table.column_names if name}
    found = [id for array in ids for id in array.to_pylist()]
    return columns_of(found, table[""].combine_chunks(), fields, schema.origin)


def pair_table(run: Run) -> pa.Table:
    """Pairs, most probable first, after what the groups say of them.

    All pairs of a group; of the others those of two records that nothing else was joined to, since what
    speaks for a third record between two groups is not enough where the groups as wholes differ.
    """
    left = np.concatenate([run.pairs.left, run.through.left])
    right = np.concatenate([run.pairs.right, run.through.right])
    weight = np.concatenate([run.pairs.bits, run.through.bits])
    chance = np.concatenate([chances_of(run.pairs.bits), run.chances])
    sizes = np.bincount(run.groups, minlength=len(run.groups))[run.groups]
    together = (run.groups[left] == run.groups[right]) | ((sizes[left] == 1) & (sizes[right] == 1))
    order = np.flatnonzero(together)[np.argsort(-chance[together], kind="stable")]
    (source_a, id_a), (source_b, id_b) = (ends(run, places[order]) for places in (left, right))
    return pa.table({
        "source_a": source_a, "id_a": id_a, "source_b": source_b, "id_b": id_b,
        "probability": chance[order], "weight": np.round(weight[order], 4),
    })  # fmt: skip


def cluster_table(run: Run) -> pa.Table:
    """Every record with the number of its cluster."""
    _, numbers = np.unique(run.groups, return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    source, id = ends(run, order)
    return pa.table({"source": source, "id": id, "cluster": numbers[order] + 1})


def ends(run: Run, places: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> tuple[pa.Array, pa.Array]:
    """The source and the id of each of these records."""
    parts = pc.split_pattern(
        pa.array(run.columns.ids, pa.string()).take(pa.array(places)), BETWEEN, max_splits=1
    )
    return pc.list_element(parts, 0), pc.list_element(parts, 1)


def summary(run: Run, seconds: float) -> dict[str, object]:
    """What the run did, without anybody's values."""
    return {
        "clusters": len(np.unique(run.groups)),
        "without_birth_date": int(np.count_nonzero(run.columns.texts["born"].codes == 0)),
        "model": {
            "version": run.model.version,
            "trained": run.model.trained,
            "prior": run.model.prior,
            "chances": {name: [list(pair) for pair in pairs] for name, pairs in run.model.chances.items()},
        },
        "notes": list(run.notes),
        "seconds": round(seconds, 3),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
