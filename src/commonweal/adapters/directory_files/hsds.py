"""Open Referral HSDS 1.x, 2.x and 3.0 as they are found: tables beside each other, or JSON of any nesting.

Whatever comes, one shape goes on: HSDS 3.0 services with their organization and places inside, as records
that `packs/profiles/directory_hsds.yaml` maps like any other file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, cast

from commonweal.adapters.directory_files.hsds_join import joined
from commonweal.adapters.directory_files.hsds_record import record
from commonweal.adapters.directory_files.hsds_rows import Cell, Cells, Stray
from commonweal.adapters.directory_files.records import Raw
from commonweal.adapters.files.answers import FileRefused, Notice, Reject
from commonweal.adapters.files.opening import Source, kind, source
from commonweal.adapters.files.tables import open_table

VERSIONS = ("hsds_1", "hsds_2", "hsds_3")
# The names that the versions give a table, and the one of 3.0.
TABLES = {
    "organization": "organizations", "service": "services", "location": "locations", "phone": "phones",
    "services_at_location": "service_at_locations", "service_at_location": "service_at_locations",
    "services_at_locations": "service_at_locations", "physical_address": "addresses", "address": "addresses",
    "physical_addresses": "addresses", "postal_addresses": "addresses", "postal_address": "addresses",
    "regular_schedules": "schedules", "regular_schedule": "schedules", "schedule": "schedules",
    "language": "languages", "services_taxonomy": "attributes", "service_taxonomy": "attributes",
    "service_attributes": "attributes", "service_attribute": "attributes", "attribute": "attributes",
    "taxonomy": "taxonomy_terms", "taxonomies": "taxonomies", "taxonomy_term": "taxonomy_terms",
    "accessibility_for_disabilities": "accessibility", "required_document": "required_documents",
    "documents": "required_documents", "service_area": "service_areas", "cost_option": "cost_options",
    "eligibilities": "eligibility", "contact": "contacts", "program": "programs",
    "payments_accepted": "payments", "payment_accepted": "payments",
}  # fmt: skip
JSON_LIMIT = 512 << 20


class Loaded(NamedTuple):
    """What the files held: tables by their 3.0 names, and services that came whole."""

    tables: dict[str, list[Cell]]
    whole: list[Cell]
    said: list[Reject | Notice]


def is_hsds(name: str) -> bool:
    """Whether a profile's name asks for this reader."""
    return name.removeprefix("directory_") in VERSIONS


def looks_like_hsds(path: Path) -> bool:
    """Whether a file or folder is HSDS by its name: a table of the standard, or a data package."""
    if path.is_dir():
        return any(table_of(found) == "services" for found in path.glob("*.csv"))
    return path.name == "datapackage.json" or (path.suffix == ".csv" and table_of(path) == "services")


def table_of(path: Path) -> str:
    """The 3.0 name of the table that a file is called after, else its own name."""
    stem = path.stem.casefold().strip().replace("-", "_").replace(" ", "_")
    return TABLES.get(stem, stem)


def load(origins: Iterable[Source | Path | str | bytes]) -> Loaded:
    """Read every file; a folder stands for its tables, a data package for the files it names."""
    found = Loaded({}, [], [])
    for origin in origins:
        for one in _files(origin):
            try:
                _read(one if isinstance(one, Source) else source(one), found)
            except FileRefused as error:
                found.said.append(error.reject)
    return found


def _files(origin: Source | Path | str | bytes) -> list[Source | Path | bytes]:
    if isinstance(origin, (Source, bytes)):
        return [origin]
    path = Path(origin)
    if path.is_dir():
        listed = sorted(path.glob("*.csv")) or sorted(path.glob("*.json*"))
        return [one for one in listed if one.name != "datapackage.json"] or [path]
    if path.name == "datapackage.json":
        return list(_packed(path)) or [*sorted(path.parent.glob("*.csv"))] or [path]
    return [path]


def _packed(path: Path) -> Iterator[Path]:
    """The tables that a data package names and that lie beside it."""
    try:
        raw: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return
    resources = raw.get("resources") if isinstance(raw, Mapping) else None
    for one in resources if isinstance(resources, list) else []:
        named = one.get("path") if isinstance(one, Mapping) else None
        inside = (path.parent / str(named)).resolve() if named else path
        if inside.is_relative_to(path.parent.resolve()) and inside.is_file() and inside != path.resolve():
            yield inside


def _read(found: Source, into: Loaded) -> None:
    if kind(found) == "text":
        with found.open() as stream:
            first = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if first in (b"[", b"{"):
            _json(found, into)
            return
    table = open_table(found)
    names = [_plain(name) for name in table.header]
    rows = into.tables.setdefault(table_of(Path(found.name)), [])
    for one in table.records():
        if isinstance(one, Reject):
            into.said.append(one)
        elif any(cell.strip() for cell in one.cells):
            cells = zip(names, (cell.strip() for cell in one.cells), strict=True)
            rows.append(Cell(found.name, one.line, dict(cells), one.odd))
    into.said.extend(table.notices)


def _plain(name: str) -> str:
    """A column's name without the quotes, marks and capitals that exports put around it."""
    return name.strip(" \"'`\ufeff").casefold().replace(" ", "_").replace("-", "_")


def _json(found: Source, into: Loaded) -> None:
    with found.open() as stream:
        raw = stream.read(JSON_LIMIT)
    try:
        text, odd = raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        text, odd = raw.decode("cp1252", "replace"), "cp1252"
        into.said.append(Notice(found.name, "is not UTF-8 and was read as cp1252"))
    try:
        _place(found.name, 1, json.loads(text), into, odd)
    except (ValueError, RecursionError):
        _lines(found, text, into, odd)


def _lines(found: Source, text: str, into: Loaded, odd: str) -> None:
    """JSON lines: one object a line; a line that is none is one reject."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            _place(found.name, number, json.loads(line), into, odd)
        except (ValueError, RecursionError) as error:
            reason = f"is not JSON: {error}"
            into.said.append(
                Reject(found.name, number, "record", line[:60], reason, "Write one object a line")
            )


def _place(file: str, line: int, value: object, into: Loaded, odd: str) -> None:
    """Put a JSON value where it belongs: a page, tables, an organization with services, or a service."""
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            _place(file, number, item, into, odd)
    elif not isinstance(value, dict):
        remedy = "Send services, or organizations with services"
        into.said.append(Reject(file, line, "record", str(value)[:60], "is not an object", remedy))
    elif isinstance(value.get("contents"), list):
        _place(file, line, value["contents"], into, odd)
    elif tables := _tables(value):
        for name, rows in tables.items():
            cells = [Cell(file, number, row, odd) for number, row in enumerate(rows, 1)]
            into.tables.setdefault(name, []).extend(cells)
    elif isinstance(value.get("services"), list):
        owner = {key: item for key, item in value.items() if key != "services"}
        for item in value["services"]:
            if isinstance(item, dict):
                whole = {**item, "organization": item.get("organization") or owner}
                into.whole.append(Cell(file, line, whole, odd))
    else:
        into.whole.append(Cell(file, line, value, odd))


def _tables(value: Mapping[str, object]) -> dict[str, list[Cells]]:
    """The tables of a tabular document; none where the object is a service or an organization itself."""
    if "id" in value or not value:
        return {}
    found = {table_of(Path(name)): rows for name, rows in value.items() if isinstance(rows, list)}
    if "services" not in found or any(not isinstance(row, dict) for rows in found.values() for row in rows):
        return {}
    return cast("dict[str, list[Cells]]", found)


def records(loaded: Loaded) -> Iterator[tuple[str, Raw] | Reject | Stray | Notice]:
    """Services with everything inside, by file; what cannot be joined is a Reject or a Stray."""
    strays: list[Stray] = []
    yield from loaded.said
    for cell in loaded.whole:
        yield cell.file, Raw(cell.line, record(cell, strays), cell.odd)
    for item in joined(loaded.tables, strays):
        if isinstance(item, Reject):
            yield item
        else:
            yield item.file, Raw(item.line, record(item, strays), item.odd)
    yield from strays
