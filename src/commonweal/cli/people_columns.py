"""Files of people as whole columns, a million rows in a second; what does not fit is named by its row."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from commonweal.cli.people_files import ADDRESS, Schema
from commonweal.cli.tables import Row, rows
from commonweal.kernel.written import day, part_of_date, split_name

ROLES: Mapping[str, str] = {
    "first_name": "given",
    "last_name": "family",
    "date_of_birth": "born",
    "sex": "sex",
    "street_number": "number",
    "postcode": "postcode",
    "phone": "phone",
    "email": "email",
    "identifier": "identifier",
    **dict.fromkeys(
        "street_address address_extra place region birth_place occupation other".split(), "words"
    ),
}
FIELDS: Mapping[str, str] = {
    "first_name": "given",
    "last_name": "family",
    "other": "middle",
    **{kind: kind for kind in "sex phone identifier postcode email birth_place occupation".split()},
}
Columns = dict[str, list[pa.Array]]


def people_columns(path: Path, schema: Schema) -> tuple[pa.Array, Columns]:
    """Ids and columns by role of the linkage index; columns that the file lacks are left out.

    BadFile, naming file, line, field and remedy, where a row cannot be used.
    """
    table = whole(path)
    if table is None or not fits(table, schema):
        table = row_by_row(path, schema)
    found: Columns = {}
    for column, kind in schema.kinds.items():
        if column in table.column_names:
            values = pc.utf8_trim_whitespace(table[column])
            for role, part in by_role(kind, values):
                found.setdefault(role, []).append(part)
    return table[schema.id].combine_chunks(), found


def people_fields(path: Path, schema: Schema) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Ids, and columns by field of a linkage Record; a date that cannot be read is unknown.

    BadFile, naming file, line, field and remedy, where a row cannot be used.
    """
    table = whole(path)
    if table is None or not fits(table, schema):
        table = row_by_row(path, schema)
    held: dict[str, list[pa.Array]] = {}
    for column, kind in schema.kinds.items():
        if column in table.column_names:
            held.setdefault(kind, []).append(table[column].combine_chunks())
    by_kind = {kind: beside(columns) for kind, columns in held.items()}
    found = {field: by_kind[kind] for kind, field in FIELDS.items() if kind in by_kind}
    if parts := [by_kind[kind] for kind in ADDRESS if kind in by_kind]:
        found["address"] = beside(parts)
    for place, field in enumerate(("given", "family")):
        if "full_name" in by_kind:
            part = mapped(by_kind["full_name"], part_of_name(place))
            found[field] = (
                pc.if_else(pc.equal(found[field], ""), part, found[field]) if field in found else part
            )
    if "date_of_birth" in by_kind:
        found["born"] = mapped(by_kind["date_of_birth"], born)
    return trimmed(table[schema.id].combine_chunks()), found


def part_of_name(place: int) -> Callable[[str], str]:
    """Of a full name the given name (0) or the family name (1)."""
    return lambda name: split_name(name)[place]


def born(text: str) -> str:
    """A date in ISO form, or the month or year that is known of it."""
    found = day(text)
    return found.isoformat() if found else part_of_date(text)


def trimmed(values: pa.Array) -> pa.Array:
    """Without blanks at the ends; a null is blank."""
    return pc.fill_null(pc.utf8_trim_whitespace(values), "")


def beside(columns: Sequence[pa.Array]) -> pa.Array:
    """Columns joined by a blank, without those that say nothing."""
    whole, *parts = map(trimmed, columns)
    for part in parts:
        both = pc.binary_join_element_wise(whole, part, " ")
        whole = pc.if_else(pc.equal(part, ""), whole, pc.if_else(pc.equal(whole, ""), part, both))
    return whole


def by_role(kind: str, values: pa.Array) -> list[tuple[str, pa.Array]]:
    """A column under the role of its kind; full names give two."""
    if kind != "full_name":
        return [(ROLES[kind], values)]
    return [("given", mapped(values, lambda name: split_name(name)[0])),
            ("family", mapped(values, lambda name: split_name(name)[1]))]  # fmt: skip


def mapped(values: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """Each value changed, once for each distinct one."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = pc.fill_null(whole, "").dictionary_encode()
    changed = pa.array([change(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)


def whole(path: Path) -> pa.Table | None:
    """A CSV or Parquet file at once, every column as text; None where it must be read row by row."""
    try:
        if path.suffix.lower() == ".parquet":
            table = pa.parquet.read_table(path)
            return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
        if path.suffix.lower() == ".csv":
            header = pa.csv.open_csv(path).schema.names
            options = pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
            parsing = pa.csv.ParseOptions(newlines_in_values=True)
            return pa.csv.read_csv(path, convert_options=options, parse_options=parsing)
    except (OSError, pa.ArrowException, UnicodeDecodeError):
        return None
    return None


def fits(table: pa.Table, schema: Schema) -> bool:
    """Every record has an id."""
    if schema.id not in table.column_names:
        return False
    ids = pc.fill_null(pc.utf8_trim_whitespace(table[schema.id]), "")
    return bool(pc.all(pc.not_equal(ids, "")).as_py() is not False)


def row_by_row(path: Path, schema: Schema) -> pa.Table:
    """The same by the reader that knows each row's line."""
    kept: list[Row] = []
    for row in rows(path):
        if not row.text(schema.id):
            raise row.bad(schema.id, "is blank; every record needs an id")
        kept.append(row)
    names = dict.fromkeys(name for row in kept for name in row.values) or {schema.id: None}
    columns = {name: pa.array([row.values.get(name, "") for row in kept], pa.string()) for name in names}
    return pa.table(columns)
