"""The outreach list on the screen: for a clinician of care, in bands; the register for anybody."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import queries as agencies
from commonweal.foresight.models import OutreachDecision, Standing
from factories.cast import ROLE_AT, worker
from factories.visitor import visit
from rooms.foresight.test_outreach import County

pytestmark = pytest.mark.django_db
LIST = "/insight/outreach/"


@pytest.fixture(name="county")
def a_county() -> Iterator[County]:
    """Agencies, an active model, one person who agreed."""
    yield County()


def test_from_the_list_to_a_decision(county: County) -> None:
    model = county.activate()
    county.person()
    client = visit(county.cast["clinician"])
    client.post(reverse("analyst:outreach_make"), {"model": model.id})
    row = Standing.objects.get()
    page = client.get(LIST).content.decode()
    assert "band" in page.lower() and "Need within 60 days" in page and "Delgado" not in page
    client.post(reverse("analyst:outreach_decide", args=[row.id]), {"choice": "offer", "reason": "no"})
    assert not OutreachDecision.objects.exists()
    client.post(
        reverse("analyst:outreach_decide", args=[row.id]),
        {"choice": "offer", "reason": "Missed two referrals."},
    )
    assert OutreachDecision.objects.get().by == county.cast["clinician"].id
    assert "Nobody on the list" in client.get(LIST).content.decode()


@pytest.mark.parametrize("role", sorted(set(ROLE_AT) - {"clinician"}))
def test_nobody_else_opens_it(county: County, role: str) -> None:
    row = county.listed()
    client = visit(county.cast[role])
    pages = [
        client.get(LIST),
        client.post(reverse("analyst:outreach_decide", args=[row.id]), {"choice": "offer"}),
    ]
    assert {page.status_code for page in pages} == {403} and str(row.id) not in pages[0].content.decode()


def test_a_clinician_of_a_police_agency_finds_no_such_page(county: County) -> None:
    county.listed()
    assert visit(worker(county.cast.agency["police"], "clinician")).get(LIST).status_code == 404


def test_a_stranger_is_asked_to_sign_in_but_reads_the_register(county: County) -> None:
    """In both languages; nobody is in it."""
    row = county.listed()
    stranger = Client()
    assert stranger.get(LIST).status_code == 302
    english = stranger.get("/insight/register/").content.decode()
    spanish = stranger.get("/insight/register/", headers={"accept-language": "es"}).content.decode()
    assert "Need within 60 days" in english and "0.80" in english and "waits" not in english
    assert "Registro de modelos" in spanish and str(row.person_id) not in english + spanish


def test_generated_people_carry_their_mark(county: County, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    model = county.activate(is_synthetic=True)
    county.person()
    client = visit(county.cast["clinician"])
    client.post(reverse("analyst:outreach_make"), {"model": model.id})
    for address in (LIST, "/insight/register/"):
        assert "Generated people: nobody real" in client.get(address).content.decode()


def test_the_person_sees_it_leaves_and_contests(county: County) -> None:
    row = county.listed()
    from commonweal.agencies import actions as accounts
    from factories.cast import SETUP

    made = accounts.open_account(
        by=SETUP, username="rosa", display_name="Rosa", role="person", person=row.person_id, agency=None
    )
    client = visit(agencies.actor(made.id))
    assert "Need within 60 days" in client.get("/mine/outreach/").content.decode()
    client.post("/mine/outreach/", {"act": "contest", "text": "That was my brother."})
    assert not Standing.objects.exists()
    assert "That was my brother." in client.get("/mine/outreach/").content.decode()
    client.post("/mine/outreach/", {"act": "out"})
    assert "You asked to be on no list." in client.get("/mine/outreach/").content.decode()
