"""A month's counts go out to everybody: seen first, small ones left out, told with their quality."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from commonweal.community import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound
from commonweal.kernel.models import JournalLine
from factories.calls import Centre, open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PATH = "/community/figures/release/"
NATURES = {"welfare_check": 14, "noise": 12, "trespass": 3}


@pytest.fixture(name="centre")
def a_centre_after_a_month(db: None) -> Centre:
    """Last month it took 29 calls."""
    centre = open_centre(staffed=False)
    with clock.at(clock.now().replace(day=1) - timedelta(days=9)):
        for nature, number in NATURES.items():
            for _ in range(number):
                centre.call(nature=nature)
    return centre


def month() -> str:
    """The month that is over."""
    return f"{clock.today().replace(day=1) - timedelta(days=9):%Y-%m}"


def said(client: Client, path: str, spanish: bool = False) -> str:
    answer = client.get(path, headers={"accept-language": "es" if spanish else "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def publish(client: Client) -> HttpResponse:
    """Look at the month, then publish what was seen."""
    seen = client.get(PATH, {"month": month()}).context["seen"]
    return client.post(PATH, {"act": "publish", "month": month(), "seen": seen})


def test_seen_then_published_then_taken_back(centre: Centre, client: Client) -> None:
    liaison, public = visit(centre.cast["community_liaison"]), reverse("resident:figures")
    before = said(liaison, PATH)
    assert ">14<" in before and before.count("not shown</span>") == 2 and ">12<" not in before
    assert "Counts from 1 to 10 are not shown" in before and "quality it stands on" in before
    assert not queries.published().exists() and "Publish numbers" not in said(client, public)

    assert publish(liaison).status_code == 302
    page = said(client, public)
    assert "Welfare check" in page and ">14<" in page and ">12<" not in page and ">3<" not in page
    assert "Nobody had looked through these records for faults then." in page
    assert "Entonces nadie había revisado" in said(client, public, spanish=True)
    [told] = [row for row in client.get("/api/v1/community/figures").json() if row["number"]]
    assert (told["cell"], told["number"], told["faults"]) == ("welfare_check", 14, None)

    again = said(liaison, PATH)
    assert "Publish again" in again and "published" in again
    assert publish(liaison).status_code == 302
    assert queries.published().count() == len(NATURES), "published anew, it takes its own place"
    assert liaison.post(PATH, {"act": "withdraw", "month": month()}).status_code == 302
    assert not queries.published().exists() and ">14<" not in said(client, public)
    assert "Taken back" in said(client, public) and "Retirad" in said(client, public, spanish=True)
    kinds = JournalLine.objects.filter(kind__startswith="community.figures").order_by("id")
    assert [line.kind.partition("_")[2] for line in kinds] == ["published", "published", "withdrawn"]


def test_a_cell_that_is_gone_is_said_to_be_none(centre: Centre) -> None:
    liaison, of = centre.cast["community_liaison"], clock.today().replace(day=1)
    said_of = {"by": liaison, "code": "calls", "month": of, "category": "call_facts", "definition_en": "N"}
    actions.publish_figures(counts={"north": 40, "south": 50}, **said_of)
    actions.publish_figures(counts={"north": 41}, faults=2, **said_of)
    north, south = queries.figures("calls", of)
    assert (north.number, north.faults, north.published_on) == (40, 2, clock.today())
    assert (south.number, south.revised_on) == (0, clock.today()), "known before: it is said to be none"
    actions.withdraw_figures(by=liaison, code="calls", month=of)
    with pytest.raises(NotFound):
        actions.withdraw_figures(by=liaison, code="calls", month=of)


def test_what_was_not_seen_is_not_published(centre: Centre) -> None:
    liaison = visit(centre.cast["community_liaison"])
    seen = liaison.get(PATH).context["seen"]
    with clock.at(clock.now().replace(day=1) - timedelta(days=9)):
        for _ in range(20):
            centre.call(nature="noise")
    for mark in (seen, "", "gold"):
        refused = liaison.post(PATH, {"act": "publish", "month": month(), "seen": mark})
        assert refused.status_code == 409 and "changed since you looked" in refused.content.decode()
    assert not queries.published().exists() and publish(liaison).status_code == 302


def test_a_month_of_years_ago_is_taken_back_too(centre: Centre) -> None:
    """Even one whose calls are no longer on file."""
    liaison, old = centre.cast["community_liaison"], clock.today().replace(year=clock.today().year - 9, day=1)
    said_of = {"category": "call_facts", "definition_en": "Calls"}
    actions.publish_figures(by=liaison, code=queries.BY_NATURE, month=old, counts={"noise": 40}, **said_of)
    client = visit(liaison)
    assert "Take it back" in said(client, f"{PATH}?month={old:%Y-%m}")
    assert client.post(PATH, {"act": "publish", "month": f"{old:%Y-%m}", "seen": "x"}).status_code == 400
    assert client.post(PATH, {"act": "withdraw", "month": f"{old:%Y-%m}"}).status_code == 302
    assert not queries.published().exists() and f"{old:%Y}" in said(Client(), reverse("resident:figures"))


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "publish", "month": "2031-99"},
        {"act": "publish", "month": "gold"},
        {"act": "melt", "month": ""},
        {"act": "publish", "month": f"{clock.today():%Y-%m}"},
    ],
)
def test_senseless_acts_are_refused_in_words(centre: Centre, sent: dict[str, str]) -> None:
    liaison = visit(centre.cast["community_liaison"])
    refused = liaison.post(PATH, sent)
    assert refused.status_code == 400 and "Choose from the list." in refused.content.decode()
    assert not queries.published().exists()


def test_before_the_first_month_is_over_there_is_nothing_to_publish(db: None) -> None:
    centre = open_centre(staffed=False)
    liaison = visit(centre.cast["community_liaison"])
    assert "No month is over yet" in said(liaison, PATH)
    assert liaison.post(PATH, {"act": "publish"}).status_code == 400


@pytest.mark.parametrize("role", ["analyst", "supervisor", "privacy_officer", "case_manager"])
def test_nobody_else_publishes(centre: Centre, role: str) -> None:
    other = visit(centre.cast[role])
    for answer in (other.get(PATH), other.post(PATH, {"act": "publish", "month": month()})):
        assert answer.status_code == 403
    assert "release" not in said(other, reverse("resident:figures"))


def test_a_stranger_signs_in_first(client: Client, centre: Centre) -> None:
    assert client.get(PATH).status_code == client.post(PATH, {"act": "publish"}).status_code == 302
    assert not queries.published().exists()
