"""Comparing with Splink, on DuckDB in memory unless another backend is handed in.

Imported only where a run is large enough.

Splink finds each pair's level of agreement field by field, and learns from random pairs how often each
level holds between strangers (u). What holds among records of one person: see `learning.py`. Which pairs
are compared is said beforehand (`gathering.py`).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.columns import Column, Columns
from commonweal.engines.linkage.levels import FIELDS, Field

if TYPE_CHECKING:
    import pyarrow as pa
    from splink import Linker
    from splink.internals.splink_dataframe import SplinkDataFrame

SAMPLE = 1e6  # random pairs from which u is learned
AT_ONCE = 3_200_000  # pairs that are compared in one go
Places = NDArray[np.int32]
Levels = NDArray[np.int8]


@dataclass(frozen=True)
class Compared:
    """Pairs of records (their places) and each field's level by its place in the field; -1: unknown."""

    left: Places
    right: Places
    levels: Levels  # pairs x fields
    fields: tuple[str, ...]


class Backend(Protocol):
    """Where Splink compares: DuckDB in this process, or another that is handed in."""

    dialect: str

    def registered(self, table: "pa.Table") -> "SplinkDataFrame":
        """A table for Splink."""

    def spoken(self, sql: str) -> str:
        """A condition in DuckDB's SQL, in this backend's."""

    def fetched(self, frame: "SplinkDataFrame", columns: Sequence[str]) -> "pa.Table":
        """What these expressions of SQL say of a result."""


class DuckDB:
    """DuckDB in memory."""

    dialect = "duckdb"

    def __init__(self) -> None:
        """A database of its own."""
        from splink.internals.duckdb.database_api import DuckDBAPI

        self._api = DuckDBAPI()

    def registered(self, table: "pa.Table") -> "SplinkDataFrame":
        """A table for Splink."""
        return self._api.register(table)

    def spoken(self, sql: str) -> str:
        """The same condition."""
        return sql

    def fetched(self, frame: "SplinkDataFrame", columns: Sequence[str]) -> "pa.Table":
        """What these expressions of SQL say of a result."""
        return frame.as_duckdbpyrelation().project(", ".join(columns)).to_arrow_table()


class Comparing:
    """Records at a backend, to be compared."""

    def __init__(self, columns: Columns, backend: Backend) -> None:
        """Hand the records over."""
        self._backend, self._columns = backend, columns
        self._fields = known_fields(columns)
        self._table = backend.registered(table_of(columns))

    def compared(self, left: Places, right: Places) -> Compared:
        """These pairs level by level; each once, `left` below `right`, in order."""
        parts = range(0, len(left), AT_ONCE)
        levels = [self._levels(left[at : at + AT_ONCE], right[at : at + AT_ONCE]) for at in parts]
        none = np.zeros((0, len(self._fields)), np.int8)
        return Compared(left, right, np.concatenate([none, *levels]), tuple(f.name for f in self._fields))

    def strangers(self, seed: int) -> Mapping[str, list[float]]:
        """u by field for each level, from random pairs; 0 where none was seen."""
        splink = self._linker(marked=False)
        splink.training.estimate_u_using_random_sampling(
            max_pairs=SAMPLE, seed=seed if self._backend.dialect == "duckdb" else None
        )
        learned = cast(Mapping[str, object], splink.misc.save_model_to_json())
        return {
            str(described["output_column_name"]): [
                float(value) if isinstance(value := level.get("u_probability"), float) else 0.0
                for level in cast(list[Mapping[str, object]], described["comparison_levels"])[1:]
            ]
            for described in cast(list[Mapping[str, object]], learned["comparisons"])
        }

    def _levels(self, left: Places, right: Places) -> Levels:
        """The levels of these pairs."""
        import pyarrow as pa

        splink = self._linker(marked=True)
        asked = {"match_key": np.zeros(len(left), np.int8), "join_key_l": left, "join_key_r": right}
        pairs = self._backend.registered(pa.table(asked))
        splink.table_management.register_blocked_pairs_for_predict(pairs)
        predicted = splink.inference.predict(warning_mode="never")
        marks = [f"CAST(ROUND(mw_{field.name}) AS TINYINT) AS {field.name}" for field in self._fields]
        found = self._backend.fetched(predicted, ["place_l", "place_r", *marks])
        predicted.drop_table_from_database_and_remove_from_cache()
        first, second = (found[name].to_numpy() for name in ("place_l", "place_r"))
        order = np.argsort(first * np.int64(len(self._columns)) + second)
        levels = [found[field.name].to_numpy().astype(np.int8) - np.int8(1) for field in self._fields]
        return np.stack(levels, axis=1)[order]

    def _linker(self, marked: bool) -> "Linker":
        """A Splink linker; `marked`: each level's weight is its number (see `comparison`)."""
        from splink import Linker, SettingsCreator

        logging.getLogger("splink").setLevel(logging.ERROR)
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="place",
            comparisons=[comparison(field, self._backend, marked) for field in self._fields],
            retain_intermediate_calculation_columns=True,
            retain_matching_columns=False,
        )
        return Linker(self._table, settings, log_level=None)


def known_fields(columns: Columns) -> tuple[Field, ...]:
    """The fields that at least two records know."""
    return tuple(field for field in FIELDS if np.count_nonzero(columns.texts[field.name].codes) > 1)


def table_of(columns: Columns) -> "pa.Table":
    """The records as a table; unknown is NULL."""
    import pyarrow as pa

    fields = {name: filled(column, pa.string()) for name, column in columns.texts.items()}
    fields |= {name: filled(column, pa.list_(pa.string())) for name, column in columns.sets.items()}
    return pa.table({**fields, "place": np.arange(len(columns), dtype=np.int32)})


def filled(column: Column[Any], kind: "pa.DataType") -> "pa.Array":
    """A column's value for each record."""
    import pyarrow as pa

    values = [None, *(sorted(v) if isinstance(v, frozenset) else v for v in column.values[1:])]
    return pa.array(values, kind).take(pa.array(column.codes))


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
