"""A session on a Spark cluster, for work that one machine is too small for; the operator brings the cluster.

pyspark and Java 17 or later are no dependencies of the product: `commonweal` runs whole without them.
"""

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

MASTER = "local[2]"


class NoCluster(ValueError):
    """pyspark, Java or the cluster is not there; the message says which and what to do."""


def installed() -> ModuleType:
    """The package pyspark; NoCluster where it is not installed."""
    try:
        return import_module("pyspark")
    except ImportError as missing:
        raise NoCluster(
            "--engine spark: pyspark is not installed; install it and Java 17, or use duckdb"
        ) from missing


def session(name: str, settings: dict[str, str], master: str | None = None) -> Any:
    """A `SparkSession` named so, with these settings, on this master.

    The master is a URL of Spark's (spark://HOST:PORT, local-cluster[2,1,1500]); without one SPARK_MASTER
    tells it, else two threads of this process. NoCluster where there is none.
    """
    pyspark, sql = installed(), import_module("pyspark.sql")
    # Workers of a local cluster find Spark by these; an installation of its own may have set them.
    os.environ.setdefault("SPARK_HOME", str(Path(str(pyspark.__file__)).parent))
    os.environ.setdefault("SPARK_SCALA_VERSION", "2.13")
    here = os.environ.get("SPARK_LOCAL_IP", "127.0.0.1")
    standing = {"spark.ui.enabled": "false", "spark.driver.bindAddress": here, "spark.driver.host": here}
    master = master or os.environ.get("SPARK_MASTER", MASTER)
    if master.startswith("local"):  # a cluster has settings of its own
        standing |= {"spark.sql.shuffle.partitions": "4", "spark.default.parallelism": "4"}
    building = sql.SparkSession.builder.master(master).appName(name)
    for key, value in (standing | settings).items():
        building = building.config(key, value)
    try:
        begun = building.getOrCreate()
    except Exception as failed:  # py4j raises many kinds, all of them about Java or the cluster
        raise NoCluster(
            f"--engine spark: no session ({failed}); is Java 17 there, and the cluster?"
        ) from failed
    begun.sparkContext.setLogLevel("ERROR")
    return begun
