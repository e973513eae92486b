"""Standard views of the extract as Ibis expressions: the same one runs on DuckDB here, on Spark beyond.

Counts below the site's smallest are left out of every answer (`seen`). Cancelled calls and second calls of an
incident are in none.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from commonweal.foresight.partitions import checked
from commonweal.kernel import cluster
from commonweal.kernel.errors import Invalid
from commonweal.sharing.queries import floor

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

KEYS = ("month", "nature", "hour_of_week", "cell", "tier", "response")
ENGINES = ("duckdb", "spark")
View = Callable[["Table"], "Table"]


def _real(calls: "Table") -> "Table":
    return calls.filter(~calls.is_cancelled, ~calls.is_duplicate)


def by_month_and_nature(calls: "Table") -> "Table":
    """Calls by month and nature."""
    return _counted(_real(calls), ["month", "nature"])


def by_hour_of_week(calls: "Table") -> "Table":
    """Calls by hour of the week, 0 Monday midnight, local time."""
    return _counted(_real(calls), ["hour_of_week"])


def by_cell(calls: "Table") -> "Table":
    """Calls by cell; those without a cell are left out."""
    real = _real(calls)
    return _counted(real.filter(real.cell != ""), ["cell"])


def minutes_by_tier(calls: "Table") -> "Table":
    """Mean minutes to dispatch and to the scene by tier, of calls that somebody reached."""
    real = _real(calls)
    reached = real.filter(real.minutes_to_scene.notnull())
    return reached.group_by("tier").agg(
        calls=reached.count(), to_dispatch=reached.minutes_to_dispatch.mean(),
        to_scene=reached.minutes_to_scene.mean(),
    )  # fmt: skip


def behavioural_by_month(calls: "Table") -> "Table":
    """Behavioural calls by month and by how they were answered."""
    real = _real(calls)
    return _counted(real.filter(real.is_behavioural), ["month", "response"])


VIEWS: Mapping[str, View] = {
    view.__name__.replace("_", "-"): view
    for view in (by_month_and_nature, by_hour_of_week, by_cell, minutes_by_tier, behavioural_by_month)
}


def _counted(calls: "Table", keys: list[str]) -> "Table":
    return calls.group_by(keys).agg(calls=calls.count())


def seen(out: Path, name: str, engine: str = "duckdb") -> list[dict[str, object]]:
    """The rows of a view over an extract.

    Invalid for an unknown view or engine, an empty folder, or a file that is not as the manifest says.
    """
    import ibis

    if name not in VIEWS:
        raise Invalid("view", name, f"Use one of: {', '.join(VIEWS)}.")
    if not (files := checked(out)):
        raise Invalid("folder", str(out), "No month of an extract stands there; write one first.")
    if engine == "duckdb":
        connection = ibis.duckdb.connect()
        table = connection.read_parquet([str(file) for file in files], hive_partitioning=True)
    elif engine == "spark":
        connection, table = _spark(out)
    else:
        raise Invalid("engine", engine, f"Use one of: {', '.join(ENGINES)}.")
    found = VIEWS[name](table)
    shown = found.filter(found["calls"] >= floor()).order_by([k for k in KEYS if k in found.columns])
    rows: list[dict[str, object]] = connection.to_pyarrow(shown).to_pylist()
    return rows


def _spark(out: Path) -> tuple["BaseBackend", "Table"]:
    """A session on the cluster of SPARK_MASTER, and the extract in it; Invalid where there is none."""
    import ibis

    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    }
    try:
        connection = ibis.pyspark.connect(cluster.session("commonweal", settings))
    except cluster.NoCluster as missing:
        raise Invalid("engine", "spark", "Install pyspark and Java 17, or use duckdb.") from missing
    return connection, connection.read_parquet(str(out / "calls"))
