"""Services over the API: anyone reads, the house posts its room, a clinician asks which fit."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from commonweal.agencies import actions as agencies
from commonweal.directory import queries
from factories import directory
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
BASE = "/api/v1/directory"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Every agency."""
    return gather()


def headers(cast: Cast, role: str, *scopes: str) -> dict[str, str]:
    """A bearer token's header."""
    _, secret = agencies.issue_token(by=SETUP, account=cast.account(role), name="t", scopes=scopes)
    return {"Authorization": f"Bearer {secret}"}


def send(client: Client, path: str, body: dict[str, Any], head: dict[str, str]) -> Any:
    """A POST with JSON."""
    return client.post(f"{BASE}{path}", body, content_type="application/json", headers=head)


def look(client: Client, asked: dict[str, Any], path: str = "/services/search") -> Any:
    """A search by a program without a token."""
    return client.post(f"{BASE}{path}", asked, content_type="application/json")


def beds(cast: Cast) -> UUID:
    """The shelter's service."""
    return directory.service("Lantern night beds", agency=cast.agency["hmis_shelter"])


def test_anyone_finds_services(client: Client, cast: Cast) -> None:
    service = beds(cast)
    found = look(client, {"q": "night", "lon": -122.41, "lat": 37.78}).json()
    assert found["total"] == 1 and found["items"][0]["id"] == str(service)
    assert found["items"][0]["distance"] == pytest.approx(1.4, abs=0.1)
    whole = client.get(f"{BASE}/services/{service}").json()
    assert whole["week"][0] == {"day": 0, "opens": "18:00", "closes": "08:00"}
    assert whole["hours_text"] == ["Every night 6 pm to 8 am"]
    assert {"code": "food", "en": "Food", "es": "Comida"} in client.get(f"{BASE}/needs").json()


def test_what_is_needed_is_read_from_the_body_and_never_from_the_address(client: Client, cast: Cast) -> None:
    beds(cast)
    directory.service("Pantry", topics=("food",))
    every = client.get(f"{BASE}/services", {"q": "night", "need": "shelter"}).json()
    assert every["total"] == 2, "the address is not asked"
    assert look(client, {"need": "shelter"}).json()["total"] == 1
    assert client.get(f"{BASE}/services", {"page": 2}).json() == {"total": 2, "items": []}
    told = client.get("/api/openapi.json").json()["paths"]
    for path in ("/api/v1/directory/services", "/api/v1/community/help/search"):
        named = {one["name"] for act in told[path].values() for one in act.get("parameters", [])}
        assert not named & {"q", "need", "lon", "lat", "code"}, path
    helped = client.post(
        "/api/v1/community/help/search", {"need": "food"}, content_type="application/json"
    ).json()
    assert [row["name"] for row in helped["items"]] == ["Pantry"]


def test_half_a_place_an_unknown_need_and_a_missing_service_are_problems(client: Client) -> None:
    assert look(client, {"lon": -122}).json()["field"] == "lat"
    assert look(client, {"need": "rocketry"}).status_code == 400
    assert look(client, {"lon": 0, "lat": 210}).status_code == 400
    for path in (f"/services/{uuid4()}", f"/services/{uuid4()}/capacity"):
        assert client.get(BASE + path).status_code == 404


def test_the_house_posts_its_room_and_its_posts_are_public(client: Client, cast: Cast) -> None:
    service = beds(cast)
    head = headers(cast, "shelter_worker", "answer_referrals")
    made = send(client, f"/services/{service}/capacity", {"available": 3, "note": "two upper"}, head)
    assert made.status_code == 200 and made.json()["confidence"] == 1.0
    assert [p["available"] for p in client.get(f"{BASE}/services/{service}/capacity").json()] == [3]


@pytest.mark.parametrize(
    ("role", "scope", "source"),
    [
        ("hospital_staff", "answer_referrals", "provider"),
        ("shelter_worker", "read", "provider"),
        ("analyst", "see_insight", "phone"),
        ("clinician", "send_referrals", "provider"),
    ],
)
def test_others_post_nothing(client: Client, cast: Cast, role: str, scope: str, source: str) -> None:
    service = beds(cast)
    refused = send(
        client,
        f"/services/{service}/capacity",
        {"available": 3, "source": source},
        headers(cast, role, scope),
    )
    assert refused.status_code == 404 and queries.capacity(service) is None
    assert client.post(f"{BASE}/services/{service}/capacity", {}).status_code == 401


def test_which_service_fits_is_ranked_with_reasons(client: Client, cast: Cast) -> None:
    beds(cast)
    directory.service("Youth house", topics=("shelter",), maximum_age=24)
    head = headers(cast, "case_manager", "send_referrals")
    found = send(client, "/fitting", {"needs": ["shelter"], "facts": {"age": 41}}, head).json()
    assert [(f["service"]["name"], f["fits"]) for f in found] == [
        ("Lantern night beds", True), ("Youth house", False),
    ]  # fmt: skip
    spanish = send(client, "/fitting", {"needs": ["shelter"], "language": "es"}, head).json()
    assert "Refugio para esta noche" in spanish[0]["reasons"]


def test_fitting_refuses_what_must_not_count_and_whoever_does_not_refer(client: Client, cast: Cast) -> None:
    beds(cast)
    head = headers(cast, "case_manager", "send_referrals")
    refused = send(client, "/fitting", {"needs": ["shelter"], "facts": {"race": "x"}}, head)
    assert refused.status_code == 400 and "race" in refused.json()["detail"]
    assert send(client, "/fitting", {"needs": []}, headers(cast, "analyst", "read")).status_code == 403
