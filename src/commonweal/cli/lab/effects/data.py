"""The data of a design, by columns: fast, and a bad value still named by line and field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from commonweal.cli.tables import BadFile, Row, rows
from commonweal.engines.numerics import Floats

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = ("", "NA", "NaN", "nan", "N/A", "null", ".")
NEVER = ("", "NA", "NaN", "nan", "inf", "Inf", "never", "null", ".")
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Words:
    """A column of text: the different values, and the place of each row's among them."""

    values: Sequence[str]
    codes: NDArray[np.intp]


class Data:
    """A file as columns. With `drops`, rows that lack a value asked for are left out; else refused."""

    def __init__(self, path: Path, fields: Sequence[str], drops: bool = False) -> None:
        self.path, self.drops = path, drops
        self.columns = read(path, list(dict.fromkeys(fields)))
        self.length = len(next(iter(self.columns.values()))) if self.columns else 0
        if self.length == 0:
            raise BadFile(f"{path.name}, line 1: no rows below the header; nothing to estimate from")
        self.missing = np.zeros(self.length, dtype=np.bool_)

    def words(self, field: str, optional: bool = False) -> Words:
        """A column as text; a blank cell is refused unless it is optional."""
        import pyarrow as pa

        column = self.columns[field].cast(pa.string()).fill_null("").combine_chunks().dictionary_encode()
        values = [str(value).strip() for value in column.dictionary.to_pylist()]
        codes = np.asarray(column.indices).astype(np.intp)
        if not optional:
            self._note(field, np.isin(codes, [n for n, value in enumerate(values) if value in MISSING]))
        return Words(values, codes)

    def numbers(self, field: str, holes: bool = False) -> Floats:
        """A column as numbers; 0 where one is missing and rows without are left out, NaN with `holes`."""
        import pyarrow as pa

        column = self.columns[field]
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            found: Floats = column.to_numpy(zero_copy_only=False).astype(np.float64)
            if holes:
                return found
            self._note(field, ~np.isfinite(found))
            return np.nan_to_num(found, posinf=0.0, neginf=0.0)
        if holes:
            words = self.words(field, optional=True)
            bare = np.array([np.nan if w in MISSING else number_of(w) for w in words.values])
            self._refuse(field, np.isinf(bare)[words.codes], "is no number; write digits with a point")
            return np.asarray(bare[words.codes], dtype=np.float64)
        return self.told(field, plain_number, "is no number; write digits with a point")

    def told(self, field: str, read_one: Callable[[str], float], remedy: str) -> Floats:
        """A column with each different value read by a function; ValueError there refuses the row."""
        words = self.words(field)
        found, bad = np.zeros(len(words.values)), []
        for place, value in enumerate(words.values):
            try:
                found[place] = 0.0 if value in MISSING else read_one(value)
            except ValueError:
                bad.append(place)
        self._refuse(field, np.isin(words.codes, bad), remedy)
        return found[words.codes]

    def times(self, field: str) -> Floats:
        """A column as numbers, or as days where it holds dates (YYYY-MM-DD or YYYY-MM)."""
        return self.told(field, moment, "is neither a number nor a date; write digits or YYYY-MM-DD")

    def starts(self, field: str) -> Floats:
        """When units started: blank, 0, NA or inf for never (infinity here)."""
        words = self.words(field, optional=True)
        found, bad = np.full(len(words.values), np.inf), []
        for place, value in enumerate(words.values):
            try:
                found[place] = np.inf if value in NEVER else moment(value) or np.inf
            except ValueError:
                bad.append(place)
        self._refuse(field, np.isin(words.codes, bad), "is no start; write a time, or nothing for never")
        return found[words.codes]

    def flags(self, field: str) -> Floats:
        """A 0/1 column."""
        return self.told(field, flag, "is neither 0 nor 1; write one of them")

    @cached_property
    def kept(self) -> Flags:
        """The rows that have every value asked for; ask after the last column was read."""
        if self.missing.all():
            raise BadFile(f"{self.path.name}: no row has every value that the design asks for")
        return ~self.missing

    def _note(self, field: str, missing: Flags) -> None:
        if missing.any() and not self.drops:
            self._refuse(field, missing, 'is no value; fill it in, or set options.missing to "drop"')
        self.missing |= missing

    def _refuse(self, field: str, bad: Flags, remedy: str) -> None:
        if bad.any():
            raise self.row(int(np.flatnonzero(bad)[0])).bad(field, remedy)

    def row(self, place: int) -> Row:
        """One row with its line, for a message."""
        return next(islice(rows(self.path), place, None))


def read(path: Path, fields: Sequence[str]) -> dict[str, "pa.ChunkedArray"]:
    """The named columns of a file; by rows where the fast reader cannot, which then says why."""
    import pyarrow as pa

    try:
        table = fast(path, fields)
    except (pa.ArrowException, KeyError, OSError, UnicodeDecodeError):
        table = None
    if table is not None:
        return {field: table.column(field) for field in fields}
    columns: dict[str, list[str]] = {field: [] for field in fields}
    for row in rows(path):
        for field in fields:
            columns[field].append(row.text(field))
    return {field: pa.chunked_array([pa.array(values, pa.string())]) for field, values in columns.items()}


def fast(path: Path, fields: Sequence[str]) -> "pa.Table | None":
    """CSV and Parquet by columns; None for other endings."""
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path, columns=list(fields))
    if path.suffix.lower() != ".csv":
        return None
    from pyarrow import csv

    return csv.read_csv(
        path, convert_options=csv.ConvertOptions(
            include_columns=list(fields), null_values=list(MISSING), strings_can_be_null=True,
            quoted_strings_can_be_null=True, true_values=[], false_values=[], timestamp_parsers=["%Q"],
        ),
    )  # fmt: skip


def plain_number(text: str) -> float:
    """A finite number."""
    value = float(text)
    if not np.isfinite(value):
        raise ValueError(text)
    return value


def number_of(text: str) -> float:
    """A number, or infinity where it is none."""
    try:
        return plain_number(text)
    except ValueError:
        return np.inf


def moment(text: str) -> float:
    """A number, or a date as its day's number."""
    try:
        return plain_number(text)
    except ValueError:
        return float(date.fromisoformat(text[:10] if len(text) > 7 else f"{text}-01").toordinal())


def flag(text: str) -> float:
    """0 or 1."""
    known = {"0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0, "true": 1.0, "false": 0.0}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]
