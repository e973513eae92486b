"""HSDS objects to files: JSON lines, and the tables of a data package."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

Rows = dict[str, dict[str, dict[str, object]]]  # table, id, cells
# A list inside a service, its table, and the column that names the service (or what it hangs on).
INSIDE = {
    "phones": "phones", "schedules": "schedules", "languages": "languages", "service_areas": "service_areas",
    "cost_options": "cost_options", "required_documents": "required_documents",
}  # fmt: skip


def write_lines(services: Iterable[Mapping[str, object]], path: Path) -> int:
    """One service a line; returns how many."""
    number = 0
    with path.open("w", encoding="utf-8") as out:
        for one in services:
            out.write(json.dumps(one, ensure_ascii=False) + "\n")
            number += 1
    return number


def write_package(services: Iterable[Mapping[str, object]], folder: Path) -> dict[str, int]:
    """The tables of HSDS 3.0 and datapackage.json; returns rows by table. Memory holds it all."""
    tables: Rows = {}
    for one in services:
        _split(dict(one), tables)
    folder.mkdir(parents=True, exist_ok=True)
    resources = []
    for name, rows in sorted(tables.items()):
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns)
            writer.writeheader()
            writer.writerows(rows.values())
        fields = [{"name": column} for column in columns]
        resource = {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource"}
        resources.append({**resource, "schema": {"primaryKey": "id", "fields": fields}})
    package = {"name": "human_services_data", "profile": "tabular-data-package", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(package, indent=1) + "\n", encoding="utf-8")
    return {name: len(rows) for name, rows in sorted(tables.items())}


def _split(service: dict[str, object], tables: Rows) -> None:
    """Put a service and what is inside it into their tables."""
    own = str(service["id"])
    organization = cast("dict[str, object]", service.pop("organization"))
    _keep(tables, "organizations", organization)
    for name, table in INSIDE.items():
        for row in cast("list[dict[str, object]]", service.pop(name, [])):
            _keep(tables, table, {"id": row["id"], "service_id": own, **row})
    for attribute in cast("list[dict[str, object]]", service.pop("attributes", [])):
        term = cast("dict[str, object]", attribute.pop("taxonomy_term"))
        _keep(tables, "taxonomy_terms", term)
        _keep(tables, "attributes", {**attribute, "taxonomy_term_id": term["id"]})
    for link in cast("list[dict[str, object]]", service.pop("service_at_locations", [])):
        place = cast("dict[str, object]", link.pop("location"))
        named = {"id": link["id"], "service_id": own, "location_id": place["id"]}
        _keep(tables, "service_at_location", {**named, **link})
        _place(place, str(organization["id"]), tables)
    _keep(tables, "services", {"id": own, "organization_id": organization["id"], **service})


def _place(place: dict[str, object], organization: str, tables: Rows) -> None:
    for name in ("addresses", "accessibility"):
        for row in cast("list[dict[str, object]]", place.pop(name, [])):
            _keep(tables, name, {"id": row["id"], "location_id": place["id"], **row})
    _keep(tables, "locations", {"id": place["id"], "organization_id": organization, **place})


def _keep(tables: Rows, table: str, row: dict[str, object]) -> None:
    tables.setdefault(table, {}).setdefault(str(row["id"]), row)
