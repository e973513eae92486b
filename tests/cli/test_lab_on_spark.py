"""Linkage on a local cluster of Spark: executors in processes of their own, the same answer as DuckDB's."""

import csv
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commonweal.cli.on_spark import Spark, spark
from commonweal.engines.linkage.levels import FIELDS, Field
from engines.linkage.people import person, town

SCHEMA = {"given": "first_name", "family": "last_name", "born": "date_of_birth", "sex": "sex"}
SCHEMA |= {"phone": "phone", "address": "street_address", "ssn_last4": "identifier"}
MISSING = [name for name in ("pyspark", "java") if not (shutil.which(name) or importlib.util.find_spec(name))]


def linked(folder: Path, engine: str, *options: str) -> tuple[set[tuple[str, ...]], dict[str, object]]:
    """The clusters of two and more that the command makes, and what it says."""
    found = folder / f"{engine}.csv"
    command = [
        sys.executable,
        "-m",
        "commonweal",
        "lab",
        "link",
        str(folder / "people.csv"),
        "--mode",
        "dedupe",
    ]
    command += ["--schema", str(folder / "schema.json"), "--pairs", str(folder / f"{engine}_pairs.csv")]
    command += ["--clusters", str(found), "--engine", engine, *options]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    groups: dict[str, list[str]] = {}
    for row in csv.DictReader(found.open()):
        groups.setdefault(row["cluster"], []).append(row["id"])
    said: dict[str, object] = json.loads(run.stdout)
    return {tuple(sorted(group)) for group in groups.values() if len(group) > 1}, said


@pytest.mark.slow
@pytest.mark.skipif(
    bool(MISSING),
    reason=f"NOT TESTED on a cluster, which the operator brings: install {', '.join(MISSING)} to run it",
)
def test_a_cluster_finds_the_same_people(tmp_path: Path) -> None:
    records = town(1100, seed=6)
    with (tmp_path / "people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *SCHEMA])
        writer.writerows([record.id, *(getattr(record, name) or "" for name in SCHEMA)] for record in records)
    (tmp_path / "schema.json").write_text(json.dumps({"id": "id", "fields": SCHEMA}))
    here, said = linked(tmp_path, "duckdb")
    there, also = linked(tmp_path, "spark", "--master", "local-cluster[2,1,1500]")
    assert said["engine"] == "duckdb" and also["engine"] == "spark local-cluster[2,1,1500]"
    assert len(here) > 300 and len(here & there) / len(here | there) > 0.97
    assert sum(len({person(id) for id in group}) > 1 for group in there) / len(there) < 0.02


def test_without_spark_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)  # as where it is not installed
    with pytest.raises(ValueError, match="--engine spark: pyspark is not installed; install it and Java 17"):
        spark()


# What Spark SQL and the library of similarities that Splink brings to a cluster know.
KNOWN = set("jaro_winkler damerau_levenshtein arrays_overlap startswith substr length abs cast".split())


@pytest.mark.parametrize("compared", FIELDS, ids=lambda field: field.name)
def test_every_condition_is_spoken_in_functions_that_a_cluster_knows(compared: Field) -> None:
    backend = object.__new__(Spark)  # speaking needs no session
    for sql in (compared.missing_sql, *(level.sql for level in compared.levels)):
        spoken = backend.spoken(sql)
        functions = re.findall(r"(\w+)\(", spoken)
        assert set(functions) - {"OR", "AND"} <= KNOWN, spoken
        assert len(functions) == len(re.findall(r"(\w+)\(", sql))
