"""Check-ins on the worker's list and their page: agreed, made, taken back, refused, in both languages."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.cases import actions
from commonweal.cases.models import Aftercare, Checkup
from commonweal.kernel import clock
from factories.cases import Support, support
from factories.cast import SETUP
from factories.visitor import visit

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)
HARD = {
    "goals": "same", "housing": "unsure", "safety": "safe", "help": "yes", "again": "yes", "said": "Rent",
}  # fmt: skip


@pytest.fixture(name="it")
def a_closed_case() -> Support:
    """A case that ended well."""
    it = support()
    actions.add_goal(by=it.manager, case=it.case, text="A place of my own")
    actions.close_case(by=it.manager, case=it.case, reason="goals_met")
    return it


def post(client: Client, it: Support, verb: str, **sent: object) -> str:
    """One act, and the page it leads back to."""
    done = client.post(reverse("casework:aftercare_act", args=[it.case, verb]), sent, follow=True)
    return f"{done.status_code} {done.content.decode()}"


def page(client: Client, it: Support) -> str:
    """The page's words."""
    return client.get(reverse("casework:aftercare", args=[it.case])).content.decode()


def test_from_the_closed_case_to_the_answer_and_back_to_an_open_one(it: Support) -> None:
    client = visit(it.manager)
    assert "/aftercare/" in client.get(f"/cases/{it.case}/").content.decode()
    assert "Nothing is agreed" in page(client, it)
    assert "checks in." in post(client, it, "agree", asked="yes", account=it.manager.id, way="text")
    assert "Check-ins that are due" not in client.get("/cases/").content.decode()
    with clock.at(clock.now() + MONTH):
        today = client.get("/cases/").content.decode()
        assert "Check-ins that are due" in today and f"/cases/{it.case}/aftercare/" in today
        words = page(client, it)
        assert "Do you feel safe where you are?" in words and "1 day late" in words and "A place" in words
        one = Checkup.objects.order_by("due")[0]
        sent = {"checkup": one.id, "way": "phone", "result": "reached", **HARD}
        said = post(client, it, "note", **sent)
        assert "They worry about losing it" in said and "wanted more help" in said and "Rent" in said
        assert "Check-ins that are due" not in client.get("/cases/").content.decode()
        client.post(reverse("casework:reopen", args=[it.case]))
        assert "Open it again" not in page(client, it)


def test_what_is_missing_is_said(it: Support) -> None:
    client = visit(it.manager)
    assert "Ask the person first" in post(client, it, "agree", account=it.manager.id)
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone", account=UUID(it.manager.id))
    one = Checkup.objects.order_by("due")[0]
    with clock.at(clock.now() + MONTH):
        said = post(client, it, "note", checkup=one.id, way="phone", result="reached", goals="closer")
    assert said.startswith("400") and "choose yes or no" in said and 'value="closer" checked' in said
    assert post(client, it, "note", checkup="x").startswith("400")
    wrong = post(client, it, "agree", asked="yes", account=it.manager.id, way="phone", days="90, soon")
    assert wrong.startswith("400") and 'value="90, soon"' in wrong
    got = client.get(reverse("casework:aftercare_act", args=[it.case, "note"]))
    assert got.status_code == 302
    assert post(client, it, "nothing").startswith("404")


def test_taken_back_in_spanish(it: Support) -> None:
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone")
    agencies.change_account(by=SETUP, account=UUID(it.manager.id), language="es")
    client = visit(it.manager)
    assert "Seguimientos" in page(client, it)
    assert "La persona lo retiró." in post(client, it, "end")


def test_strangers_and_other_agencies_find_nothing(it: Support) -> None:
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone")
    for client in (visit(it.cast["clinician"]), visit(it.cast["patrol_officer"]), Client()):
        got = client.get(reverse("casework:aftercare", args=[it.case]))
        assert got.status_code in (302, 403, 404)
        for verb in ("agree", "note", "end"):
            done = client.post(reverse("casework:aftercare_act", args=[it.case, verb]), {"asked": "yes"})
            assert done.status_code in (302, 403, 404)
    assert Aftercare.objects.get().ended_at is None
