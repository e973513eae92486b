"""The API's entrance: tokens, scopes, problems, description."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from commonweal.agencies import actions, queries
from commonweal.api.auth import FAILURES_PER_MINUTE
from commonweal.kernel import clock
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


def token_of(cast: Cast, role: str, *scopes: str) -> tuple[UUID, str]:
    """A fresh token's id and secret."""
    issued, secret = actions.issue_token(by=SETUP, account=cast.account(role), name="test", scopes=scopes)
    return issued.id, secret


def me(client: Client, secret: str, **where: str) -> Any:
    """Ask who the token speaks for."""
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}, **where)


def test_a_token_speaks_for_its_account_within_its_scopes(client: Client, cast: Cast) -> None:
    """Scopes cut the role's permissions; `read` alone grants none."""
    _, secret = token_of(cast, "call_taker", "take_calls")
    found = me(client, secret).json()
    assert found == {
        "account": str(cast.account("call_taker")), "role": "call_taker",
        "agency": str(cast.agency["ecc"]), "scopes": ["take_calls"],
    }  # fmt: skip
    _, reader = token_of(cast, "call_taker", "read")
    assert me(client, reader).json()["scopes"] == []


def test_no_token_bad_token_old_token_revoked_token(client: Client, cast: Cast) -> None:
    """All the same: 401 as a problem, without a word on which it was."""
    kept, secret = token_of(cast, "analyst", "see_insight")
    assert me(client, secret).status_code == 200
    with clock.at(clock.now() + timedelta(days=91)):
        old = me(client, secret)
    actions.revoke_token(by=SETUP, token=kept)
    answers = [client.get("/api/v1/me"), me(client, "cw_made_up"), old, me(client, secret)]
    assert {a.status_code for a in answers} == {401} and len({a.content for a in answers}) == 1
    assert answers[0]["Content-Type"] == "application/problem+json"
    assert answers[0].json()["title"] == "No valid token"


def test_a_session_is_no_token(client: Client, cast: Cast) -> None:
    """A browser that is signed in cannot be made to call the API (cross-site requests)."""
    client.force_login(
        queries.account(cast.account("analyst")),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get("/api/v1/me").status_code == 401


def test_guessing_is_slowed_down_by_address(client: Client, cast: Cast) -> None:
    """Even the right token waits at an address that guessed; elsewhere it works."""
    _, secret = token_of(cast, "analyst", "see_insight")
    for number in range(FAILURES_PER_MINUTE):
        assert me(client, f"cw_{number}", REMOTE_ADDR="203.0.113.5").status_code == 401
    slowed = me(client, secret, REMOTE_ADDR="203.0.113.5")
    assert slowed.status_code == 429 and slowed["Retry-After"] == "60"
    assert me(client, secret, REMOTE_ADDR="203.0.113.6").status_code == 200


def test_the_process_answers_strangers_and_says_no_more(client: Client) -> None:
    """Health, as page and as API."""
    assert client.get("/api/v1/health").json() == client.get("/health/").json() == {"status": "ok"}


def test_it_describes_itself(client: Client) -> None:
    """OpenAPI with version and bearer tokens; the reading page needs nothing from elsewhere."""
    found = client.get("/api/openapi.json").json()
    assert found["info"]["title"] == "Commonweal" and found["info"]["version"] == "1"
    assert "/api/v1/me" in found["paths"]
    assert any(s.get("scheme") == "bearer" for s in found["components"]["securitySchemes"].values())
    page = client.get("/api/docs").content.decode()
    assert "https://" not in page and "ninja/swagger-ui-bundle.js" in page
