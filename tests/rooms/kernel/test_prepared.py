"""A prepared reading says what the framework's own query says, whatever the ids."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from commonweal.kernel.prepared import NOBODY, Prepared, PreparedRow
from commonweal.people.models import Person
from commonweal.sharing.models import Consent, Tie

pytestmark = pytest.mark.django_db

COLUMNS = ("id", "person_id", "recipients", "told_right_to_revoke", "revoked_at", "signer", "created_at")
CONSENTS = Prepared(lambda of: Consent.objects.filter(person_id__in=of).values_list(*COLUMNS), lists=["of"])
TIES = Prepared(
    lambda about, account, agency: Tie.objects.filter(
        Q(subject__in=about) & (Q(account=account) | Q(agency_id=agency))
        | Q(account=account, relation="care")
    ).values_list("subject", "account", "relation"),
    lists=["about"],
    ones=["account", "agency"],
)


def consents(count: int) -> list[UUID]:
    """So many people with a consent each, every other one withdrawn; their ids."""
    people = Person.objects.bulk_create(Person() for _ in range(count))
    ended = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    Consent.objects.bulk_create(
        Consent(
            person=person,
            form="roi",
            recipients=[str(uuid4())],
            signer="Ana Ruiz",
            recorded_by="worker",
            told_right_to_revoke=n % 2 == 0,
            revoked_at=ended if n % 2 else None,
            revoked_by="worker" if n % 2 else "",
        )
        for n, person in enumerate(people)
    )
    return [person.id for person in people]


@pytest.mark.parametrize("asked", [0, 1, 2, 3, 5, 8, 31, 300])
def test_same_rows_as_the_query_set_reads(asked: int) -> None:
    """Ids, JSON, truths, times and nulls come back as the framework reads them, for lists of any length."""
    ids = consents(asked + 2)[:asked]
    told = CONSENTS.rows(of=ids)
    assert sorted(told) == sorted(Consent.objects.filter(person_id__in=ids).values_list(*COLUMNS))
    assert len(told) == asked


def test_each_id_goes_to_its_own_place() -> None:
    """Several parameters, one of them used twice, in a condition with constants between."""
    me, other, subject = uuid4(), uuid4(), uuid4()
    now = datetime.now(UTC)
    for account, about, relation in (
        (me, subject, "incident"),
        (other, subject, "care"),
        (me, uuid4(), "care"),
    ):
        Tie.objects.create(relation=relation, kind="person", subject=about, account=account, since=now)
    mine = {(row[1], row[2]) for row in TIES.rows(about=[subject, uuid4()], account=me, agency=None)}
    assert mine == {(me, "incident"), (me, "care")}
    assert [row[1:] for row in TIES.rows(about=[subject], account=other, agency=uuid4())] == [(other, "care")]


def test_nothing_given_matches_nothing() -> None:
    """No id, no row: neither an empty list nor None opens a statement up."""
    Tie.objects.create(
        relation="care", kind="person", subject=uuid4(), account=uuid4(), since=datetime.now(UTC)
    )
    assert TIES.rows(about=[], account=None, agency=None) == []
    assert Person.objects.filter(id=NOBODY).count() == 0


def test_composed_once_for_lists_of_like_length() -> None:
    """Five, six and seven ids share a statement; it is one statement each time."""
    ids = consents(7)
    with CaptureQueriesContext(connection) as seen:
        lengths = [len(CONSENTS.rows(of=ids[:n])) for n in (5, 6, 7)]
    assert lengths == [5, 6, 7]
    assert len(seen) == 3
    assert len({query["sql"].count(",") for query in seen}) == 1


ONE = PreparedRow(lambda consent: Consent.objects.select_for_update().filter(id=consent), ones=["consent"])


@pytest.mark.django_db(transaction=True)
def test_a_whole_row_is_the_one_that_the_framework_reads() -> None:
    """Every column, of the right type, saved again as any other; nothing for an id that is not there."""
    person = consents(2)[1]
    wanted = Consent.objects.get(person_id=person)
    with transaction.atomic():
        found = ONE.first(consent=wanted.id)
        assert found is not None
        names = [field.attname for field in Consent._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(wanted, name) for name in names]
        assert not found._state.adding
        found.signer = "Ana R. Ruiz"
        found.save(update_fields=["signer"])
        assert ONE.first(consent=uuid4()) is None and ONE.first(consent=None) is None
    assert Consent.objects.get(id=wanted.id).signer == "Ana R. Ruiz"


@pytest.mark.django_db(transaction=True)
def test_a_row_held_for_update_wants_a_transaction() -> None:
    """Composed once or not: without a transaction nothing would be held."""
    wanted = Consent.objects.get(person_id=consents(1)[0])
    with transaction.atomic():
        assert ONE.first(consent=wanted.id) == wanted
    with pytest.raises(TransactionManagementError):
        ONE.first(consent=wanted.id)
