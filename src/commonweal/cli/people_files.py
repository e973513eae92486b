"""Files of people for the lab: a schema says what each column holds, records come out for linkage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypedDict

from commonweal.cli.tables import BadFile, Row, document, rows
from commonweal.kernel.written import day, part_of_date, split_name

KINDS = (
    "first_name last_name full_name date_of_birth sex street_number street_address address_extra place "
    "region postcode phone email identifier birth_place occupation other"
).split()
ADDRESS = ("street_number", "street_address", "place")
BETWEEN = "\x1f"  # between a source's name and a row's id; no CSV holds it by accident


class Known(TypedDict):
    """What a row says of a person, as the fields of a linkage Record."""

    given: str
    family: str
    born: date | None
    sex: str
    address: str
    phone: str
    identifier: str
    postcode: str
    middle: str
    email: str
    birth_place: str
    occupation: str
    born_part: str


class Described(Known):
    """The same with the record's id, its source and the kind of programme that holds it."""

    id: str
    source: str
    origin: str


@dataclass(frozen=True)
class Schema:
    """Which column is the id, and what kind each other column is."""

    id: str
    kinds: Mapping[str, str]
    origin: str

    @classmethod
    def read(cls, path: Path) -> "Schema":
        """The schema in a JSON file: {"id": COLUMN, "fields": {COLUMN: KIND}}.

        "origin" may name the kind of agency that holds the records; victim-service records are refused.
        """
        found = document(path)
        fields = found.get("fields")
        if not isinstance(found.get("id"), str) or not isinstance(fields, Mapping):
            raise BadFile(f'{path}, field id or fields: write {{"id": COLUMN, "fields": {{COLUMN: KIND}}}}')
        if odd := next((c for c, kind in fields.items() if kind not in KINDS), None):
            raise BadFile(f"{path}, field fields.{odd}: {fields[odd]!r}; use one of {', '.join(KINDS)}")
        return cls(
            str(found["id"]), {str(c): str(k) for c, k in fields.items()}, str(found.get("origin", "lab"))
        )

    def values(self, row: Row) -> dict[str, str]:
        """A row's values by kind, columns of one kind joined; columns that the file lacks are blank."""
        found: dict[str, str] = {}
        for column, kind in self.kinds.items():
            text = row.values.get(column, "").strip()
            found[kind] = " ".join(part for part in (found.get(kind, ""), text) if part)
        return found


def person_fields(values: Mapping[str, str]) -> Known:
    """Values by kind as the fields of a linkage Record; a date that cannot be read is unknown."""
    given, family = values.get("first_name", ""), values.get("last_name", "")
    if full := values.get("full_name", ""):
        first, last = split_name(full)
        given, family = given or first, family or last
    return {
        "given": given,
        "family": family,
        "born": day(values.get("date_of_birth", "")),
        "sex": values.get("sex", ""),
        "address": " ".join(values[kind] for kind in ADDRESS if values.get(kind)),
        "phone": values.get("phone", ""),
        "identifier": values.get("identifier", ""),
        "postcode": values.get("postcode", ""),
        "middle": values.get("other", ""),
        "email": values.get("email", ""),
        "birth_place": values.get("birth_place", ""),
        "occupation": values.get("occupation", ""),
        "born_part": part_of_date(values.get("date_of_birth", "")),
    }


def records(path: Path, schema: Schema) -> Iterator[Described]:
    """The keyword arguments of a linkage Record for each row; the source is the file's stem."""
    for row in rows(path):
        id = row.text(schema.id)
        if not id:
            raise row.bad(schema.id, "is blank; every record needs an id")
        yield {
            "id": f"{path.stem}{BETWEEN}{id}",
            "source": path.stem,
            "origin": schema.origin,
            **person_fields(schema.values(row)),
        }
