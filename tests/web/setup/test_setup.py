"""An administrator's first day: agencies, an invitation shown once, a closed account; and who may not."""

from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.agencies import queries
from factories.cast import gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return gather()


def test_an_agency_is_opened_once(cast):
    client = visit(cast["administrator"])
    said = {"name": "Harlow Fire", "kind": "fire", "short": "HFD"}
    assert client.post(reverse("setup:agencies"), said).status_code == 302
    assert client.post(reverse("setup:agencies"), said).status_code == 400
    assert client.post(reverse("setup:agencies"), {"name": "X", "kind": "gold"}).status_code == 400
    assert "Harlow Fire" in client.get(reverse("setup:agencies")).content.decode()


def test_an_invitation_is_shown_once_and_opens_an_account(cast, client):
    by = visit(cast["administrator"])
    said = {
        "name": "Lee Park",
        "email": "lee@harlow.example",
        "agency": str(cast.agency["police"]),
        "role": "cit_officer",
    }
    page = by.post(reverse("setup:invitations"), said).content.decode()
    link = page.split("<code>http://testserver")[1].split("</code>")[0]
    again = by.get(reverse("setup:invitations")).content.decode()
    assert link not in again and "Lee Park" in again
    assert client.get(link).status_code in (200, 302)


def test_a_closed_account_is_out_at_once_and_nobody_closes_their_own(cast):
    by, officer = cast["administrator"], cast["patrol_officer"]
    working, admin = visit(officer), visit(by)
    assert working.get("/field/").status_code == 200
    assert admin.post(reverse("setup:close", args=[UUID(officer.id)])).status_code == 302
    assert working.get("/field/").status_code == 302
    assert not queries.account(UUID(officer.id)).is_active
    assert admin.post(reverse("setup:close", args=[UUID(by.id)])).status_code == 409


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "privacy_officer", "supervisor"])
def test_only_administrators_enter(cast, role):
    for name in ("index", "agencies", "accounts", "invitations", "imports"):
        assert visit(cast[role]).get(reverse(f"setup:{name}")).status_code == 403


def test_every_page_opens_and_says_what_will_stand_there(cast):
    client = visit(cast["administrator"])
    for name in ("index", "agencies", "accounts", "invitations", "imports"):
        assert client.get(reverse(f"setup:{name}")).status_code == 200, name


def test_an_invitation_that_is_not_accepted_comes_back_as_it_was_typed(cast):
    """The address lacks its end; name, agency and role stand in the form still, and nobody is invited."""
    said = {"name": "Lee Park", "email": "lee@", "agency": str(cast.agency["police"]), "role": "cit_officer"}
    answer = visit(cast["administrator"]).post(reverse("setup:invitations"), said)
    text = answer.content.decode()
    assert answer.status_code == 400 and "Give an address" in text and 'value="Lee Park"' in text
    assert f'value="{cast.agency["police"]}" selected' in text and 'value="cit_officer" selected' in text
    assert not queries.open_invitations().exists()
