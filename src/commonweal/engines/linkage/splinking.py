"""Comparing with Splink, on DuckDB in memory unless another backend is handed in.

Imported only where a run is large enough.

Splink joins the keys, finds each pair's level of agreement field by field, and learns from random pairs how
often each level holds between strangers (u). What holds among records of one person: see `learning.py`.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.blocking import Keys
from commonweal.engines.linkage.levels import FIELDS, Field
from commonweal.engines.linkage.records import Normal

if TYPE_CHECKING:
    import pyarrow as pa
    from splink import Linker
    from splink.internals.splink_dataframe import SplinkDataFrame

SAMPLE = 1e6  # random pairs from which u is learned
COLUMNS = tuple(
    name
    for name in Normal.__dataclass_fields__
    if name not in ("id", "source", "sound", "given_sound", "root")
)
Places = NDArray[np.int8]


@dataclass(frozen=True)
class Compared:
    """Pairs of records (their places) and each field's level by its place in the field; -1: unknown."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    levels: Places  # pairs x fields
    fields: tuple[str, ...]


def known_fields(records: Sequence[Normal]) -> tuple[Field, ...]:
    """The fields that at least two records know."""
    counts = {field.name: sum(bool(getattr(r, field.name)) for r in records) for field in FIELDS}
    return tuple(field for field in FIELDS if counts[field.name] > 1)


class Backend(Protocol):
    """Where Splink joins and compares: DuckDB in this process, or another that is handed in.

    `in_lists`: one join over a list of keys is less work there than a hundred joins over a key each.
    """

    dialect: str
    in_lists: bool

    def registered(self, table: "pa.Table") -> "SplinkDataFrame":
        """A table of records, for Splink."""

    def spoken(self, sql: str) -> str:
        """A condition in DuckDB's SQL, in this backend's."""

    def fetched(self, frame: "SplinkDataFrame", columns: Sequence[str]) -> "pa.Table":
        """Columns of a result."""


class DuckDB:
    """DuckDB in memory."""

    dialect = "duckdb"
    in_lists = False

    def registered(self, table: "pa.Table") -> "SplinkDataFrame":
        """A table of records, for Splink."""
        from splink.internals.duckdb.database_api import DuckDBAPI

        return DuckDBAPI().register(table)

    def spoken(self, sql: str) -> str:
        """The same condition."""
        return sql

    def fetched(self, frame: "SplinkDataFrame", columns: Sequence[str]) -> "pa.Table":
        """Columns of a result."""
        return frame.as_duckdbpyrelation().select(*columns).to_arrow_table()


def table_of(records: Sequence[Normal], keys: Keys, in_lists: bool) -> "pa.Table":
    """The records as a table, with a column for each rule's keys, or one list of them."""
    import pyarrow as pa

    columns: dict[str, object] = {name: [known(getattr(r, name)) for r in records] for name in COLUMNS}
    if in_lists:
        columns["keys"] = [row[row != 0].tolist() for row in keys.T]
    else:
        columns |= {f"key_{n}": pa.array(row, mask=row == 0) for n, row in enumerate(keys)}
    columns |= {"place": np.arange(len(records), dtype=np.int32), "source": [r.source for r in records]}
    return pa.table(columns)


@dataclass(frozen=True)
class Asking:
    """What Splink is asked: `rules` keys, pairs within or across sources by `link_type`, on `backend`."""

    backend: Backend
    rules: int
    link_type: str


def linker(table: "pa.Table", fields: Sequence[Field], asking: Asking, marked: bool = False) -> "Linker":
    """A Splink linker; `marked`: each level's weight is its number (see `comparison`)."""
    from splink import Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="place",
        comparisons=[comparison(field, asking.backend, marked) for field in fields],
        blocking_rules_to_generate_predictions=[*map(dict, blocked(asking))],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
    )
    return Linker(asking.backend.registered(table), settings, log_level=None)


def known(value: str | frozenset[str]) -> str | list[str] | None:
    """A value for the table: unknown is NULL, a set is a list."""
    return (sorted(value) if isinstance(value, frozenset) else value) or None


def comparison(field: Field, backend: Backend, marked: bool) -> dict[str, object]:
    """A Splink comparison of one field.

    `marked`: m and u are set such that Splink's weight of level n, log2(m / u), is n + 1; unknown has 0.
    """
    levels: list[dict[str, object]] = [
        {"sql_condition": backend.spoken(field.missing_sql), "is_null_level": True}
    ]
    for place, level in enumerate(field.levels):
        described: dict[str, object] = {
            "sql_condition": backend.spoken(level.sql),
            "label_for_charts": level.name,
        }
        marks = {"m_probability": 2.0 ** (place - 11), "u_probability": 2.0**-12}
        levels.append(described | (marks if marked else {}))
    return {"output_column_name": field.name, "comparison_levels": levels}


def blocked(asking: Asking) -> Sequence[Mapping[str, object]]:
    """Blocking rules that also keep to pairs within or across sources."""
    sources = {"link": " AND l.source <> r.source", "dedupe": " AND l.source = r.source", "both": ""}
    kept = sources[asking.link_type]
    spoken = {"sql_dialect": asking.backend.dialect}
    if asking.backend.in_lists:
        return [{"blocking_rule": f"l.keys = r.keys{kept}", "arrays_to_explode": ["keys"], **spoken}]
    return [{"blocking_rule": f"l.key_{n} = r.key_{n}{kept}", **spoken} for n in range(asking.rules)]


def strangers_of(records: Sequence[Normal], keys: Keys, seed: int, on: Backend) -> Mapping[str, list[float]]:
    """u by field for each level, from random pairs; 0 where none was seen."""
    splink = linker(table_of(records, keys[:1], on.in_lists), known_fields(records), Asking(on, 1, "both"))
    splink.training.estimate_u_using_random_sampling(
        max_pairs=SAMPLE, seed=seed if on.dialect == "duckdb" else None
    )
    learned = cast(Mapping[str, object], splink.misc.save_model_to_json())
    return {
        str(described["output_column_name"]): [
            float(value) if isinstance(value := level.get("u_probability"), float) else 0.0
            for level in cast(list[Mapping[str, object]], described["comparison_levels"])[1:]
        ]
        for described in cast(list[Mapping[str, object]], learned["comparisons"])
    }


def compare(records: Sequence[Normal], keys: Keys, link_type: str, on: Backend) -> Compared:
    """All pairs that share a key (see `blocking.keys_of`), level by level."""
    fields, used = known_fields(records), keys[keys.any(axis=1)]
    names = tuple(field.name for field in fields)
    if not len(used):
        none = np.zeros(0, np.int32)
        return Compared(none, none, np.zeros((0, len(fields)), np.int8), names)
    splink = linker(
        table_of(records, used, on.in_lists), fields, Asking(on, len(used), link_type), marked=True
    )
    predicted = splink.inference.predict(warning_mode="never")
    found = on.fetched(predicted, ["place_l", "place_r", *(f"mw_{name}" for name in names)])
    levels = [np.rint(found[f"mw_{name}"].to_numpy()).astype(np.int8) - 1 for name in names]
    left, right = (found[f"place_{side}"].to_numpy().astype(np.int32) for side in "lr")
    return Compared(left, right, np.stack(levels, axis=1).astype(np.int8), names)
