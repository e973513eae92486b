"""Caseloads: what stands beside a case is counted once, and the closed ones are cut by the database."""

from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.cases import queries
from commonweal.cases.models import Case, Contact, Member, Task
from commonweal.cases.queries import ClosedCases, Wanted
from commonweal.kernel import clock
from commonweal.people.models import Person
from factories.cases import Support, support

pytestmark = pytest.mark.django_db
MANY = 300


@pytest.fixture(name="at")
def one_case() -> Support:
    return support()


def home(at: Support) -> UUID:
    return at.cast.agency["social_service"]


def beside(case: Case, contacts: int, open_: int, late: int) -> None:
    """Contacts an hour apart, promises of tomorrow and of yesterday, and one that was kept."""
    now, today = clock.now(), clock.today()
    day = timedelta(days=1)
    whose = {"case": case, "agency_id": case.agency_id, "text": "Call"}
    Contact.objects.bulk_create(
        Contact(case=case, by=str(uuid4()), at=now - timedelta(hours=n), way="phone", reached=True)
        for n in range(contacts)
    )
    tasks = [Task(**whose, due=today + day) for _ in range(open_)] + [
        Task(**whose, due=today - day) for _ in range(late)
    ]
    Task.objects.bulk_create([*tasks, Task(**whose, due=today - 9 * day, done_at=now)])


@pytest.mark.parametrize(("contacts", "open_", "late"), [(0, 0, 0), (3, 2, 1), (1, 0, 4), (5, 5, 0)])
def test_contacts_and_promises_do_not_multiply_each_other(
    at: Support, contacts: int, open_: int, late: int
) -> None:
    beside(Case.objects.get(id=at.case), contacts, open_, late)
    told = queries.outline(at.case)
    assert (told.tasks_open, told.tasks_late) == (open_ + late, late)
    assert (told.last_contact is None) == (contacts == 0)
    day = {True: -1, False: 1}[bool(late)]
    assert told.next_due == (clock.today() + timedelta(days=day) if open_ + late else None)


def test_who_is_on_a_team_twice_has_the_case_once(at: Support) -> None:
    Member.objects.create(case_id=at.case, account=UUID(at.manager.id), since=clock.now(), part="also")
    assert [one.id for one in queries.mine(at.manager)] == [at.case]


def closed(at: Support, count: int, **facts: object) -> list[Case]:
    """Closed cases, each closed and opened a day before the next."""
    now = clock.now()
    people = Person.objects.bulk_create(Person() for _ in range(count))
    return Case.objects.bulk_create(
        Case(**{
            "person": who, "agency_id": home(at), "kind": "support", "state": "closed",
            "close_reason": "stable", "opened_at": now - timedelta(days=2 * n + 1),
            "closed_at": now - timedelta(days=n), **facts,
        })
        for n, who in enumerate(people)
    )  # fmt: skip


def test_a_page_of_many_closed_cases_reads_that_page(at: Support) -> None:
    made = closed(at, MANY)
    rows = ClosedCases(home(at), Wanted("closed"))
    with CaptureQueriesContext(connection) as asked:
        found = rows[40:61]
    assert [one.id for one in found] == [one.id for one in made[40:61]]
    assert len(asked) == 2 and len(rows) == MANY


def test_a_closed_case_is_found_by_its_own_agency_alone(at: Support) -> None:
    [made] = closed(at, 1)
    found = queries.closed_case(home(at), made.id)
    assert found is not None and found.close_reason == "stable"
    assert queries.closed_case(at.cast.agency["hmis_shelter"], made.id) is None
    assert queries.closed_case(None, made.id) is None
    assert queries.closed_case(home(at), at.case) is None, "an open one is no closed one"


@pytest.mark.parametrize("sort", ["urgency", "contact", "opened"])
def test_the_database_chooses_as_a_reader_would(at: Support, sort: str) -> None:
    rows = closed(at, 6) + closed(at, 4, kind="outreach", manager=UUID(at.manager.id))
    for n, case in enumerate(rows[::2]):
        beside(case, n, 0, 0)
    every, now = queries.outlines([one.id for one in rows]), clock.now()
    for kind, free, quiet in product(["", "support", "outreach"], [True, False], [None, 1, 7, 30]):
        found = ClosedCases(home(at), Wanted("closed", kind=kind, free=free, quiet=quiet, sort=sort))[0:50]
        wanted = {
            one.id for one in every
            if kind in ("", one.kind)
            and (not free or one.manager is None)
            and (quiet is None or (now - (one.last_contact or one.opened_at)).days >= quiet)
        }  # fmt: skip
        assert {one.id for one in found} == wanted and len(found) == len(wanted)
        assert found == sorted(found, key=ORDERS[sort])


ORDERS = {
    "urgency": lambda o: -o.closed_at.timestamp(),
    "contact": lambda o: o.last_contact.timestamp() if o.last_contact else 0,
    "opened": lambda o: -o.opened_at.timestamp(),
}
