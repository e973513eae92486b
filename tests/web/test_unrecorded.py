"""When the journal cannot be written: reads and acts stop in clear words, the emergency screen stays."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shelf import MOST
from commonweal.people import actions as people
from commonweal.web import kept
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, someone
from factories.visitor import visit

# a refused line must not end the transaction of the test
pytestmark = pytest.mark.django_db(transaction=True)
RAISE = {
    "sqlite": [
        "CREATE TRIGGER full BEFORE INSERT ON kernel_journalline BEGIN SELECT RAISE(ABORT, 'full'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full'; END$$",
        "CREATE TRIGGER disk_full BEFORE INSERT ON kernel_journalline EXECUTE FUNCTION disk_full()",
    ],
}


MEND = {
    "sqlite": ["DROP TRIGGER IF EXISTS full"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS disk_full ON kernel_journalline",
        "DROP FUNCTION IF EXISTS disk_full()",
    ],
}


def say(statements: dict[str, list[str]]) -> None:
    """Run what this database understands."""
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


@pytest.fixture
def centre() -> Centre:
    """A co-response unit on its way to somebody whom the police know."""
    found = open_centre()
    person, _ = someone(found.cast, "police")
    people.keep_plan(
        by=SETUP, person=person, agency=found.cast.agency["police"], helps="Her dog is called Luna", harms="",
        contacts="", summary="",
    )  # fmt: skip
    call = found.call(TROUBLED)
    calls.identify(by=found.desk, call=call, person=person)
    calls.dispatch(by=found.desk, call=call, units=[found.units["CO1"]])
    found.units["the call"] = call
    return found


@pytest.fixture
def break_journal() -> Iterator[Callable[[], None]]:
    """From now on the database refuses every line; afterwards it takes them again."""
    yield lambda: say(RAISE)
    say(MEND)


def crew(centre: Centre) -> Client:
    """The officer aboard."""
    return visit(next(a for a in centre.crews["CO1"] if a.role == "cit_officer"), "phone")


def test_protected_reads_and_acts_stop_with_a_clear_word(
    centre: Centre, break_journal: Callable[[], None]
) -> None:
    call, desk = centre.units["the call"], visit(centre.desk, "dispatch")
    before = JournalLine.objects.count()
    break_journal()
    look = desk.post(reverse("desk:people", args=[call]), {"who": "Rosa Delgado"})
    for answer in (look, desk.get(reverse("desk:index"))):
        assert answer.status_code == 503
        assert "journal cannot be written" in answer.content.decode()
        assert "Delgado" not in answer.content.decode()
    noted = desk.post(reverse("desk:note", args=[call]), {"text": "Door is open"})
    assert noted.status_code == 503
    assert JournalLine.objects.count() == before


def test_the_emergency_screen_keeps_what_was_shown_for_the_call_in_hand(
    centre: Centre, break_journal: Callable[[], None]
) -> None:
    phone, desk = crew(centre), visit(centre.desk, "dispatch")
    screens = [(phone, reverse("field:index")), (desk, reverse("desk:call", args=[centre.units["the call"]]))]
    for client, address in screens:
        assert "Luna" in client.get(address).content.decode()
    break_journal()
    for client, address in screens:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Luna" in answer.content.decode() and "As it was at" in answer.content.decode()


def test_nothing_new_is_shown_and_nothing_to_anybody_else(
    centre: Centre, break_journal: Callable[[], None]
) -> None:
    first, second = (
        crew(centre),
        visit(next(a for a in centre.crews["CO1"] if a.role == "clinician"), "phone"),
    )
    other, desk = centre.call(), visit(centre.desk, "dispatch")
    assert first.get(reverse("field:index")).status_code == 200
    break_journal()
    assert second.get(reverse("field:index")).status_code == 503, "it was never shown to the clinician"
    assert desk.get(reverse("desk:call", args=[other])).status_code == 503


def test_the_api_says_so_too(centre: Centre, break_journal: Callable[[], None]) -> None:
    from uuid import UUID

    from commonweal.agencies import actions as agencies

    _, secret = agencies.issue_token(
        by=SETUP, account=UUID(centre.desk.id), name="cad", scopes=["take_calls", "watch_board", "read"]
    )
    break_journal()
    answer = Client().get(
        f"/api/v1/calls/{centre.units['the call']}/facts", HTTP_AUTHORIZATION=f"Bearer {secret}"
    )
    assert answer.status_code == 503 and answer["Retry-After"] == "60"
    assert answer.json()["title"] == "Nothing can be recorded"


def test_what_is_kept_ends_with_the_shift_and_is_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta
    from uuid import uuid4

    from commonweal.kernel import clock

    calls_ = [uuid4() for _ in range(MOST + 1)]
    for one in calls_:
        kept.keep("a", one, b"x")
    assert kept.find("a", calls_[0]) is None and kept.find("a", calls_[-1])
    later = clock.now() + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert kept.find("a", calls_[-1]) is None
