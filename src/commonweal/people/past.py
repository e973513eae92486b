"""Records of people brought in whole: from another system's archive, or a generated county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from commonweal.kernel import bulk, clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.ids import new_id
from commonweal.people import events
from commonweal.people.keys import key
from commonweal.people.models import Person, SourceRecord
from commonweal.people.values import RECORD_FIELDS, check, fingerprint

_VALUES = tuple(sorted(RECORD_FIELDS))
_COLUMNS = ("id", "agency", "external_id", "person", "given_key", "family_key", "fingerprint", *_VALUES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecord:
    """One agency's record as `file_record` takes it; records that name the same person belong to one."""

    agency: UUID
    external_id: str
    values: Mapping[str, object]
    person: UUID


@transaction.atomic
def bring_records(*, by: Actor, records: Sequence[PastRecord]) -> int:
    """File new records under one journal line; returns how many.

    A person that the index does not know yet is minted under the id that the record names. Invalid as for
    `file_record`; an agency's id that is on file already is refused by the database.
    """
    for record in records:
        check(record.values)
    persons = list(dict.fromkeys(record.person for record in records))
    known = set(Person.objects.filter(id__in=persons).values_list("id", flat=True))
    now = clock.now()
    bulk.insert(Person, ("id",), [(p,) for p in persons if p not in known])
    bulk.insert(SourceRecord, _COLUMNS, map(_row, records), same={"updated_at": now})
    journal.write(by=by, event=events.RecordsBrought(records=len(records), persons=len(persons) - len(known)))
    return len(records)


def _row(record: PastRecord) -> tuple[object, ...]:
    values = record.values
    keys = key(str(values.get("given", ""))), key(str(values.get("family", "")))
    own = (values.get(name, None if name == "born" else "") for name in _VALUES)
    return (new_id(), record.agency, record.external_id, record.person, *keys, fingerprint(values), *own)
