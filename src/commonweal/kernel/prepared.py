"""Readings asked again and again: the framework composes their SQL once, then only the ids change.

Composing a statement costs more processor time than running it. The gate asks the same few questions for
every record that is shown, so theirs are composed once a process and length of list. The statement itself
stays a query set: one text for both databases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError

Build = Callable[..., "QuerySet[Any, tuple[Any, ...]]"]
Row = tuple[Any, ...]
NOBODY = UUID(int=2**128 - 1)  # stands where no id is given: no version-7 id is ever this one
_MOST = 256  # longer lists are composed anew: few, and each of its own length
_STAND_IN = 0xFFFF << 112  # ids of the form ffff... stand for the values while a statement is composed
_FAR = datetime(9999, 1, 1, tzinfo=UTC)  # moments from here on stand for moments
Value = UUID | datetime
Read = TypeVar("Read", bound=Model)


class _Composed(NamedTuple):
    """A statement: text, parameters (each a place in the list of values, or a constant), columns' readers."""

    text: str
    parameters: tuple[tuple[int, Any], ...]
    readers: tuple[tuple[int, tuple[Callable[..., object], ...], object], ...]


class Prepared:
    """A reading with ids, and moments, for parameters.

    `build` takes one list of ids for each of `lists`, one id for each of `ones` and one aware moment for each
    of `moments`, by name, and returns `values_list(...)` of plain columns. It must use each as it comes
    (`x__in=ids`, `x=one`, `x__lte=moment`), and may be called with made-up ones.
    """

    def __init__(
        self,
        build: Build,
        *,
        lists: Sequence[str] = (),
        ones: Sequence[str] = (),
        moments: Sequence[str] = (),
    ) -> None:
        self._build, self._lists, self._ones, self._moments = build, tuple(lists), tuple(ones), tuple(moments)
        self._names = (*self._lists, *self._ones, *self._moments)
        self._composed = lru_cache(maxsize=64)(self._compose)

    def rows(self, **given: Collection[UUID] | Value | None) -> list[Row]:
        """The rows for these values, read as the framework reads them. None and an empty list match nothing.

        KeyError for a name that is missing; a moment is always given.
        """
        lists = [_padded(cast("Collection[UUID]", given[name])) for name in self._lists]
        ones = [cast("UUID | None", given[name]) or NOBODY for name in self._ones]
        moments = [cast("datetime", given[name]) for name in self._moments]
        lengths = tuple(map(len, lists))
        if max(lengths, default=0) > _MOST:
            return list(self._build(**dict(zip(self._names, (*lists, *ones, *moments), strict=True))))
        statement = self._composed(connection.vendor, lengths)
        values: tuple[Value, ...] = (*chain(*lists), *ones, *moments)
        return _read(statement, [_stored(value) for value in values])

    def _compose(self, vendor: str, lengths: tuple[int, ...]) -> _Composed:
        """Compose with stand-ins, then note where each of them stands."""
        ids = iter(UUID(int=_STAND_IN + n) for n in range(sum(lengths) + len(self._ones)))
        lists = [[next(ids) for _ in range(length)] for length in lengths]
        ones = [next(ids) for _ in self._ones]
        moments = [_FAR + timedelta(hours=n) for n, _ in enumerate(self._moments)]
        named = dict(zip(self._names, (*lists, *ones, *moments), strict=True))
        stand_ins: tuple[Value, ...] = (*chain(*lists), *ones, *moments)
        compiler = self._build(**named).query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        places: dict[object, int] = {_stored(i): n for n, i in enumerate(stand_ins)}
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        readers = tuple(
            (place, tuple(converters), expression)
            for place, (converters, expression) in compiler.get_converters(columns).items()
        )
        return _Composed(text, tuple((places.get(_key(p), -1), p) for p in parameters), readers)


class PreparedRow(Generic[Read]):
    """The same for one whole row: `build` returns the model's own query set, which may hold it for update.

    A row that is to be held wants a transaction, on either database: TransactionManagementError without one.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Read]],
        *,
        ones: Sequence[str] = (),
        moments: Sequence[str] = (),
    ) -> None:
        self._model: type[Read] | None = None
        self._holds = False
        self._build, self._rows = build, Prepared(self._noted, ones=ones, moments=moments)

    def _noted(self, **given: object) -> QuerySet[Any, tuple[Any, ...]]:
        found = self._build(**given)
        self._model, self._holds = found.model, bool(found.query.select_for_update)
        return cast("QuerySet[Any, tuple[Any, ...]]", found)

    def first(self, **given: Value | None) -> Read | None:
        """The first row for these values as the framework would read it; None where there is none."""
        rows = self._rows.rows(**given)
        if self._holds and not connection.in_atomic_block:
            raise TransactionManagementError("a row is held for a transaction only: begin one")
        for row in rows:
            model = cast("type[Read]", self._model)  # noted when the statement was composed
            names = [field.attname for field in model._meta.concrete_fields]
            return model.from_db(connection.alias, names, row)
        return None


def _padded(ids: Collection[UUID]) -> Sequence[UUID]:
    """The ids, with the first repeated up to the next power of two: few lengths, few statements."""
    known = list(ids) or [NOBODY]
    return known + known[:1] * ((1 << (len(known) - 1).bit_length()) - len(known))


def _stored(value: Value) -> Value | str:
    """An id or a moment as the database takes it."""
    if isinstance(value, datetime):
        return cast("datetime | str", connection.ops.adapt_datetimefield_value(value))
    return value if connection.features.has_native_uuid_field else value.hex


def _key(parameter: object) -> object:
    return parameter if isinstance(parameter, UUID | datetime | str) else None


def _read(statement: _Composed, values: Sequence[Value | str]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement.text, [values[n] if n >= 0 else said for n, said in statement.parameters])
        rows = cast("list[Row]", cursor.fetchall())
    if not statement.readers:
        return rows
    return [_converted(list(row), statement) for row in rows]


def _converted(row: list[Any], statement: _Composed) -> Row:
    for place, converters, expression in statement.readers:
        for convert in converters:
            row[place] = convert(row[place], expression, connection)
    return tuple(row)
