"""Requests by programs: the person files and follows their own; the officer reads the queue."""

from uuid import UUID

import pytest
from django.test import Client

from commonweal.agencies import actions as agencies
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
OWN, QUEUE = "/api/v1/trust/requests/own", "/api/v1/trust/requests"


def head(account: UUID, *scopes: str) -> dict[str, str]:
    """The header of a token."""
    _, secret = agencies.issue_token(by=SETUP, account=account, name="t", scopes=scopes)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


def test_a_person_files_and_only_they_and_the_officer_see_it(cast: Cast) -> None:
    heads = []
    for name in ("rosa", "ana"):
        person, _ = someone(cast, given=name.title())
        account = agencies.open_account(
            by=SETUP, username=name, display_name=name, role="person", person=person
        )
        heads.append(head(account.id, "see_mine"))
    rosa, ana = heads
    said = {"kind": "access", "text": "A copy, please"}
    made = Client().post(OWN, said, content_type="application/json", headers=rosa)
    assert made.status_code == 201 and made.json()["days_left"] == 30
    assert [r["number"] for r in Client().get(OWN, headers=rosa).json()] == [made.json()["number"]]
    assert Client().get(OWN, headers=ana).json() == []
    officer = head(cast.account("privacy_officer"), "keep_trust")
    queue = Client().get(QUEUE, headers=officer)
    assert [r["id"] for r in queue.json()] == [made.json()["id"]] and b"Rosa" not in queue.content
    assert Client().get(QUEUE, headers=rosa).status_code == 403
    wrong = Client().post(OWN, {**said, "kind": "wish"}, content_type="application/json", headers=rosa)
    assert wrong.status_code == 400
    manager = head(cast.account("case_manager"), "work_cases")
    assert Client().post(OWN, said, content_type="application/json", headers=manager).status_code == 403
    assert Client().get(QUEUE).status_code == 401
