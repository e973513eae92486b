"""Linkage on a Spark cluster: the same settings, keys and levels, joined and compared by executors elsewhere.

Needs pyspark and Java 17 or later: no dependencies of ours, who has a cluster brings its own.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from commonweal.kernel import cluster

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPI
    from splink.internals.splink_dataframe import SplinkDataFrame

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
        self._session = session
        splink = import_module("splink.internals.spark.database_api")  # its types want pyspark
        api: Callable[..., DatabaseAPI[object]] = splink.SparkAPI
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
    """The engine's backend on this cluster; NoCluster where pyspark, Java or the cluster is missing."""
    cluster.installed()
    from splink.internals.spark.jar_location import similarity_jar_location

    jar = similarity_jar_location()
    return Spark(cluster.session("linkage", {"spark.jars": jar, "spark.driver.extraClassPath": jar}, master))
