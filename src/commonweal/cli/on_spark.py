"""Linkage on a Spark cluster: the same settings, keys and levels, joined and compared by executors elsewhere.

Needs pyspark and Java 17 or later: no dependencies of ours, who has a cluster brings its own.
"""

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPI
    from splink.internals.splink_dataframe import SplinkDataFrame

MASTER = "local[2]"
# Spark's names for functions of DuckDB; Splink brings the first two as a library of the cluster.
NAMES = {
    "jaro_winkler_similarity(": "jaro_winkler(",
    "list_has_any(": "arrays_overlap(",
    "starts_with(": "startswith(",
}


class Spark:
    """A backend of the linkage engine on a session of Spark."""

    dialect = "spark"

    def __init__(self, session: Any) -> None:
        """Use this session; it stays open."""
        self.master = session.sparkContext.master
        from splink.internals.spark.database_api import SparkAPI

        self._session = session
        api: Callable[..., DatabaseAPI[object]] = SparkAPI
        self._api = api(spark_session=session, break_lineage_method="persist")

    def registered(self, table: pa.Table) -> "SplinkDataFrame":
        """A table for Splink."""
        return self._api.register(self._session.createDataFrame(table))

    def spoken(self, sql: str) -> str:
        """A condition in Spark's SQL."""
        for ours, theirs in NAMES.items():
            sql = sql.replace(ours, theirs)
        return sql

    def fetched(self, frame: "SplinkDataFrame", columns: Sequence[str]) -> pa.Table:
        """What these expressions of SQL say of a result."""
        return frame.as_spark_dataframe().selectExpr(*columns).toArrow()


def spark(master: str | None = None) -> Spark:
    """A session on this cluster; ValueError where pyspark, Java or the cluster is missing."""
    try:
        pyspark, sql = import_module("pyspark"), import_module("pyspark.sql")
    except ImportError as missing:
        raise ValueError(
            "--engine spark: pyspark is not installed; install it and Java 17, or use duckdb"
        ) from missing
    from splink.internals.spark.jar_location import similarity_jar_location

    # Workers of a local cluster find Spark by these; an installation of its own may have set them.
    os.environ.setdefault("SPARK_HOME", str(Path(str(pyspark.__file__)).parent))
    os.environ.setdefault("SPARK_SCALA_VERSION", "2.13")
    jar = similarity_jar_location()
    settings = {
        "spark.jars": jar,
        "spark.driver.extraClassPath": jar,
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": os.environ.get("SPARK_LOCAL_IP", "127.0.0.1"),
        "spark.driver.host": os.environ.get("SPARK_LOCAL_IP", "127.0.0.1"),
    }
    master = master or os.environ.get("SPARK_MASTER", MASTER)
    if master.startswith("local"):  # a cluster has settings of its own
        settings |= {"spark.sql.shuffle.partitions": "4", "spark.default.parallelism": "4"}
    building = sql.SparkSession.builder.master(master).appName("linkage")
    for name, value in settings.items():
        building = building.config(name, value)
    try:
        session = building.getOrCreate()
    except Exception as failed:  # py4j raises many kinds, all of them about Java or the cluster
        raise ValueError(
            f"--engine spark: no session ({failed}); is Java 17 there, and the cluster?"
        ) from failed
    session.sparkContext.setLogLevel("ERROR")
    return Spark(session)
