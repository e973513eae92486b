"""Two ways in must agree: rows written in bulk read back as those written one by one."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.agencies.models import Agency
from commonweal.calls.models import Call
from commonweal.kernel import bulk
from commonweal.kernel.ids import new_id, new_ids
from commonweal.kernel.models import ImportRun
from commonweal.people.models import Person, SourceRecord

pytestmark = pytest.mark.django_db
FIELDS = ("id", "kind", "profile", "sources", "counts", "actor", "finished_at")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=TEXT, sources=st.lists(TEXT, max_size=3), counts=st.dictionaries(TEXT, PLAIN, max_size=4),
    moment=st.none() | MOMENTS,
)  # fmt: skip
def test_in_bulk_as_one_by_one(kind: str, sources: list[str], counts: Any, moment: datetime | None) -> None:
    """Whatever the values, quotes and percent signs included."""
    one, many = new_id(), new_id()
    values: dict[str, Any] = {
        "kind": kind, "profile": "100%'s", "sources": sources, "counts": counts, "actor": "me",
        "finished_at": moment,
    }  # fmt: skip
    ImportRun.objects.create(id=one, **values)
    bulk.insert(ImportRun, FIELDS, [(many, *values.values())])
    first, second = ImportRun.objects.get(id=one), ImportRun.objects.get(id=many)
    columns = [f.name for f in ImportRun._meta.concrete_fields if f.name not in ("id", "created_at")]
    assert [getattr(first, c) for c in columns] == [getattr(second, c) for c in columns]
    assert abs(second.created_at - first.created_at) < timedelta(minutes=5)


ROWS = st.tuples(
    st.sampled_from(["", "k"]), st.sampled_from([(), ("a",), ("", "b")]), st.sampled_from([{}, {"n": "1"}]),
    st.none() | MOMENTS,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_what_is_empty_in_some_rows_or_in_all_comes_out_as_it_went_in(rows: list[Any]) -> None:
    """A column that says nothing is left out of the statement: no other row may lose its value by that."""
    keys = new_ids(len(rows))
    stored = [(key, a, "p", b, c, "me", d) for key, (a, b, c, d) in zip(keys, rows, strict=True)]
    bulk.insert(ImportRun, FIELDS, stored)
    found = ImportRun.objects.filter(id__in=keys).order_by("id")
    assert [(r.kind, tuple(r.sources), r.counts, r.finished_at) for r in found] == rows


@pytest.mark.parametrize("truths", [[True, False], [True, True], [False], [None, None], [None, True]])
def test_truths_are_stored_as_truths(truths: list[bool | None]) -> None:
    """Yes, no, and not said."""
    agency = Agency.objects.create(name="Dispatch", kind="ecc")
    rows = [(new_id(), str(number), truth) for number, truth in enumerate(truths)]
    same = {"agency": agency.id, "received": datetime(2026, 3, 1, tzinfo=UTC)}
    bulk.insert(Call, ("id", "external_id", "is_bh_intake"), rows, same)
    found = Call.objects.order_by("external_id").values_list("is_bh_intake", flat=True)
    assert list(found) == truths


def test_rows_that_say_nothing_at_all_are_still_rows() -> None:
    """A row of empty values is a row, of null values too."""
    same = {"counts": {}, "actor": "me"}
    bulk.insert(ImportRun, ("kind", "profile", "finished_at"), [("", "", None)], {"id": new_id(), **same})
    bulk.insert(ImportRun, ("finished_at", "kind"), [(None, "")], {"id": new_id(), "profile": "", **same})
    assert ImportRun.objects.filter(kind="", profile="", finished_at=None).count() == 2


def test_rows_of_unequal_length_are_refused() -> None:
    """A value too few would shift a column."""
    with pytest.raises(ValueError, match="argument"):
        bulk.insert(ImportRun, FIELDS, [(new_id(), "k", "p", (), {}, "me", None), (new_id(), "k")])


def test_other_offsets_are_stored_in_utc() -> None:
    """Noon in a zone west of Greenwich is later."""
    noon = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-8)))
    key = new_id()
    bulk.insert(ImportRun, FIELDS, [(key, "k", "p", (), {}, "me", noon)])
    assert ImportRun.objects.get(id=key).finished_at == datetime(2026, 3, 1, 20, tzinfo=UTC)


def test_it_stands_or_falls_with_its_transaction() -> None:
    """The database refuses; nothing stays."""
    key = uuid4()
    rows = [(key, "k", "p", (), {}, "me", None)] * 2
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(ImportRun, FIELDS, rows)
    assert not ImportRun.objects.exists()


def test_no_rows_are_no_statement() -> None:
    """An empty batch is nothing."""
    bulk.insert(ImportRun, FIELDS, [])
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("microsecond", [0, 1, 250_000])
def test_a_moment_is_found_again_by_itself(microsecond: int) -> None:
    """Stored to the letter as the framework stores it, with and without a fraction of a second."""
    moment, key = datetime(2026, 3, 1, 9, 5, 7, microsecond, tzinfo=UTC), new_id()
    bulk.insert(ImportRun, FIELDS, [(key, "k", "p", (), {"Shift": 'B\'s "é"', "n": 3}, "me", moment)])
    found = ImportRun.objects.get(finished_at=moment)
    assert (found.id, found.counts) == (key, {"Shift": 'B\'s "é"', "n": 3})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given=TEXT, born=st.none() | MOMENTS.map(lambda m: m.date()), is_placeholder=st.booleans(), made=MOMENTS
)
def test_read_in_bulk_as_one_by_one(given: str, born: Any, is_placeholder: bool, made: datetime) -> None:
    """Texts, days, moments, truths and keys come as the framework gives them."""
    person = Person.objects.create(is_placeholder=is_placeholder, created_at=made)
    agency = Agency.objects.create(name=str(new_id()), kind="health")
    row = SourceRecord.objects.create(agency=agency, external_id="1", person=person, given=given, born=born)
    for rows, columns in (
        (Person.objects.filter(id=person.id), ("id", "is_placeholder", "survivor", "created_at")),
        (SourceRecord.objects.filter(id=row.id), ("agency", "given", "born", "person", "id")),
    ):
        assert list(bulk.read(rows, columns)) == list(rows.values_list(*columns))


def test_lists_are_read_as_tuples_and_the_order_is_kept() -> None:
    """A list of an earlier row never comes with a later one."""
    for profile, sources in (("b", ["x", "y"]), ("a", []), ("c", ["x"])):
        ImportRun.objects.create(kind="k", profile=profile, sources=sources, counts={}, actor="me")
    found = list(bulk.read(ImportRun.objects.order_by("profile"), ("profile", "sources", "finished_at")))
    assert found == [("a", (), None), ("b", ("x", "y"), None), ("c", ("x",), None)]
