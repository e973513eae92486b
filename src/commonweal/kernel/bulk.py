"""Many rows of one model in one go: written, or read to be counted, several times as fast as one by one.

Writing is for imports only: no signals, no `save`, no validation beyond what the database itself refuses.
The caller hands in plain values in the order of `fields`; every other column takes its field's default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

_TWO = [f"{number:02d}" for number in range(100)]
_THREE = [f"{number:03d}" for number in range(1_000)]
_quoted: Callable[..., str] = json.encoder.encode_basestring_ascii
Convert = Callable[[Any], Any]
Column = Sequence[Any]


def insert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[object]],
    same: Mapping[str, object] | None = None,
) -> None:
    """Insert rows in the caller's transaction. Times must be aware and in UTC; JSON values plain.

    `same` holds what is alike in every row. Columns that are not given take their field's default; where that
    is null they stay out of the statement.
    """
    if not (listed := list(rows)):
        return
    given, alike = [model._meta.get_field(name) for name in fields], dict(same or {})
    constants = {str(f.column): v for f in _rest(model, fields) if (v := _fixed(f, alike)) is not None}
    columns: dict[str, Column] = {}
    for field, values in zip(given, zip(*listed, strict=True), strict=True):
        if not columns or not _is_silent(values):  # the first stays, whatever it says: it counts the rows
            columns[str(getattr(field, "column", field.name))] = _converted(field, values)
    if connection.vendor == "postgresql":
        _copy(model._meta.db_table, columns, constants)
    else:
        _execute(model._meta.db_table, columns, constants)


def read(rows: models.QuerySet[Any, Any], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The model's own `columns` of `rows`, in their order, as `values_list` gives them; lists as tuples.

    Flat memory. On SQLite the values skip the framework's conversions, the dearest part of a count.
    """
    fields = [rows.model._meta.get_field(name) for name in columns]
    reading = [_reader(field) for field in fields]
    is_bare = connection.vendor == "sqlite"
    pairs = zip(fields, reading, strict=True)
    wanted = [_bare(field) if is_bare and convert else models.F(field.name) for field, convert in pairs]
    places = [(place, convert) for place, convert in enumerate(reading) if convert is not None]
    for row in rows.values_list(*wanted).iterator(chunk_size=5_000):
        yield tuple(_read_row(row, places))


def _read_row(row: Sequence[object], converters: Sequence[tuple[int, Convert]]) -> list[Any]:
    values = list(row)
    for place, convert in converters:
        if (value := values[place]) is not None:
            values[place] = convert(value)
    return values


def _reader(field: object) -> Convert | None:
    """How a value comes from this database; None where it comes as it is."""
    if isinstance(field, models.JSONField):
        return _tuples
    return _READERS.get(type(field)) if connection.vendor == "sqlite" else None


def _bare(field: Any) -> models.Func:
    """The column as the database keeps it, so that nothing on the way converts it."""
    sign = "+%(expressions)s" if isinstance(field, models.BooleanField) else "%(expressions)s || ''"
    return models.Func(models.F(field.name), template=sign, output_field=models.TextField())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


@lru_cache(maxsize=1_000)
def _known(text: str) -> UUID:
    """Keys of other rows come again and again."""
    return UUID(text)


@lru_cache(maxsize=10_000)
def _list_of(text: str) -> object:
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def _tuples(value: object) -> object:
    if isinstance(value, str):
        return _list_of(value)
    return tuple(value) if isinstance(value, list) else value


_READERS: Mapping[type, Convert] = {
    models.DateTimeField: _moment,
    models.UUIDField: UUID,
    models.ForeignKey: _known,
    models.BooleanField: bool,
}


def _rest(model: type[models.Model], fields: Sequence[str]) -> list[models.Field[Any, Any]]:
    """Fields not given; a number that the database counts up itself is not among them."""
    found = [f for f in model._meta.concrete_fields if f.name not in fields]
    return [f for f in found if not isinstance(f, models.AutoField)]


def _fixed(field: models.Field[Any, Any], alike: Mapping[str, object]) -> object:
    """What every row gets in this column, as the database takes it."""
    value = alike[field.name] if field.name in alike else _default(field)
    return None if value is None else _converted(field, (value,))[0]


def _default(field: models.Field[Any, Any]) -> object:
    if not field.has_default():
        return None if field.null else ""
    return field.get_default()


def _is_silent(values: Column) -> bool:
    """Whether a column is null in every row: then it stays out of the statement."""
    return values[0] is None and values.count(None) == len(values)


def _execute(table: str, columns: Mapping[str, Column], constants: Mapping[str, object]) -> None:
    """What is alike or empty in every row is said once, in the statement: to bind a value is dear."""
    rest = list(columns.items())[1:]
    empty = {name: v[0] for name, v in rest if v[0] in _EMPTY and v.count(v[0]) == len(v)}
    told = {name: _literal(value) for name, value in {**constants, **empty}.items()}
    bound = {name: values for name, values in columns.items() if name not in told}
    names = ", ".join(connection.ops.quote_name(c) for c in (*bound, *told))
    places = ", ".join([*["%s"] * len(bound), *told.values()])
    rows = list(zip(*bound.values(), strict=True))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def _literal(value: object) -> str:
    """A constant of ours as SQL: text, number or truth."""
    if isinstance(value, bool | int | float):
        return str(int(value) if isinstance(value, bool) else value)
    return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"


def _copy(table: str, columns: Mapping[str, Column], constants: Mapping[str, object]) -> None:
    """PostgreSQL's own bulk way in: COPY, in the same transaction."""
    names = ", ".join(connection.ops.quote_name(c) for c in (*columns, *constants))
    fixed = tuple(constants.values())
    # the driver's errors become Django's, as they do for every other statement
    wrapped = connection.wrap_database_errors
    with wrapped, connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row + fixed)


def _converted(field: object, values: Column) -> Column:
    """The values of one column as this database takes them."""
    convert = _converter(field)
    return [None if value is None else convert(value) for value in values] if convert else values


def _converter(field: object) -> Convert | None:
    """How a value of a field is handed to this database; None where it goes as it is."""
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor != "sqlite":
        return None
    return next((convert for kind, convert in _WRITERS.items() if isinstance(field, kind)), None)


def _hex(value: object) -> object:
    return value.hex if isinstance(value, UUID) else value


def _naive(value: datetime) -> str:
    """As the framework stores it on SQLite: UTC without its offset. `isoformat` takes three times as long."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    two, year, fraction = _TWO, value.year, value.microsecond
    day = f"{two[year // 100]}{two[year % 100]}-{two[value.month]}-{two[value.day]}"
    time = f"{two[value.hour]}:{two[value.minute]}:{two[value.second]}"
    if not fraction:
        return f"{day} {time}"
    return f"{day} {time}.{_THREE[fraction // 1_000]}{_THREE[fraction % 1_000]}"


_EMPTY = ("", "[]", "{}")
_WRITERS: Mapping[type, Convert] = {  # a moment is a day too: the first that fits
    models.DateTimeField: _naive,
    models.DateField: str,
    models.BooleanField: int,  # which the driver binds without asking what it is
    models.UUIDField: _hex,
    models.ForeignKey: _hex,
}


def _json(value: object) -> str:
    if isinstance(value, tuple):
        return _kept(value)
    return _words(value) if type(value) is dict else json.dumps(value)


def _words(value: dict[str, object]) -> str:
    """A dictionary of text, in a third of the time that the general writer takes; it writes all others."""
    try:
        return "{" + ", ".join([f"{_quoted(name)}: {_quoted(said)}" for name, said in value.items()]) + "}"
    except TypeError:
        return json.dumps(value)


@lru_cache(maxsize=10_000)
def _kept(value: tuple[object, ...]) -> str:
    """Tuples of text come again and again: said once."""
    return json.dumps(value)
