"""An archive of people comes in whole; what it files is what filing one by one would have filed."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commonweal.agencies import actions as agencies
from commonweal.kernel.errors import Invalid
from commonweal.kernel.ids import new_id
from commonweal.kernel.models import JournalLine
from commonweal.people import actions
from commonweal.people.models import Person, SourceRecord
from factories.cast import SETUP

BORN = date(1979, 5, 3)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


def an_agency() -> Any:
    """An agency to file under."""
    return agencies.open_agency(by=SETUP, name=f"Clinic {new_id()}", kind="health").id


def past(agency: Any, external_id: str, person: Any = None, **values: object) -> actions.PastRecord:
    """A record of an archive."""
    return actions.PastRecord(
        agency=agency, external_id=external_id, values=values, person=person or new_id()
    )


@pytest.mark.django_db
def test_records_of_one_person_stand_together_under_one_line() -> None:
    here, there, who = an_agency(), an_agency(), new_id()
    rows = [
        past(here, "1", who, given="Ana", born=BORN),
        past(there, "9", who, given="Anna"),
        past(here, "2"),
    ]
    assert actions.bring_records(by=SETUP, records=rows) == 3
    assert [r.given for r in SourceRecord.objects.filter(person=who).order_by("given")] == ["Ana", "Anna"]
    line = JournalLine.objects.get(kind="people.records_brought")
    assert (line.data["records"], line.data["persons"]) == (3, 2)
    assert not JournalLine.objects.filter(kind="people.record_filed").exists()


@pytest.mark.django_db
def test_somebody_known_is_joined_and_not_minted_again() -> None:
    here = an_agency()
    filed, _ = actions.file_record(by=SETUP, agency=here, external_id="1", values={"given": "Ana"})
    before = Person.objects.count()
    actions.bring_records(by=SETUP, records=[past(an_agency(), "7", filed.person_id, given="Ana M.")])
    assert Person.objects.count() == before
    assert SourceRecord.objects.filter(person=filed.person_id).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"), [({"height": 180}, "values"), ({"born": date(1850, 1, 1)}, "born")]
)
def test_one_bad_record_keeps_all_out(values: dict[str, object], field: str) -> None:
    here = an_agency()
    with pytest.raises(Invalid, match=field):
        actions.bring_records(by=SETUP, records=[past(here, "1", given="Ana"), past(here, "2", **values)])
    assert not SourceRecord.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_an_id_on_file_already_is_refused_by_the_database() -> None:
    here = an_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.bring_records(by=SETUP, records=[past(here, "1"), past(here, "1")])
    assert not SourceRecord.objects.exists()


class Filing(TestCase):
    """The same values by either way in read back alike."""

    @given(given=NAMES, family=NAMES, born=st.none() | st.dates(date(1900, 1, 1), date(2020, 1, 1)))
    def test_whole_or_one_by_one(self, given: str, family: str, born: date | None) -> None:
        here, values = an_agency(), {"given": given, "family": family, "born": born, "ssn_last4": "0042"}
        actions.bring_records(by=SETUP, records=[past(here, "whole", **values)])
        actions.file_record(by=SETUP, agency=here, external_id="alone", values=values)
        whole, alone = (SourceRecord.objects.get(external_id=key) for key in ("whole", "alone"))
        apart = {"id", "person", "external_id", "created_at", "updated_at"}
        columns = [f.name for f in SourceRecord._meta.concrete_fields if f.name not in apart]
        assert [getattr(whole, c) for c in columns] == [getattr(alone, c) for c in columns]
        again = actions.file_record(by=SETUP, agency=here, external_id="whole", values=values)
        assert again[1] == "unchanged"
