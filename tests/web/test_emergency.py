"""Break-glass in the browser: offered where it may open, said beforehand, always in view, ended, reviewed."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from commonweal import flow
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.models import JournalLine
from commonweal.messages.models import Notification
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Opening, Review
from commonweal.web import pages
from commonweal.web.permits import see
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PLAN = "Keeps pills in the kitchen; her sister can come."
SENT = {"code": "self_harm", "danger": "the_person", "reason": "Her son says she took pills"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


def known(cast: Cast, agency: str = "social_service", role: str = "call_taker") -> UUID:
    """A person with a crisis plan of one agency, and a worker who is on the call about them."""
    person, _ = someone(cast)
    people.keep_plan(by=SETUP, person=person, agency=cast.agency[agency], summary=PLAN, helps="Speak low.")
    sharing.tie(by=SETUP, relation="incident", subject=Subject("person", person), account=cast.account(role))
    return person


def plea(person: UUID) -> str:
    return reverse("emergency_plea", args=[person])


def opened(client: Client, person: UUID, **said: str) -> Opening:
    answer = client.post(plea(person), {**SENT, **said})
    assert answer.status_code == 302, answer.content.decode()
    return Opening.objects.order_by("-created_at")[0]


def told(error: Exception, by: Actor) -> HttpResponse:
    """The page of an error, as this worker meets it."""
    request = RequestFactory().get("/field/")
    request.actor, request.session = by, {}  # type: ignore[attr-defined]
    page = pages.explain(request, error)
    assert page is not None
    return page


def test_from_the_form_to_the_review(cast: Cast) -> None:
    person, client, officer = known(cast), visit(cast["call_taker"]), visit(cast["privacy_officer"])
    form = client.get(plea(person)).content.decode()
    assert "The privacy officer is told at once" in form and PLAN not in form
    opening = opened(client, person)
    page = client.get(reverse("emergency", args=[opening.id])).content.decode()
    assert PLAN in page and "End it now" in page and "http-equiv" in page
    assert "Open in an emergency until" in client.get("/desk/").content.decode(), "in view everywhere"
    journal.seal_all()
    flow.drain()
    bell = Notification.objects.get(kind="review_break_glass", account=cast.account("privacy_officer"))
    review = officer.get(bell.link).content.decode()
    assert SENT["reason"] in review and "What was read" in review and "risis plan summary" in review
    assert PLAN not in review
    officer.post(bell.link, {"outcome": "proper", "note": "She had taken pills."})
    assert Review.objects.get().outcome == "proper"


def test_one_tap_ends_it_everywhere(cast: Cast) -> None:
    person, client = known(cast), visit(cast["call_taker"])
    opening = opened(client, person)
    path = reverse("emergency", args=[opening.id])
    assert client.get(reverse("emergency_end", args=[opening.id])).status_code == 405
    assert client.post(reverse("emergency_end", args=[opening.id])).status_code == 302
    after = client.get(path).content.decode()
    assert PLAN not in after and "This is closed" in after
    assert "Open in an emergency until" not in client.get("/desk/").content.decode()


def test_another_device_says_where_it_is_open_and_shows_nothing(cast: Cast) -> None:
    person, client = known(cast), visit(cast["call_taker"])
    path = reverse("emergency", args=[opened(client, person).id])
    other = visit(cast["call_taker"])
    text = other.get(path).content.decode()
    assert "open on another device" in text and "This is closed" not in text and PLAN not in text
    other.cookies["django_language"] = "es"
    assert "abierto en otro dispositivo" in other.get(path).content.decode()


def test_it_ends_by_itself_after_four_hours(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    person, client = known(cast), visit(cast["call_taker"])
    opening = opened(client, person)
    monkeypatch.setattr(clock, "now", lambda: opening.until + timedelta(seconds=1))
    reads = JournalLine.objects.filter(kind="sharing.read").count()
    after = client.get(reverse("emergency", args=[opening.id])).content.decode()
    assert PLAN not in after and "This is closed" in after
    assert JournalLine.objects.filter(kind="sharing.read").count() == reads, "nothing was asked any more"


def test_it_holds_for_the_session_that_asked(cast: Cast) -> None:
    person = known(cast)
    opening = opened(visit(cast["call_taker"]), person)
    path = reverse("emergency", args=[opening.id])
    elsewhere = visit(cast["call_taker"]).get(path).content.decode()
    assert PLAN not in elsewhere and "on the device where you asked" in elsewhere
    for role in ("supervisor", "clinician", "case_manager"):
        assert visit(cast[role]).get(path).status_code == 404
        assert visit(cast[role]).post(reverse("emergency_end", args=[opening.id])).status_code == 404
    assert Opening.objects.get().is_in_force


def test_the_privacy_officer_ends_what_still_runs(cast: Cast) -> None:
    person, client = known(cast), visit(cast["call_taker"])
    opening = opened(client, person)
    officer = visit(cast["privacy_officer"])
    officer.post(reverse("steward:review", args=[opening.review_id]), {"end": "yes"})
    assert PLAN not in client.get(reverse("emergency", args=[opening.id])).content.decode()


@pytest.mark.parametrize("agency", ["part2_program", "victim_service_provider"])
def test_hidden_records_none_and_nobody_look_the_same(cast: Cast, agency: str) -> None:
    hidden = known(cast, agency)
    bare, _ = someone(cast, given="Ana")
    client = visit(cast["call_taker"])
    answers = [client.get(plea(one)) for one in (hidden, bare, uuid4())]
    answers += [client.post(plea(one), SENT) for one in (hidden, bare, uuid4())]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert not Opening.objects.exists()


@pytest.mark.parametrize("role", ["privacy_officer", "administrator", "analyst", "prosecutor"])
def test_other_desks_have_no_such_page(cast: Cast, role: str) -> None:
    assert visit(cast[role]).get(plea(known(cast))).status_code == 403


@pytest.mark.parametrize("role", ["case_manager", "shelter_worker"])
def test_roles_that_the_policy_never_opens_to_find_nothing(cast: Cast, role: str) -> None:
    person, client = known(cast), visit(cast[role])
    assert client.get(plea(person)).status_code == client.post(plea(person), SENT).status_code == 404


def test_a_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    answer = Client().get(plea(known(cast)))
    assert answer.status_code == 302 and "login" in answer["Location"]


def test_what_is_missing_is_said_beside_what_was_typed(cast: Cast) -> None:
    person, client = known(cast), visit(cast["call_taker"])
    answer = client.post(plea(person), {**SENT, "reason": "now"})
    assert answer.status_code == 400 and "at least ten letters" in answer.content.decode()
    assert ">now</textarea>" in answer.content.decode()
    client.cookies["django_language"] = "es"
    assert "Diga qué está pasando." in client.post(plea(person), {**SENT, "code": ""}).content.decode()
    assert not Opening.objects.exists()


def test_the_form_itself_is_journalled_as_a_question(cast: Cast) -> None:
    person, client = known(cast), visit(cast["call_taker"])
    before = journal.newest()
    client.get(plea(person))
    lines = JournalLine.objects.filter(id__gt=before, kind="sharing.refused", actor=cast["call_taker"].id)
    assert lines.exists()


def test_the_refused_page_offers_it_and_what_is_not_acknowledged_does_not(cast: Cast) -> None:
    by = cast["hospital_staff"]
    _, record = someone(cast, "health")
    with pytest.raises(pages.Denied) as refused:
        see(by, "identity", "care_coordination", record)
    page = told(refused.value, by)
    assert page.status_code == 403 and plea(refused.value.person) in page.content.decode()  # type: ignore[arg-type]
    _, hidden = someone(cast, "part2_program", given="Ana")
    with pytest.raises(pages.Denied) as silent:
        see(by, "identity", "care_coordination", hidden)
    page = told(silent.value, by)
    assert silent.value.person is None and page.status_code == 404
    assert "emergency/person" not in page.content.decode()


def test_the_door_is_drawn_by_role_alone(cast: Cast) -> None:
    """It says nothing of the person: a worker whose role may open something sees it, others never."""
    mark = uuid4()
    drawn = Template("{% emergency person call %}")
    seen = {
        role: "Open in an emergency" in drawn.render(Context({"actor": cast[role], "person": mark}))
        for role in ("call_taker", "patrol_officer", "medic", "clinician", "case_manager", "analyst")
    }
    assert seen == {
        "call_taker": True, "patrol_officer": True, "medic": True, "clinician": True, "case_manager": False,
        "analyst": False,
    }  # fmt: skip
    assert "Open" not in drawn.render(Context({"actor": STRANGER, "person": mark}))
    assert "Open" not in drawn.render(Context({"actor": cast["medic"], "person": None}))
