"""HSDS tables to whole services: each row is hung on the service, place or organization that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from commonweal.adapters.directory_files.hsds_rows import Cell, Cells, Stray
from commonweal.adapters.files.answers import Reject

Tables = Mapping[str, list[Cell]]
# Tables whose rows hang on others, and the columns that may say on which, the closest first.
HANG = {
    "phones": ("service_at_location_id", "service_id", "location_id", "organization_id"),
    "schedules": ("service_at_location_id", "service_id", "location_id"),
    "languages": ("service_id", "location_id"),
    "addresses": ("location_id",),
    "accessibility": ("location_id",),
    "eligibility": ("service_id",),
    "attributes": ("service_id", "link_id"),
    "required_documents": ("service_id",),
    "service_areas": ("service_id",),
    "cost_options": ("service_id",),
    "payments": ("service_id",),
}
OWNERS = {"service_id": "services", "location_id": "locations", "organization_id": "organizations",
          "service_at_location_id": "service_at_locations", "link_id": "services"}  # fmt: skip
FIX = "Add it to its table, or correct the id, and import again"


def joined(tables: Tables, strays: list[Stray]) -> Iterator[Cell | Reject]:
    """Yield every service with its rows inside; one whose organization is not there is refused."""
    by_id = {
        name: _by_id(tables.get(name, []), strays) for name in ("organizations", "locations", "services")
    }
    by_id["service_at_locations"] = _by_id(tables.get("service_at_locations", []), strays)
    hung = _hung(tables, by_id, strays)
    terms = {_id(row.cells): row.cells for row in tables.get("taxonomy_terms", [])}
    places = _places(tables, by_id, strays)
    for cell in tables.get("services", []):
        owner = str(cell.cells.get("organization_id") or "")
        if owner not in by_id["organizations"]:
            what = "names an organization that does not exist" if owner else "names no organization"
            yield Reject(cell.file, cell.line, "organization_id", owner, f"{what}: an orphan", FIX)
            continue
        yield cell._replace(cells=_whole(cell, by_id, hung, places, terms))


Ids = Mapping[str, Mapping[str, Cell]]
Hung = Mapping[tuple[str, str, str], list[Cells]]


def _whole(
    cell: Cell, by_id: Ids, hung: Hung, places: Mapping[str, list[Cells]], terms: Mapping[str, Cells]
) -> Cells:
    own = _id(cell.cells)
    organization = dict(by_id["organizations"][str(cell.cells["organization_id"])].cells)
    organization["phones"] = hung.get(("organizations", _id(organization), "phones"), [])
    found: Cells = {**cell.cells, "organization": organization, "service_at_locations": []}
    for table in HANG:
        found[table] = hung.get(("services", own, table), [])
    found["attributes"] = [
        {**one, "taxonomy_term": _term(one, terms)} for one in hung.get(("services", own, "attributes"), [])
    ]
    held = []
    for link in places.get(own, []):
        place = dict(by_id["locations"][str(link["location_id"])].cells)
        for table in HANG:
            place[table] = hung.get(("locations", _id(place), table), [])
        at = {
            name: hung.get(("service_at_locations", _id(link), name), []) for name in ("phones", "schedules")
        }
        held.append({**link, **at, "location": place})
    found["service_at_locations"] = held
    return found


def _term(attribute: Cells, terms: Mapping[str, Cells]) -> Cells:
    """The term that a service is filed under, by its id, or by the detail where that is a term's id."""
    for column in ("taxonomy_term_id", "taxonomy_id", "taxonomy_detail"):
        if (key := str(attribute.get(column) or "")) in terms:
            return terms[key]
    return {"name": attribute.get("taxonomy_detail") or attribute.get("value") or ""}


def _id(cells: Mapping[str, object]) -> str:
    return str(cells.get("id") or "").strip()


def _by_id(rows: list[Cell], strays: list[Stray]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for row in rows:
        key = _id(row.cells)
        if key and key in found and found[key].cells != row.cells and "organization_id" not in row.cells:
            said = f"is the id of line {found[key].line} too, which says otherwise and was used"
            strays.append(Stray(row.file, row.line, "id", key, said))
        if key:
            found.setdefault(key, row)
    return found


def _hung(tables: Tables, by_id: Ids, strays: list[Stray]) -> Hung:
    """Rows by the table, id and kind they hang on; a row that hangs nowhere is a finding."""
    found: dict[tuple[str, str, str], list[Cells]] = defaultdict(list)
    for table, columns in HANG.items():
        for row in tables.get(table, []):
            named = [(column, str(row.cells.get(column) or "")) for column in columns]
            at = next(((c, key) for c, key in named if key and key in by_id[OWNERS[c]]), None)
            if at:
                found[OWNERS[at[0]], at[1], table].append(row.cells)
                continue
            column, key = next(((c, key) for c, key in named if key), (columns[0], ""))
            said = (
                "names what does not exist: the row was not used"
                if key
                else "is empty: the row hangs nowhere"
            )
            strays.append(Stray(row.file, row.line, column, key, said))
    return found


def _places(tables: Tables, by_id: Ids, strays: list[Stray]) -> dict[str, list[Cells]]:
    """Links from a service to its places; where no link is given, a service's own location_id."""
    found: dict[str, list[Cells]] = defaultdict(list)
    for row in tables.get("service_at_locations", []):
        service, place = (str(row.cells.get(name) or "") for name in ("service_id", "location_id"))
        if place not in by_id["locations"]:
            strays.append(
                Stray(row.file, row.line, "location_id", place, "names a location that does not exist")
            )
        elif service not in by_id["services"]:
            strays.append(
                Stray(row.file, row.line, "service_id", service, "names a service that does not exist")
            )
        else:
            found[service].append(row.cells)
    for cell in tables.get("services", []):
        place = str(cell.cells.get("location_id") or "")
        if not found.get(_id(cell.cells)) and place in by_id["locations"]:
            found[_id(cell.cells)].append({"id": f"{_id(cell.cells)}@{place}", "location_id": place})
    return found
