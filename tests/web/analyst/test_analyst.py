"""Insight: counts by cell and hour for the analyst, no name anywhere, nothing below eleven."""

import json

import pytest
from django.urls import reverse

from commonweal.places import queries
from factories.calls import open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(db):
    return open_centre(staffed=False)


def test_twelve_calls_make_a_cell_and_ten_make_none(centre) -> None:
    client = visit(centre.cast["analyst"])
    for _ in range(10):
        centre.call()
    asked = {"about": "all"}
    assert json.loads(client.get(reverse("analyst:geojson"), asked).content)["features"] == []
    centre.call()
    centre.call()
    [feature] = json.loads(client.get(reverse("analyst:geojson"), asked).content)["features"]
    assert feature["properties"]["count"] == 12
    assert feature["properties"]["low"] < 12 < feature["properties"]["high"]
    page = client.get(reverse("analyst:index"), asked).content.decode()
    assert "naive count" in page and "data-map" in page and "quality it stands on" in page
    [row] = client.get(reverse("analyst:index"), asked).context["listed"]
    assert (row["beat"], row["landmark"]) == queries.cell_named(row["cell"])


def test_what_pointing_at_the_clock_tells_stands_in_a_table_too(centre) -> None:
    """For whoever has no mouse: every hour that may be shown, the busiest first, and nothing hidden."""
    client = visit(centre.cast["analyst"])
    for _ in range(12):
        centre.call()
    shown = client.get(reverse("analyst:index"), {"about": "all"})
    page, hours = shown.content.decode(), shown.context["seen"].hours
    told = shown.context["by_hour"]
    assert [h for _day, _span, h in told] == [h for h in hours if h.count and h.interval]
    assert all(f"{day}, {span}</th>" in page for day, span, _h in told)


def test_the_analyst_sees_no_name_no_number_no_address(centre) -> None:
    client = visit(centre.cast["analyst"])
    for _ in range(12):
        centre.call()
    for name in ("index", "deserts", "geojson", "csv"):
        answer = client.get(reverse(f"analyst:{name}"), {"about": "all", "unknown": "yes"})
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert not any(secret in text for secret in ("Ana Torres", "555-0199", "412 Cedar", "Apt 3")), name


@pytest.mark.parametrize("query", ["part=gold", "about=gold", "weeks=9999", "weeks=x"])
def test_senseless_questions_are_refused_in_words(centre, query) -> None:
    assert visit(centre.cast["analyst"]).get(reverse("analyst:index") + "?" + query).status_code == 400


@pytest.mark.parametrize("role", ["patrol_officer", "call_taker", "case_manager", "administrator"])
def test_other_roles_see_no_map(centre, role) -> None:
    client = visit(centre.cast[role])
    for name in ("index", "deserts", "csv", "geojson"):
        assert client.get(reverse(f"analyst:{name}")).status_code == 403, name


def test_a_stranger_is_sent_to_sign_in(client, db) -> None:
    assert client.get(reverse("analyst:index")).status_code == 302


def test_the_map_says_why_it_is_a_count(centre) -> None:
    """With little history no model is even tried."""
    client = visit(centre.cast["analyst"])
    centre.call()
    page = client.get(reverse("analyst:method")).content.decode()
    assert "The naive count is shown" in page and "too little history" in page
    assert visit(centre.cast["patrol_officer"]).get(reverse("analyst:method")).status_code == 403
