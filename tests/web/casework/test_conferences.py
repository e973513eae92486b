"""The pages of a case conference: called, prepared, decided, written down; refused to everybody else."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.cases import actions
from commonweal.cases.models import Conference, Task
from commonweal.kernel import clock
from commonweal.messages import queries as messages
from factories.cases import Support, support
from factories.cast import SETUP, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(name="it")
def a_case() -> Support:
    """A case with two on its team and a goal."""
    it = support()
    it.cast.actors["colleague"] = worker(it.cast.agency["social_service"], "case_manager")
    actions.join_team(by=it.manager, case=it.case, account=UUID(it.cast["colleague"].id))
    actions.add_goal(by=it.manager, case=it.case, text="My own door")
    return it


def call(client: Client, it: Support, **more: object) -> str:
    """Call it for tomorrow, the colleague asked in."""
    sent = {
        "day": str(clock.today() + DAY), "hour": "14:30", "lasts": "45", "place": "Room 4",
        "account": it.cast["colleague"].id, **more,
    }  # fmt: skip
    done = client.post(reverse("casework:conferences", args=[it.case]), sent, follow=True)
    return f"{done.status_code} {done.content.decode()}"


def post(client: Client, it: Support, verb: str, **sent: object) -> str:
    """One act, and the page it leads back to."""
    made = Conference.objects.get()
    done = client.post(reverse("casework:conference_act", args=[it.case, made.id, verb]), sent, follow=True)
    return f"{done.status_code} {done.content.decode()}"


def test_from_the_call_to_the_minutes(it: Support) -> None:
    client, colleague = visit(it.manager), visit(it.cast["colleague"])
    said = call(client, it)
    assert "Room 4" in said and "45 minutes" in said and "My own door" in said
    assert [n.kind for n in messages.unread(it.cast["colleague"])] == ["conference_called"]
    assert "Case conference" in colleague.get("/cases/").content.decode()
    assert "Which list?" in post(colleague, it, "ask", text="Which list?")
    owner = it.cast["colleague"].id
    said = post(client, it, "decide", decision="Apply to both", owner=owner, due=str(clock.today() + 3 * DAY))
    assert "Apply to both" in said and Task.objects.get().owner == UUID(owner)
    with clock.at(Conference.objects.get().at + DAY / 24):
        assert "They are final" in post(client, it, "minutes", minutes="She agrees")
        closed = post(client, it, "minutes", minutes="She agrees", closes="yes")
        assert "Closed by" in closed and "Save the minutes" not in closed


def test_moved_and_called_off_those_admitted_are_told(it: Support) -> None:
    client = visit(it.manager)
    call(client, it)
    post(client, it, "move", day=str(clock.today() + 2 * DAY), hour="09:00")
    post(client, it, "cancel")
    kinds = {n.kind for n in messages.unread(it.cast["colleague"])}
    assert kinds == {"conference_called", "conference_moved", "conference_cancelled"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hour": "half two"}, "hours and minutes"),
        ({"day": ""}, "Choose a day"),
        ({"lasts": "x"}, "10 minutes"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    it: Support, change: dict[str, str], said: str
) -> None:
    found = call(visit(it.manager), it, **change)
    assert found.startswith("400") and said in found and 'value="Room 4"' in found
    assert not Conference.objects.exists()


def test_a_decision_without_its_day_keeps_its_words(it: Support) -> None:
    client = visit(it.manager)
    call(client, it)
    said = post(client, it, "decide", decision="Apply to both", owner=it.manager.id, due="2001-01-01")
    assert said.startswith("400") and 'value="Apply to both"' in said
    assert post(client, it, "nothing").startswith("404")
    made = Conference.objects.get()
    got = client.get(reverse("casework:conference_act", args=[it.case, made.id, "ask"]))
    assert got.status_code == 302


def test_let_go_they_read_nothing_and_asked_in_again_they_do(it: Support) -> None:
    client, colleague, account = visit(it.manager), visit(it.cast["colleague"]), it.cast["colleague"].id
    call(client, it)
    here = reverse("casework:conference", args=[it.case, Conference.objects.get().id])
    assert colleague.get(here).status_code == 200
    post(client, it, "leave", account=account)
    assert colleague.get(here).status_code == 404
    listed = colleague.get(reverse("casework:conferences", args=[it.case])).content.decode()
    assert "You are not admitted" in listed and "Room 4" not in listed
    post(client, it, "admit", account=account)
    assert "Case conferences" in post(colleague, it, "leave", account=account)
    assert colleague.get(here).status_code == 404


def test_strangers_and_other_agencies_find_nothing(it: Support) -> None:
    call(visit(it.manager), it)
    made = Conference.objects.get()
    for client in (visit(it.cast["clinician"]), visit(it.cast["patrol_officer"]), Client()):
        pages = (
            reverse("casework:conferences", args=[it.case]),
            reverse("casework:conference", args=[it.case, made.id]),
            reverse("casework:conference_act", args=[it.case, made.id, "cancel"]),
        )
        for address in pages:
            assert client.get(address).status_code in (302, 403, 404)
            assert client.post(address, {"text": "x"}).status_code in (302, 403, 404)
    assert Conference.objects.get().cancelled_at is None


def test_in_spanish_and_in_the_calendar(it: Support) -> None:
    client = visit(it.manager)
    call(client, it)
    _made, secret = agencies.make_calendar_address(by=it.manager)
    feed = Client().get(reverse("calendar_feed", args=[secret])).content.decode()
    assert "SUMMARY:Case conference" in feed and "Room 4" not in feed
    agencies.change_account(by=SETUP, account=UUID(it.manager.id), language="es")
    client = visit(it.manager)
    assert "Reuniones de caso" in client.get(reverse("casework:conferences", args=[it.case])).content.decode()
    assert "Orden del día" in post(client, it, "ask", text="¿Qué lista?")
