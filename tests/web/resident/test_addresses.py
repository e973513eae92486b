"""Decision 0011: what somebody needs, and the code of what they said, stand in no address."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.community import actions
from commonweal.directory import queries as directory
from factories.cast import Cast, gather
from factories.directory import service

pytestmark = pytest.mark.django_db
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S)
ADDRESS = re.compile(r"""(?:href|action|hx-get|src)=["']([^"']*)["']""")
ASKED = {"q", "need", "language", "code", "card", "text"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Every agency."""
    return gather()


def shown(client: Client, name: str, sent: dict[str, str] | None = None) -> str:
    """A public page's text; with what was sent, after sending it."""
    url = reverse(f"resident:{name}")
    answer = client.post(url, sent) if sent is not None else client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def receipt(cast: Cast) -> str:
    """A code whose reply is written."""
    said, code = actions.receive_feedback(text="They listened.", scores={}, agency=cast.agency["health"])
    actions.reply(by=cast["community_liaison"], feedback=said.id, text="Thank you for telling us.")
    return code


@pytest.mark.parametrize("name", ["index", "find", "reply", "feedback"])
def test_no_form_sends_what_is_asked_by_an_address(cast: Cast, name: str) -> None:
    """And no link carries a need."""
    page = shown(Client(), name)
    asking = [form for form in FORM.findall(page) if ASKED & set(re.findall(r'name="(\w+)"', form))]
    assert asking and all('method="post"' in form for form in asking)
    assert not [link for link in ADDRESS.findall(page) if re.search(r"[?&](q|need|code|card)=", link)]


def test_a_code_in_an_address_opens_nothing(cast: Cast) -> None:
    code = receipt(cast)
    opened = Client().get(reverse("resident:reply"), {"code": code}).content.decode()
    assert "Thank you for telling us." not in opened and code not in opened
    assert "Thank you for telling us." in shown(Client(), "reply", {"code": code.lower()})


def test_a_reply_is_stored_by_no_browser(cast: Cast) -> None:
    answer = Client().post(reverse("resident:reply"), {"code": receipt(cast)})
    assert "no-store" in answer["Cache-Control"]


def test_a_need_in_an_address_is_not_looked_for(cast: Cast) -> None:
    service("Night beds", topics=("shelter",))
    service("Pantry", topics=("food",))
    page = Client().get(reverse("resident:find"), {"need": "food", "q": "overdose"}).content.decode()
    assert "Night beds" in page and "Pantry" in page and "overdose" not in page
    page = shown(Client(), "find", {"need": "food"})
    assert "Night beds" not in page and "Pantry" in page


def test_it_works_without_a_cookie(cast: Cast) -> None:
    """A library's computer that refuses cookies; Django checks tokens here as in earnest."""
    assert "0 services" in shown(Client(enforce_csrf_checks=True), "find", {"need": "food"})
    unknown = shown(Client(enforce_csrf_checks=True), "reply", {"code": "AAAAA-AAAAA"})
    assert "no such code" in unknown


def test_pages_of_results_are_turned_without_an_address(cast: Cast) -> None:
    for number in range(17):
        service(f"Pantry {number:02}", topics=("food",))
    service("Aaa beds", topics=("shelter",))
    first = shown(Client(), "find", {"need": "food"})
    assert "17 services" in first and "Pantry 14" in first and "Pantry 15" not in first
    [form] = [form for form in FORM.findall(first) if 'name="page"' in form]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert sent == {"q": "", "need": "food", "language": "", "open": ""} and 'value="2"' in form
    second = shown(Client(), "find", {**sent, "page": "2"})
    assert "Pantry 16" in second and "Pantry 14" not in second and "Aaa beds" not in second


def test_a_service_has_a_title_that_names_none(cast: Cast) -> None:
    """Titles stand in the history of a shared computer."""
    made = service("Safe rooms", topics=("safety",))
    page = Client().get(reverse("resident:service", args=[made])).content.decode()
    title = page[page.index("<title>") : page.index("</title>")]
    assert "Safe rooms" not in title and "A service" in title and "<h1>Safe rooms</h1>" in page
    spanish = Client(headers={"accept-language": "es"}).get(reverse("resident:service", args=[made]))
    assert "Un servicio" in spanish.content.decode()


def test_every_need_can_be_asked_by_one_tap(cast: Cast) -> None:
    page = shown(Client(), "index")
    offered = re.findall(r'<button class="cw-tag" name="need" value="(\w+)"', page)
    assert offered == list(directory.vocabulary())
