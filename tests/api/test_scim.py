"""A directory keeps an agency's accounts: a joiner, a mover, a leaver, and all that is refused."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.scim import reader
from commonweal.agencies import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP, Cast, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
USER, PATCH = reader.USER, reader.PATCH


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


class Directory:
    """A police department's directory, with its token."""

    def __init__(self, cast: Cast, agency: str = "police") -> None:
        admin = worker(cast.agency[agency], "administrator")
        self.token, self.secret = actions.issue_token(
            by=SETUP, account=UUID(admin.id), name="directory", scopes=["scim"]
        )

    def send(self, method: str, path: str, body: object = None, **query: str) -> Any:
        """One request, SCIM in and out."""
        address = f"/scim/v2/{path}" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
        headers = {"Authorization": f"Bearer {self.secret}"}
        text = "" if body is None else json.dumps(body)
        return Client().generic(method, address, text, "application/scim+json", headers=headers)

    def joins(self, name: str = "dana", role: str = "patrol_officer", **more: object) -> Any:
        """Somebody new."""
        user = {"schemas": [USER], "userName": name, "roles": [{"value": role}], **more}
        return self.send("POST", "Users", user)

    def patch(self, user: str, op: str, path: str | None, value: object = None) -> Any:
        """One operation."""
        one = {
            "op": op,
            **({"path": path} if path else {}),
            **({"value": value} if value is not None else {}),
        }
        return self.send("PATCH", f"Users/{user}", {"schemas": [PATCH], "Operations": [one]})


def test_a_joiner_a_mover_a_leaver(cast: Cast) -> None:
    """An account without password at the agency; another role; then closed, with every way in, at once."""
    police = Directory(cast)
    answer = police.joins(
        displayName="Dana Reyes", externalId="e-77", emails=[{"value": "dana@police.example"}]
    )
    made = answer.json()
    assert answer.status_code == 201 and answer["Location"].endswith(f"/scim/v2/Users/{made['id']}")
    account = queries.account(UUID(made["id"]))
    assert (account.agency_id, account.role) == (cast.agency["police"], "patrol_officer")
    assert not account.has_usable_password() and account.email == "dana@police.example"

    moved = police.patch(made["id"], "replace", "roles", [{"value": "cit_officer"}]).json()
    assert moved["roles"][0]["value"] == "cit_officer"
    hers = visit(queries.actor(account.id))
    _, token = actions.issue_token(by=SETUP, account=account.id, name="phone", scopes=["read"])
    asked = {"Authorization": f"Bearer {token}"}
    assert (
        hers.get("/field/").status_code == 200
        and Client().get("/api/v1/me", headers=asked).status_code == 200
    )

    assert police.patch(made["id"], "Replace", None, {"active": "False"}).json()["active"] is False
    assert (
        hers.get("/field/").status_code == 302
        and Client().get("/api/v1/me", headers=asked).status_code == 401
    )
    assert police.patch(made["id"], "replace", "active", True).json()["active"] is True
    assert Client().get("/api/v1/me", headers=asked).status_code == 401, "old tokens stay revoked"

    hers = visit(queries.actor(account.id))
    assert police.send("DELETE", f"Users/{made['id']}").status_code == 204
    assert hers.get("/field/").status_code == 302
    assert police.send("GET", f"Users/{made['id']}").status_code == 404
    assert police.joins().status_code == 201, "the name is free again"
    kinds = set(JournalLine.objects.filter(subject=made["id"]).values_list("kind", flat=True))
    assert {"agencies.account_opened", "agencies.account_changed", "agencies.signed_in"} <= kinds


def test_it_is_found_by_name_and_by_its_own_id_and_paged(cast: Cast) -> None:
    """eq on what a directory looks for; startIndex and count."""
    police = Directory(cast)
    for n in range(5):
        police.joins(f"officer{n}", externalId=f"x{n}")
    found = police.send("GET", "Users", filter="userName%20eq%20%22OFFICER3%22").json()
    assert found["totalResults"] == 1 and found["Resources"][0]["externalId"] == "x3"
    assert police.send("GET", "Users", filter='externalId eq "x9"').json()["totalResults"] == 0
    page = police.send("GET", "Users", startIndex="3", count="2").json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 3, 2)
    assert police.send("GET", "Users", count="0").json()["Resources"] == []


def test_another_agency_s_people_do_not_exist(cast: Cast) -> None:
    """Neither read, nor changed, nor closed; nor administrators, nor people helped."""
    police, health = Directory(cast), Directory(cast, "health")
    theirs = health.joins("nurse").json()["id"]
    boss = police.token.account_id
    for user in (theirs, str(boss), str(UUID(int=5)), "none"):
        assert police.send("GET", f"Users/{user}").status_code == 404
        assert police.send("DELETE", f"Users/{user}").status_code == 404
        assert police.patch(user, "replace", "active", False).status_code == 404
    assert queries.account(UUID(theirs)).is_active and queries.account(boss).is_active
    assert police.send("GET", "Users").json()["totalResults"] == 0


@pytest.mark.parametrize(("changed", "status", "kind"), [
    ({"roles": [{"value": "administrator"}]}, 400, "invalidValue"),
    ({"roles": [{"value": "king"}]}, 400, "invalidValue"), ({"roles": []}, 400, "invalidValue"),
    ({"roles": [{"value": "medic"}, {"value": "analyst"}]}, 400, "invalidValue"),
    ({"userName": "x"}, 400, "invalidValue"), ({"userName": 7}, 400, "invalidValue"),
    ({"userName": "a\x00b"}, 400, "invalidValue"),
    ({"userName": "TAKEN"}, 409, "uniqueness"), ({"schemas": []}, 400, "invalidSyntax"),
    ({"active": "perhaps"}, 400, "invalidValue"), ({"password": "x" * 20}, 400, "invalidPath"),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_in_the_standard_s_words(
    cast: Cast, changed: dict[str, object], status: int, kind: str
) -> None:
    """And nobody was made."""
    police = Directory(cast)
    police.joins("taken")
    user = {"schemas": [USER], "userName": "dana", "roles": [{"value": "medic"}], **changed}
    answer = police.send("POST", "Users", user)
    said = answer.json()
    assert answer.status_code == status and said["scimType"] == kind and said["status"] == str(status)
    assert police.send("GET", "Users").json()["totalResults"] == 1


def test_no_token_the_wrong_scope_and_a_revoked_one(cast: Cast) -> None:
    """401 in SCIM's form; only an administrator's token may have the scope."""
    police = Directory(cast)
    _, other = actions.issue_token(by=SETUP, account=police.token.account_id, name="x", scopes=["administer"])
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Bearer {other}"}):
        answer = Client().get("/scim/v2/Users", headers=headers)
        assert answer.status_code == 401 and answer["Content-Type"] == "application/scim+json"
    assert visit(queries.actor(police.token.account_id)).get("/scim/v2/Users").status_code == 401
    with pytest.raises(Invalid):
        actions.issue_token(by=SETUP, account=cast.account("call_taker"), name="x", scopes=["scim"])
    actions.revoke_token(by=SETUP, token=police.token.id)
    assert police.send("GET", "Users").status_code == 401


@pytest.mark.parametrize(("method", "path", "status"), [
    ("POST", "Users/x", 404), ("PUT", "Users", 405), ("GET", "Nowhere", 404), ("GET", "Groups", 404),
    ("GET", "Schemas/none", 404), ("POST", "Schemas", 405), ("GET", f"Schemas/{USER}", 200),
    ("GET", "ServiceProviderConfig", 200), ("GET", "ResourceTypes/User", 200), ("GET", "ResourceTypes", 200),
])  # fmt: skip
def test_what_the_service_is(cast: Cast, method: str, path: str, status: int) -> None:
    """Described, and everything else refused in its form."""
    answer = Directory(cast).send(method, path, {} if method != "GET" else None)
    assert answer.status_code in (status, 405) and answer.status_code < 500 and "schemas" in answer.json()
    assert answer.status_code == status or path == "Users/x"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from("schemas Operations op path value userName roles active x".split()),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_sent_is_taken_or_refused(body: object) -> None:
    """Nothing else is raised."""
    for read in (reader.user, reader.patch):
        try:
            read(body)
        except reader.Refused as refused:
            assert refused.kind and refused.words


@pytest.fixture
def kept_open() -> Iterator[None]:
    """The end of a request leaves this test's connection open, as the framework's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_an_outside_judge_finds_nothing(cast: Cast, kept_open: None) -> None:
    """scim2-tester: discovery, creation, reading, replacement, patches, deletion."""
    tester = pytest.importorskip("scim2_tester")
    from scim2_client.engines.wsgi import WSGISCIMClient

    client = WSGISCIMClient(
        WSGIHandler(),
        "http://localhost/scim/v2",
        environ={"HTTP_AUTHORIZATION": f"Bearer {Directory(cast).secret}"},
    )
    results = tester.check_server(client)
    bad = [f"{r.status}: {r.title}: {r.reason}" for r in results if r.status.name in ("ERROR", "CRITICAL")]
    assert len(results) > 10 and not bad, "\n".join(bad)
