"""Filing: one agency's record of one person, as it came, found again by the agency's own number."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.people import events
from commonweal.people.keys import key
from commonweal.people.models import Person, SourceRecord
from commonweal.people.values import check, fingerprint


@transaction.atomic
def file_record(
    *, by: Actor, agency: UUID, external_id: str, values: Mapping[str, object], person: UUID | None = None
) -> tuple[SourceRecord, str]:
    """One agency's record of one person as it came; returns it and `accepted`, `updated` or `unchanged`.

    A new record gets its own person unless `person` is given (a placeholder now identified, or a
    worker who recognised them). Values: given, family, aliases, born (date), sex, description,
    address, phone, ssn_last4, photo, language.
    """
    check(values)
    print_ = fingerprint(values)
    found = SourceRecord.objects.select_for_update().filter(agency_id=agency, external_id=external_id).first()
    if found and found.fingerprint == print_:
        return found, "unchanged"
    person = person and stands(person).id
    record = found or SourceRecord(agency_id=agency, external_id=external_id, person_id=person or _mint(by))
    for name, value in values.items():
        setattr(record, name, value)
    record.given_key, record.family_key, record.fingerprint = key(record.given), key(record.family), print_
    record.save()
    if person:
        Person.objects.filter(id=person, is_placeholder=True).update(is_placeholder=False)
    changed = tuple(sorted(values))
    journal.write(
        by=by, event=events.RecordFiled(source_record=record.id, person=record.person_id, fields=changed)
    )
    return record, "updated" if found else "accepted"


def stands(person: UUID) -> Person:
    """The person that an id stands for now, following merges; NotFound for an unknown id."""
    found = Person.objects.select_related("survivor").filter(id=person).first()
    if found is None:
        raise NotFound("person")
    return found.survivor or found


def _mint(by: Actor) -> UUID:
    person = Person.objects.create()
    journal.write(by=by, event=events.PersonNoted(person=person.id))
    return person.id
